//! The platform under load: its process, and what it writes to stderr.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use super::ledger::locked;
use crate::Outcome;
use crate::arguments::Arguments;
use crate::cargo::{self, Profile};
use crate::process::Server;

/// What the tokens are signed with.
pub(crate) const SECRET: &str = "invented for the load of xtask, worth nothing";
/// Short, so that an anchor that says nothing costs the run little; long enough for a machine that is busy.
const ANCHOR_TIMEOUT: &str = "10";
/// More strange lines are not kept.
const MAX_STRANGE: usize = 20;

/// Which build of the platform is loaded.
pub(crate) enum Build {
    Fresh(Profile),
    /// One that was built before, `--binary FILE`.
    Given(PathBuf),
}

impl Build {
    pub(crate) fn from(arguments: &mut Arguments) -> Outcome<Self> {
        let profile = if arguments.flag("--release") { Profile::Release } else { Profile::Debug };
        Ok(arguments.text("--binary")?.map_or(Self::Fresh(profile), |file| Self::Given(file.into())))
    }

    pub(crate) fn path(self) -> Outcome<PathBuf> {
        match self {
            Self::Fresh(profile) => cargo::build(profile),
            Self::Given(file) => Ok(file),
        }
    }
}

/// A running platform.
pub(crate) struct Subject {
    pub(crate) server: Server,
    pub(crate) log: Arc<Log>,
}

/// What was written to stderr: one JSON line a request is right, anything else is strange.
#[derive(Default)]
pub(crate) struct Log {
    lines: AtomicU64,
    strange: Mutex<Vec<String>>,
}

impl Subject {
    pub(crate) fn start(binary: &Path, listen: &str, anchor: &str) -> Outcome<Self> {
        let mut command = Command::new(binary);
        command.args(["platform", "--listen", listen, "--anchor", anchor, "--log", "warn"]);
        command.args(["--anchor-timeout", ANCHOR_TIMEOUT]).env("ANCHOR_CONFORMANCE_JWT_SECRET", SECRET);
        let mut server = Server::start("the platform", command.stderr(Stdio::piped()))?;
        let stderr = server.stderr().ok_or("a piped stderr is missing")?;
        let log = Arc::new(Log::default());
        let reading = Arc::clone(&log);
        thread::spawn(move || {
            BufReader::new(stderr).lines().map_while(Result::ok).for_each(|line| reading.add(&line));
        });
        Ok(Self { server, log })
    }
}

impl Log {
    fn add(&self, line: &str) {
        self.lines.fetch_add(1, Ordering::Relaxed);
        let mut strange = locked(&self.strange);
        if is_strange(line) && strange.len() < MAX_STRANGE {
            strange.push(line.to_owned());
        }
    }

    pub(crate) fn lines(&self) -> u64 {
        self.lines.load(Ordering::Relaxed)
    }

    pub(crate) fn strange(&self) -> Vec<String> {
        locked(&self.strange).clone()
    }
}

fn is_strange(line: &str) -> bool {
    !line.starts_with('{') || line.contains("panicked") || line.contains(r#""message":"panic""#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_strange_and_a_log_line_is_not() {
        assert!(!is_strange(r#"{"level":"WARN","message":"request","status":502}"#));
        assert!(is_strange("thread 'tokio-runtime-worker' panicked at src/x.rs:1:1:"));
        assert!(is_strange(r#"{"level":"ERROR","detail":"panicked"}"#));
        assert!(is_strange(r#"{"level":"ERROR","message":"panic","at":"src/x.rs:1:1"}"#));
    }
}
