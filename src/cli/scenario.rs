//! `scenario`: run scenario files.

use std::path::PathBuf;

use super::{EXIT_OK, Usage};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The files to run
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Arguments {
    pub(super) fn run(self) -> Result<u8, Usage> {
        Ok(EXIT_OK)
    }
}
