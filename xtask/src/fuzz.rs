//! `cargo xtask fuzz`: builds the targets of `fuzz/` with cargo-fuzz and lets each run for a while.
//!
//! Without a sanitizer: the crate forbids unsafe code, so there is nothing for one to find that a panic does not show.
//! Each run has two corpora: its own in `fuzz/target`, which grows, and the small one in the repository, which is only
//! read. An input that finds something is left in `fuzz/artifacts`. As many targets run at a time as there are cores.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use crate::arguments::Arguments;
use crate::{Outcome, cargo};

/// With what the targets run, and how much is asked of each.
struct Run {
    name: &'static str,
    /// Options of libFuzzer: the longest input, in bytes; without `len_control` inputs are of any length at once.
    options: &'static [&'static str],
}

const RUNS: &[Run] = &[
    Run { name: "account", options: &["-max_len=256"] },
    Run { name: "anchor_answer", options: &["-max_len=2048"] },
    Run { name: "challenge", options: &["-max_len=1024"] },
    Run { name: "json", options: &["-max_len=4096"] },
    Run { name: "multipart", options: &["-max_len=8192"] },
    Run { name: "scenario", options: &["-max_len=4096"] },
    Run { name: "stellar_toml", options: &["-max_len=2048"] },
    Run { name: "suite_reads_answer", options: &["-max_len=4096"] },
    Run { name: "suite_reads_request", options: &["-max_len=4096"] },
    Run { name: "token", options: &["-max_len=512"] },
    Run { name: "urlencoded", options: &["-max_len=4096"] },
    Run { name: "whole_request", options: &["-max_len=2048", "-len_control=0"] },
];

/// How the targets are built.
#[derive(Clone, Copy)]
enum Build {
    /// Slow to build, quick to run.
    Optimised,
    /// In half the time, and ten times slower: for few runs of many targets.
    Debug,
}

/// When each run ends, and where it begins.
#[derive(Clone, Copy)]
struct Extent {
    seconds: Option<u64>,
    runs: Option<u64>,
    seed: Option<u64>,
}

const SECONDS: u64 = 60;
const DIRECTORY: &str = "fuzz/target/runs";

pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let only = arguments.text("--target")?;
    let build = if arguments.flag("--debug") { Build::Debug } else { Build::Optimised };
    let extent = Extent::of(&mut arguments)?;
    arguments.finish()?;
    let runs: Vec<&Run> = RUNS.iter().filter(|run| only.as_deref().is_none_or(|only| run.name == only)).collect();
    if runs.is_empty() {
        let names: Vec<&str> = RUNS.iter().map(|run| run.name).collect();
        return Err(format!("there is no such target; there are {}", names.join(", ")).into());
    }
    refuse_without_tool()?;
    fs::create_dir_all(DIRECTORY)?;
    build.run(only.as_deref())?;
    let failed = run_all(&runs, build, extent);
    if failed.is_empty() { Ok(()) } else { Err(format!("{} found something", failed.join(", ")).into()) }
}

