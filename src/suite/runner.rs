//! Runs checks against an anchor, several at a time, each within its time.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::pin;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::check::{Check, Finding, NotKept, Verdict};
use super::checks::checks;
use super::cleanup::delete_all;
use super::client::Client;
use super::context::{Context, Suite};
use super::curl::quote;
use super::discovery::{Survey, Untestable, survey};
use super::options::{DEFAULT_CASES, DEFAULT_SETTLE, DEFAULT_TIMEOUT, Options};
use super::people::Inventor;
use super::requirement::Level;
use super::run::{CheckResult, Run, TargetKind, Tested};
use crate::sep10::credentials::Credentials;
use crate::wire::connect::InvalidRoots;

/// Tests an anchor. `progress` is told of every check that ends; of none if the target cannot be tested at all.
///
/// When `stop` completes, the checks that are not done become inconclusive, and the run still cleans up and reports.
///
/// # Errors
///
/// When the certificate authorities given cannot be read.
pub async fn run(
    options: &Options,
    mut progress: impl FnMut(&CheckResult),
    stop: impl Future<Output = ()>,
) -> Result<Run, InvalidRoots> {
    let (started_at, begun) = (Timestamp::now(), Instant::now());
    let suite = Arc::new(suite(options, started_at)?);
    let selection = options.selection();
    let mut done = BTreeMap::new();
    let mut notes = Vec::new();
    pin!(stop);
    let cause = tokio::select! {
        tested = test(options, &suite, &selection, &mut done, &mut notes, &mut progress) => match tested {
            Ok(surveys) => refused_by_all(&surveys),
            Err(Untestable(cause)) => Some(cause),
        },
        () = stop => Some("the run was interrupted".to_owned()),
    };
    if !options.keep {
        notes.extend(delete_all(&suite).await);
    }
    let untested = |check| {
        let reason = cause.clone().unwrap_or_else(|| "the check did not end".to_owned());
        result(options, check, Err(NotKept::Inconclusive { reason }), Vec::new(), Duration::ZERO)
    };
    let checks = selection.into_iter().map(|check| done.remove(check.id).unwrap_or_else(|| untested(check))).collect();
    Ok(Run {
        target: Tested { kind: TargetKind::Anchor, url: options.target.to_string() },
        seed: options.seed,
        started_at,
        duration: begun.elapsed(),
        strict: options.strict,
        checks,
        cause,
        notes,
    })
}

fn suite(options: &Options, now: Timestamp) -> Result<Suite, InvalidRoots> {
    Ok(Suite {
        client: Client::new(options)?,
        inventor: Inventor { fields: options.fields.clone(), files: options.files.clone() },
        seed: options.seed,
        year: jiff::tz::Offset::UTC.to_datetime(now).year(),
        settle: options.settle,
        cases: options.cases,
        identities: options.identities.clone(),
        created: Mutex::default(),
    })
}

async fn test(
    options: &Options,
    suite: &Arc<Suite>,
    selection: &[&'static Check],
    done: &mut BTreeMap<&'static str, CheckResult>,
    notes: &mut Vec<String>,
    progress: &mut impl FnMut(&CheckResult),
) -> Result<Arc<[Survey]>, Untestable> {
    let surveys = discover(options, suite).await?;
    notes.extend(surveys.iter().filter_map(|survey| survey.note.clone()));
    let surveys: Arc<[Survey]> = surveys.into();
    let cases = u64::try_from(options.cases).unwrap_or(u64::MAX);
    let limit = options.timeout * 8 + options.settle * 3 + Duration::from_secs(20u64.saturating_add(cases));
    let mut waiting = selection.iter();
    let mut running = JoinSet::new();
    let mut names = HashMap::new();
    loop {
        while running.len() < options.jobs.max(1)
            && let Some(&check) = waiting.next()
        {
            let context = Context::new(suite.clone(), surveys.clone(), number(check), check.id);
            let task = running.spawn(attempt(check, context, limit));
            names.insert(task.id(), check);
        }
        let Some(ended) = running.join_next_with_id().await else { return Ok(surveys) };
        let crash = || NotKept::inconclusive("the check itself crashed; please report this as a bug of this tool");
        let (check, ended) = match ended {
            Ok((task, ended)) => (names.remove(&task), ended),
            Err(error) => (names.remove(&error.id()), (Err(crash()), Vec::new(), Duration::ZERO)),
        };
        let Some(check) = check else { continue };
        let result = result(options, check, ended.0, ended.1, ended.2);
        progress(&result);
        done.insert(check.id, result);
    }
}

/// Why what was found tells little: no check could have a customer to work with.
fn refused_by_all(surveys: &[Survey]) -> Option<String> {
    let refusal = surveys.first()?.refusal.as_ref()?;
    Some(format!("the anchor accepts no complete customer: {refusal}"))
}

async fn discover(options: &Options, suite: &Arc<Suite>) -> Result<Vec<Survey>, Untestable> {
    let types: Vec<Option<&str>> = match options.types.as_slice() {
        [] => vec![None],
        types => types.iter().map(|name| Some(name.as_str())).collect(),
    };
    let mut surveys = Vec::new();
    // The checks have the numbers from 1 on: nobody may be invented twice.
    for (name, number) in types.into_iter().zip(std::iter::once(0).chain(checks().count() as u64 + 1..)) {
        let label = format!("discovery/{}", name.unwrap_or_default());
        let mut context = Context::new(suite.clone(), Arc::from([]), number, &label);
        surveys.push(survey(&mut context, name).await?);
    }
    Ok(surveys)
}

/// A check's place among all checks, the ones not selected included, so that selecting changes no request.
fn number(check: &Check) -> u64 {
    checks().zip(1..).find_map(|(other, number)| (other.id == check.id).then_some(number)).unwrap_or(0)
}

type Ended = (Finding, Vec<crate::wire::transcript::Exchange>, Duration);

async fn attempt(check: &'static Check, mut context: Context, limit: Duration) -> Ended {
    let begun = Instant::now();
    let finding = timeout(limit, (check.run)(&mut context))
        .await
        .unwrap_or_else(|_| Err(NotKept::inconclusive(format!("the check took more than {} s", limit.as_secs()))));
    (finding, context.take_exchanges(), begun.elapsed())
}

fn result(
    options: &Options,
    check: &'static Check,
    finding: Finding,
    exchanges: Vec<crate::wire::transcript::Exchange>,
    duration: Duration,
) -> CheckResult {
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
    CheckResult {
        id: check.id,
        title: check.title,
        requirements: check.requirements,
        level,
        source_level: check.source_level(),
        verdict,
        reason,
        expected,
        actual,
        replay: replay(options, check),
        exchanges,
        duration,
    }
}

/// The command that runs one check again; credentials are read from the environment.
fn replay(options: &Options, check: &Check) -> String {
    let mut words = ["anchor-conformance", "check", "anchor"].map(str::to_owned).to_vec();
    words.push(quote(&options.target.to_string()));
    words.extend(["--seed".to_owned(), options.seed.to_string(), "--only".to_owned(), quote(check.id)]);
    match options.auth {
        Credentials::None => {}
        Credentials::ApiKey(_) => words.extend(["--auth", "api-key:env:ANCHOR_API_KEY"].map(str::to_owned)),
        Credentials::Jwt(_) => words.extend(["--auth", "jwt:env:ANCHOR_JWT_SECRET"].map(str::to_owned)),
    }
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
    words.extend(options.replay.iter().map(|word| quote(word)));
    words.join(" ")
}
