//! `check anchor` as its users meet it: verdicts, exit codes, reports.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use anchor_conformance::mock::{Config, Fault, FieldSpec, RawAnchor};
use anchor_conformance::suite::{self, Exchange, Glob, Options, Verdict};
use serde_json::Value;

use crate::support::binary::{Server, command, run, text};

fn check(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = run(&[&["check", "anchor"], arguments].concat());
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn mock(arguments: &[&str]) -> Server {
    Server::start(command(&[&["mock", "--listen", "127.0.0.1:0"], arguments].concat()))
}

fn report(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a report")).expect("JSON")
}

#[test]
fn nothing_is_wrong_with_the_built_in_mock_anchor() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.json");
    let (code, stdout, _) = check(&["--timeout", "30", "--report", &format!("json={}", path.display())]);
    assert_eq!(code, Some(0), "{stdout}");
    let report = report(&path);
    let summary = &report["summary"];
    assert!(summary["passed"].as_u64() >= Some(120), "{summary}");
    for broken in ["failed", "warned", "inconclusive"] {
        assert_eq!(summary[broken], 0, "{stdout}");
    }
}

#[test]
fn the_report_keeps_its_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.json");
    let anchor = mock(&["--fault", "new-id-on-update"]);
    let (code, _, _) =
        check(&[&anchor.url, "--seed", "7", "--settle", "1", "--report", &format!("json={}", path.display())]);
    assert_eq!(code, Some(1));
    let report = report(&path);
    assert_eq!(report["tool"]["name"], "anchor-conformance");
    assert_eq!((&report["target"]["kind"], &report["target"]["url"]), (&"anchor".into(), &anchor.url.as_str().into()));
    assert_eq!(report["seed"], 7);
    assert!(report["started_at"].as_str().is_some_and(|time| time.ends_with('Z')) && report["duration_ms"].is_u64());
    let members = [
        "id",
        "title",
        "requirements",
        "level",
        "source_level",
        "verdict",
        "reason",
        "expected",
        "actual",
        "curl",
        "replay",
        "exchanges",
        "duration_ms",
    ];
    for check in report["checks"].as_array().expect("checks") {
        let check = check.as_object().expect("an object");
        assert!(members.iter().all(|member| check.contains_key(*member)), "absent values are null: {check:?}");
    }
    let failed =
        report["checks"].as_array().expect("checks").iter().find(|check| check["verdict"] == "fail").expect("one");
    assert!(["expected", "actual", "curl"].iter().all(|member| failed[member].is_string()));
    let exchange = &failed["exchanges"][0];
    assert!(exchange["request"]["headers"][0][0].is_string() && exchange["request"]["method"].is_string());
}

#[test]
fn a_failure_says_what_why_where_and_how_to_see_it() {
    let anchor = mock(&["--fault", "new-id-on-update"]);
    let (code, stdout, _) = check(&[&anchor.url, "--only", "put/same-customer-same-id"]);
    assert_eq!(code, Some(1), "{stdout}");
    for part in ["expected", "actual", "why", "SEP-12", "curl ", "--seed"] {
        assert!(stdout.contains(part), "{part} is missing: {stdout}");
    }
}

#[test]
fn warnings_fail_only_when_strict() {
    let anchor = mock(&["--fault", "error-without-error-text"]);
    let only = ["--only", "put/errors-are-json-with-error"];
    let (code, stdout, _) = check(&[&[anchor.url.as_str()], &only[..]].concat());
    assert!(stdout.contains("warn"), "{stdout}");
    assert_eq!(code, Some(0), "{stdout}");
    let (code, ..) = check(&[&[anchor.url.as_str(), "--strict"], &only[..]].concat());
    assert_eq!(code, Some(1));
}

/// Exit code 3 and one cause, said once, within seconds.
fn assert_untestable(arguments: &[&str], cause: &str) {
    let began = Instant::now();
    let (code, stdout, stderr) = check(arguments);
    assert_eq!(code, Some(3), "{stdout}{stderr}");
    assert_eq!(stdout.matches(cause).count(), 1, "{cause:?} once: {stdout}");
    assert!(began.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_target_that_cannot_be_reached_is_untestable() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("bound");
    assert_untestable(&[&format!("http://{free}")], "Connection refused");
}

#[test]
fn a_target_that_hangs_is_untestable_within_seconds() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    assert_untestable(&[&url], "5 s");
}