fn refuse_without_tool() -> Outcome {
    let mut command = cargo::cargo();
    command.args(["fuzz", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    if command.status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err("cargo-fuzz is missing; install it with `cargo install cargo-fuzz --locked`".into())
}

impl Extent {
    /// A minute, if neither time nor runs are given. With both, what is reached first.
    fn of(arguments: &mut Arguments) -> Outcome<Self> {
        let (seconds, runs) = (arguments.number("--seconds")?, arguments.number("--runs")?);
        let seed = arguments.number("--seed")?;
        if seed.is_some_and(|seed| seed == 0 || u32::try_from(seed).is_err()) {
            return Err("--seed must be from 1 to 4294967295".into());
        }
        Ok(Self { seconds: if runs.is_none() { seconds.or(Some(SECONDS)) } else { seconds }, runs, seed })
    }

    /// As libFuzzer wants to hear it.
    fn options(self) -> impl Iterator<Item = String> {
        let option = |name: &str, value: Option<u64>| value.map(|value| format!("-{name}={value}"));
        [option("max_total_time", self.seconds), option("runs", self.runs), option("seed", self.seed)]
            .into_iter()
            .flatten()
    }
}

impl Build {
    /// On a stable toolchain, which is as good here: the instrumentation alone is not stable.
    fn run(self, only: Option<&str>) -> Outcome {
        let mut command = cargo::cargo();
        command.env("RUSTC_BOOTSTRAP", "1");
        command.args(["fuzz", "build", "--sanitizer", "none", "--codegen-units", "16", "--target-dir", "fuzz/target"]);
        if let Self::Debug = self {
            command.arg("--dev");
        }
        cargo::run(command.args(only))
    }

    /// Where cargo-fuzz leaves its programs: below the directory of the host's triple.
    fn executable(self, name: &str) -> Outcome<PathBuf> {
        let profile = match self {
            Self::Optimised => "release",
            Self::Debug => "debug",
        };
        let directories = fs::read_dir("fuzz/target")?.filter_map(Result::ok);
        let mut programs = directories.map(|directory| directory.path().join(profile).join(name));
        programs.find(|program| program.exists()).ok_or_else(|| format!("cargo-fuzz built no {name}").into())
    }
}

/// Gives the names of the targets that found something.
fn run_all(runs: &[&Run], build: Build, extent: Extent) -> Vec<&'static str> {
    let waiting: Mutex<VecDeque<&Run>> = Mutex::new(runs.iter().copied().collect());
    let failed = Mutex::new(Vec::new());
    let next = || waiting.lock().expect("no worker panics").pop_front();
    let worker = || {
        while let Some(run) = next() {
            match run.start(build, extent) {
                Ok(line) => println!("  {:<22}{line}", run.name),
                Err(error) => {
                    println!("  {:<22}{error}", run.name);
                    failed.lock().expect("no worker panics").push(run.name);
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(worker);
        }
    });
    failed.into_inner().expect("no worker panics")
}

impl Run {
    /// Runs the target, and says what libFuzzer reports of it in the end.
    fn start(&self, build: Build, extent: Extent) -> Outcome<String> {
        let is_seeded = extent.seed.is_some();
        let (grown, log) = (path(self.name, if is_seeded { "seeded" } else { "corpus" }), path(self.name, "log"));
        if is_seeded && grown.exists() {
            // What an earlier run has found would lead this one elsewhere.
            fs::remove_dir_all(&grown)?;
        }
        fs::create_dir_all(&grown)?;
        let program = build.executable(self.name)?;
        let mut command = self.command(&program, &grown)?;
        command.args(extent.options());
        let output = File::create(&log)?;
        let status = command.stdout(output.try_clone()?).stderr(output).status()?;
        let log = fs::read(&log)?;
        let log = String::from_utf8_lossy(&log);
        if status.success() {
            return summary(&log)
                .ok_or_else(|| format!("reported no figures; see {}", path(self.name, "log").display()).into());
        }
        Err(format!("{}\n{}", reproduction(&program, &log), tail(&log)).into())
    }

    fn command(&self, program: &Path, grown: &Path) -> Outcome<Command> {
        let mut command = Command::new(program);
        command.arg(grown).arg(Path::new("fuzz/corpus").join(self.name)).args([
            "-timeout=10",
            "-rss_limit_mb=1024",
            "-print_final_stats=1",
            "-artifact_prefix=fuzz/artifacts/",
        ]);
        command.args(self.options);
        fs::create_dir_all("fuzz/artifacts")?;
        let dictionary = format!("fuzz/dictionaries/{}.dict", self.name);
        if Path::new(&dictionary).exists() {
            command.arg(format!("-dict={dictionary}"));
        }
        Ok(command)
    }
}

fn path(name: &str, ending: &str) -> PathBuf {
    Path::new(DIRECTORY).join(format!("{name}.{ending}"))
}

/// Executions, speed, coverage and corpus of libFuzzer's last lines.
fn summary(log: &str) -> Option<String> {
    let figure = |name: &str| log.lines().rev().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
    let executions = figure("stat::number_of_executed_units:")?;
    let speed = figure("stat::average_exec_per_sec:")?;
    let last = log.lines().rev().find(|line| line.starts_with('#') && line.contains("cov: "))?;
    let covered = last.split("cov: ").nth(1)?.split(' ').next()?;
    Some(format!("{executions:>10} executions, {speed:>6} a second, {covered:>6} edges covered"))
}

fn reproduction(program: &Path, log: &str) -> String {
    let input = log.lines().find_map(|line| line.split("Test unit written to ").nth(1));
    match input {
        Some(input) => format!("found something; to see it again:\n    {} {input}", program.display()),
        None => "ended without a summary".to_owned(),
    }
}

/// The end of a log, where the panic and its place are.
fn tail(log: &str) -> String {
    const LINES: usize = 60;
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "#2\tINITED cov: 31 ft: 32 corp: 1/1b exec/s: 0 rss: 31Mb\n\
        #77\tDONE   cov: 40 ft: 51 corp: 9/30b lim: 4 exec/s: 38 rss: 40Mb\n\
        stat::number_of_executed_units: 77\nstat::average_exec_per_sec:     38\nstat::peak_rss_mb:              40\n";

    #[test]
    fn the_figures_are_read_from_the_last_lines() {
        let summary = summary(LOG).expect("a whole log");
        assert_eq!(
            summary.split_whitespace().collect::<Vec<_>>().join(" "),
            "77 executions, 38 a second, 40 edges covered"
        );
        assert_eq!(super::summary("#2\tINITED cov: 31"), None);
    }

    #[test]
    fn a_finding_says_how_to_see_it_again() {
        let log =
            "==1== ERROR: libFuzzer: deadly signal\nartifact_prefix='x'; Test unit written to fuzz/artifacts/crash-1\n";
        assert!(reproduction(Path::new("here/json"), log).ends_with("    here/json fuzz/artifacts/crash-1"));
    }

    #[test]
    fn a_run_has_an_end() -> Outcome {
        let options = |words: &[&str]| -> Outcome<String> {
            Ok(Extent::of(&mut Arguments::new(words.iter().copied()))?.options().collect::<Vec<_>>().join(" "))
        };
        assert_eq!(options(&[])?, "-max_total_time=60");
        assert_eq!(options(&["--runs", "7"])?, "-runs=7");
        assert_eq!(options(&["--runs", "7", "--seed", "1", "--seconds", "2"])?, "-max_total_time=2 -runs=7 -seed=1");
        assert!(options(&["--seed", "0"]).is_err());
        Ok(())
    }

    #[test]
    fn every_target_is_run_and_has_a_corpus() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask has a directory above it");
        let mut targets: Vec<_> = fs::read_dir(top.join("fuzz/fuzz_targets"))
            .expect("the targets")
            .map(|entry| entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned())
            .collect();
        targets.sort();
        assert_eq!(targets, RUNS.iter().map(|run| run.name).collect::<Vec<_>>());
        for name in targets {
            let seeds = fs::read_dir(top.join("fuzz/corpus").join(&name)).expect("a corpus").count();
            assert!(seeds > 0, "{name}");
        }
    }
}
