//! The binary.

use std::process::Stdio;

use serde_json::json;

use crate::support::binary::{Server, command, run, text};
use crate::support::{G, Wallet};

#[tokio::test]
async fn platform_and_mock_run_as_processes_and_stop_cleanly() {
    let mock = Server::start(command(&["mock", "--listen", "127.0.0.1:0"]));
    let platform = Server::start(command(&["platform", "--anchor", &mock.url, "--listen", "127.0.0.1:0"]));
    let token = text(&run(&["token", "--sub", G]).stdout);
    let wallet = Wallet::new(platform.address(), token.trim_end().to_owned());
    wallet.put_json(&json!({"first_name": "Ada"})).await.id();
    for server in [platform, mock] {
        let (status, stdout, _) = server.stop();
        assert!(status.success(), "{status}");
        assert_eq!(stdout, "", "one line on stdout and no more");
    }
}

#[tokio::test]
async fn health_needs_no_token() {
    let mock = "http://127.0.0.1:1";
    let platform = Server::start(command(&["platform", "--anchor", mock, "--listen", "127.0.0.1:0"]));
    let wallet = Wallet::new(platform.address(), String::new());
    let answer = wallet.send(wallet.request(hyper::Method::GET, "/health").body(String::new()).expect("valid")).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"status": "ok"})));
}

fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    text(&output.stderr)
}

#[test]
fn a_wrong_command_line_exits_with_2_and_says_what_would_be_right() {
    let anchor = ["platform", "--anchor", "http://127.0.0.1:1"];
    for (arguments, hint) in [
        (vec!["platform"], "--anchor <URL>"),
        (vec!["platform", "--anchor", "ftp://x"], "http:// or https://"),
        ([&anchor[..], &["--max-body", "1TB"]].concat(), "KiB"),
        ([&anchor[..], &["--anchor-auth", "api-key:literal"]].concat(), "env:NAME"),
        ([&anchor[..], &["--anchor-auth", "api-key:env:NOT_SET"]].concat(), "NOT_SET is not set"),
        ([&anchor[..], &["--sep12-path", "sep12"]].concat(), "begin with /"),
        ([&anchor[..], &["--anchor-ca", "/no/such/file"]].concat(), "/no/such/file"),
        (vec!["token", "--sub", "nobody"], "G...:ID"),
        (vec!["mock", "--fault", "no-such-fault"], "no-such-fault"),
        (vec!["mock", "--store", "customers.db"], "sqlite:FILE"),
        (vec!["mock", "--store", "sqlite:/no/such/folder/x.db"], "the directory of the file must be there"),
        (vec!["mock", "--store", "postgres://ada@127.0.0.1:1/kyc"], "createdb"),
        (vec!["mock", "--store", "env:NOT_SET"], "NOT_SET is not set"),
        (vec!["no-such-command"], "no-such-command"),
    ] {
        let stderr = refused(&arguments);
        assert!(stderr.contains(hint), "{arguments:?} should hint at {hint:?}: {stderr}");
    }
}

#[test]
fn a_mistake_is_not_quoted_where_it_may_be_a_secret() {
    let secret = "open-sesame";
    let platform = ["platform", "--anchor", "http://127.0.0.1:1"];
    for (arguments, hint) in [
        (vec!["platform", "--anchor", "http://ada:open-sesame@127.0.0.1:1"], "'--anchor <URL>'"),
        (vec!["platform", "--anchor", "http://127.0.0.1:1/?key=open-sesame"], "without ?"),
        (vec!["check", "anchor", "http://ada:open-sesame@127.0.0.1:1"], "user name or password"),
        (vec!["check", "anchor", "--field", "open-sesame"], "NAME=VALUE"),
        (vec!["sandbox", "--horizon", "http://ada:open-sesame@127.0.0.1:1"], "'--horizon <URL>'"),
        ([&platform[..], &["--jwt-secret=open-sesame"]].concat(), "--jwt-secret-file"),
        ([&platform[..], &["--anchor-auth=", secret]].concat(), "unexpected argument"),
        ([&platform[..], &["--anchor-auth", "api-key:env:open-sesame"]].concat(), "capitals"),
        ([&platform[..], &["--anchor-auth", secret]].concat(), "env:NAME"),
    ] {
        let stderr = refused(&arguments);
        assert!(stderr.contains(hint) && !stderr.contains(secret), "{arguments:?} should hint at {hint:?}: {stderr}");
    }
}

#[test]
fn a_mistake_in_a_file_of_options_is_told_without_its_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("check.yaml");
    let path = file.to_str().expect("UTF-8");
    for content in
        ["auth: api-key:open-sesame\n  jobs: [\n", "auth: {x: open-sesame}\n", "auth: open-sesame\nauth: none\n"]
    {
        std::fs::write(&file, content).expect("written");
        let stderr = refused(&["check", "anchor", "http://127.0.0.1:1", "--config", path]);
        assert!(stderr.contains("line ") && !stderr.contains("open-sesame"), "{content:?}: {stderr}");
    }
}

#[test]
fn the_password_of_a_store_is_never_shown() {
    let store = "postgres://ada:open-sesame@127.0.0.1:1/kyc";
    let by_hand = refused(&["mock", "--store", store]);
    assert!(by_hand.starts_with("warning: a password on the command line"), "{by_hand}");
    let output = command(&["mock", "--store", "env:STORE"]).env("STORE", store).output().expect("the binary runs");
    let from_environment = text(&output.stderr);
    assert!(!from_environment.contains("warning"), "{from_environment}");
    for stderr in [by_hand, from_environment] {
        assert!(stderr.contains("postgres://127.0.0.1:1/kyc"), "{stderr}");
        assert!(!stderr.contains("open-sesame") && !stderr.contains("ada"), "{stderr}");
    }
}

#[test]
fn a_missing_secret_is_explained() {
    let output = command(&["token", "--sub", G]).env_clear().output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("ANCHOR_CONFORMANCE_JWT_SECRET"));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    for arguments in
        [&["list", "fields"][..], &["list", "--json"], &["explain", "new-id-on-update"], &["token", "--sub", G]]
    {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = command(arguments).stdin(Stdio::null()).stdout(writer).output().expect("the binary runs");
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
        assert!(output.status.success(), "{arguments:?}: {:?}", output.status);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_to_stdout_is_said_and_no_success() {
    let check = ["check", "anchor", "--only", "put/json-accepted-with-id", "--settle", "0"];
    for arguments in
        [&["token", "--sub", G][..], &["list", "checks"], &["explain", "put/json-accepted-with-id"], &check]
    {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("it is there");
        let output = command(arguments).stdout(full).output().expect("the binary runs");
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert_eq!(stderr.matches("error: cannot write to stdout").count(), 1, "{arguments:?}: {stderr}");
    }
}

#[test]
fn options_can_stand_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token.yaml");
    std::fs::write(&file, format!("sub: {G}\nexpires-in: 60\n")).expect("written");
    let file = file.to_str().expect("UTF-8");
    assert!(run(&["token", "--config", file]).status.success());
    for (content, hint) in
        [("sup: x\n", "no such option: sup"), ("sub: a\nsub: b\n", "duplicate"), ("sub: [\n", "line 1")]
    {
        std::fs::write(file, content).expect("written");
        let stderr = refused(&["token", "--config", file]);
        assert!(stderr.contains(hint), "{content:?} should hint at {hint:?}: {stderr}");
    }
}

#[test]
fn a_port_that_is_taken_is_explained() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let output = command(&["mock", "--listen", &address]).stdin(Stdio::null()).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains(&address));
}
