//! What is found wrong after streaming began: the anchor never sees a complete body, the client learns why.

use std::time::Duration;

use anchor_conformance::platform::Limits;
use anchor_conformance::sep12::body::{self, Multipart};
use anchor_conformance::sep12::{Field, File};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Method;
use hyper::header::CONTENT_TYPE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::listener::{End, RawListener, Recorded};
use crate::support::{Answer, G, Platform, SHARED, Stack, config, token};

const MARK: &str = "this is the beginning of an invented photo";

fn photo() -> Field {
    let bytes = format!("{MARK}{}", "x".repeat(100_000)).into();
    Field::file("photo_id_front", File { file_name: None, content_type: None, bytes })
}

/// Sends fields as multipart to a platform whose anchor is a raw listener.
async fn send(sub: &str, fields: &[Field], limits: Limits) -> (Answer, Recorded) {
    let body = body::multipart(fields, &Multipart::default()).expect("writable");
    send_bytes(sub, &body.content_type, body.bytes, limits).await
}

async fn send_bytes(sub: &str, content_type: &str, body: Bytes, limits: Limits) -> (Answer, Recorded) {
    let anchor = RawListener::start().await;
    let mut config = config(&anchor.url());
    config.limits = limits;
    let platform = Platform::start(config).await;
    let wallet = platform.wallet(sub);
    let request = wallet.request(Method::PUT, "/sep12/customer").header(CONTENT_TYPE, content_type);
    let request = request.body(Full::new(body)).expect("a valid request");
    let (answer, recorded) = tokio::join!(wallet.send(request), anchor.record());
    assert!(anchor.is_untouched().await, "what an anchor may have seen is not sent again");
    (answer, recorded)
}

fn assert_broken_off(recorded: &Recorded) {
    assert!(recorded.contains("transfer-encoding: chunked"), "streaming had begun");
    assert!(recorded.contains(MARK), "streaming had begun");
    assert!(!recorded.has_last_chunk(), "no body was completed");
    assert_eq!(recorded.end, End::Reset);
}

async fn assert_late_refusal(sub: &str, late: Field, status: u16, error: &str) {
    let (answer, recorded) = send(sub, &[Field::text("first_name", "Ada"), photo(), late], Limits::default()).await;
    assert_eq!(answer.refusal(), (status, error.to_owned()));
    assert_broken_off(&recorded);
}

#[tokio::test]
async fn a_duplicate_after_a_file_breaks_off() {
    assert_late_refusal(G, Field::text("first_name", "Eve"), 400, "'first_name' occurs more than once").await;
    assert_late_refusal(G, photo(), 400, "'photo_id_front' occurs more than once").await;
}

#[tokio::test]
async fn a_bad_date_after_a_file_breaks_off() {
    let error = "'birth_date' must be a calendar date written YYYY-MM-DD";
    assert_late_refusal(G, Field::text("birth_date", "2023-02-29"), 400, error).await;
}

#[tokio::test]
async fn an_identity_that_contradicts_the_token_breaks_off() {
    assert_late_refusal(G, Field::text("account", "nobody"), 403, "'account' does not match the token").await;
    assert_late_refusal(SHARED, Field::text("memo", "8"), 403, "'memo' does not match the token").await;
}

#[tokio::test]
async fn an_identity_that_would_change_what_was_sent_breaks_off() {
    let error = "'memo' comes too late to count; send it before the first file";
    assert_late_refusal(G, Field::text("memo", "8"), 400, error).await;
    assert_late_refusal(G, Field::text("memo_type", "return"), 400, "'memo_type' must be id, hash or text").await;
}

#[tokio::test]
async fn a_transaction_without_a_type_breaks_off_at_the_end() {
    assert_late_refusal(G, Field::text("transaction_id", "t-1"), 400, "'transaction_id' needs 'type' beside it").await;
}

#[tokio::test]
async fn a_string_field_that_is_not_utf8_breaks_off() {
    let latin1 = File { file_name: Some("blob".into()), content_type: None, bytes: Bytes::from_static(b"Ad\xe9") };
    assert_late_refusal(G, Field::file("last_name", latin1), 400, "'last_name' is a string field and must be UTF-8")
        .await;
}

#[tokio::test]
async fn a_limit_that_is_exceeded_in_a_file_breaks_off() {
    let limits = Limits { body: 150_000, ..Limits::default() };
    let second = File { file_name: None, content_type: None, bytes: vec![0; 100_000].into() };
    let body =
        body::multipart(&[photo(), Field::file("photo_id_back", second)], &Multipart::default()).expect("writable");
    let declared = send_declared(&body, &limits).await;
    assert_eq!(declared.refusal().0, 413);

    let chunked = chunked_request(&body.content_type, &body.bytes, true);
    let (answer, recorded) = send_raw(&chunked, limits, false).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_broken_off(&recorded);
}

