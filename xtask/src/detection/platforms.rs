//! The platforms that the suite is set on: ours, and those of `tests/interop`, which share no code with it.

use std::path::Path;

use serde_json::Value;

use super::lists::array;
use super::subject::{Group, Launch, Subject, text};
use crate::Outcome;

/// The secret of wallets' tokens, and the variable in which each platform looks for it.
pub(super) const SECRET: (&str, &str) =
    ("ANCHOR_CONFORMANCE_JWT_SECRET", "invented for the detection task, worth nothing");
/// Where each serves SEP-12.
pub(super) const KYC_PATH: &str = "/sep12";
/// How long each waits for its anchor, in seconds: longer than a crowded machine is ever late.
pub(super) const ANCHOR_SECONDS: &str = "6";
/// How long the suite waits for a platform: for 64 answers at a time from one in Python, a crowded machine needs that.
pub(super) const PATIENCE_SECONDS: &str = "20";

const NODE_SERVER: &str = "tests/interop/platform_node/server.mjs";
const PYTHON_SERVER: &str = "tests/interop/platform_python/server.py";
const OPTIONS: [&str; 4] = ["--listen", "127.0.0.1:0", "--anchor-timeout", ANCHOR_SECONDS];

/// Every platform in every mode.
pub(super) fn all(binary: &Path) -> Outcome<Vec<Subject>> {
    let foreign = [
        (Group::Platform("platform-node"), Launch::new("node", [NODE_SERVER])),
        (Group::Platform("platform-python"), Launch::new("python3", [PYTHON_SERVER])),
    ];
    let mut subjects = vec![ours(binary)];
    for (group, launch) in foreign {
        let modes = array(&mut launch.clone().with(["--list"]).command())?;
        subjects.extend(modes.iter().map(|mode| of_mode(group, &launch, mode)));
    }
    Ok(subjects)
}

fn ours(binary: &Path) -> Subject {
    Subject {
        group: Group::Platform("platform"),
        name: "default".to_owned(),
        about: "the built-in platform as it is".to_owned(),
        is_sound: true,
        launch: Launch::new(binary, ["platform", "--log", "warn"]).with(OPTIONS),
        runs: vec![Vec::new()],
    }
}

fn of_mode(group: Group, launch: &Launch, mode: &Value) -> Subject {
    let (name, kind) = (text(mode, "name"), text(mode, "kind"));
    let launch = launch.clone().with(OPTIONS);
    let option = format!("--{kind}");
    Subject {
        group,
        about: text(mode, "about"),
        is_sound: kind != "fault",
        launch: if kind == "clean" { launch } else { launch.with([option.as_str(), name.as_str()]) },
        runs: vec![Vec::new()],
        name,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_faults_are_broken() {
        let group = Group::Platform("platform-node");
        let of = |kind: &str| of_mode(group, &Launch::new("node", []), &json!({"name": "x", "kind": kind}));
        assert_eq!(["clean", "variant", "fault"].map(|kind| of(kind).is_sound), [true, true, false]);
        assert_eq!(of("fault").id(), "platform-node/x");
    }
}
