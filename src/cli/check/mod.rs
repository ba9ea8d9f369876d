//! `check`: run the suite against a target.

mod anchor;
mod common;
mod platform;
mod reports;

use clap::Subcommand;

use super::{Usage, certificate, heard, say, secret, server};
use crate::suite::Run;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    target: TargetCommand,
}

#[derive(Subcommand)]
enum TargetCommand {
    /// Check an anchor's callback API
    Anchor(Box<anchor::Arguments>),
    /// Check a platform: the suite is the wallet in front of it and the anchor behind it
    Platform(Box<platform::Arguments>),
}

impl Arguments {
    pub(super) fn run(self) -> Result<u8, Usage> {
        let runtime = server::runtime()?;
        match self.target {
            TargetCommand::Anchor(arguments) => runtime.block_on(arguments.run()),
            TargetCommand::Platform(arguments) => runtime.block_on(arguments.run()),
        }
    }
}

fn invalid_roots(error: &crate::suite::InvalidRoots) -> Usage {
    Usage::new(format!("--ca: {error}"))
}

fn exit_code(run: &Run) -> u8 {
    run.outcome().exit_code()
}
