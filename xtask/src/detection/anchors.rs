//! The independent anchors of `tests/interop`: how they are built and started, and what an implementer of each would
//! give on the command line.

use super::subject::{KEY, Launch, OTHER_IDENTITIES};
use crate::{Outcome, cargo, npm};

/// One of them.
pub(super) struct Anchor {
    /// The language or framework it is written in.
    pub(super) name: &'static str,
    /// What is tried, for all modes alike: the options of each run of the suite.
    pub(super) runs: &'static [&'static [&'static str]],
    pub(super) launch: Launch,
}

/// Fields of the receivers wait for a code there, which senders must not send.
const PYTHON: &[&[&str]] = &[
    &["--type", "sep31-sender", "--type", "sep31-receiver", "--identities", OTHER_IDENTITIES],
    &["--type", "sep31-receiver", "--field", "mobile_number_verification=123456"],
];

/// Persons and companies: only the latter have names with a dot.
const NODE: &[&[&str]] = &[
    &["--type", "sep6", "--type", "sep31-sender", "--identities", OTHER_IDENTITIES],
    &["--type", "counterparty_organization"],
];

/// Only receivers have files, only companies have names with a dot.
const AXUM: &[&[&str]] = &[
    &["--auth", KEY_OPTION, "--type", "sep31-sender", "--type", "sep31-receiver", "--identities", OTHER_IDENTITIES],
    &["--auth", KEY_OPTION, "--type", "sep31-receiver"],
    &["--auth", KEY_OPTION, "--type", "business"],
];

pub(super) const KEY_OPTION: &str = "api-key:env:DETECTION_KEY";

const PYTHON_SERVER: &str = "tests/interop/anchor_python/server.py";
const NODE_DIRECTORY: &str = "tests/interop/anchor_node";
const AXUM_MANIFEST: &str = "tests/interop/anchor_axum/Cargo.toml";

/// All of them, ready to be started.
pub(super) fn prepare() -> Outcome<Vec<Anchor>> {
    npm::install(NODE_DIRECTORY)?;
    let axum = cargo::build_apart(AXUM_MANIFEST, "anchor_axum")?;
    let node = format!("{NODE_DIRECTORY}/server.mjs");
    Ok(vec![
        Anchor { name: "python", runs: PYTHON, launch: Launch::new("python3", [PYTHON_SERVER]) },
        Anchor { name: "node", runs: NODE, launch: Launch::new("node", [node.as_str()]) },
        Anchor { name: "axum", runs: AXUM, launch: Launch::new(axum, ["--api-key", KEY.1]) },
    ])
}
