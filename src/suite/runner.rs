//! Runs checks against an anchor: survey, checks, cleanup.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio::pin;
use tokio::time::Instant;

use super::check::{Attempt, Check};
use super::checks::checks;
use super::cleanup::delete_all;
use super::client::Client;
use super::context::{Context, Suite};
use super::discovery::{Survey, Untestable, survey};
use super::options::Options;
use super::people::Inventor;
use super::run::{CheckResult, Run, TargetKind, Tested};
use super::schedule::{Done, Ended, attempt, complete, limit, try_all};
use crate::sep10::credentials::Credentials;
use crate::wire::client_tls::InvalidRoots;

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
    let selection = options.selection(TargetKind::Anchor);
    let mut done = Done::new();
    let mut notes = Vec::new();
    pin!(stop);
    let cause = tokio::select! {
        tested = test(options, &suite, &selection, &mut done, &mut notes, &mut progress) => match tested {
            Ok(surveys) => refused_by_all(&surveys),
            Err(Untestable(cause)) => Some(cause),
        },
        () = stop => Some("the run was interrupted".to_owned()),
    };
    let redactor = suite.client.redactor();
    if !options.keep {
        notes.extend(delete_all(&suite).await);
    }
    Ok(Run {
        target: Tested { kind: TargetKind::Anchor, url: options.target.to_string() },
        seed: options.seed,
        started_at,
        duration: begun.elapsed(),
        strict: options.strict,
        checks: complete(options, redactor, replayed(&options.auth), selection, done, cause.as_deref()),
        cause: cause.map(|cause| redactor.text(cause.as_bytes())),
        notes: redactor.sentences(&notes),
    })
}

pub(super) fn suite(options: &Options, now: Timestamp) -> Result<Suite, InvalidRoots> {
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
    done: &mut Done,
    notes: &mut Vec<String>,
    progress: &mut impl FnMut(&CheckResult),
) -> Result<Arc<[Survey]>, Untestable> {
    let surveys = discover(options, suite).await?;
    notes.extend(surveys.iter().filter_map(|survey| survey.note.clone()));
    let surveys: Arc<[Survey]> = surveys.into();
    let limit = limit(options);
    let start = |check: &'static Check| {
        let context = Context::new(suite.clone(), surveys.clone(), number(check), check.id);
        tried(check, context, limit)
    };
    try_all(options, suite.client.redactor(), replayed(&options.auth), selection, start, done, progress).await;
    Ok(surveys)
}

async fn tried(check: &'static Check, mut context: Context, limit: std::time::Duration) -> Ended {
    let Attempt::Anchor(run) = check.run else { unreachable!("the checks of anchors were selected") };
    let transcript = context.transcript();
    attempt(run(&mut context), limit, || transcript.take()).await
}

/// The option that gives the same credentials again.
fn replayed(auth: &Credentials) -> &'static [&'static str] {
    match auth {
        Credentials::None => &[],
        Credentials::ApiKey(_) => &["--auth", "api-key:env:ANCHOR_API_KEY"],
        Credentials::Jwt(_) => &["--auth", "jwt:env:ANCHOR_JWT_SECRET"],
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
pub(super) fn number(check: &Check) -> u64 {
    checks().zip(1..).find_map(|(other, number)| (other.id == check.id).then_some(number)).unwrap_or(0)
}
