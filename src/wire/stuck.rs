//! A peer that takes nothing of what is written to it: without a deadline it would hold its connection for good.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// Watches a writer: from the first moment in which nothing can be written to the next in which something can.
pub(crate) struct Stuck {
    patience: Duration,
    since: Option<Pin<Box<Sleep>>>,
    is_over: bool,
}

impl Stuck {
    pub(crate) fn after(patience: Duration) -> Self {
        Self { patience, since: None, is_over: false }
    }

    /// Whether the peer has had its time.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// What came of a try to write or to flush; an error once the peer has had its time.
    pub(crate) fn watch<T>(&mut self, cx: &mut Context<'_>, tried: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.since = None;
            return tried;
        }
        let patience = self.patience;
        let deadline = self.since.get_or_insert_with(|| Box::pin(sleep(patience)));
        if deadline.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.is_over = true;
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the peer takes nothing of the answer")))
    }
}
