//! `cargo xtask detection`: does the suite find what is broken, and nothing else?
//!
//! The suite runs against the mock anchor with each of its faults and legal variants, against three anchors that share no
//! code with ours, and against our platform and two that share no code with it, sound and broken. [`expected`] and
//! [`expected_platform`] say beforehand what each fault breaks; a fault that no check of those requirements notices has
//! survived. The outcome is `docs/detection.md` and `docs/detection-platform.md`.

mod anchors;
mod expected;
mod expected_platform;
mod findings;
mod history;
mod judgement;
mod lists;
mod page;
mod platforms;
mod stage;
mod subject;
mod trial;

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, mpsc};
use std::thread;

use crate::Outcome;
use crate::arguments::Arguments;
use crate::cargo::{self, Profile};
use findings::{Finding, Findings};
use judgement::judge;
use lists::Lists;
use subject::{Subject, Target};
use trial::{Ended, Trial};

/// Far more than cores: a run mostly waits for what an anchor may do later, or for a platform to give up its anchor.
const JOBS: usize = 8;

pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let check = arguments.flag("--check");
    let jobs = arguments.number("--jobs")?.unwrap_or(JOBS).max(1);
    let only = arguments.text("--only")?;
    let targets = targets(arguments.text("--target")?.as_deref())?;
    arguments.finish()?;
    let binary = cargo::build(Profile::Release)?;
    let reports = binary.with_file_name("detection");
    fs::create_dir_all(&reports).map_err(|error| format!("failed to create {}: {error}", reports.display()))?;
    let lists = Lists::ask(&binary)?;
    let subjects = subject::all(&binary, &lists, &targets)?;
    let whole = if only.is_none() { targets } else { Vec::new() };
    let unknown = if whole.is_empty() { Vec::new() } else { expected::unknown_names(&subjects, &lists) };
    let chosen = subjects.into_iter().filter(|subject| only.as_deref().is_none_or(|glob| matches(glob, &subject.id())));
    let chosen: Vec<Subject> = chosen.collect();
    if chosen.is_empty() {
        return Err("--only leaves nothing to try; names look like default, variant/long-ids, fault/no-id, \
             node/clean, platform-node/clean"
            .into());
    }
    let findings = Findings::new(try_all(chosen, &binary, &reports, jobs), unknown, &lists, whole);
    println!("\n{}", findings.summary());
    println!("the reports are in {}", reports.display());
    let stale = keep_pages(&findings, check)?;
    findings.verdict(stale)
}

/// The targets of `--target`; all without it.
fn targets(word: Option<&str>) -> Outcome<Vec<Target>> {
    let chosen: Vec<_> =
        Target::ALL.into_iter().filter(|target| word.is_none_or(|word| word == target.word())).collect();
    if chosen.is_empty() { Err("--target is anchor or platform".into()) } else { Ok(chosen) }
}

/// Where what was found out about that kind of target is written down.
fn file(target: Target) -> &'static str {
    match target {
        Target::Anchor => "docs/detection.md",
        Target::Platform => "docs/detection-platform.md",
    }
}

/// Writes the page of every target that was tried as a whole, or with `check` compares their verdicts with those of the
/// pages that are there, and says what differs.
fn keep_pages(findings: &Findings<'_>, check: bool) -> Outcome<Vec<String>> {
    let mut stale = Vec::new();
    for &target in &findings.whole {
        let (file, page) = (file(target), page::write(findings, target));
        if check {
            stale.extend(page::differences(file, &fs::read_to_string(file).unwrap_or_default(), &page));
            continue;
        }
        fs::write(file, page).map_err(|error| format!("failed to write {file}: {error}"))?;
        println!("wrote {file}");
    }
    Ok(stale)
}

/// Tries every subject, several at a time; the findings are in the order of the subjects.
fn try_all(subjects: Vec<Subject>, binary: &Path, reports: &Path, jobs: usize) -> Vec<Finding> {
    let total = subjects.iter().map(|subject| subject.runs.len()).sum::<usize>();
    println!("{total} runs of the suite against {} subjects, {jobs} at a time", subjects.len());
    let waiting: VecDeque<_> = subjects
        .iter()
        .enumerate()
        .flat_map(|(index, subject)| (0..subject.runs.len()).map(move |run| (index, run)))
        .collect();
    let waiting = Mutex::new(waiting);
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.pop_front());
    let (sender, receiver) = mpsc::channel::<(usize, usize, Ended)>();
    let mut ended: Vec<Vec<(usize, Ended)>> = subjects.iter().map(|_| Vec::new()).collect();
    thread::scope(|scope| {
        for _ in 0..jobs {
            let (sender, subjects, next) = (sender.clone(), &subjects, &next);
            scope.spawn(move || {
                while let Some((index, run)) = next() {
                    let trial = trial::attempt(&subjects[index], run, binary, reports);
                    if sender.send((index, run, trial)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (number, (index, run, trial)) in (1..).zip(&receiver) {
            println!("[{number}/{total}] {} {}", subjects[index].run_name(run), trial::in_a_line(&trial));
            ended[index].push((run, trial));
        }
    });
    subjects.into_iter().zip(ended).map(|(subject, ended)| found(subject, ended)).collect()
}

fn found(subject: Subject, mut ended: Vec<(usize, Ended)>) -> Finding {
    ended.sort_by_key(|(run, _)| *run);
    let trials: Result<Vec<Trial>, String> = ended.into_iter().map(|(_, trial)| trial).collect();
    let judgement = judge(&subject, trials);
    Finding { subject, judgement }
}

/// Whether a name has the form of a pattern, in which `*` stands for anything.
fn matches(glob: &str, name: &str) -> bool {
    match glob.split_once('*') {
        None => glob == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|left| {
            (0..=left.len()).filter(|&at| left.is_char_boundary(at)).any(|at| matches(rest, &left[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_can_be_of_one_target() -> Outcome {
        assert_eq!(targets(Some("platform"))?, [Target::Platform]);
        assert_eq!(targets(None)?, Target::ALL);
        assert!(targets(Some("plattform")).is_err());
        Ok(())
    }

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("fault/*-id-*", "fault/new-id-on-update"));
        assert!(matches("*", "") && matches("a*", "a") && matches("*c", "abc"));
        assert!(!matches("fault/*", "variant/long-ids"));
        assert!(!matches("a*b", "abc"));
    }
}
