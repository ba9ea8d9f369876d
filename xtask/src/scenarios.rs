//! `cargo xtask scenarios`: the scenario files pass, those in directories below too, and those in `scenarios/invalid` are
//! refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use crate::arguments::Arguments;
use crate::cargo::{self, Profile};
use crate::{Outcome, cargo::run as succeed};

/// The exit code of a usage or configuration error.
const REFUSED: i32 = 2;

pub(crate) fn run(arguments: Arguments) -> Outcome {
    let named: Vec<PathBuf> = arguments.files()?.into_iter().map(PathBuf::from).collect();
    let files = if named.is_empty() { all()? } else { named };
    let (invalid, valid): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(|file| must_be_refused(file));
    let binary = cargo::build(Profile::Debug)?;
    if !valid.is_empty() {
        succeed(Command::new(&binary).arg("scenario").args(&valid))?;
    }
    for file in &invalid {
        refuse(&binary, file)?;
    }
    println!("{} scenarios passed, {} files refused as they must be", valid.len(), invalid.len());
    Ok(())
}

fn all() -> Outcome<Vec<PathBuf>> {
    let mut files = yaml_files(Path::new("scenarios"))?;
    for entry in fs::read_dir("scenarios")? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(yaml_files(&path)?);
        }
    }
    Ok(files)
}

/// An empty directory is an error: it would pass without having tested anything.
fn yaml_files(directory: &Path) -> Outcome<Vec<PathBuf>> {
    let entries =
        fs::read_dir(directory).map_err(|error| format!("failed to read {}: {error}", directory.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() { Err(format!("there is no *.yaml in {}", directory.display()).into()) } else { Ok(files) }
}

fn must_be_refused(file: &Path) -> bool {
    file.parent().is_some_and(|directory| directory.ends_with("invalid"))
}

fn refuse(binary: &Path, file: &Path) -> Outcome {
    let output = Command::new(binary).arg("scenario").arg(file).output()?;
    if output.status.code() == Some(REFUSED) {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(not_refused(file, output.status, &said).into())
}

fn not_refused(file: &Path, status: ExitStatus, said: &str) -> String {
    format!("{} must be refused with exit code {REFUSED}, but: {status}\n{said}", file.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_says_what_must_be_refused() {
        assert!(must_be_refused(Path::new("scenarios/invalid/unknown-key.yaml")));
        assert!(!must_be_refused(Path::new("scenarios/invalid.yaml")));
    }
}
