//! From a file's path to a scenario, or to the place where the file is wrong.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde_saphyr::{Error, Location, MessageFormatter, UserMessageFormatter};

use super::file::Scenario;
use super::text::bounded;

/// Why a file is no scenario. Printed as `FILE:LINE:COLUMN: MESSAGE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    file: PathBuf,
    place: Option<(u64, u64)>,
    message: String,
}

/// Reads a scenario file.
///
/// # Errors
///
/// When the file cannot be read, or is no scenario: the first thing that is wrong, and what would be right.
pub fn load(file: &Path) -> Result<Scenario, LoadError> {
    let failed = |(place, message)| LoadError { file: file.to_owned(), place, message };
    let text = fs::read_to_string(file).map_err(|error| failed((None, error.to_string())))?;
    read(&text).map_err(failed)
}

/// Where a text is no scenario, counted from 1, and why.
pub(super) type Problem = (Option<(u64, u64)>, String);

/// The scenario that a text is.
pub(super) fn read(text: &str) -> Result<Scenario, Problem> {
    let scenario: Scenario = serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        (error.location().and_then(place), message(error))
    })?;
    check(&scenario)?;
    Ok(scenario)
}

/// What the types cannot say.
fn check(scenario: &Scenario) -> Result<(), Problem> {
    let steps = &scenario.steps;
    if steps.value.is_empty() {
        return Err((place(steps.referenced), "`steps` is empty; a scenario has at least one".to_owned()));
    }
    for (before, step) in steps.value.iter().enumerate() {
        let named = step.value.last_step();
        if named > before {
            let message =
                format!("step {} speaks of ${{id:{named}}}, but only ids of steps before it are known", before + 1);
            return Err((place(step.referenced), message));
        }
        bounded(step.value.send.asked()).map_err(|message| (place(step.referenced), message))?;
    }
    Ok(())
}

fn place(location: Location) -> Option<(u64, u64)> {
    (location.line() > 0).then(|| (location.line(), location.column()))
}

/// What is wrong, and what would be right. The place is said by [`LoadError`].
fn message(error: &Error) -> String {
    match error {
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("a key");
            format!("`{key}` stands here twice; leave one out (JSON that is meant so is written as `json-text`)")
        }
        Error::InvalidScalar { ty, .. } if ty.starts_with(['u', 'i']) => "a whole number must stand here".to_owned(),
        Error::NullIntoString { .. } => "a text must stand here; the text null is written in quotes".to_owned(),
        Error::Eof { .. } => "the file ends too early; a scenario has `about` and `steps`".to_owned(),
        Error::Unexpected { expected: "mapping start", .. } => "a mapping (`key: value`) must stand here".to_owned(),
        Error::Unexpected { expected: "sequence start", .. } => "a list (`- ...`) must stand here".to_owned(),
        other => UserMessageFormatter.format_message(other).into_owned(),
    }
}

impl LoadError {
    /// The same with the file's name for its path: where the file lies is no part of what is wrong with it.
    #[must_use]
    pub fn without_directory(self) -> Self {
        Self { file: self.file.file_name().map(PathBuf::from).unwrap_or(self.file), ..self }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " {}", self.message)
    }
}

impl std::error::Error for LoadError {}
