//! Loopback unless told otherwise, and one warning where the door is open and nothing is encrypted.

use crate::support::binary::{Server, command, run, text};
use crate::support::tls::Authority;

const ANYWHERE: &str = "0.0.0.0:0";
const SEED: &str = "SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHOKR";

/// What a server says on stderr until it has begun to listen, of warnings.
fn warnings(arguments: &[&str]) -> Vec<String> {
    let server = Server::start(command(arguments));
    let (status, stdout, stderr) = server.stop();
    assert!(status.success() && stdout.is_empty(), "one line on stdout and no more: {stdout}");
    stderr.lines().filter(|line| line.starts_with("warning: ")).map(str::to_owned).collect()
}

#[test]
fn every_server_listens_on_this_machine_alone_unless_told_otherwise() {
    for command in [&["platform"][..], &["mock"], &["sandbox"], &["check", "platform"]] {
        let help = text(&run(&[command, &["--help"]].concat()).stdout).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains("[default: 127.0.0.1:80"), "{command:?}: {help}");
    }
}

#[test]
fn an_open_door_without_tls_is_warned_of_once_and_on_stderr() {
    let platform = ["platform", "--anchor", "http://127.0.0.1:1"];
    for server in [&platform[..], &["mock"], &["sandbox"]] {
        let warned = warnings(&[server, &["--listen", ANYWHERE]].concat());
        assert!(
            matches!(&warned[..], [line] if line.contains("without TLS") && line.contains("--tls-cert")),
            "{warned:?}"
        );
        for local in ["127.0.0.1:0", "127.0.0.2:0"] {
            assert_eq!(warnings(&[server, &["--listen", local]].concat()), [""; 0], "{server:?} on {local}");
        }
    }
}

#[test]
fn what_is_encrypted_here_or_in_front_is_not_warned_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let [certificate, key] = Authority::new().local().write_to(folder.path(), "own");
    let encrypted = ["mock", "--listen", ANYWHERE, "--tls-cert", &certificate, "--tls-key", &key];
    assert_eq!(warnings(&encrypted), [""; 0]);
    let seed = folder.path().join("seed");
    std::fs::write(&seed, SEED).expect("written");
    let seed = format!("file:{}", seed.display());
    let behind =
        ["sandbox", "--listen", ANYWHERE, "--signing-seed", &seed, "--public-url", "https://kyc.anchor.example"];
    assert_eq!(warnings(&behind), [""; 0]);
}

#[test]
fn credentials_that_go_to_another_machine_in_the_clear_are_warned_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    std::fs::write(&key, "an invented key").expect("written");
    let auth = format!("api-key:file:{}", key.display());
    let warned = |anchor: &str, auth: &str| {
        warnings(&["platform", "--listen", "127.0.0.1:0", "--anchor", anchor, "--anchor-auth", auth])
    };
    let clear = warned("http://anchor.example/kyc", &auth);
    assert!(matches!(&clear[..], [line] if line.contains("anchor.example") && line.contains("https")), "{clear:?}");
    for (anchor, auth) in [
        ("https://anchor.example", &*auth),
        ("http://localhost:1", &auth),
        ("http://127.0.0.1:1", &auth),
        ("http://[::1]:1", &auth),
        ("http://anchor.example", "none"),
    ] {
        assert_eq!(warned(anchor, auth), [""; 0], "{anchor} {auth}");
    }
}

#[test]
fn the_suites_own_anchor_warns_of_an_open_door_too() {
    let output = run(&["check", "platform", "--anchor-listen", ANYWHERE, "--only", "platform/no-such-check"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr).matches("without TLS").count(), 1, "{}", text(&output.stderr));
}

#[test]
fn a_server_that_cannot_serve_never_says_that_it_listens() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, "no certificate").expect("written");
    let authority = authority.display().to_string();
    let output =
        run(&["platform", "--listen", "127.0.0.1:0", "--anchor", "https://127.0.0.1:1", "--anchor-ca", &authority]);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!((output.status.code(), stdout.as_str()), (Some(2), ""));
    assert!(stderr.contains("--anchor-ca"), "{stderr}");
}
