//! `cargo xtask privacy`: nothing of a customer's, and no secret, gets out where it does not belong.
//!
//! Every place of some 240 requests holds a text that nobody can guess ([`markers`]). They are sent to the platform, the
//! sandbox and the mock anchor ([`requests`], [`client`], [`login`]), with an anchor behind that fails in every way
//! ([`anchor`]), while strace notes what the program asks of the kernel ([`strace`]). Then the markers, and pieces of
//! them, are looked for ([`search`], [`views`]) in what it said on stdout and stderr, in what it wrote to anything but a
//! TCP connection, and in the answers that were not meant to have them ([`verdict`]). `--prove` breaks the program on
//! purpose, in one way after another, and demands that each is found ([`proof`]).

mod markers;
mod search;
mod views;

mod anchor;
mod client;
mod login;
mod tokens;

mod requests;

mod strace;
mod subject;
mod verdict;

mod proof;

use std::path::Path;
use std::time::Instant;

use crate::Outcome;
use crate::arguments::Arguments;
use crate::cargo::{self, Profile};
use subject::SUBJECTS;
use verdict::Verdict;

pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let prove = arguments.flag("--prove");
    arguments.finish()?;
    if prove {
        return proof::run();
    }
    let began = Instant::now();
    let binary = cargo::build(Profile::Debug)?;
    let verdicts = look_at_all(&binary)?;
    if verdicts.iter().all(|verdict| verdict.kernel.is_none()) {
        println!(
            "NOT LOOKED AT: files and other programs (strace is missing, or may not look; Debian: apt-get install strace)"
        );
    }
    println!("\n{}", verdict::HEADING);
    verdicts.iter().for_each(|verdict| println!("{verdict}"));
    println!("\nlooked at in {} s", began.elapsed().as_secs());
    let found: Vec<&String> = verdicts.iter().flat_map(|verdict| &verdict.found).collect();
    if found.is_empty() {
        return Ok(());
    }
    found.iter().for_each(|found| println!("  {found}"));
    Err(format!("{} leaks", found.len()).into())
}

fn look_at_all(binary: &Path) -> Outcome<Vec<Verdict>> {
    let mut verdicts = Vec::new();
    for subject in SUBJECTS {
        verdicts.push(subject.look_at(binary, &[])?);
    }
    Ok(verdicts)
}
