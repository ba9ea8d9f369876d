//! `cargo xtask licences`: licences, duplicates and sources of the dependencies, by cargo-deny and `deny.toml`.

use std::process::Stdio;

use crate::arguments::Arguments;
use crate::{Outcome, cargo};

pub(crate) fn run(arguments: Arguments) -> Outcome {
    arguments.finish()?;
    if !installed() {
        return Err("cargo-deny is missing; install it with `cargo install cargo-deny --locked`".into());
    }
    // cargo-deny reads the manifests of every platform's dependencies, which no build has fetched.
    cargo::run(cargo::cargo().args(["fetch", "--quiet", "--locked"]))?;
    cargo::run(cargo::cargo().args(["deny", "--offline", "check", "licenses", "bans", "sources"]))?;
    println!("advisories: not checked (no advisory database offline)");
    Ok(())
}

fn installed() -> bool {
    let mut command = cargo::cargo();
    command.args(["deny", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
