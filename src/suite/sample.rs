//! Fixed runs for the tests of outcomes and reports.

use std::time::Duration;

use super::check::Verdict;
use super::requirement::Level;
use super::run::{CheckResult, Run, TargetKind, Tested};
use crate::wire::transcript::{Excerpt, Exchange, Received, Sent};

pub(crate) fn run(checks: Vec<CheckResult>) -> Run {
    Run {
        target: Tested { kind: TargetKind::Anchor, url: "http://anchor.example/kyc".to_owned() },
        seed: 42,
        started_at: "2026-01-02T03:04:05Z".parse().expect("a timestamp"),
        duration: Duration::from_millis(1234),
        strict: false,
        checks,
        cause: None,
        notes: Vec::new(),
    }
}

pub(crate) fn result(verdict: Verdict) -> CheckResult {
    let broken = matches!(verdict, Verdict::Fail | Verdict::Warn);
    let reason = matches!(verdict, Verdict::Skip | Verdict::Inconclusive);
    CheckResult {
        id: if verdict == Verdict::Warn { "put/unknown-id-is-404" } else { "put/same-customer-same-id" },
        title: "the claim",
        requirements: if verdict == Verdict::Warn { &["unknown-id-is-not-found"] } else { &["one-customer-one-id"] },
        level: if verdict == Verdict::Warn { Level::Should } else { Level::Must },
        source_level: None,
        verdict,
        reason: reason.then(|| "the anchor asks for no date".to_owned()),
        expected: broken.then(|| "the id 1 again".to_owned()),
        actual: broken.then(|| "the id 2".to_owned()),
        replay: "anchor-conformance check anchor http://anchor.example/kyc --seed 42 --only 'put/x'".to_owned(),
        exchanges: if broken { vec![exchange()] } else { Vec::new() },
        duration: Duration::from_millis(5),
    }
}

fn exchange() -> Exchange {
    let headers = || vec![("content-type".to_owned(), "application/json".to_owned())];
    Exchange {
        request: Sent {
            method: "PUT".to_owned(),
            url: "http://anchor.example/kyc/customer".to_owned(),
            headers: headers(),
            body: Some(Excerpt::Text("{\"account\":\"G\"}".to_owned())),
        },
        response: Some(Received {
            status: 200,
            headers: headers(),
            body: Some(Excerpt::Text("{\"id\":\"2\"}".to_owned())),
        }),
        error: None,
        curl: "curl -i -X PUT --data-raw '{\"account\":\"G\"}' http://anchor.example/kyc/customer".to_owned(),
        forwarded: Vec::new(),
    }
}