async fn send_declared(body: &body::Body, limits: &Limits) -> Answer {
    let anchor = RawListener::start().await;
    let mut config = config(&anchor.url());
    config.limits = limits.clone();
    let answer = Platform::start(config).await.wallet(G).put_bytes(&body.content_type, body.bytes.clone()).await;
    assert!(anchor.is_untouched().await, "a declared length over the limit never reaches the anchor");
    answer
}

#[tokio::test]
async fn a_body_without_its_closing_delimiter_breaks_off() {
    let body = body::multipart(&[photo()], &Multipart::default()).expect("writable");
    let cut = body.bytes.slice(..body.bytes.len() - 4);
    let (answer, recorded) = send_bytes(G, &body.content_type, cut, Limits::default()).await;
    assert_eq!(answer.refusal(), (400, "the multipart body ends before its closing delimiter".to_owned()));
    assert_broken_off(&recorded);
}

/// A whole request as bytes, its body in one chunk, with or without the last chunk.
fn chunked_request(content_type: &str, body: &[u8], complete: bool) -> Vec<u8> {
    let head = format!(
        "PUT /sep12/customer HTTP/1.1\r\nhost: platform\r\nauthorization: Bearer {}\r\ncontent-type: {content_type}\r\n\
         transfer-encoding: chunked\r\n\r\n{:x}\r\n",
        token(G),
        body.len()
    );
    [head.as_bytes(), body, if complete { b"\r\n0\r\n\r\n" } else { b"" }].concat()
}

/// Sends bytes, then either waits for the answer or vanishes once the anchor has seen the mark.
async fn send_raw(request: &[u8], limits: Limits, vanish: bool) -> (String, Recorded) {
    let anchor = RawListener::start().await;
    let mut config = config(&anchor.url());
    config.limits = limits;
    let platform = Platform::start(config).await;
    let client = async {
        let mut stream = TcpStream::connect(platform.address).await.expect("the platform listens");
        let _ = stream.write_all(request).await;
        let mut answer = Vec::new();
        if !vanish {
            let _ = stream.read_to_end(&mut answer).await;
        }
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::join!(client, anchor.record())
}

#[tokio::test]
async fn a_client_that_gives_up_breaks_off() {
    let body = body::multipart(&[photo()], &Multipart::default()).expect("writable");
    let request = chunked_request(&body.content_type, &body.bytes[..90_000], false);
    let (_, recorded) = send_raw(&request, Limits::default(), true).await;
    assert_broken_off(&recorded);
}

#[tokio::test]
async fn a_client_that_stalls_breaks_off_and_is_told() {
    let body = body::multipart(&[photo()], &Multipart::default()).expect("writable");
    let request = chunked_request(&body.content_type, &body.bytes[..90_000], false);
    let limits = Limits { idle_time: Duration::from_millis(200), ..Limits::default() };
    let (answer, recorded) = send_raw(&request, limits, false).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert_broken_off(&recorded);
}

#[tokio::test]
async fn an_identity_that_changes_nothing_is_swallowed() {
    let stack = Stack::start().await;
    for (sub, late) in [
        (
            G,
            vec![
                Field::text("account", G),
                Field::text("memo", ""),
                Field::text("memo_type", "text"),
                Field::text("id", ""),
            ],
        ),
        (SHARED, vec![Field::text("account", G), Field::text("memo", "7"), Field::text("memo_type", "hash")]),
    ] {
        stack.anchor.clear();
        let fields: Vec<Field> =
            [photo()].into_iter().chain(late).chain([Field::text("last_name", "Invented")]).collect();
        stack.wallet(sub).put_multipart(&fields).await.id();
        let received = stack.anchor.received();
        let identity: &[&str] = if sub == G { &["account"] } else { &["account", "memo", "memo_type"] };
        assert_eq!(received[0].field_names(), [identity, &["photo_id_front", "last_name"]].concat());
    }
}

#[tokio::test]
async fn a_late_id_is_forwarded_unless_ownership_is_verified() {
    let stack = Stack::start().await;
    let id = stack.wallet(G).put_multipart(&[photo()]).await.id();
    let late = [photo(), Field::text("id", id.as_str())];
    assert_eq!(stack.wallet(G).put_multipart(&late).await.id(), id);

    let verifying = Stack::with(Default::default(), |config| config.verify_ownership = true).await;
    let refusal = verifying.wallet(G).put_multipart(&late).await.refusal();
    assert_eq!(refusal, (400, "'id' comes too late to be verified; send it before the first file".to_owned()));
}