#[tokio::test]
async fn a_target_that_refuses_our_credentials_is_untestable() {
    let config = Config { api_key: Some("an invented key".to_owned()), ..Config::default() };
    let anchor = RawAnchor::start(config).await.expect("a free port");
    let url = anchor.url();
    let untestable = tokio::task::spawn_blocking(move || {
        assert_untestable(&[&url], "without credentials");
        let (code, stdout, stderr) = check(&[&url, "--auth", "api-key:an invented key", "--only", "put/credentials*"]);
        assert_eq!(code, Some(0), "{stdout}");
        assert_eq!(stderr.matches("warning: ").count(), 1, "a literal secret earns one warning: {stderr}");
    });
    untestable.await.expect("no panic");
}

#[test]
fn an_anchor_that_asks_to_wait_is_finished_without_a_complaint() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.json");
    for variant in ["rate-limited", "rate-limited-per-second"] {
        let anchor = mock(&["--variant", variant]);
        let only = ["--only", "get/odd*", "--only", "get/memos*", "--only", "delete/gone*"];
        let (code, stdout, _) =
            check(&[&[anchor.url.as_str(), "--report", &format!("json={}", path.display())], &only[..]].concat());
        assert_eq!(code, Some(0), "{stdout}");
        let report = report(&path);
        for unwanted in ["failed", "warned", "inconclusive"] {
            assert_eq!(report["summary"][unwanted], 0, "{stdout}");
        }
        let checks = report["checks"].as_array().expect("checks").iter();
        let exchanges = checks.filter_map(|check| check["exchanges"].as_array()).flatten();
        let refused = exchanges.filter(|exchange| exchange["response"]["status"] == 429).count();
        // How many requests a slow machine sends in a second is not for a test to say.
        assert!(refused > 0 || variant == "rate-limited-per-second", "the limit was not reached: {stdout}");
    }
}

/// What the checks find that a pattern picks, beside one that passes.
fn verdicts(variant: &str, only: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.json");
    let anchor = mock(&["--variant", variant]);
    let to_file = format!("json={}", path.display());
    let picked = ["--only", "put/same-customer-same-id", "--only", only];
    let (code, stdout, _) =
        check(&[&[anchor.url.as_str(), "--settle", "1", "--report", &to_file], &picked[..]].concat());
    assert_eq!(code, Some(0), "{stdout}");
    let report = report(&path);
    let checks = report["checks"].as_array().expect("checks").iter();
    let picked = checks.filter(|check| check["id"] != "put/same-customer-same-id");
    picked.map(|check| check["verdict"].as_str().expect("a text").to_owned()).collect()
}

#[test]
fn a_deletion_that_is_only_queued_may_take_its_time() {
    for only in ["delete/gone*", "delete/two-at-once"] {
        assert_eq!(verdicts("deletion-queued-for-a-minute", only), BTreeSet::from(["inconclusive".to_owned()]));
    }
    assert_eq!(verdicts("delete-answers-202", "delete/gone*"), BTreeSet::from(["pass".to_owned()]));
}

#[test]
fn an_anchor_may_want_a_length() {
    let only = "put/chunked-multipart";
    assert_eq!(verdicts("answers-411-to-chunked-bodies", only), BTreeSet::from(["skip".to_owned()]));
}

/// What is found of an anchor that does not care about the type, where one type requires these beside the other's.
async fn status_per_type(fault: Fault, more: &[&str]) -> Verdict {
    let fields = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), FieldSpec::required(name))).collect();
    let less = ["first_name", "last_name", "email_address"];
    let types = [("less", fields(&less)), ("more", fields(&[&less, more].concat()))];
    let types = types.map(|(name, fields)| (name.to_owned(), fields)).into();
    let config = Config { types, default_type: None, ..Config::with_faults([fault]) };
    let anchor = RawAnchor::start(config).await.expect("a free port");
    let types = ["less", "more"].map(str::to_owned).into();
    let options = Options { types, only: vec![Glob::new("get/status-per-type")], ..options(&anchor.url()) };
    let run = suite::run(&options, |_| {}, std::future::pending()).await.expect("valid options");
    run.checks[0].verdict
}

