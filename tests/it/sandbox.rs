//! The sandbox as its user meets it: what it prints works when pasted, and its page keeps values and buttons to itself.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use hyper::header::{CONTENT_TYPE, HOST, ORIGIN};
use hyper::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::binary::{Server, command, text};
use crate::support::{Answer, Wallet};

/// A running sandbox and what it printed at its start.
struct Sandbox {
    server: Server,
    said: String,
}

impl Sandbox {
    fn start() -> Self {
        Self::with(&[])
    }

    fn with(arguments: &[&str]) -> Self {
        let mut server = Server::start(command(&[&["sandbox", "--listen", "127.0.0.1:0"], arguments].concat()));
        let stderr = server.child.stderr.as_mut().expect("piped");
        // Byte by byte, so that nothing of what comes later is lost in a buffer.
        let lines = BufReader::with_capacity(1, stderr).lines().map(|line| line.expect("UTF-8"));
        let said = lines
            .take_while(|line| !line.starts_with("Other values"))
            .fold(String::new(), |said, line| said + &line + "\n");
        Self { server, said }
    }

    fn wallet(&self) -> Wallet {
        let token = self.said.split_once("Bearer ").expect("a token").1.split('\'').next().expect("its end");
        Wallet::new(self.server.address(), token.to_owned())
    }

    fn own_origin(&self) -> String {
        self.server.url.clone()
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(Method::GET, path, headers, "").await
    }

