//! A subject that runs, and the suite about to be set on it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use super::platforms::{ANCHOR_SECONDS, KYC_PATH, PATIENCE_SECONDS, SECRET};
use super::subject::{KEY, Subject, Target};
use crate::Outcome;
use crate::process::Server;

/// Long enough for what the mock anchor and the Python anchor do later.
const SETTLE_SECONDS: &str = "3";
/// Below the ports that systems choose for outgoing connections: nobody takes one between our look and the suite's use.
const PORTS: std::ops::Range<u16> = 20_000..30_000;

static NEXT_PORT: AtomicU16 = AtomicU16::new(PORTS.start);

/// Both; the subject ends when this is dropped.
pub(super) struct Stage {
    _subject: Server,
    /// The command of the suite, without the options of the run.
    pub(super) suite: Command,
}

impl Stage {
    pub(super) fn set(subject: &Subject, binary: &Path) -> Outcome<Self> {
        let mut suite = Command::new(binary);
        suite.arg("check").env(KEY.0, KEY.1).env(SECRET.0, SECRET.1);
        let subject = match subject.group.target() {
            Target::Anchor => {
                let anchor = started("the anchor", subject.launch.command())?;
                suite.args(["anchor", &anchor.url(), "--settle", SETTLE_SECONDS]);
                anchor
            }
            Target::Platform => {
                let behind = free_address()?;
                let mut command = subject.launch.command();
                command.args(["--anchor", &format!("http://{behind}")]);
                let platform = started("the platform", command)?;
                suite.args(["platform", &format!("{}{KYC_PATH}", platform.url())]);
                suite.args(["--auth", &format!("jwt:env:{}", SECRET.0), "--anchor-listen", &behind.to_string()]);
                suite.args(["--anchor-timeout", ANCHOR_SECONDS, "--timeout", PATIENCE_SECONDS]);
                platform
            }
        };
        suite.args(["--seed", "1"]);
        Ok(Self { _subject: subject, suite })
    }
}

/// What broken servers print about their bugs is of no interest.
fn started(name: &'static str, mut command: Command) -> Outcome<Server> {
    Server::start(name, command.stderr(Stdio::null()))
}

/// Where the suite can listen as the anchor of a platform that must be told before the suite runs. Each only once.
fn free_address() -> Outcome<SocketAddr> {
    for _ in PORTS {
        let port = NEXT_PORT.fetch_add(1, Ordering::Relaxed);
        if !PORTS.contains(&port) {
            break;
        }
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    Err(format!("no port between {} and {} is free", PORTS.start, PORTS.end).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_given_twice() -> Outcome {
        assert_ne!(free_address()?, free_address()?);
        Ok(())
    }
}