#[tokio::test]
async fn one_field_of_another_type_may_not_be_needed_after_all() {
    assert_eq!(status_per_type(Fault::StatusIgnoresType, &["tax_id"]).await, Verdict::Inconclusive);
    assert_eq!(status_per_type(Fault::StatusIgnoresType, &["tax_id", "city"]).await, Verdict::Fail);
    assert_eq!(status_per_type(Fault::AcceptedWithRequiredFields, &["tax_id"]).await, Verdict::Fail, "still asked for");
}

#[test]
fn an_interrupted_run_still_writes_its_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.json");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let mut run = command(&["check", "anchor", &url, "--report", &format!("json={}", path.display())])
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the binary runs");
    let _asked = listener.accept().expect("a request");
    let interrupt = std::process::Command::new("kill").args(["-INT", &run.id().to_string()]).status();
    assert!(interrupt.expect("kill runs").success());
    assert_eq!(run.wait().expect("it ends").code(), Some(3));
    assert_eq!(report(&path)["target"]["url"], url);
}

#[test]
fn wrong_usage_exits_with_2() {
    for (arguments, hint) in [
        (vec!["nowhere"], "http://"),
        (vec!["--only", "no/such-check"], "list checks"),
        (vec!["--report", "pdf=x"], "json=FILE"),
        (vec!["--report", "json=/no/such/folder/report.json"], "/no/such/folder"),
        (vec!["http://127.0.0.1:1", "--auth", "api-key:env:NOT_SET"], "NOT_SET"),
        (vec!["--auth", "api-key:env:PATH"], "needs a URL"),
        (vec!["--field", "first_name"], "NAME=VALUE"),
        (vec!["--file", "photo_id_front=/no/such/file"], "/no/such/file"),
        (vec!["--seed", "9007199254740992"], "9007199254740992"),
        (vec!["--identities", "text-memo,passport"], "uuid-memo"),
        (vec!["--cases", "1001"], "1001"),
    ] {
        let (code, stdout, stderr) = check(&arguments);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(hint), "{arguments:?} should hint at {hint:?}: {stderr}");
    }
}

#[test]
fn whatever_is_listed_is_explained_and_nothing_else() {
    for what in ["checks", "requirements", "faults", "variants"] {
        let list = text(&run(&["list", what]).stdout);
        let ids: Vec<&str> = list.lines().filter_map(|line| line.split('\t').next()).collect();
        assert!(ids.len() >= 15, "{what}: {}", ids.len());
        for id in [ids[0], ids[ids.len() - 1]] {
            let explained = run(&["explain", id]);
            assert!(explained.status.success() && text(&explained.stdout).contains("source"), "{id}");
        }
    }
    assert_eq!(run(&["explain", "no-such-thing"]).status.code(), Some(2));
}

#[test]
fn other_customers_are_tried_only_where_the_anchor_is_said_to_serve_them() {
    let anchor = mock(&["--fault", "contract-accounts-refused", "--fault", "long-memos-cut"]);
    let only = ["--only", "put/*-distinct", "--only", "put/served*"];
    let (code, stdout, _) = check(&[&[anchor.url.as_str()], &only[..]].concat());
    assert_eq!(code, Some(0), "{stdout}");
    assert!(stdout.contains("--identities contract is not given"), "the reason names the option: {stdout}");
    let (code, stdout, _) = check(&[&[anchor.url.as_str(), "--identities", "contract"], &only[..]].concat());
    assert_eq!(code, Some(1), "{stdout}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("check.yaml");
    std::fs::write(&file, "identities: [hash-memo, uuid-memo]\nonly: [put/hash*, put/uuid*]\n").expect("written");
    let (code, stdout, _) = check(&[&anchor.url, "--config", &file.display().to_string()]);
    assert_eq!(code, Some(1), "{stdout}");
    for id in ["put/hash-memos-are-distinct", "put/uuid-memos-are-distinct"] {
        assert!(stdout.contains(id), "{id}: {stdout}");
    }
}

#[test]
fn what_a_replay_needs_stands_in_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let photo = folder.path().join("photo.png");
    std::fs::write(&photo, b"\x89PNG\r\n\x1a\n").expect("written");
    let file = format!("photo_id_front={}", photo.display());
    let anchor = mock(&["--fault", "new-id-on-update"]);
    let given = ["--settle", "1", "--timeout", "4", "--cases", "3", "--identities", "contract", "--file", &file];
    let (_, stdout, _) = check(&[&[anchor.url.as_str(), "--only", "put/same-customer-same-id"], &given[..]].concat());
    let again = stdout.lines().find(|line| line.trim_start().starts_with("again")).expect("a line");
    for option in given.chunks(2).map(|pair| pair.join(" ")) {
        assert!(again.contains(&option), "{option} is missing: {again}");
    }
}

