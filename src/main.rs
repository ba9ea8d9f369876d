//! The command line: parse, call, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    anchor_conformance::cli::run(std::env::args_os())
}
