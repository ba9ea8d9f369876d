use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::Duration;

use anchor_conformance::mock::{Anchor, Config, CustomerView, Decision, Desk, MAGIC, MockAnchor, RawAnchor};
use anchor_conformance::platform::OptionalEndpoint;
use anchor_conformance::sep12::body::{self, Multipart};
use anchor_conformance::sep12::{CustomerStatus, Field, File};
use http_body_util::Full;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::binary::{Server, command, run, text};
use crate::support::listener::RawListener;
use crate::support::receiver::Receiver;
use crate::support::store::Store;
use crate::support::{Answer, G, Platform, SHARED, Wallet, config};

/// More than what takes a while takes, and less than twice that.
const WHILE: Duration = Duration::from_secs(4);
/// Longer than any pause between two attempts.
const LONG: Duration = Duration::from_secs(600);

/// A desk that calls receivers of this machine.
fn desk() -> Desk {
    Desk { allow_private_callbacks: true, ..Desk::default() }
}

fn signing_key(anchor: &Anchor) -> String {
    anchor.config().desk.as_ref().expect("a desk").signing_key.account().to_string()
}

/// Who speaks to the anchor itself, as a platform does.
struct Direct(Wallet);

impl Direct {
    fn to(anchor: &RawAnchor) -> Self {
        Self(Wallet::new(anchor.address(), String::new()))
    }

    async fn send(&self, method: Method, path: &str, json: &Value) -> Answer {
        let request = self.0.request(method, path).header("content-type", "application/json");
        self.0.send(request.body(json.to_string()).expect("valid")).await
    }

    async fn put(&self, json: &Value) -> Answer {
        self.send(Method::PUT, "/customer", json).await
    }

    async fn get(&self) -> Value {
        let request = self.0.request(Method::GET, &format!("/customer?account={G}"));
        self.0.send(request.body(String::new()).expect("valid")).await.json()
    }

    async fn call_back(&self, url: &str) {
        let answer = self.send(Method::PUT, &format!("/customer/callback?account={G}"), &json!({ "url": url })).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }
}

fn customer(changes: &[(&str, &str)]) -> Value {
    let base = [("account", G), ("first_name", "Ana"), ("last_name", "Silva"), ("email_address", "ana@example.com")];
    let members: BTreeMap<_, _> = base.iter().chain(changes).copied().collect();
    json!(members)
}

fn direct(anchor: &MockAnchor) -> Direct {
    let address = anchor.url().strip_prefix("http://").and_then(|address| address.parse().ok());
    Direct(Wallet::new(address.expect("an address"), String::new()))
}

/// Uploads a file for somebody who need not be registered; returns its id.
async fn upload(anchor: &MockAnchor, bytes: &'static [u8]) -> String {
    let file = File { file_name: None, content_type: Some("image/png".to_owned()), bytes: bytes.into() };
    let sent = body::multipart(&[Field::file("file", file)], &Multipart::default()).expect("writable");
    let direct = direct(anchor).0;
    let request = direct.request(Method::POST, &format!("/customer/files?account={G}"));
    let request = request.header("content-type", sent.content_type).body(Full::new(sent.bytes));
    let answer = direct.send(request.expect("valid")).await;
    answer.json()["file_id"].as_str().expect("a file id").to_owned()
}

/// What has become of the callback of the only customer.
fn failure(anchor: &Anchor) -> Option<String> {
    let [CustomerView { callback, .. }] = &anchor.desk()[..] else { panic!("one customer") };
    callback.as_ref().expect("a callback").failure.clone()
}

/// Waits until that is so; it must be so soon.
async fn soon(mut holds: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not within ten seconds");
}

fn magic(name: &str) -> &'static str {
    MAGIC.iter().find(|magic| magic.name == name).expect("a magic value").value
}

