//! The platform as the tasks start it: on a free port, in front of the given anchor, with an invented secret.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::process::Server;

/// The test vector of SEP-23, nobody's account.
pub(crate) const ACCOUNT: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";

const SECRET: (&str, &str) = ("ANCHOR_CONFORMANCE_JWT_SECRET", "invented for the tasks of xtask, worth nothing");

/// A running platform and a token that it accepts.
pub(crate) struct Platform {
    pub(crate) server: Server,
    token: String,
}

impl Platform {
    pub(crate) fn start(binary: &Path, anchor: &Server) -> Outcome<Self> {
        Self::start_before(binary, &anchor.url())
    }

    /// The same in front of an anchor that is no process.
    pub(crate) fn start_before(binary: &Path, anchor: &str) -> Outcome<Self> {
        let token = token(binary)?;
        let mut command = Command::new(binary);
        command.args(["platform", "--listen", "127.0.0.1:0", "--max-body", "1GB", "--log", "warn", "--anchor", anchor]);
        command.env(SECRET.0, SECRET.1);
        let server = Server::start("the platform", &mut command)?;
        Ok(Self { server, token })
    }

    /// The header that makes a request one of [`ACCOUNT`].
    pub(crate) fn authorization(&self) -> (&'static str, String) {
        ("Authorization", format!("Bearer {}", self.token))
    }
}

/// The mock anchor on a free port.
pub(crate) fn start_mock(binary: &Path) -> Outcome<Server> {
    Server::start("the mock anchor", Command::new(binary).args(["mock", "--listen", "127.0.0.1:0"]))
}

fn token(binary: &Path) -> Outcome<String> {
    let mut command = Command::new(binary);
    command.args(["token", "--sub", ACCOUNT]).env(SECRET.0, SECRET.1).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| format!("failed to run {}: {error}", binary.display()))?;
    let token = String::from_utf8(output.stdout)?.trim().to_owned();
    if !output.status.success() || token.is_empty() {
        return Err(format!("got no token: {}", output.status).into());
    }
    Ok(token)
}
