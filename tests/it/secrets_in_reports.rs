//! Reports of `check` hold no secret, whatever the target makes of what it is shown.
//!
//! The target here says back the credentials of every request, in several forms and in every part of its answer, and
//! as a platform it passes them on to the anchor, which is the suite.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::support::binary::{command, text};

const SECRET: &str = "an-invented-Secret/of+several.words-QXJZVK";

/// By so many letters the forms of a secret are looked up.
const BEGINNING: usize = 8;

/// What a report says of a run, and all that the target was shown.
struct Checked {
    said: String,
    shown: Vec<String>,
}

#[derive(Clone)]
struct Echo {
    /// Where it passes requests on to.
    anchor: Option<String>,
    shown: Arc<Mutex<Vec<String>>>,
}

#[test]
fn an_anchor_that_says_an_api_key_back_gets_it_into_no_report() {
    let checked = check("anchor", "api-key:env:SECRET", &["delete/*", "put/i*"]);
    assert!(checked.said.contains("could not be deleted again; DELETE /customer/[redacted]"), "{}", checked.said);
    checked.has_no_secret();
}

#[test]
fn an_anchor_that_says_a_token_back_gets_it_into_no_report() {
    let checked = check("anchor", "jwt:env:SECRET", &["delete/*", "put/i*"]);
    assert!(checked.said.contains("could not be deleted again; DELETE /customer/[redacted]"), "{}", checked.said);
    checked.has_no_secret();
}

#[test]
fn a_platform_that_passes_a_wallet_token_on_gets_it_into_no_report() {
    for auth in ["jwt:env:SECRET", "bearer:env:SECRET"] {
        let checked = check("platform", auth, &["privacy/*", "errors/*token*", "identity/*"]);
        assert!(checked.said.contains("/customer?token=[redacted]"), "{}", checked.said);
        checked.has_no_secret();
    }
}

impl Checked {
    fn has_no_secret(&self) {
        assert!(!self.shown.is_empty(), "nobody showed the target a credential");
        let tokens = self.shown.iter().filter(|shown| shown.matches('.').count() == 2);
        // A forged signature is one or two letters many times, which a picture may hold, too.
        let is_signature = |text: &&str| !text.trim_matches(['A', 'B']).is_empty();
        let signatures = tokens.filter_map(|token| token.rsplit('.').next()).filter(is_signature);
        let mut by_beginning: HashMap<Vec<u8>, Vec<String>> = HashMap::new();
        for form in signatures.chain([SECRET]).flat_map(forms) {
            by_beginning.entry(form.as_bytes()[..BEGINNING].to_vec()).or_default().push(form);
        }
        let said = self.said.as_bytes();
        for (at, beginning) in said.windows(BEGINNING).enumerate() {
            let mut forms = by_beginning.get(beginning).into_iter().flatten();
            if let Some(form) = forms.find(|form| said[at..].starts_with(form.as_bytes())) {
                let (from, to) = (at.saturating_sub(80), (at + form.len() + 20).min(said.len()));
                panic!("{form} is in the report: {}", String::from_utf8_lossy(&said[from..to]));
            }
        }
    }
}

/// Console and JSON of a run against the target.
fn check(kind: &str, auth: &str, only: &[&str]) -> Checked {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").to_string();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let echo = Echo { anchor: (kind == "platform").then(|| free.clone()), shown: Arc::default() };
    let serving = echo.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let echo = serving.clone();
            // The suite may hang up whenever it likes.
            thread::spawn(move || drop(echo.serve(stream)));
        }
    });
    let name = format!("secrets-{}-{kind}-{}.json", std::process::id(), auth.split(':').next().unwrap_or_default());
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut command = command(&["check", kind, &url, "--auth", auth, "--jobs", "4", "--timeout", "5"]);
    command.args(only.iter().flat_map(|only| ["--only", only]));
    command.arg(format!("--report=json={}", file.display())).env("SECRET", SECRET);
    match kind {
        "platform" => command.args(["--anchor-listen", &free]),
        _ => command.args(["--settle", "0"]),
    };
    let output = command.output().expect("the binary runs");
    let console = text(&output.stdout) + &text(&output.stderr);
    let report = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("no report: {error}; {console}"));
    std::fs::remove_file(&file).expect("it was there");
    let shown = echo.shown.lock().expect("no thread panicked").clone();
    Checked { said: console + &report, shown }
}

impl Echo {
    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let Some((head, body)) = read(&mut stream)? else { return Ok(()) };
        let credentials = credentials(&head).unwrap_or_default();
        if !credentials.is_empty() {
            self.shown.lock().expect("no thread panicked").push(credentials.clone());
            if let Some(anchor) = &self.anchor {
                // It matters what the suite makes of it, not what it says.
                drop(pass_on(anchor, &head, &body, &credentials));
            }
        }
        let status = if head.starts_with("GET") || head.starts_with("PUT") { "200 OK" } else { "400 Bad Request" };
        stream.write_all(answer(status, &credentials).as_bytes())
    }
}

fn read(stream: &mut TcpStream) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut request = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = text(&request[..end]);
            let body = &request[end + 4..];
            let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            let is_whole = match header(&head, "transfer-encoding") {
                Some(_) => body.ends_with(b"0\r\n\r\n"),
                None => body.len() >= length,
            };
            if is_whole {
                return Ok(Some((head, body.to_vec())));
            }
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(None),
            read => request.extend_from_slice(&buffer[..read]),
        }
    }
}

fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find_map(|(name, value)| name.eq_ignore_ascii_case(wanted).then_some(value))
}

/// What a request shows: the key, or the token.
fn credentials(head: &str) -> Option<String> {
    let token = header(head, "authorization").and_then(|value| value.strip_prefix("Bearer "));
    header(head, "x-api-key").or(token).map(str::to_owned)
}

/// The request once more, with the credentials where they do not belong.
fn pass_on(anchor: &str, head: &str, body: &[u8], credentials: &str) -> io::Result<()> {
    let method = head.split(' ').next().unwrap_or_default();
    let content_type = header(head, "content-type").unwrap_or("text/plain");
    let mut stream = TcpStream::connect(anchor)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        stream,
        "{method} /customer?token={credentials} HTTP/1.1\r\nHost: x\r\nX-Wallet: {credentials}\r\n\
         Content-Type: {content_type}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body)?;
    stream.read_to_end(&mut Vec::new()).map(drop)
}

/// A text as it may be said back: as it is, encoded, and in halves.
fn forms(secret: &str) -> Vec<String> {
    let each = |write: &dyn Fn(u8) -> String| secret.bytes().map(write).collect::<String>();
    let (first, second) = secret.split_at(secret.len() / 2);
    vec![
        secret.to_owned(),
        first.to_owned(),
        second.to_owned(),
        each(&|byte| format!("%{byte:02X}")),
        each(&|byte| format!("{byte:02x}")),
        each(&|byte| format!("\\u{byte:04x}")),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ]
}

fn answer(status: &str, credentials: &str) -> String {
    let forms = forms(credentials).join(" , ");
    let escaped = forms.replace('\\', "\\\\");
    let body = format!(
        r#"{{"id": "{credentials}", "status": "ACCEPTED", "message": "{credentials}", "error": "{escaped}", "as": "{forms}"}}"#
    );
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\nLocation: https://u:{credentials}@x/\r\n\
         Server: {forms}\r\nSet-Cookie: a={credentials}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
