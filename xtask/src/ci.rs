//! `cargo xtask ci`: exactly what CI runs, stopping at the first failure.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::arguments::Arguments;
use crate::{Outcome, cargo};

struct Step {
    name: &'static str,
    variables: &'static [(&'static str, &'static str)],
    /// What is typed behind `cargo`; words without spaces.
    command: &'static str,
}

const fn step(name: &'static str, command: &'static str) -> Step {
    Step { name, variables: &[], command }
}

/// Each feature is built alone, so that the compiler enforces what it may use.
const STEPS: &[Step] = &[
    step("format", "fmt --all --check"),
    step("clippy", "clippy --workspace --all-targets -- -D warnings"),
    step("no feature", "clippy --lib --package anchor-conformance --no-default-features -- -D warnings"),
    step(
        "platform",
        "clippy --lib --package anchor-conformance --no-default-features --features platform -- -D warnings",
    ),
    step("mock", "clippy --lib --package anchor-conformance --no-default-features --features mock -- -D warnings"),
    step("store", "clippy --lib --package anchor-conformance --no-default-features --features store -- -D warnings"),
    step(
        "generate",
        "clippy --lib --package anchor-conformance --no-default-features --features generate -- -D warnings",
    ),
    step(
        "scenario",
        "clippy --lib --package anchor-conformance --no-default-features --features scenario -- -D warnings",
    ),
    step("suite", "clippy --lib --package anchor-conformance --no-default-features --features suite -- -D warnings"),
    step("cli", "clippy --lib --package anchor-conformance --no-default-features --features cli -- -D warnings"),
    Step { name: "tests", variables: &[("CI", "1"), ("INSTA_UPDATE", "no")], command: "test --workspace" },
    Step { name: "rustdoc", variables: &[("RUSTDOCFLAGS", "-D warnings")], command: "doc --no-deps --workspace" },
    step("docs", "xtask docs --check"),
    step("scenarios", "xtask scenarios"),
    step("imports", "xtask imports"),
    step("licences", "xtask licences"),
    step("customers", "xtask customers --cases 10000"),
    step("parsers", "xtask parsers"),
    step("privacy", "xtask privacy"),
    step("memory", "xtask memory"),
    step("stores", "xtask stores"),
    step("soak", "xtask soak --requests 50000"),
    step("replicas", "xtask replicas --seconds 10"),
    step("two hosts", "xtask two-hosts"),
    step("interop", "xtask interop"),
    step("browser", "xtask browser"),
    step("fuzz format", "fmt --manifest-path fuzz/Cargo.toml --check"),
    step("fuzz", "xtask fuzz --runs 10000 --seed 1"),
];

pub(crate) fn run(arguments: Arguments) -> Outcome {
    arguments.finish()?;
    let mut times = Vec::new();
    for (number, step) in (1..).zip(STEPS) {
        println!("\n[{number}/{}] {}: {}", STEPS.len(), step.name, step.typed());
        let start = Instant::now();
        step.run().map_err(|error| format!("{} failed: {error}\nto run it again:\n    {}", step.name, step.typed()))?;
        times.push((step.name, start.elapsed()));
    }
    print_times(&times);
    Ok(())
}

impl Step {
    fn run(&self) -> Outcome {
        match self.command.strip_prefix("xtask ") {
            Some(task) => run_task(task),
            None => cargo::run(&mut self.cargo()),
        }
    }

    fn cargo(&self) -> Command {
        let mut command = cargo::cargo();
        command.args(self.command.split(' ')).envs(self.variables.iter().copied());
        command
    }

    /// The step as one would type it.
    fn typed(&self) -> String {
        let variables: String =
            self.variables.iter().map(|(name, value)| format!("{name}={} ", quoted(value))).collect();
        format!("{variables}cargo {}", self.command)
    }
}

fn run_task(words: &str) -> Outcome {
    let mut words = words.split(' ');
    let name = words.next().unwrap_or_default();
    let task = crate::find(name).ok_or_else(|| format!("no task is called `{name}`"))?;
    (task.run)(Arguments::new(words))
}

fn quoted(value: &str) -> String {
    if value.contains(' ') { format!("'{value}'") } else { value.to_owned() }
}

fn print_times(times: &[(&str, Duration)]) {
    println!("\nall of this passed:");
    for (name, time) in times {
        println!("  {name:<12}{:>8.1} s", time.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_prints_as_it_is_typed() {
        let step = Step { name: "x", variables: &[("A", "1"), ("B", "-D x")], command: "doc --no-deps" };
        assert_eq!(step.typed(), "A=1 B='-D x' cargo doc --no-deps");
    }

    #[test]
    fn every_task_of_a_step_exists() {
        let tasks = STEPS.iter().filter_map(|step| step.command.strip_prefix("xtask "));
        for task in tasks {
            assert!(crate::find(task.split(' ').next().unwrap_or_default()).is_some(), "{task}");
        }
    }
}
