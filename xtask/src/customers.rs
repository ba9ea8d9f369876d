//! `cargo xtask customers`: the property tests over many generated customers, with a seed that can be replayed.

use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::arguments::Arguments;
use crate::{Outcome, cargo};

const CASES: u64 = 1000;

pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let cases = arguments.number("--cases")?.unwrap_or(CASES);
    let seed = arguments.number("--seed")?.unwrap_or_else(seed_of_the_clock);
    arguments.finish()?;
    println!("seed {seed}, {cases} cases; to replay:\n    cargo xtask customers --cases {cases} --seed {seed}");
    refuse_an_empty_run()?;
    let mut command = property_tests();
    command.arg("--nocapture");
    command.env("ANCHOR_CONFORMANCE_CASES", cases.to_string());
    command.env("ANCHOR_CONFORMANCE_SEED", seed.to_string());
    cargo::run(&mut command)
}

fn property_tests() -> Command {
    let mut command = cargo::cargo();
    command.args(cargo::TESTS).args(["properties", "--"]);
    command
}

/// A filter that matches no test passes; a renamed module would go unnoticed.
fn refuse_an_empty_run() -> Outcome {
    let output = property_tests().arg("--list").stderr(Stdio::inherit()).output()?;
    let list = String::from_utf8_lossy(&output.stdout);
    if list.lines().any(|line| line.ends_with(": test")) { Ok(()) } else { Err("there is no property test".into()) }
}

/// Below 2^53, like every seed of this project, so that it survives JSON.
pub(crate) fn seed_of_the_clock() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs().wrapping_mul(1_000_003).wrapping_add(u64::from(since.subsec_nanos())) & ((1 << 53) - 1)
}
