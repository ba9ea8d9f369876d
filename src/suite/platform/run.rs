//! Runs checks against a platform, with the anchor side behind it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::pin;
use tokio::time::Instant;

use super::anchor::AnchorSide;
use super::context::{Context, Suite};
use super::survey::survey;
use super::tokens::{Tokens, WalletAuth, given};
use super::web_auth::WebAuth;
use crate::sep10::credentials::Credentials;
use crate::suite::check::{Attempt, Check, NotKept, Verdict};
use crate::suite::client::Client;
use crate::suite::curl::quote;
use crate::suite::discovery::Untestable;
use crate::suite::options::Options;
use crate::suite::people::Inventor;
use crate::suite::run::{CheckResult, Run, TargetKind, Tested};
use crate::suite::runner::number;
use crate::suite::schedule::{Done, Ended, attempt, complete, limit, try_all};
use crate::wire::client_tls::InvalidRoots;
use crate::wire::listener::Listener;
use crate::wire::redactor::Redactor;

/// What a platform may need beyond the time that it waits for its anchor.
const MARGIN: Duration = Duration::from_secs(3);

/// Tests a platform whose anchor is the suite's own, on that listener. `progress` is told of every check that ends; of
/// none if the target cannot be tested at all.
///
/// The options' credentials are not used: wallets authenticate as `auth` says. With one given token, checks run one at a
/// time. When `stop` completes, the checks that are not done become inconclusive.
///
/// # Errors
///
/// When the certificate authorities given cannot be read.
pub async fn run(
    options: &Options,
    auth: &WalletAuth,
    listener: impl Into<Listener>,
    mut progress: impl FnMut(&CheckResult),
    stop: impl Future<Output = ()>,
) -> Result<Run, InvalidRoots> {
    let (started_at, begun) = (Timestamp::now(), Instant::now());
    let jobs = if matches!(auth, WalletAuth::Token(_)) { 1 } else { options.jobs };
    let timeout = options.timeout.max(options.anchor_timeout.map_or(Duration::ZERO, |time| time + MARGIN));
    let options = &Options { jobs, timeout, ..options.clone() };
    let redactor = redactor(auth);
    let client = Client::to(options.target.clone(), Credentials::None, redactor.clone(), options)?;
    let selection = options.selection(TargetKind::Platform);
    let replayed = replayed(auth);
    let replayed = &replayed.iter().map(String::as_str).collect::<Vec<_>>();
    let mut done = Done::new();
    let mut notes = Vec::new();
    pin!(stop);
    let cause = tokio::select! {
        tested = async {
            let anchor = AnchorSide::start(listener.into(), redactor.clone())
                .map_err(|error| Untestable(format!("the anchor side cannot listen: {error}")))?;
            let suite = suite(options, auth, client, &anchor, started_at).await?;
            test(options, replayed, suite, &selection, &mut done, &mut notes, &mut progress).await
        } => tested.err().map(|Untestable(cause)| cause),
        () = stop => Some("the run was interrupted".to_owned()),
    };
    let checks = complete(options, &redactor, replayed, selection, done, cause.as_deref());
    if checks.iter().any(|check| matches!(check.verdict, Verdict::Fail | Verdict::Warn)) {
        notes.push(token_of_curl(auth).to_owned());
    }
    Ok(Run {
        target: Tested { kind: TargetKind::Platform, url: options.target.to_string() },
        seed: options.seed,
        started_at,
        duration: begun.elapsed(),
        strict: options.strict,
        checks,
        cause: cause.map(|cause| redactor.text(cause.as_bytes())),
        notes: redactor.sentences(&notes),
    })
}

async fn suite(
    options: &Options,
    auth: &WalletAuth,
    client: Client,
    anchor: &AnchorSide,
    now: Timestamp,
) -> Result<Arc<Suite>, Untestable> {
    let tokens = match auth {
        WalletAuth::Secret { secret, audience } => {
            Tokens::Secret { secret: secret.clone(), issuer: options.target.to_string(), audience: audience.clone() }
        }
        WalletAuth::Token(token) => Tokens::Given(given(token)),
        WalletAuth::Challenge => {
            let web_auth = WebAuth::discover(options, client.redactor()).await.map_err(Untestable)?;
            Tokens::WebAuth(Box::new(web_auth))
        }
    };
    Ok(Arc::new(Suite {
        client,
        tokens,
        inventor: Inventor { fields: options.fields.clone(), files: options.files.clone() },
        seed: options.seed,
        year: jiff::tz::Offset::UTC.to_datetime(now).year(),
        patience: options.timeout,
        anchor_timeout: options.anchor_timeout,
        cases: options.cases,
        customer_type: options.types.first().cloned(),
        desk: Arc::clone(&anchor.desk),
        anchor: anchor.address,
        anchor_url: anchor.url.to_string(),
        is_alone: options.jobs == 1,
    }))
}

