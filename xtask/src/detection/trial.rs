//! One run of the suite against one subject, and what its report says.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::lists::texts;
use super::stage::Stage;
use super::subject::Subject;
use crate::Outcome;

/// A run of the suite takes seconds; against servers that never answer, a minute.
const LIMIT: Duration = Duration::from_secs(300);
const PAUSE: Duration = Duration::from_millis(50);

/// A run that came to an end.
pub(super) struct Trial {
    /// Which of several runs against this subject it was, as the options that were given.
    pub(super) options: String,
    pub(super) exit_code: Option<i32>,
    /// Why the target could not be tested, if so.
    pub(super) cause: Option<String>,
    /// The checks that complained.
    pub(super) complaints: Vec<Complaint>,
    pub(super) passed: usize,
    pub(super) untold: usize,
}

/// A check that failed or warned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) check: String,
    pub(super) requirements: Vec<String>,
    pub(super) is_failure: bool,
    /// Whether a request of the check was answered 5xx or not at all.
    pub(super) saw_crash: bool,
    pub(super) expected: String,
    pub(super) actual: String,
}

/// A trial, or why there is none.
pub(super) type Ended = Result<Trial, String>;

pub(super) fn attempt(subject: &Subject, run: usize, binary: &Path, reports: &Path) -> Ended {
    tried(subject, run, binary, reports).map_err(|error| format!("{}: {error}", subject.run_name(run)))
}

fn tried(subject: &Subject, run: usize, binary: &Path, reports: &Path) -> Outcome<Trial> {
    let mut stage = Stage::set(subject, binary)?;
    let report = reports.join(format!("{}.json", subject.run_name(run).replace(['/', ' '], "-")));
    drop(fs::remove_file(&report));
    stage.suite.args(["--report", &format!("json={}", report.display())]).args(&subject.runs[run]);
    let output = report.with_extension("txt");
    let exit_code = within_limit(&mut stage.suite, &output)?;
    let said = || fs::read_to_string(&output).unwrap_or_default();
    let text = fs::read_to_string(&report).unwrap_or_default();
    let report: Value = serde_json::from_str(&text)
        .map_err(|_| format!("there is no report; the suite ended with {exit_code:?} and said\n{}", said()))?;
    Ok(read(&report, subject.options(run), exit_code))
}

/// Runs a command to its end; what it prints goes to a file.
fn within_limit(command: &mut Command, output: &Path) -> Outcome<Option<i32>> {
    let file = fs::File::create(output)?;
    command.stdin(Stdio::null()).stderr(file.try_clone()?).stdout(file);
    let mut child = command.spawn()?;
    let ended = wait(&mut child);
    if ended.is_err() {
        drop(child.kill());
        drop(child.wait());
    }
    ended
}

fn wait(child: &mut Child) -> Outcome<Option<i32>> {
    let end = Instant::now() + LIMIT;
    while Instant::now() < end {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        thread::sleep(PAUSE);
    }
    Err(format!("the suite did not end within {} s", LIMIT.as_secs()).into())
}

fn read(report: &Value, options: String, exit_code: Option<i32>) -> Trial {
    let checks = || report["checks"].as_array().into_iter().flatten();
    let count = |verdicts: &[&str]| {
        checks().filter(|check| check["verdict"].as_str().is_some_and(|verdict| verdicts.contains(&verdict))).count()
    };
    Trial {
        options,
        exit_code,
        cause: report["cause"].as_str().map(str::to_owned),
        complaints: checks().filter_map(complaint).collect(),
        passed: count(&["pass"]),
        untold: count(&["skip", "inconclusive"]),
    }
}

fn complaint(check: &Value) -> Option<Complaint> {
    let is_failure = match check["verdict"].as_str() {
        Some("fail") => true,
        Some("warn") => false,
        _ => return None,
    };
    Some(Complaint {
        check: check["id"].as_str().unwrap_or_default().to_owned(),
        requirements: texts(&check["requirements"]),
        is_failure,
        saw_crash: check["exchanges"].as_array().into_iter().flatten().any(is_crash),
        expected: check["expected"].as_str().unwrap_or_default().to_owned(),
        actual: check["actual"].as_str().unwrap_or_default().to_owned(),
    })
}

fn is_crash(exchange: &Value) -> bool {
    exchange["response"]["status"].as_u64().is_none_or(|status| status >= 500)
}

impl Trial {
    /// The exit code that the report demands.
    pub(super) fn right_exit_code(&self) -> i32 {
        match self {
            _ if self.complaints.iter().any(|complaint| complaint.is_failure) => 1,
            _ if self.is_untestable() => 3,
            _ => 0,
        }
    }

    /// Whether nothing was found out.
    pub(super) fn is_untestable(&self) -> bool {
        self.cause.is_some() || self.passed == 0 && self.complaints.is_empty()
    }
}

/// For the one who waits.
pub(super) fn in_a_line(ended: &Ended) -> String {
    let trial = match ended {
        Ok(trial) => trial,
        Err(error) => return format!("DID NOT RUN: {error}"),
    };
    let names: Vec<&str> = trial.complaints.iter().map(|complaint| complaint.check.as_str()).collect();
    let complaints = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    let cause = trial.cause.as_ref().map(|cause| format!(" -- {cause}")).unwrap_or_default();
    format!("{} passed, {} untold; complaints: {complaints}{cause}", trial.passed, trial.untold)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report() -> Value {
        let check = |verdict: &str, exchanges: Value| json!({"id": verdict, "requirements": ["r"], "verdict": verdict, "exchanges": exchanges});
        json!({"cause": null, "checks": [
            check("pass", json!([])),
            check("skip", json!([])),
            check("warn", json!([{"response": {"status": 200}}])),
            check("fail", json!([{"response": {"status": 200}}, {"response": null}])),
        ]})
    }

    #[test]
    fn complaints_are_failures_and_warnings() {
        let trial = read(&report(), String::new(), Some(1));
        assert_eq!((trial.passed, trial.untold), (1, 1));
        let seen: Vec<_> = trial.complaints.iter().map(|it| (it.check.as_str(), it.is_failure, it.saw_crash)).collect();
        assert_eq!(seen, [("warn", false, false), ("fail", true, true)]);
        assert_eq!(trial.right_exit_code(), 1);
    }

    #[test]
    fn a_server_error_is_a_crash() {
        assert!(is_crash(&json!({"response": {"status": 500}})) && is_crash(&json!({"response": null})));
        assert!(!is_crash(&json!({"response": {"status": 404}})));
    }
}
