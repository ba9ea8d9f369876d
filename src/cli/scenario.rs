//! `scenario`: run scenario files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{EXIT_FAILED, EXIT_OK, Usage, say};
use crate::scenario::{self, Failure, Outcome, Scenario};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The files to run; of a directory, all *.yaml in it and below, but for directories called `invalid`
    #[arg(value_name = "FILE", required_unless_present = "schema")]
    files: Vec<PathBuf>,
    /// Print the JSON Schema of scenario files instead
    #[arg(long)]
    schema: bool,
}

impl Arguments {
    pub(super) fn run(self) -> Result<u8, Usage> {
        if self.schema {
            say(&format!("{}\n", scenario::schema()));
            return Ok(EXIT_OK);
        }
        let scenarios = read(&self.files)?;
        let mut failed = 0;
        for (file, scenario) in &scenarios {
            let failures = play(file, scenario)?;
            print(file, scenario, &failures);
            failed += usize::from(!failures.is_empty());
        }
        say(&format!("\n{} passed, {failed} failed\n", scenarios.len() - failed));
        Ok(if failed == 0 { EXIT_OK } else { EXIT_FAILED })
    }
}

/// All files, before the first is run: a typing error should not cost a wait.
fn read(named: &[PathBuf]) -> Result<Vec<(PathBuf, Scenario)>, Usage> {
    let mut scenarios = Vec::new();
    for path in named {
        for file in files(path)? {
            let scenario = scenario::load(&file).map_err(|error| Usage::new(error.to_string()))?;
            scenarios.push((file, scenario));
        }
    }
    Ok(scenarios)
}

fn files(path: &Path) -> Result<Vec<PathBuf>, Usage> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    find(path, &mut files).map_err(|error| Usage::new(format!("{}: {error}", path.display())))?;
    files.sort();
    if files.is_empty() { Err(Usage::new(format!("{}: there is no *.yaml in it", path.display()))) } else { Ok(files) }
}

fn find(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("invalid") {
                find(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}

fn play(file: &Path, scenario: &Scenario) -> Result<Vec<Failure>, Usage> {
    let mut failures = Vec::new();
    for front in scenario.fronts() {
        let outcome = scenario::run(scenario, *front);
        let outcome = outcome.map_err(|error| Usage::new(format!("{}: cannot be run: {error}", file.display())))?;
        if let Outcome::Failed(failure) = outcome {
            failures.push(*failure);
        }
    }
    Ok(failures)
}

fn print(file: &Path, scenario: &Scenario, failures: &[Failure]) {
    let fronts: Vec<String> = scenario.fronts().iter().map(ToString::to_string).collect();
    let verdict = if failures.is_empty() { "pass" } else { "FAIL" };
    say(&format!("{verdict}  {} ({})\n", file.display(), fronts.join(", ")));
    for failure in failures {
        say(&format!("\n{failure}\n"));
    }
}
