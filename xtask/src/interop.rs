//! `cargo xtask interop`: a wallet SDK that we did not write goes through the whole of KYC with the sandbox.

use std::fs::{self, File};
use std::process::Command;

use crate::arguments::Arguments;
use crate::cargo::{self, Profile};
use crate::process::Server;
use crate::{Outcome, npm};

const WALLET: &str = "tests/interop/wallet_sdk";

/// The SDK compares this part of the challenge with the host name of `WEB_AUTH_ENDPOINT`, without the port.
const WEB_AUTH_DOMAIN: &str = "127.0.0.1";

pub(crate) fn run(arguments: Arguments) -> Outcome {
    arguments.finish()?;
    npm::install(WALLET)?;
    let binary = cargo::build(Profile::Debug)?;
    // Its line per request would stand between the lines of the wallet.
    let log = binary.with_file_name("interop-sandbox.log");
    let mut command = Command::new(&binary);
    command.args(["sandbox", "--listen", "127.0.0.1:0", "--web-auth-domain", WEB_AUTH_DOMAIN]);
    command.stderr(File::create(&log).map_err(|error| format!("failed to create {}: {error}", log.display()))?);
    let outcome = Server::start("the sandbox", &mut command).and_then(|sandbox| run_wallet(&sandbox));
    outcome.map_err(|error| {
        let said = fs::read_to_string(&log).unwrap_or_default();
        format!("{error}\nthe sandbox said:\n{said}").into()
    })
}

fn run_wallet(sandbox: &Server) -> Outcome {
    cargo::run(Command::new("node").arg(format!("{WALLET}/interop.mjs")).arg(sandbox.url()))
}
