//! The JSON report: the contract that other programs read.
//!
//! Members may be added; absent values are null; times are RFC 3339.

use std::io;

use serde::Serialize;

use crate::suite::{CheckResult, Exchange, Run, Summary};

#[derive(Serialize)]
struct Report<'a> {
    tool: Tool,
    target: Target<'a>,
    seed: u64,
    started_at: String,
    duration_ms: u64,
    outcome: &'static str,
    cause: Option<&'a str>,
    notes: &'a [String],
    summary: Counts,
    checks: Vec<Check<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Target<'a> {
    kind: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Counts {
    passed: usize,
    failed: usize,
    warned: usize,
    skipped: usize,
    inconclusive: usize,
}

#[derive(Serialize)]
struct Check<'a> {
    id: &'a str,
    title: &'a str,
    requirements: &'a [&'static str],
    level: &'static str,
    source_level: Option<&'static str>,
    verdict: &'static str,
    reason: Option<&'a str>,
    expected: Option<&'a str>,
    actual: Option<&'a str>,
    curl: Option<&'a str>,
    replay: &'a str,
    exchanges: &'a [Exchange],
    duration_ms: u64,
}

/// Writes the report, indented, with a line end.
///
/// # Errors
///
/// When writing fails.
pub fn write(run: &Run, out: &mut impl io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &report(run))?;
    writeln!(out)
}

fn report(run: &Run) -> Report<'_> {
    let Summary { passed, failed, warned, skipped, inconclusive } = run.summary();
    Report {
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        target: Target { kind: run.target.kind.as_str(), url: &run.target.url },
        seed: run.seed,
        started_at: run.started_at.to_string(),
        duration_ms: milliseconds(run.duration),
        outcome: run.outcome().as_str(),
        cause: run.cause.as_deref(),
        notes: &run.notes,
        summary: Counts { passed, failed, warned, skipped, inconclusive },
        checks: run.checks.iter().map(check).collect(),
    }
}

fn check(result: &CheckResult) -> Check<'_> {
    Check {
        id: result.id,
        title: result.title,
        requirements: result.requirements,
        level: result.level.as_str(),
        source_level: result.source_level,
        verdict: result.verdict.as_str(),
        reason: result.reason.as_deref(),
        expected: result.expected.as_deref(),
        actual: result.actual.as_deref(),
        curl: result.curl(),
        replay: &result.replay,
        exchanges: &result.exchanges,
        duration_ms: milliseconds(result.duration),
    }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::suite::Verdict;
    use crate::suite::sample::{result, run};

    fn written(run: &Run) -> Value {
        let mut text = Vec::new();
        write(run, &mut text).expect("memory takes it");
        serde_json::from_slice(&text).expect("JSON")
    }

    #[test]
    fn the_report_has_every_member_of_the_contract() {
        let report = written(&run(vec![result(Verdict::Fail), result(Verdict::Skip)]));
        assert_eq!(report["tool"]["name"], "anchor-conformance");
        assert_eq!(report["target"], json!({"kind": "anchor", "url": "http://anchor.example/kyc"}));
        assert_eq!((&report["seed"], &report["duration_ms"]), (&json!(42), &json!(1234)));
        assert_eq!(report["started_at"], "2026-01-02T03:04:05Z");
        let counts = json!({"passed": 0, "failed": 1, "warned": 0, "skipped": 1, "inconclusive": 0});
        assert_eq!(report["summary"], counts);
        let failed = &report["checks"][0];
        assert_eq!((&failed["verdict"], &failed["level"]), (&json!("fail"), &json!("must")));
        assert_eq!(failed["source_level"], Value::Null);
        assert_eq!(failed["reason"], Value::Null);
        assert_eq!(failed["curl"], failed["exchanges"][0]["curl"]);
        let request = &failed["exchanges"][0]["request"];
        assert_eq!(request["headers"], json!([["content-type", "application/json"]]));
        assert_eq!(request["body"], "{\"account\":\"G\"}");
        let skipped = &report["checks"][1];
        assert_eq!((&skipped["verdict"], &skipped["curl"]), (&json!("skip"), &Value::Null));
        assert!(skipped["reason"].is_string());
    }
}