#[tokio::test]
async fn every_magic_value_reaches_its_state_over_the_wire() {
    // The magic value and its field, then the status at once and after a while.
    let rows = [
        ("stays-processing", "last_name", "PROCESSING", "PROCESSING"),
        ("accepted-later", "last_name", "PROCESSING", "ACCEPTED"),
        ("rejected-now", "last_name", "REJECTED", "REJECTED"),
        ("rejected-later", "last_name", "PROCESSING", "REJECTED"),
        ("asked-later", "last_name", "ACCEPTED", "NEEDS_INFO"),
        ("field-rejected", "first_name", "NEEDS_INFO", "NEEDS_INFO"),
        ("email-rejected", "email_address", "NEEDS_INFO", "NEEDS_INFO"),
        ("phone-rejected", "mobile_number", "NEEDS_INFO", "NEEDS_INFO"),
        ("email-verified", "email_address", "NEEDS_INFO", "NEEDS_INFO"),
        ("phone-verified", "mobile_number", "NEEDS_INFO", "NEEDS_INFO"),
    ];
    for (name, field, first, later) in rows {
        let anchor = RawAnchor::start(Config::with_desk(desk())).await.expect("a port");
        let direct = Direct::to(&anchor);
        direct.put(&customer(&[(field, magic(name))])).await;
        assert_eq!(direct.get().await["status"], first, "{name}");
        anchor.advance(WHILE);
        assert_eq!(direct.get().await["status"], later, "{name}");
    }
    let elsewhere = ["right-code", "slow-code", "file-rejected"];
    let known = |name: &str| rows.iter().any(|row| row.0 == name) || elsewhere.contains(&name);
    assert!(MAGIC.iter().all(|magic| known(magic.name)), "a magic value without a row");
}

#[tokio::test]
async fn codes_and_file_names_work_over_the_wire() {
    let anchor = RawAnchor::start(Config::with_desk(desk())).await.expect("a port");
    let direct = Direct::to(&anchor);
    let phone = ("mobile_number", magic("phone-verified"));
    for (code, field_status) in [("right-code", "ACCEPTED"), ("slow-code", "PROCESSING")] {
        direct.put(&customer(&[("mobile_number", "+12025550123")])).await;
        direct.put(&customer(&[phone])).await;
        assert_eq!(direct.get().await["provided_fields"]["mobile_number"]["status"], "VERIFICATION_REQUIRED");
        let verify = |code: &str| customer(&[phone, ("mobile_number_verification", code)]);
        assert_eq!(direct.put(&verify("000000")).await.refusal().0, 400);
        assert_eq!(direct.put(&verify(magic(code))).await.status, StatusCode::OK);
        assert_eq!(direct.get().await["provided_fields"]["mobile_number"]["status"], field_status);
    }
    anchor.advance(WHILE);
    assert_eq!(direct.get().await["status"], "ACCEPTED");
    let file = File { file_name: Some("unreadable.png".to_owned()), content_type: None, bytes: "x".into() };
    let sent =
        body::multipart(&[Field::text("account", G), Field::file("photo_id_front", file)], &Multipart::default());
    let sent = sent.expect("writable");
    let request = direct.0.request(Method::PUT, "/customer").header("content-type", sent.content_type);
    direct.0.send(request.body(Full::new(sent.bytes)).expect("valid")).await;
    assert_eq!(direct.get().await["provided_fields"]["photo_id_front"]["status"], "REJECTED");
}

#[tokio::test]
async fn each_status_is_told_in_order_signed_and_no_more_after_a_final_one() {
    let anchor = RawAnchor::start(Config::with_desk(desk())).await.expect("a port");
    let (direct, wallet, key) = (Direct::to(&anchor), Receiver::start().await, signing_key(&anchor));
    direct.put(&json!({ "account": G })).await;
    direct.call_back(&wallet.url()).await;
    direct.put(&customer(&[("last_name", magic("accepted-later"))])).await;
    let processing = wallet.next(200).await;
    assert_eq!(processing.request_line(), "POST /kyc?customer=1 HTTP/1.1");
    assert_eq!(processing.header("Host"), wallet.address().to_string());
    assert_eq!(processing.header("Content-Type"), "application/json");
    processing.verify(&key, "127.0.0.1");
    assert_eq!(processing.status(), "PROCESSING");
    assert_eq!(processing.json(), direct.get().await, "what GET answers");
    // Nobody asks; the clock alone moves the customer on.
    anchor.advance(WHILE);
    let accepted = wallet.next(204).await;
    accepted.verify(&key, "127.0.0.1");
    assert_eq!(accepted.status(), "ACCEPTED");
    soon(|| anchor.desk()[0].callback.is_none()).await;
    let id = accepted.json()["id"].as_str().expect("an id").to_owned();
    assert!(anchor.decide(&id, None, &Decision::Process));
    assert!(wallet.is_untouched().await, "it would have to ask again");
}

#[tokio::test]
async fn the_wiremock_front_tells_wallets_too() {
    let anchor = MockAnchor::with(Config::with_desk(desk())).await;
    let wallet = Receiver::start().await;
    let direct = direct(&anchor);
    direct.put(&customer(&[("last_name", magic("stays-processing"))])).await;
    direct.call_back(&wallet.url()).await;
    let id = anchor.customers()[0].id.clone();
    assert!(anchor.decide(&id, None, &Decision::Reject("an invented reason".to_owned())));
    let rejected = wallet.next(200).await;
    rejected.verify(&signing_key(&anchor), "127.0.0.1");
    assert_eq!(rejected.json()["message"], "an invented reason");
}