    /// Sends a form of the page's, from the page unless the headers say otherwise.
    async fn post(&self, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let content_type = (CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded");
        self.ask(Method::POST, path, &[&[content_type], headers].concat(), form).await
    }

    /// The same, from the page itself.
    async fn press(&self, path: &str, form: &str) -> Answer {
        self.post(path, &[(ORIGIN.as_str(), &self.own_origin())], form).await
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header(HOST, self.server.address().to_string());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.wallet().send(request.body(body.to_owned()).expect("a valid request")).await
    }

    async fn page(&self) -> String {
        let answer = self.get("/", &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        text(&answer.body)
    }

    /// The values of `run` and `seen` that the page's script starts with.
    async fn seen(&self) -> (String, String) {
        let page = self.page().await;
        let attribute = |name: &str| {
            let (_, rest) = page.split_once(&format!("{name}=\"")).expect(name);
            rest.split('"').next().expect("its end").to_owned()
        };
        (attribute("data-run"), attribute("data-seen"))
    }
}

fn ada() -> Value {
    json!({"first_name": "Ada", "last_name": "Invented-Secretly", "email_address": "ada@example.com"})
}

#[test]
fn the_walk_through_works_as_it_is_printed() {
    let sandbox = Sandbox::start();
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("NOT TESTED: there is no curl");
        return;
    }
    let is_command =
        |line: &&str| line.starts_with("  ") && !line.trim_start().starts_with("SEP") && !line.starts_with("  stellar");
    let commands: Vec<&str> = sandbox.said.lines().filter(is_command).collect();
    assert_eq!(commands.iter().filter(|line| line.contains("curl")).count(), 7, "{commands:#?}");
    // Each answer on a line of its own, as nobody would type it.
    let script = commands.join("\n").replace("curl -s", "curl -s -w '\\n'");
    let output = Command::new("sh").args(["-euc", &script]).output().expect("sh runs");
    let answers: Vec<Value> = text(&output.stdout)
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect();
    let told = answers
        .iter()
        .map(|answer| answer["status"].as_str().unwrap_or(if answer["id"].is_string() { "id" } else { "" }));
    let told: Vec<&str> = told.collect();
    assert_eq!(told, ["NEEDS_INFO", "id", "id", "ACCEPTED", "id", "PROCESSING", ""], "{answers:#?}");
    let (_, _, log) = sandbox.server.stop();
    for line in [
        "application/json: first_name, last_name, email_address  202",
        "multipart/form-data: first_name, photo_id_front  202",
    ] {
        assert!(log.contains(line), "{log}");
    }
    assert!(log.contains("DELETE /sep12/customer/G") && log.contains("  200  "), "{log}");
    assert!(!log.contains("ada@example.com\n") && !log.contains("no real photo"), "{log}");
}

#[tokio::test]
async fn the_page_is_for_its_own_eyes_and_opens_itself_to_no_site() {
    let sandbox = Sandbox::start();
    for path in ["/", "/page/style.css", "/page/script.js", "/page/icon.svg"] {
        let answer = sandbox.get(path, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["referrer-policy"], "same-origin");
        assert_eq!(answer.headers["cross-origin-resource-policy"], "same-origin");
        let policy = answer.headers["content-security-policy"].to_str().expect("ASCII");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{answer:?}");
    }
    assert_eq!(sandbox.get("/page/other", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sandbox.ask(Method::OPTIONS, "/page/decide", &[], "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(sandbox.get("/page/decide", &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn what_is_not_the_pages_is_the_platforms() {
    let sandbox = Sandbox::start();
    assert_eq!(sandbox.get("/health", &[]).await.status, StatusCode::OK);
    assert_eq!(sandbox.get("/.well-known/stellar.toml", &[]).await.headers["access-control-allow-origin"], "*");
    assert_eq!(sandbox.get("/sep12/customer", &[]).await.refusal().0, 401);
    assert_eq!(sandbox.get("/pages", &[]).await.refusal().0, 404);
}

#[tokio::test]
async fn no_value_is_shown_before_somebody_asks() {
    let sandbox = Sandbox::start();
    let id = sandbox.wallet().put_json(&ada()).await.id();
    let page = sandbox.page().await;
    for shown in [id.as_str(), "last_name", "application/json", "ACCEPTED", "202"] {
        assert!(page.contains(shown), "{shown} is not in {page}");
    }
    let changes = sandbox.get(&format!("/page/changes?run={}", sandbox.seen().await.0), &[]).await;
    for hidden in ["Invented-Secretly", "ada@example.com"] {
        assert!(!page.contains(hidden) && !text(&changes.body).contains(hidden), "{hidden}");
    }
    let values = sandbox.press("/page/values", &format!("id={id}")).await;
    assert!(text(&values.body).contains("Invented-Secretly"), "{values:?}");
    assert_eq!(sandbox.press("/page/values", "id=nobody").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn hostile_names_and_values_are_text() {
    let sandbox = Sandbox::start();
    let hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}";
    let id = sandbox.wallet().put_json(&json!({hostile: hostile})).await.id();
    let values = text(&sandbox.press("/page/values", &format!("id={id}")).await.body);
    for shown in [sandbox.page().await, values] {
        assert!(!shown.contains("<script>alert") && !shown.contains("<img") && !shown.contains('\u{202e}'), "{shown}");
        assert!(shown.contains("&lt;script&gt;alert(1)"), "{shown}");
    }
    let (_, _, log) = sandbox.server.stop();
    assert!(log.contains(r"\u{202e}") && !log.contains('\u{202e}'), "{log}");
}

#[tokio::test]
async fn other_sites_and_foreign_names_get_nothing() {
    let sandbox = Sandbox::start();
    let id = sandbox.wallet().put_json(&ada()).await.id();
    let origin = sandbox.own_origin();
    let address = sandbox.server.address().to_string();
    for host in ["evil.example", &format!("evil.example:{}", sandbox.server.address().port()), "192.0.2.1"] {
        for path in ["/", "/page/changes", "/page/script.js"] {
            assert_eq!(sandbox.get(path, &[("host", host)]).await.status, StatusCode::FORBIDDEN, "{host} {path}");
        }
        let headers = [("host", host), ("origin", &format!("http://{host}"))];
        assert_eq!(sandbox.post("/page/values", &headers, &format!("id={id}")).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(sandbox.get("/page/changes", &[("sec-fetch-site", "same-site")]).await.status, StatusCode::FORBIDDEN);
    for headers in [
        &[][..],
        &[("origin", "null")],
        &[("origin", "http://localhost:3000")],
        &[("origin", &format!("https://{address}"))],
        &[("origin", &origin), ("sec-fetch-site", "cross-site")],
    ] {
        for (path, form) in [("/page/decide", format!("id={id}&decision=reject")), ("/page/values", format!("id={id}"))]
        {
            let answer = sandbox.post(path, headers, &form).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            assert!(!text(&answer.body).contains("Invented-Secretly"));
        }
    }
    assert!(text(&sandbox.wallet().send(get_customer(&sandbox)).await.body).contains("ACCEPTED"));
}

fn get_customer(sandbox: &Sandbox) -> Request<String> {
    sandbox.wallet().request(Method::GET, "/sep12/customer").body(String::new()).expect("a valid request")
}

#[tokio::test]
async fn buttons_move_a_customer() {
    let sandbox = Sandbox::start();
    let wallet = sandbox.wallet();
    let id = wallet.put_json(&ada()).await.id();
    for (form, status, field, field_status) in [
        ("decision=process", "PROCESSING", "first_name", "PROCESSING"),
        ("decision=accept&type=default", "ACCEPTED", "first_name", "ACCEPTED"),
        ("decision=reject_field&field=last_name&reason=illegible", "NEEDS_INFO", "last_name", "REJECTED"),
        ("decision=require_verification&field=email_address", "NEEDS_INFO", "email_address", "VERIFICATION_REQUIRED"),
        ("decision=reject&reason=no", "REJECTED", "first_name", "REJECTED"),
    ] {
        let pressed = sandbox.press("/page/decide", &format!("id={id}&{form}")).await;
        assert_eq!(
            (pressed.status, &pressed.headers["location"]),
            (StatusCode::SEE_OTHER, &"/#customers".parse().expect("a header"))
        );
        let customer = wallet.send(get_customer(&sandbox)).await.json();
        assert_eq!(customer["status"], status, "{form}: {customer}");
        if status == "REJECTED" {
            assert_eq!(customer["message"], "no", "{customer}");
        } else {
            assert_eq!(customer["provided_fields"][field]["status"], field_status, "{form}: {customer}");
        }
    }
    for (form, status) in [
        (format!("id={id}&decision=ask_for&field=email_address"), StatusCode::CONFLICT),
        (format!("id={id}&decision=ask_for"), StatusCode::BAD_REQUEST),
        (format!("id={id}&decision=other"), StatusCode::BAD_REQUEST),
        ("id=nobody&decision=accept".to_owned(), StatusCode::CONFLICT),
        ("x".repeat(100_000), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(sandbox.press("/page/decide", &form).await.status, status, "{form:.50}");
    }
}

#[tokio::test]
async fn an_open_page_is_told_of_what_is_new_and_of_nothing_else() {
    let sandbox = Sandbox::start();
    let (run, seen) = sandbox.seen().await;
    let first = sandbox.get(&format!("/page/changes?run={run}&after={seen}&tag="), &[]).await.json();
    let tag = first["tag"].as_str().expect("a tag").to_owned();
    let path = format!("/page/changes?run={run}&after={seen}&tag={tag}");
    let (wallet, ada) = (sandbox.wallet(), ada());
    let (news, _) = tokio::join!(sandbox.get(&path, &[]), wallet.put_json(&ada));
    let news = news.json();
    assert!(news["rows"].as_str().expect("rows").contains("email_address"), "{news}");
    assert_eq!(news["seen"], 1, "{news}");
    let other_run = sandbox.get("/page/changes?run=other&after=0&tag=", &[]).await.json();
    assert_eq!(other_run, json!({"reload": true}));
}

#[tokio::test]
async fn an_open_page_does_not_hold_up_the_end() {
    let sandbox = Sandbox::start();
    let (run, _) = sandbox.seen().await;
    let first = sandbox.get(&format!("/page/changes?run={run}&after=0&tag="), &[]).await.json();
    let path = format!("/page/changes?run={run}&after=0&tag={}", first["tag"].as_str().expect("a tag"));
    let waiting = Wallet::new(sandbox.server.address(), String::new());
    let request = Request::get(path).header(HOST, sandbox.server.address().to_string());
    let waiting =
        tokio::spawn(async move { waiting.send(request.body(String::new()).expect("a valid request")).await });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let began = std::time::Instant::now();
    let (status, ..) = tokio::task::spawn_blocking(|| sandbox.server.stop()).await.expect("it stops");
    assert!(status.success() && began.elapsed() < std::time::Duration::from_secs(10), "{status} {:?}", began.elapsed());
    assert_eq!(waiting.await.expect("an answer").json()["seen"], 0);
}

#[tokio::test]
async fn customers_of_a_file_are_on_the_page_after_a_restart() {
    let directory = TempDir::new().expect("a directory");
    let store = format!("sqlite:{}", directory.path().join("customers.db").display());
    let sandbox = Sandbox::with(&["--store", &store]);
    let id = sandbox.wallet().put_json(&ada()).await.id();
    drop(sandbox);
    let sandbox = Sandbox::with(&["--store", &store]);
    assert!(sandbox.page().await.contains(&id));
    assert_eq!(sandbox.press("/page/decide", &format!("id={id}&decision=process")).await.status, StatusCode::SEE_OTHER);
    assert!(sandbox.page().await.contains("PROCESSING"));
}
