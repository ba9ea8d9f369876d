//! `cargo xtask ci`: exactly what CI runs, stopping at the first failure.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{env, thread};

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

/// One after the other: builds use every core. Each feature is built alone, so that the compiler enforces what it may
/// use.
const FIRST: &[Step] = &[
    step("format", "fmt --all --check"),
    step("fuzz format", "fmt --manifest-path fuzz/Cargo.toml --check"),
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
];

/// Two at a time, the longest first: they wait for timeouts, processes and a single thread more than they compute.
const TOGETHER: &[Step] = &[
    step("fuzz", "xtask fuzz --runs 10000 --seconds 15 --seed 1 --debug"),
    step("customers", "xtask customers --cases 10000"),
    step("privacy", "xtask privacy"),
    step("stores", "xtask stores"),
    step("browser", "xtask browser"),
    step("parsers", "xtask parsers"),
    step("interop", "xtask interop"),
    step("memory", "xtask memory"),
    step("two hosts", "xtask two-hosts"),
];

/// Alone: they make a load that they judge by the clock.
const LAST: &[Step] = &[step("soak", "xtask soak --requests 50000"), step("replicas", "xtask replicas --seconds 10")];

/// What each step that passed took.
type Times = Vec<(&'static str, Duration)>;

pub(crate) fn run(arguments: Arguments) -> Outcome {
    arguments.finish()?;
    let start = Instant::now();
    let mut times = Times::new();
    one_by_one(FIRST, &mut times)?;
    two_by_two(TOGETHER, &mut times)?;
    one_by_one(LAST, &mut times)?;
    print_times(&times, start.elapsed());
    Ok(())
}

fn one_by_one(steps: &'static [Step], times: &mut Times) -> Outcome {
    for step in steps {
        println!("\n[{}] {}", step.name, step.typed());
        let start = Instant::now();
        step.run().map_err(|error| step.failure(&error.to_string()))?;
        times.push((step.name, start.elapsed()));
    }
    Ok(())
}

/// What a step prints is kept until its end, so that two do not speak at the same time.
fn two_by_two(steps: &'static [Step], times: &mut Times) -> Outcome {
    let waiting: Mutex<VecDeque<&'static Step>> = Mutex::new(steps.iter().collect());
    let ended: Mutex<Vec<Result<(&'static str, Duration), String>>> = Mutex::default();
    let next = || waiting.lock().expect("no worker panics").pop_front();
    let worker = || {
        while let Some(step) = next() {
            let start = Instant::now();
            let (said, outcome) = step.run_apart().unwrap_or_else(|error| (String::new(), Err(error.to_string())));
            let mut ended = ended.lock().expect("no worker panics");
            print!("\n[{}] {}\n{said}", step.name, step.typed());
            if outcome.is_err() {
                waiting.lock().expect("no worker panics").clear();
            }
            ended.push(outcome.map(|()| (step.name, start.elapsed())).map_err(|error| step.failure(&error)));
        }
    };
    thread::scope(|scope| {
        scope.spawn(worker);
        scope.spawn(worker);
    });
    for outcome in ended.into_inner().expect("no worker panics") {
        times.push(outcome?);
    }
    Ok(())
}

impl Step {
    fn run(&self) -> Outcome {
        match self.command.strip_prefix("xtask ") {
            Some(task) => run_task(task),
            None => cargo::run(&mut self.cargo()),
        }
    }

    /// A task in a process of its own: all that it says, and whether it ended well.
    fn run_apart(&self) -> Outcome<(String, Result<(), String>)> {
        let task = self.command.strip_prefix("xtask ").ok_or("only tasks of this program can run beside others")?;
        let (mut said, end) = io::pipe()?;
        let mut command = Command::new(env::current_exe()?);
        command.args(task.split(' ')).stdin(Stdio::null()).stdout(end.try_clone()?).stderr(end);
        let mut running = command.spawn()?;
        // It holds both ends, and this side must see the last one close.
        drop(command);
        let mut text = Vec::new();
        said.read_to_end(&mut text)?;
        let status = running.wait()?;
        let outcome = if status.success() { Ok(()) } else { Err(format!("it ended with {status}")) };
        Ok((String::from_utf8_lossy(&text).into_owned(), outcome))
    }

    fn failure(&self, error: &str) -> String {
        format!("{} failed: {error}\nto run it again:\n    {}", self.name, self.typed())
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

fn print_times(times: &[(&str, Duration)], all: Duration) {
    println!("\nall of this passed:");
    for (name, time) in times.iter().chain([&("in all", all)]) {
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
    fn what_runs_together_is_tasks() {
        assert!(TOGETHER.iter().all(|step| step.command.starts_with("xtask ") && step.variables.is_empty()));
    }

    #[test]
    fn every_task_of_a_step_exists() {
        let steps = [FIRST, TOGETHER, LAST].into_iter().flatten();
        let tasks = steps.filter_map(|step| step.command.strip_prefix("xtask "));
        for task in tasks {
            assert!(crate::find(task.split(' ').next().unwrap_or_default()).is_some(), "{task}");
        }
    }
}