#[tokio::test]
async fn what_does_not_arrive_is_told_again_with_the_latest_status_only() {
    let anchor = RawAnchor::start(Config::with_desk(desk())).await.expect("a port");
    let (direct, wallet, key) = (Direct::to(&anchor), Receiver::start().await, signing_key(&anchor));
    direct.put(&customer(&[("last_name", magic("stays-processing"))])).await;
    direct.call_back(&wallet.url()).await;
    let id = anchor.customers()[0].id.clone();
    assert!(anchor.decide(&id, None, &Decision::AskFor("tax_id".to_owned())));
    let first = wallet.next(500).await;
    assert_eq!(first.status(), "NEEDS_INFO");
    soon(|| failure(&anchor).is_some()).await;
    assert_eq!(failure(&anchor).as_deref(), Some("the answer was 500, not 2xx"));
    assert!(anchor.decide(&id, None, &Decision::Process));
    assert!(anchor.decide(&id, None, &Decision::Accept));
    assert!(wallet.is_untouched().await, "the pause is not over");
    anchor.advance(LONG);
    let second = wallet.next(200).await;
    assert_eq!(second.status(), "ACCEPTED");
    assert!(second.verify(&key, "127.0.0.1") >= first.verify(&key, "127.0.0.1"));
    assert_ne!(first.header("Signature"), second.header("Signature"));
    anchor.advance(LONG);
    assert!(wallet.is_untouched().await);
}

#[tokio::test]
async fn time_alone_moves_customers_on_and_ends_pauses() {
    let (pause, callback_backoff) = (Duration::from_millis(300), Duration::from_millis(50));
    let anchor = RawAnchor::start(Config::with_desk(Desk { pause, callback_backoff, ..desk() })).await.expect("a port");
    let (direct, wallet) = (Direct::to(&anchor), Receiver::start().await);
    direct.put(&json!({ "account": G })).await;
    direct.call_back(&wallet.url()).await;
    direct.put(&customer(&[("last_name", magic("accepted-later"))])).await;
    wallet.next(500).await;
    while wallet.next(200).await.status() != "ACCEPTED" {}
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_until_it_is_given_up() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let desk = Desk { callback_attempts: 3, ..desk() };
    let anchor = RawAnchor::start(Config::with_desk(desk)).await.expect("a port");
    let direct = Direct::to(&anchor);
    direct.put(&json!({ "account": G })).await;
    direct.call_back(&format!("http://{free}/")).await;
    direct.put(&customer(&[])).await;
    soon(|| {
        anchor.advance(LONG);
        anchor.desk()[0].callback.is_none()
    })
    .await;
}

#[tokio::test]
async fn a_wallet_that_is_silent_costs_no_more_than_the_timeout() {
    let desk = Desk { callback_timeout: Duration::from_millis(100), ..desk() };
    let anchor = RawAnchor::start(Config::with_desk(desk)).await.expect("a port");
    let direct = Direct::to(&anchor);
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    direct.put(&json!({ "account": G })).await;
    direct.call_back(&format!("http://{}/", silent.local_addr().expect("bound"))).await;
    direct.put(&customer(&[])).await;
    soon(|| failure(&anchor).is_some()).await;
    assert_eq!(failure(&anchor).as_deref(), Some("no answer within 0.1 s"));
}

