//! What the binary says of itself: `list NAME --json`.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::subject::Target;
use crate::Outcome;

/// The lists, each as the array that was printed.
pub(super) struct Lists {
    pub(super) requirements: Vec<Value>,
    pub(super) checks: Vec<Value>,
    pub(super) faults: Vec<Value>,
    pub(super) variants: Vec<Value>,
}

impl Lists {
    pub(super) fn ask(binary: &Path) -> Outcome<Self> {
        let list = |name: &str| array(Command::new(binary).args(["list", name, "--json"]));
        Ok(Self {
            requirements: list("requirements")?,
            checks: list("checks")?,
            faults: list("faults")?,
            variants: list("variants")?,
        })
    }

    pub(super) fn has_requirement(&self, id: &str) -> bool {
        self.requirements.iter().any(|requirement| requirement["id"] == id)
    }

    pub(super) fn has_variant(&self, name: &str) -> bool {
        self.variants.iter().any(|variant| variant["name"] == name)
    }

    /// How many requirements there are of that kind of target.
    pub(super) fn requirements_of(&self, target: Target) -> usize {
        self.requirements.iter().filter(|requirement| requirement["target"] == target.word()).count()
    }

    /// The checks of that kind of target.
    pub(super) fn check_ids_of(&self, target: Target) -> impl Iterator<Item = &str> {
        let checks = self.checks.iter().filter(move |check| check["target"] == target.word());
        checks.filter_map(|check| check["id"].as_str())
    }
}

/// The JSON array that a command prints.
pub(super) fn array(command: &mut Command) -> Outcome<Vec<Value>> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("failed to run {name}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{name} ended with {}", output.status).into());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{name} printed no list: {error}").into())
}

/// The texts in a JSON array.
pub(super) fn texts(array: &Value) -> Vec<String> {
    array.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