fn options(url: &str) -> Options {
    Options { seed: 7, jobs: 1, settle: Duration::from_secs(1), ..Options::new(url.parse().expect("a URL")) }
}

/// What was sent, the anchor's address aside.
async fn requests_of_a_run() -> Vec<String> {
    let anchor = RawAnchor::start(Config { seed: Some(1), ..Config::default() }).await.expect("a free port");
    let options =
        Options { only: ["*same-id", "*memo*", "*names*", "get/*"].map(Glob::new).into(), ..options(&anchor.url()) };
    let run = suite::run(&options, |_| {}, std::future::pending()).await.expect("valid options");
    assert!(anchor.customers().is_empty(), "every customer created is deleted");
    let sent = |exchange: &Exchange| serde_json::to_string(exchange).expect("JSON").replace(&anchor.url(), "URL");
    let requests = run.checks.iter().flat_map(|check| &check.exchanges).map(sent);
    let address = anchor.address().to_string();
    requests.map(|request| request.replace(&address, "ADDRESS")).collect()
}

#[tokio::test]
async fn the_same_seed_sends_the_same_requests() {
    let (first, second) = (requests_of_a_run().await, requests_of_a_run().await);
    assert!(first.len() > 100);
    let request = |exchange: &String| serde_json::from_str::<Value>(exchange).expect("JSON")["request"].clone();
    // Requests that are sent at the same time may be recorded in either order.
    let sorted = |exchanges: &[String]| {
        let mut requests: Vec<String> = exchanges.iter().map(|exchange| request(exchange).to_string()).collect();
        requests.sort_unstable();
        requests
    };
    assert_eq!(sorted(&first), sorted(&second));
}

#[tokio::test]
async fn no_account_is_registered_with_and_without_memo() {
    let anchor = RawAnchor::start(Config::default()).await.expect("a free port");
    let options = Options { jobs: 16, ..options(&anchor.url()) };
    suite::run(&options, |_| {}, std::future::pending()).await.expect("valid options");
    let (mut alone, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for received in anchor.received().iter().filter(|received| received.method == "PUT") {
        let Some(account) = received.text("account") else { continue };
        let has_memo = received.text("memo").is_some();
        if has_memo {
            shared.insert(account.to_owned())
        } else {
            alone.insert(account.to_owned())
        };
    }
    assert!(!alone.is_empty() && !shared.is_empty());
    assert_eq!(alone.intersection(&shared).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[tokio::test]
async fn the_anchors_answers_do_not_decide_what_is_kept_secret() {
    let anchor = RawAnchor::start(Config { api_key: Some("an invented key".to_owned()), ..Config::default() })
        .await
        .expect("a free port");
    let auth = suite::Credentials::ApiKey(suite::ApiKey::new("an invented key").expect("a header value"));
    let options = Options { auth, only: vec![Glob::new("put/*id*")], ..options(&anchor.url()) };
    let run = suite::run(&options, |_| {}, std::future::pending()).await.expect("valid options");
    let mut report = Vec::new();
    anchor_conformance::report::json::write(&run, &mut report).expect("memory");
    assert!(!String::from_utf8_lossy(&report).contains("an invented key"));
}
