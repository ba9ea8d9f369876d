//! `check platform` as its users meet it: both sides, verdicts, exit codes, reports.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anchor_conformance::platform::WebAuth;
use anchor_conformance::sep10::SigningKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::binary::{Server, command, text};
use crate::support::proxy::Proxy;
use crate::support::receiver::Receiver;
use crate::support::tls::Authority;
use crate::support::{Platform, config, token};

/// Runs the suite without blocking the platforms that the test serves itself.
async fn check(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = command(&[&["check", "platform"], arguments].concat());
    command.env("WALLET_TOKEN", token(crate::support::G));
    let output =
        tokio::task::spawn_blocking(move || command.output()).await.expect("it ends").expect("the binary runs");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

const JWT: [&str; 2] = ["--auth", "jwt:env:ANCHOR_CONFORMANCE_JWT_SECRET"];

fn report(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a report")).expect("JSON")
}

/// An address that is free now: the platform must be told of its anchor before the suite listens there.
async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("bound")
}

/// A platform whose anchor will be at that address, and whose wallets may authenticate by SEP-10.
async fn platform(anchor: SocketAddr) -> Platform {
    let mut config = config(&format!("http://{anchor}"));
    config.web_auth = Some(WebAuth::new(SigningKey::generate()));
    config.limits.anchor_time = Duration::from_secs(1);
    Platform::start(config).await
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}/sep12")
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_wrong_with_the_built_in_platform() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.json");
    let (code, stdout, stderr) = check(&["--report", &format!("json={}", path.display())]).await;
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert!(stdout.contains("the platform's anchor is the suite itself, on http://127.0.0.1:"), "{stdout}");
    let report = report(&path);
    assert_eq!(report["target"]["kind"], "platform");
    assert!(report["summary"]["passed"].as_u64() >= Some(100), "{}", report["summary"]);
    for unwanted in ["failed", "warned", "skipped", "inconclusive"] {
        assert_eq!(report["summary"][unwanted], 0, "{stdout}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_passes_where_wallets_sign_its_challenges() {
    passes(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_passes_where_wallets_have_a_ready_made_token() {
    passes(&["--auth", "bearer:env:WALLET_TOKEN"]).await;
}

async fn passes(auth: &[&str]) {
    let anchor = free_address().await;
    let platform = platform(anchor).await;
    let (url, listen) = (url(platform.address), anchor.to_string());
    let arguments = [&[&*url, "--anchor-listen", &listen, "--timeout", "20"], auth].concat();
    let (code, stdout, stderr) = check(&arguments).await;
    assert_eq!(code, Some(0), "{auth:?}: {stdout}{stderr}");
    assert!(stdout.contains("passed: ") && stdout.contains(" 0 failed, 0 warned"), "{auth:?}: {stdout}");
}

/// Runs checks against a platform that a proxy between suite and platform makes wrong.
async fn check_through(proxy: Proxy, only: &str) -> (Option<i32>, String, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.json");
    let anchor = free_address().await;
    let platform = platform(anchor).await;
    let front = proxy.start(platform.address).await;
    let (listen, to_file) = (anchor.to_string(), format!("json={}", path.display()));
    let arguments = ["--anchor-listen", &listen, "--only", only, "--report", &to_file];
    let url = url(front);
    let (code, stdout, _) = check(&[&[&*url], &arguments[..], &JWT].concat()).await;
    (code, stdout, report(&path))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_id_fails_with_both_sides_in_the_report() {
    let upper_case = Proxy::changing_answers("-4abc-8def-", "-4ABC-8DEF-");
    let (code, stdout, report) = check_through(upper_case, "id/comes-back").await;
    assert_eq!(code, Some(1), "{stdout}");
    let check = &report["checks"][0];
    assert_eq!(check["verdict"], "fail", "{check:#}");
    let exchange = &check["exchanges"][0];
    assert!(exchange["request"]["url"].as_str().is_some_and(|url| url.ends_with("/sep12/customer")));
    let forwarded = &exchange["forwarded"][0];
    assert_eq!(forwarded["request"]["method"], "PUT");
    assert!(forwarded["request"]["body"].as_str().is_some_and(|body| body.contains("last_name")), "{forwarded:#}");
    assert!(forwarded["response"]["body"].as_str().is_some_and(|body| body.contains("-4abc-8def-")), "{forwarded:#}");
    assert!(check["curl"].as_str().is_some_and(|curl| curl.contains("Bearer $WALLET_TOKEN")), "{check:#}");
    for part in
        ["asked     curl ", "anchor    PUT /customer", "sent      200", "got       202", "note: $WALLET_TOKEN in a"]
    {
        assert!(stdout.contains(part), "{part} is missing: {stdout}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_field_fails() {
    let renamed = Proxy::changing_requests("\"first_name\"", "\"given_nome\"");
    let (code, stdout, _) = check_through(renamed, "kept/callback-schema").await;
    assert_eq!(code, Some(1), "{stdout}");
    assert!(stdout.contains("first_name is missing"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_may_want_a_length() {
    let refused = Proxy::changing_requests("transfer-encoding: chunked", "transfer-encoding: chunkee");
    let refused = refused.and_answers("HTTP/1.1 400 ", "HTTP/1.1 411 ");
    let (_, stdout, report) = check_through(refused, "content/chunked-upload").await;
    assert_eq!(report["checks"][0]["verdict"], "skip", "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_stands_in_a_report() {
    let (_, stdout, report) = check_through(Proxy::changing_answers("\"error\"", "\"errar\""), "*").await;
    let shown = stdout + &report.to_string();
    assert!(!shown.contains("eyJhbGciOi"), "a token begins so");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tested_is_neither_a_pass_nor_a_failure() {
    let nobody = url(free_address().await);
    let (code, stdout, _) = check(&[&[&*nobody, "--anchor-listen", "127.0.0.1:0"], &JWT[..]].concat()).await;
    assert_eq!((code, stdout.contains("could not be reached")), (Some(3), true), "{stdout}");
    let platform = platform(free_address().await).await;
    let target = url(platform.address);
    let began = Instant::now();
    for (auth, cause) in [
        ("jwt:a secret that the platform does not have", "refuses the wallet's token"),
        ("bearer:not-a-token", "refuses the wallet's token"),
    ] {
        let (code, stdout, _) = check(&[&target, "--anchor-listen", "127.0.0.1:0", "--auth", auth]).await;
        assert_eq!((code, stdout.matches(cause).count()), (Some(3), 1), "{auth}: {stdout}");
    }
    assert!(began.elapsed() < Duration::from_secs(20));
}

/// The claims of the token that a request shows.
fn claims(authorization: &str) -> Value {
    let payload = authorization.split('.').nth(1).expect("a token");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_say_whom_they_are_for_if_told_and_a_refusal_says_how_to_tell() {
    for (more, audience) in [(&[][..], Value::Null), (&["--jwt-audience", "sep10"][..], json!(["sep10"]))] {
        let platform = Receiver::start().await;
        let target = format!("http://{}/sep12", platform.address());
        let arguments = [&[&*target, "--anchor-listen", "127.0.0.1:0"], &JWT[..], more].concat();
        let ((code, stdout, _), asked) = tokio::join!(check(&arguments), platform.next(403));
        assert_eq!((code, claims(asked.header("authorization"))["aud"].clone()), (Some(3), audience), "{stdout}");
        assert_eq!(stdout.contains("--jwt-audience sep10"), more.is_empty(), "{stdout}");
    }
}

/// The ids that the suite's anchor gave out, of customers and of files.
fn ids_given(report: &Value) -> BTreeSet<String> {
    let checks = report["checks"].as_array().expect("checks").iter();
    let exchanges = checks.flat_map(|check| check["exchanges"].as_array().into_iter().flatten());
    let forwarded = exchanges.flat_map(|exchange| exchange["forwarded"].as_array().into_iter().flatten());
    let answers = forwarded.filter_map(|forwarded| forwarded["response"]["body"].as_str());
    let bodies = answers.filter_map(|body| serde_json::from_str::<Value>(body).ok());
    let ids = bodies.flat_map(|body| ["id", "file_id"].map(|name| body[name].as_str().map(str::to_owned)));
    ids.flatten().filter(|id| !id.is_empty()).collect()
}

/// A platform may remember whose an id is.
#[tokio::test(flavor = "multi_thread")]
async fn two_runs_give_out_no_id_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut runs = Vec::new();
    for seed in ["1", "2"] {
        let path = folder.path().join(seed);
        let to_file = format!("json={}", path.display());
        let only = ["--only", "id/*", "--only", "sep12/*", "--timeout", "20"];
        let (code, stdout, _) = check(&[&["--seed", seed, "--report", &to_file], &only[..]].concat()).await;
        assert_eq!(code, Some(0), "{stdout}");
        runs.push(ids_given(&report(&path)));
    }
    assert!(runs[0].len() > 40, "{:?}", runs[0]);
    assert_eq!(runs[0].intersection(&runs[1]).next(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_wants_its_anchor_on_https_gets_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new();
    let [certificate, key] = authority.local().write_to(folder.path(), "anchor");
    let anchor = free_address().await;
    let mut config = config(&format!("https://localhost:{}", anchor.port()));
    config.anchor_roots = Some(authority.pem.clone().into_bytes());
    let platform = Platform::start(config).await;
    let (target, listen) = (url(platform.address), anchor.to_string());
    let arguments = ["--anchor-listen", &listen, "--tls-cert", &certificate, "--tls-key", &key, "--only", "id/*"];
    let (code, stdout, stderr) = check(&[&[&*target], &arguments[..], &JWT].concat()).await;
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert!(stdout.contains(&format!("on https://{listen}")), "{stdout}");
    assert!(stdout.contains(" 0 failed, 0 warned") && !stdout.contains("passed: 0"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_another_anchor_behind_it_only_the_wallets_side_is_checked() {
    let mock = tokio::task::spawn_blocking(|| Server::start(command(&["mock", "--listen", "127.0.0.1:0"])));
    let mock = mock.await.expect("it starts");
    let platform = Platform::start(config(&mock.url)).await;
    let target = url(platform.address);
    let (code, stdout, _) = check(&[&[&*target, "--anchor-listen", "127.0.0.1:0"], &JWT[..]].concat()).await;
    assert_eq!(code, Some(0), "{stdout}");
    assert!(stdout.contains("heard nothing of the platform"), "the reason is told: {stdout}");
    assert!(stdout.contains("pass          errors/forged-token"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_usage_exits_with_2() {
    let held = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let taken = held.local_addr().expect("bound").to_string();
    let (one, other) = ("http://127.0.0.1:1/sep12", "--anchor-listen");
    for (arguments, hint) in [
        (vec!["--auth", "jwt:env:PATH"], "need a URL"),
        (vec!["--jwt-audience", "sep10"], "need a URL"),
        (vec![one, other, "127.0.0.1:0", "--jwt-audience", "sep10"], "--auth jwt:VALUE"),
        (vec![one, other, "127.0.0.1:0", "--auth", "api-key:x"], "bearer:VALUE"),
        (vec![one, other, "127.0.0.1:0", "--auth", "bearer:a b"], "printable ASCII"),
        (vec![one, other, "127.0.0.1:0", "--auth", "jwt:env:NOT_SET"], "NOT_SET"),
        (vec![one, other, &taken], "--anchor-listen"),
        (vec!["--only", "put/*"], "list checks"),
    ] {
        let (code, stdout, stderr) = check(&arguments).await;
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(hint), "{arguments:?} should hint at {hint:?}: {stderr}");
    }
}
