//! Running cargo from inside `cargo run`, and building the binary that the tasks look at.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Outcome;

const BINARY: &str = "anchor-conformance";
/// The whole-system tests, as `cargo test --workspace` builds them.
pub(crate) const TESTS: [&str; 4] = ["test", "--workspace", "--test", "it"];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

/// `cargo`, without the variables that `cargo run` has set for xtask itself: build scripts of some dependencies watch
/// them, and would build anew each time that they change.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let own = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_BIN_")
        });
        if own {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the command with this process's output and refuses every end but success.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("failed to run {name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} ended with {status}").into()) }
}

/// Builds the binary and says where it is: cargo itself is asked, so that every target directory is right.
///
/// The debug build is the one that `cargo test --workspace` has made for its tests. Any other would be built anew, and half
/// of the dependencies with it, because the tests turn on more of their features.
pub(crate) fn build(profile: Profile) -> Outcome<PathBuf> {
    let mut command = cargo();
    match profile {
        Profile::Debug => command.args(TESTS).args(["--quiet", "--no-run"]),
        Profile::Release => command.args(["build", "--release", "--quiet", "--package", BINARY, "--bin", BINARY]),
    };
    built(&mut command, BINARY)
}

/// Builds a program that is a workspace of its own.
pub(crate) fn build_apart(manifest: &str, program: &str) -> Outcome<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--quiet", "--locked", "--release", "--manifest-path", manifest]);
    built(&mut command, program)
}

/// Builds a program of another workspace into that target directory, with what is built there already.
pub(crate) fn build_into(target: &Path, manifest: &Path, program: &str) -> Outcome<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--quiet", "--offline", "--bin", program]);
    command.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(target);
    built(&mut command, program)
}

fn built(command: &mut Command, program: &str) -> Outcome<PathBuf> {
    command.arg("--message-format=json-render-diagnostics");
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| format!("failed to run cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("failed to build {program}").into());
    }
    let messages = String::from_utf8(output.stdout)?;
    let path = messages.lines().rev().find_map(|message| executable(message, program));
    path.ok_or_else(|| format!("cargo built no {program}").into())
}

fn executable(message: &str, program: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let built = message["reason"] == "compiler-artifact" && message["target"]["name"] == program;
    let path = message["executable"].as_str().filter(|_| built)?;
    Some(PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_read_from_cargos_messages() {
        let built =
            r#"{"reason": "compiler-artifact", "target": {"name": "anchor-conformance"}, "executable": "/x/y"}"#;
        let library = r#"{"reason": "compiler-artifact", "target": {"name": "hyper"}, "executable": null}"#;
        assert_eq!(executable(built, BINARY), Some(PathBuf::from("/x/y")));
        assert_eq!(executable(library, BINARY), None);
        assert_eq!(executable("warning: not JSON", BINARY), None);
    }
}