#[tokio::test]
async fn an_endless_answer_is_not_read() {
    let anchor = RawAnchor::start(Config::with_desk(desk())).await.expect("a port");
    let (direct, wallet) = (Direct::to(&anchor), Receiver::start().await);
    direct.put(&json!({ "account": G })).await;
    direct.call_back(&wallet.url()).await;
    direct.put(&customer(&[])).await;
    wallet.next_answered("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
    soon(|| anchor.desk()[0].callback.is_none()).await;
}

#[tokio::test]
async fn over_https_nothing_is_said_to_whom_no_certificate_vouches_for() {
    let desk = Desk { callback_timeout: Duration::from_millis(300), ..desk() };
    let anchor = RawAnchor::start(Config::with_desk(desk)).await.expect("a port");
    let (direct, wallet) = (Direct::to(&anchor), RawListener::start().await);
    direct.put(&json!({ "account": G })).await;
    direct.call_back(&format!("https://{}/secret-path", wallet.address())).await;
    direct.put(&customer(&[])).await;
    let recorded = wallet.record().await;
    assert!(!recorded.bytes.is_empty());
    assert!(!recorded.contains("POST") && !recorded.contains("secret-path") && !recorded.contains("ACCEPTED"));
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let anchor = RawAnchor::start(Config::with_desk(desk())).await.expect("a port");
    let (direct, wallet, elsewhere) = (Direct::to(&anchor), Receiver::start().await, Receiver::start().await);
    direct.put(&json!({ "account": G })).await;
    direct.call_back(&wallet.url()).await;
    direct.put(&customer(&[])).await;
    let redirect = format!("HTTP/1.1 307 Elsewhere\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", elsewhere.url());
    wallet.next_answered(&redirect).await;
    soon(|| failure(&anchor).is_some()).await;
    assert_eq!(failure(&anchor).as_deref(), Some("the answer was 307, not 2xx"));
    assert!(elsewhere.is_untouched().await);
}

#[tokio::test]
async fn no_private_address_is_called_without_leave_whatever_its_name() {
    let anchor = RawAnchor::start(Config::with_desk(Desk::default())).await.expect("a port");
    let (direct, wallet) = (Direct::to(&anchor), Receiver::start().await);
    direct.put(&json!({ "account": G })).await;
    let port = wallet.address().port();
    for plain in [format!("http://127.0.0.1:{port}/"), format!("http://localhost:{port}/")] {
        let path = format!("/customer/callback?account={G}");
        assert_eq!(direct.send(Method::PUT, &path, &json!({ "url": plain })).await.refusal().0, 400);
    }
    // A name to the eye, 127.0.0.1 to the resolver.
    direct.call_back(&format!("http://2130706433:{port}/")).await;
    direct.put(&customer(&[])).await;
    soon(|| failure(&anchor).is_some()).await;
    let reason = "the host has no public address; private ones must be allowed";
    assert_eq!(failure(&anchor).as_deref(), Some(reason));
    assert!(wallet.is_untouched().await);
}

#[tokio::test]
async fn a_later_callback_replaces_an_earlier_one() {
    let anchor = RawAnchor::start(Config::with_desk(desk())).await.expect("a port");
    let (direct, old, new) = (Direct::to(&anchor), Receiver::start().await, Receiver::start().await);
    direct.put(&json!({ "account": G })).await;
    direct.call_back(&old.url()).await;
    direct.call_back(&new.url()).await;
    direct.put(&customer(&[])).await;
    assert_eq!(new.next(200).await.status(), "ACCEPTED");
    assert!(old.is_untouched().await);
}

#[tokio::test]
async fn callbacks_and_files_work_through_the_platform() {
    let anchor = MockAnchor::with(Config::with_desk(desk())).await;
    let mut config = config(&anchor.url());
    config.anchor_serves = vec![OptionalEndpoint::Callback, OptionalEndpoint::Files];
    let platform = Platform::start(config).await;
    let (wallet, receiver) = (platform.wallet(SHARED), Receiver::start().await);
    let file =
        File { file_name: None, content_type: Some("image/png".to_owned()), bytes: "an invented passport".into() };
    let sent = body::multipart(&[Field::file("file", file)], &Multipart::default()).expect("writable");
    let request = wallet.request(Method::POST, "/sep12/customer/files").header("content-type", sent.content_type);
    let uploaded = wallet.send(request.body(Full::new(sent.bytes)).expect("valid")).await.json();
    assert_eq!(uploaded["customer_id"], Value::Null);
    let reference = json!({ "photo_id_front_file_id": uploaded["file_id"], "first_name": "Ana" });
    let stranger = platform.wallet(G).put_json(&reference).await.refusal();
    assert_eq!(stranger.0, 400);
    let id = wallet.put_json(&reference).await.id();
    let stored = anchor.customer(&id).expect("registered");
    let photo = stored.fields["photo_id_front"].as_file().expect("a file");
    assert_eq!(photo.bytes.as_deref(), Some(&b"an invented passport"[..]));
    let request = wallet.request(Method::GET, &format!("/sep12/customer/files?customer_id={id}"));
    let listed = wallet.send(request.body(String::new()).expect("valid")).await.json();
    assert_eq!(listed["files"][0]["file_id"], uploaded["file_id"]);
    let request = wallet.request(Method::PUT, "/sep12/customer/callback").header("content-type", "application/json");
    let registered = wallet.send(request.body(json!({ "url": receiver.url() }).to_string()).expect("valid")).await;
    assert_eq!(registered.status, StatusCode::OK, "{registered:?}");
    wallet.put_json(&json!({ "last_name": "Silva", "email_address": "ana@example.com" })).await.id();
    let told = receiver.next(200).await;
    told.verify(&signing_key(&anchor), "127.0.0.1");
    assert_eq!((told.status().as_str(), &told.json()["id"]), ("ACCEPTED", &json!(id)));
}

#[tokio::test]
async fn stores_keep_files_codes_and_callbacks() {
    let (store, wallet) = (Store::new().await, Receiver::start().await);
    let key = desk().signing_key;
    let config = || Config::with_desk(Desk { signing_key: key.clone(), ..desk() });
    let first = MockAnchor::serving(store.anchor(config()).await).await;
    let file = upload(&first, b"an invented passport").await;
    drop(first);
    let second = MockAnchor::serving(store.anchor(config()).await).await;
    let direct = direct(&second);
    let verified = [("mobile_number", magic("phone-verified")), ("mobile_number_verification", magic("right-code"))];
    let referring = customer(&[verified[0], verified[1], ("photo_id_front_file_id", &file)]);
    assert_eq!(direct.put(&referring).await.status, StatusCode::OK);
    direct.call_back(&wallet.url()).await;
    drop(second);
    let third = MockAnchor::serving(store.anchor(config()).await).await;
    let stored = third.customers().remove(0);
    let photo = stored.fields["photo_id_front"].as_file().expect("a file");
    assert_eq!(photo.bytes.as_deref(), Some(&b"an invented passport"[..]));
    assert_eq!(third.desk()[0].types["default"].status, CustomerStatus::Accepted);
    assert_eq!(third.desk()[0].files[0].file_id, file);
    assert!(third.decide(&stored.id, None, &Decision::Process));
    let told = wallet.next(200).await;
    told.verify(&signing_key(&third), "127.0.0.1");
    assert_eq!(told.status(), "PROCESSING");
}

#[tokio::test]
async fn the_command_serves_a_desk_and_signs_with_the_seed_it_is_given() {
    // Of SEP-23's examples.
    let seed = "SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHOKR";
    let account = seed.parse::<anchor_conformance::sep10::SigningKey>().expect("a seed").account().to_string();
    let mut mock = command(&["mock", "--listen", "127.0.0.1:0", "--desk", "--allow-private-callbacks"]);
    mock.args(["--signing-seed", "env:SEED"]).env("SEED", seed);
    let mock = Server::start(mock);
    let (direct, wallet) = (Direct(Wallet::new(mock.address(), String::new())), Receiver::start().await);
    direct.put(&json!({ "account": G })).await;
    direct.call_back(&wallet.url()).await;
    direct.put(&customer(&[("last_name", "Invented-Name")])).await;
    wallet.next(200).await.verify(&account, "127.0.0.1");
    let (status, _, stderr) = mock.stop();
    assert!(status.success());
    assert_eq!(stderr, "");
}

#[test]
fn the_suite_finds_nothing_wrong_with_a_desk() {
    let mock = Server::start(command(&["mock", "--listen", "127.0.0.1:0", "--desk"]));
    let phone = format!("mobile_number={}", magic("phone-verified"));
    let code = format!("mobile_number_verification={}", magic("right-code"));
    let rejected = format!("last_name={}", magic("rejected-now"));
    for options in [
        vec!["--type", "sep31-sender", "--type", "sep31-receiver"],
        vec!["--field", &phone, "--field", &code],
        vec!["--field", &rejected],
    ] {
        let arguments = [&["check", "anchor", &mock.url, "--settle", "1", "--timeout", "30"], &options[..]].concat();
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(0), "{options:?}: {}", text(&output.stdout));
    }
}

#[test]
fn without_a_seed_the_public_key_is_told_and_nothing_secret() {
    let (_, _, stderr) = Server::start(command(&["mock", "--listen", "127.0.0.1:0", "--desk"])).stop();
    assert!(stderr.starts_with("callbacks are signed with the key of G"), "{stderr}");
    for (arguments, hint) in [
        (vec!["mock", "--allow-private-callbacks"], "--desk"),
        (vec!["mock", "--desk", "--signing-seed", "SLITERAL"], "env:NAME"),
        (vec!["mock", "--desk", "--signing-seed", "env:ANCHOR_CONFORMANCE_JWT_SECRET"], "must be an S... strkey"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = text(&output.stderr);
        assert!(stderr.contains(hint) && !stderr.contains("SLITERAL"), "{stderr}");
    }
}
