//! What the program says when it panics: where, and never with which words, because they may quote a customer's data.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;

use super::tell;

/// From now on a panic is told as a line of the log, if there is one, and on stderr otherwise.
pub(super) fn tell_only_where() {
    std::panic::set_hook(Box::new(told));
}

fn told(panic: &PanicHookInfo<'_>) {
    let at = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    // It names functions and lines, no values; RUST_BACKTRACE asks for it.
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    if tracing::dispatcher::has_been_set() {
        tracing::error!(at, backtrace, "panic");
    } else {
        tell(&format!("a panic at {at}: please report this as a bug of this tool"));
        if let Some(backtrace) = backtrace {
            tell(&backtrace);
        }
    }
}
