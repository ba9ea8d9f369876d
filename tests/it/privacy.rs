//! No field value in a log, no file written.

use std::path::Path;

use anchor_conformance::sep12::body::{self, Multipart};
use anchor_conformance::sep12::{Field, File};
use serde_json::json;

use crate::support::binary::{Server, command, run, text};
use crate::support::{G, Wallet};

/// Everything of a customer that must not be found again, names nobody standardised included.
const MARKER: &str = "Zyzzyva";

fn customer() -> Vec<Field> {
    let name = |part: &str| format!("{MARKER}{part}");
    let file =
        File { file_name: Some(name("file.png")), content_type: Some("image/png".into()), bytes: name("bytes").into() };
    vec![
        Field::text("first_name", name("first")),
        Field::text(name("custom"), name("value")),
        Field::file("photo_id_front", file),
        Field::text("last_name", name("last")),
    ]
}

async fn send_everything(wallet: &Wallet) {
    let texts: Vec<Field> = customer().into_iter().filter(|field| field.as_text().is_some()).collect();
    wallet.put(body::json(&texts).expect("text")).await.id();
    wallet.put(body::urlencoded(&texts).expect("text")).await.id();
    wallet.put_multipart(&customer()).await.id();
    let mut twice = customer();
    twice.extend(customer());
    let marked = |text: &str| format!("{MARKER}{text}");
    for refused in [
        wallet.put(body::multipart(&twice, &Multipart::default()).expect("writable")).await,
        wallet.put_json(&json!({"birth_date": marked("date")})).await,
        wallet.put_json(&json!({"account": marked("account")})).await,
        wallet.put_json(&json!({"memo": marked("memo"), "memo_type": marked("type")})).await,
        wallet.put_json(&json!({"id": marked("id")})).await,
        wallet.put_json(&json!({"type": marked("type")})).await,
        wallet.put_json(&json!({"photo_id_front": marked("photo")})).await,
        wallet.put_bytes("application/json", format!("{{\"{MARKER}\": {MARKER}}}")).await,
        wallet.put_bytes(&format!("application/{MARKER}"), "{}").await,
        wallet.put_bytes("multipart/form-data; boundary=b", format!("--b\r\n{MARKER}\r\n\r\n")).await,
    ] {
        let (status, error) = refused.refusal();
        assert!((400..500).contains(&status), "{status} {error}");
        assert!(!error.contains(MARKER) || status == 400 && error.contains("occurs more than once"), "{error}");
    }
}

/// The regular files that a process holds open for writing.
#[cfg(target_os = "linux")]
fn files_open_for_writing(pid: u32) -> Vec<String> {
    let write_flags = 0o3;
    let descriptors = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("the process runs");
    let is_written = |descriptor: &str| {
        let info = std::fs::read_to_string(format!("/proc/{pid}/fdinfo/{descriptor}")).unwrap_or_default();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok()).is_some_and(|flags| flags & write_flags != 0)
    };
    descriptors
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|descriptor| is_written(descriptor))
        .filter_map(|descriptor| std::fs::read_link(format!("/proc/{pid}/fd/{descriptor}")).ok())
        .filter(|target| target.is_file())
        .map(|target| target.display().to_string())
        .collect()
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).expect("a folder").next().is_none()
}

#[tokio::test]
async fn the_platform_writes_no_file_and_logs_no_value() {
    let folder = tempfile::tempdir().expect("a folder");
    let mock = Server::start(command(&["mock", "--listen", "127.0.0.1:0"]));
    let mut command = command(&["platform", "--anchor", &mock.url, "--listen", "127.0.0.1:0", "--log", "info"]);
    command.current_dir(folder.path()).env("TMPDIR", folder.path()).env("HOME", folder.path());
    let platform = Server::start(command);
    let token = text(&run(&["token", "--sub", G]).stdout).trim_end().to_owned();
    send_everything(&Wallet::new(platform.address(), token.clone())).await;

    #[cfg(target_os = "linux")]
    assert_eq!(files_open_for_writing(platform.child.id()), Vec::<String>::new());
    assert!(is_empty(folder.path()));
    let (_, stdout, log) = platform.stop();
    let requests = log.lines().filter(|line| line.contains("\"endpoint\":\"put_customer\"")).count();
    assert_eq!(requests, 13, "every request has its line: {log}");
    for secret in [MARKER, token.as_str(), G, crate::support::binary::SECRET] {
        assert!(!stdout.contains(secret) && !log.contains(secret), "{secret} was logged: {log}");
    }
}
