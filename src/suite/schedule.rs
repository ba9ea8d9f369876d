//! Tries checks, several at a time, each within its time, and turns what they find into results.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::check::{Check, Finding, NotKept, Verdict};
use super::curl::quote;
use super::options::{DEFAULT_CASES, DEFAULT_SETTLE, DEFAULT_TIMEOUT, Options};
use super::requirement::Level;
use super::run::CheckResult;
use crate::wire::redactor::Redactor;
use crate::wire::transcript::Exchange;

/// What a check found, what was sent for it, and how long it took.
pub(super) struct Ended {
    finding: Finding,
    exchanges: Vec<Exchange>,
    duration: Duration,
}

/// The results so far, by the checks' ids.
pub(super) type Done = BTreeMap<&'static str, CheckResult>;

impl Ended {
    fn untried(finding: Finding) -> Self {
        Self { finding, exchanges: Vec::new(), duration: Duration::ZERO }
    }
}

/// Runs a check's program to its end or to the limit; `exchanges` is asked afterwards in both cases.
pub(super) async fn attempt(
    finding: impl Future<Output = Finding>,
    limit: Duration,
    exchanges: impl FnOnce() -> Vec<Exchange>,
) -> Ended {
    let begun = Instant::now();
    let finding = timeout(limit, finding)
        .await
        .unwrap_or_else(|_| Err(NotKept::inconclusive(format!("the check took more than {} s", limit.as_secs()))));
    Ended { finding, exchanges: exchanges(), duration: begun.elapsed() }
}

/// Tries every check; `start` makes the attempt of one.
pub(super) async fn try_all<A>(
    options: &Options,
    redactor: &Redactor,
    auth: &[&str],
    selection: &[&'static Check],
    start: impl Fn(&'static Check) -> A,
    done: &mut Done,
    progress: &mut impl FnMut(&CheckResult),
) where
    A: Future<Output = Ended> + Send + 'static,
{
    let mut waiting = selection.iter();
    let mut running = JoinSet::new();
    let mut names = HashMap::new();
    loop {
        while running.len() < options.jobs.max(1)
            && let Some(&check) = waiting.next()
        {
            let task = running.spawn(start(check));
            names.insert(task.id(), check);
        }
        let Some(ended) = running.join_next_with_id().await else { return };
        let crash = || NotKept::inconclusive("the check itself crashed; please report this as a bug of this tool");
        let (check, ended) = match ended {
            Ok((task, ended)) => (names.remove(&task), ended),
            Err(error) => (names.remove(&error.id()), Ended::untried(Err(crash()))),
        };
        let Some(check) = check else { continue };
        let result = result(options, redactor, auth, check, ended);
        progress(&result);
        done.insert(check.id, result);
    }
}

/// How long one check may take.
pub(super) fn limit(options: &Options) -> Duration {
    let cases = u64::try_from(options.cases).unwrap_or(u64::MAX);
    options.timeout * 8 + options.settle * 3 + Duration::from_secs(20u64.saturating_add(cases))
}

/// One result for each check selected; what was not tried has the cause as its reason.
pub(super) fn complete(
    options: &Options,
    redactor: &Redactor,
    auth: &[&str],
    selection: Vec<&'static Check>,
    mut done: Done,
    cause: Option<&str>,
) -> Vec<CheckResult> {
    let untested = |check| {
        let reason = cause.unwrap_or("the check did not end");
        result(options, redactor, auth, check, Ended::untried(Err(NotKept::inconclusive(reason))))
    };
    selection.into_iter().map(|check| done.remove(check.id).unwrap_or_else(|| untested(check))).collect()
}

fn result(options: &Options, redactor: &Redactor, auth: &[&str], check: &'static Check, ended: Ended) -> CheckResult {
    let Ended { finding, exchanges, duration } = ended;
    let level = check.level();
    let (verdict, reason, expected, actual) = match finding {
        Ok(()) => (Verdict::Pass, None, None, None),
        Err(NotKept::Broken { expected, actual }) => {
            let verdict = if level == Level::Must { Verdict::Fail } else { Verdict::Warn };
            (verdict, None, Some(expected), Some(actual))
        }
        Err(NotKept::Skip { reason }) => (Verdict::Skip, Some(reason), None, None),
        Err(NotKept::Inconclusive { reason }) => (Verdict::Inconclusive, Some(reason), None, None),
    };
    // A finding may quote what the target made of a secret: as an id, in a field, in an error.
    let told = |text: Option<String>| redactor.sentences(text.as_slice()).pop();
    CheckResult {
        id: check.id,
        title: check.title,
        requirements: check.requirements,
        level,
        source_level: check.source_level(),
        verdict,
        reason: told(reason),
        expected: told(expected),
        actual: told(actual),
        replay: replay(options, auth, check),
        exchanges,
        duration,
    }
}

/// The command that runs one check again; credentials are read from the environment.
fn replay(options: &Options, auth: &[&str], check: &Check) -> String {
    let mut words = ["anchor-conformance", "check", check.target().as_str()].map(str::to_owned).to_vec();
    words.push(quote(&options.target.to_string()));
    words.extend(["--seed".to_owned(), options.seed.to_string(), "--only".to_owned(), quote(check.id)]);
    words.extend(auth.iter().map(|word| (*word).to_owned()));
    words.extend(options.types.iter().flat_map(|name| ["--type".to_owned(), quote(name)]));
    let fields = options.fields.iter().map(|(name, value)| format!("{name}={value}"));
    words.extend(fields.flat_map(|field| ["--field".to_owned(), quote(&field)]));
    words.extend(options.identities.iter().flat_map(|kind| ["--identities".to_owned(), kind.name().to_owned()]));
    let numbers = [
        ("--cases", options.cases != DEFAULT_CASES, options.cases as u64),
        ("--settle", options.settle != DEFAULT_SETTLE, options.settle.as_secs()),
        ("--timeout", options.timeout != DEFAULT_TIMEOUT, options.timeout.as_secs()),
    ];
    let changed = numbers.into_iter().filter(|(_, is_changed, _)| *is_changed);
    words.extend(changed.flat_map(|(name, _, number)| [name.to_owned(), number.to_string()]));
    let anchor_timeout = options.anchor_timeout.map(|time| time.as_secs().to_string());
    words.extend(anchor_timeout.into_iter().flat_map(|time| ["--anchor-timeout".to_owned(), time]));
    words.extend(options.replay.iter().map(|word| quote(word)));
    words.join(" ")
}