async fn test(
    options: &Options,
    replayed: &[&str],
    suite: Arc<Suite>,
    selection: &[&'static Check],
    done: &mut Done,
    notes: &mut Vec<String>,
    progress: &mut impl FnMut(&CheckResult),
) -> Result<(), Untestable> {
    let mut context = Context::new(Arc::clone(&suite), 0, "survey");
    let deaf: Option<Arc<str>> = survey(&mut context).await?.deaf.map(Into::into);
    notes.extend(deaf.as_deref().map(str::to_owned));
    let limit = limit(options);
    let start = |check: &'static Check| {
        let context = Context::new(Arc::clone(&suite), number(check), check.id);
        tried(check, context, limit, deaf.clone())
    };
    let strays = suite.desk.strays();
    try_all(options, suite.client.redactor(), replayed, selection, start, done, progress).await;
    let strays = suite.desk.strays() - strays;
    if strays > 0 {
        notes.push(format!(
            "{strays} requests reached the anchor that no check could know as its own: they name neither the account \
             nor anything else of a customer; --jobs 1 takes what arrives as the one check's that runs"
        ));
    }
    Ok(())
}

async fn tried(check: &'static Check, mut context: Context, limit: Duration, deaf: Option<Arc<str>>) -> Ended {
    let transcript = context.transcript();
    let finding = async {
        match (check.run, deaf) {
            (Attempt::Platform(_), Some(deaf)) => Err(NotKept::skip(&*deaf)),
            (Attempt::Platform(run) | Attempt::Wallet(run), _) => run(&mut context).await,
            (Attempt::Anchor(_), _) => unreachable!("the checks of platforms were selected"),
        }
    };
    attempt(finding, limit, || transcript.take()).await
}

/// Knows the secrets that the user gave; tokens are added as they are made.
fn redactor(auth: &WalletAuth) -> Redactor {
    let redactor = Redactor::default();
    match auth {
        WalletAuth::Challenge => {}
        WalletAuth::Secret { secret, .. } => redactor.learn(secret.as_bytes()),
        WalletAuth::Token(token) => redactor.learn(token.as_bytes()),
    }
    redactor
}

/// Where to get the token that a curl line needs.
fn token_of_curl(auth: &WalletAuth) -> &'static str {
    match auth {
        WalletAuth::Challenge => "$WALLET_TOKEN in a curl line is a token that the platform has issued by SEP-10",
        WalletAuth::Secret { .. } => {
            "$WALLET_TOKEN in a curl line is a token signed with the platform's secret: `anchor-conformance token --sub \
             ACCOUNT` prints one, with the secret in ANCHOR_CONFORMANCE_JWT_SECRET and the account that the anchor got"
        }
        WalletAuth::Token(_) => "$WALLET_TOKEN in a curl line is the token of --auth bearer",
    }
}

/// The options that authenticate again.
fn replayed(auth: &WalletAuth) -> Vec<String> {
    let auth_option = |value: &str| ["--auth".to_owned(), value.to_owned()];
    match auth {
        WalletAuth::Challenge => Vec::new(),
        WalletAuth::Secret { audience, .. } => {
            let audience = audience.iter().flat_map(|name| ["--jwt-audience".to_owned(), quote(name)]);
            auth_option("jwt:env:ANCHOR_CONFORMANCE_JWT_SECRET").into_iter().chain(audience).collect()
        }
        WalletAuth::Token(_) => auth_option("bearer:env:WALLET_TOKEN").to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sep10::token::Secret;

    #[test]
    fn a_replayed_check_authenticates_as_the_first_one() {
        let secret = Secret::new("an invented secret").expect("not empty");
        let auth = WalletAuth::Secret { secret, audience: vec!["sep10".to_owned(), "a b".to_owned()] };
        let words = "--auth jwt:env:ANCHOR_CONFORMANCE_JWT_SECRET --jwt-audience sep10 --jwt-audience 'a b'";
        assert_eq!(replayed(&auth).join(" "), words);
        assert_eq!(replayed(&WalletAuth::Challenge), Vec::<String>::new());
    }
}
