//! The status table: each answer of an anchor, and what the client gets for it.

use std::fmt::Write;
use std::time::Duration;

use anchor_conformance::mock::{self, Answer, RawAnchor};
use anchor_conformance::platform::Limits;
use anchor_conformance::sep12::{Field, File};
use bytes::Bytes;
use serde_json::json;

use crate::support::listener::{RawListener, answer};
use crate::support::{G, Platform, Stack, assert_snapshot, config};

fn photo() -> Field {
    Field::file("photo_id_front", File { file_name: None, content_type: None, bytes: Bytes::from(vec![7; 1000]) })
}

/// One row of a snapshot: the anchor's answer and the client's.
async fn row(stack: &Stack, title: &str, scripted: Answer) -> String {
    let wallet = stack.wallet(G);
    stack.anchor.script_next(scripted.clone());
    let json = wallet.put_json(&json!({"first_name": "Ada"})).await;
    stack.anchor.script_next(scripted);
    let multipart = wallet.put_multipart(&[photo()]).await;
    assert_eq!(
        (json.status, &json.body),
        (multipart.status, &multipart.body),
        "{title}: the same for JSON and multipart"
    );
    let retry_after =
        json.headers.get("retry-after").map(|value| format!(" (Retry-After: {})", value.to_str().expect("text")));
    let body = String::from_utf8_lossy(&json.body);
    format!("{title}\n    {}{} {body}\n", json.status.as_u16(), retry_after.unwrap_or_default())
}

#[tokio::test]
async fn each_status_of_the_anchor() {
    let stack = Stack::start().await;
    let mut table = String::new();
    for status in [200, 201, 202] {
        let scripted = Answer::json(status, &json!({"id": "c-1", "status": "ACCEPTED"}));
        table.push_str(&row(&stack, &format!("{status} with an id"), scripted).await);
    }
    let with_error = [400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 429, 500, 501, 502, 503, 504];
    for status in with_error {
        let scripted = Answer::error(status, "the anchor's own words");
        table.push_str(&row(&stack, &format!("{status} with an error text"), scripted).await);
    }
    for status in [400, 404, 409, 413, 429] {
        let scripted = Answer::raw(status, "text/html", "<p>internal stack trace</p>");
        table.push_str(&row(&stack, &format!("{status} with a page of HTML"), scripted).await);
    }
    for status in [204, 205, 206, 301, 302, 304, 307, 308] {
        let scripted = Answer::empty(status).with_header("location", "http://127.0.0.1:1/customer");
        table.push_str(&row(&stack, &format!("{status} without a body"), scripted).await);
    }
    let slow_down = Answer::error(429, "slow down").with_header("retry-after", "17");
    table.push_str(&row(&stack, "429 with Retry-After", slow_down).await);
    let unavailable = Answer::error(503, "maintenance").with_header("retry-after", "17");
    table.push_str(&row(&stack, "503 with Retry-After", unavailable).await);
    assert_snapshot("anchor_answers", "each_status", &table);
}

#[tokio::test]
async fn each_answer_that_breaks_the_contract() {
    let stack = Stack::start().await;
    let mut table = String::new();
    for body in [
        r#"{"id": "c-1", "id": "c-2"}"#,
        r#"{"id": 17}"#,
        r#"{"id": null}"#,
        r#"{"id": ""}"#,
        r#"{"id": ["c-1"]}"#,
        r#"{"ID": "c-1"}"#,
        r#"{"customer": {"id": "c-1"}}"#,
        "{}",
        "[]",
        r#""c-1""#,
        "c-1",
        "",
        r#"{"id": "c-1""#,
        "{\"id\": \"\u{fffd}",
        "<html>",
    ] {
        table.push_str(&row(&stack, &format!("200 {body}"), Answer::raw(200, "application/json", body)).await);
    }
    assert_snapshot("anchor_answers", "broken_contract", &table);
}

#[tokio::test]
async fn the_content_type_of_the_answer_is_not_judged() {
    let stack = Stack::start().await;
    for content_type in ["text/plain", "text/html; charset=utf-8", "application/problem+json"] {
        stack.anchor.script_next(Answer::raw(200, content_type, r#"{"id": "c-1"}"#));
        assert_eq!(stack.wallet(G).put_json(&json!({})).await.id(), "c-1");
    }
}

#[tokio::test]
async fn every_id_comes_back_exactly() {
    let stack = Stack::start().await;
    let long = "i".repeat(10_000);
    for id in [
        "17", "007", "1e5", " ", "a/b", "a%2Fb", "%", "\"", "\\", "é", "e\u{301}", "😀", "\u{0}", "\n", "null", "{}",
        &long,
    ] {
        stack.anchor.script_next(Answer::json(200, &json!({"id": id})));
        assert_eq!(stack.wallet(G).put_json(&json!({})).await.id(), id);
    }
}

/// Runs one PUT, as JSON and as multipart, against an anchor that does not answer as it should.
async fn refusals_behind(anchor_url: &str) -> String {
    let mut config = config(anchor_url);
    config.limits = Limits {
        anchor_time: Duration::from_millis(300),
        connect_time: Duration::from_millis(300),
        answer: 5000,
        ..Limits::default()
    };
    let platform = Platform::start(config).await;
    let mut text = String::new();
    for answer in [platform.wallet(G).put_json(&json!({})).await, platform.wallet(G).put_multipart(&[photo()]).await] {
        let (status, error) = answer.refusal();
        writeln!(text, "{status} {error}").expect("memory");
    }
    text
}

async fn refusals_of(scripted: Answer) -> String {
    let anchor = RawAnchor::start(mock::Config::default()).await.expect("a free port");
    anchor.script_always(Some(scripted));
    refusals_behind(&anchor.url()).await
}

const TWICE_502: &str = "502 the anchor's answer cannot be used\n502 the anchor's answer cannot be used\n";

#[tokio::test]
async fn an_anchor_that_hangs_up_is_a_bad_gateway() {
    assert_eq!(refusals_of(Answer::hang_up()).await, TWICE_502);
}

#[tokio::test]
async fn a_silent_anchor_is_a_gateway_timeout() {
    let expected = "504 the anchor did not answer in time\n504 the anchor did not answer in time\n";
    assert_eq!(refusals_of(Answer::silent()).await, expected);
}

#[tokio::test]
async fn an_answer_over_its_limit_is_a_bad_gateway() {
    assert_eq!(refusals_of(Answer::json(200, &json!({"id": "i".repeat(5000)}))).await, TWICE_502);
}

#[tokio::test]
async fn an_anchor_that_cannot_be_reached_is_unavailable() {
    let free = RawListener::start().await.url();
    let expected = "503 the anchor cannot be reached\n503 the anchor cannot be reached\n";
    assert_eq!(refusals_behind(&free).await, expected);
    assert_eq!(refusals_behind("http://no-such-host.invalid").await, expected);
}

/// Answers one JSON request with raw bytes.
async fn status_for_raw_answer(raw: &'static str) -> u16 {
    let anchor = RawListener::start().await;
    let platform = Platform::start(config(&anchor.url())).await;
    let served = tokio::spawn(async move { answer(&mut anchor.accept().await, raw).await });
    let status = platform.wallet(G).put_json(&json!({})).await.status.as_u16();
    served.await.expect("the anchor got the request");
    status
}

#[tokio::test]
async fn answers_that_are_not_http_or_break_off_are_bad_gateways() {
    for raw in [
        "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\": \"c-1\"}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nd\r\n{\"id\": \"c-1\"}\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{\"id\": \"c-1\"}\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 13\r\ncontent-length: 14\r\n\r\n{\"id\": \"c-1\"}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 13\r\n\r\nd\r\n{\"id\": \"c-1\"}\r\n0\r\n\r\n",
    ] {
        assert_eq!(status_for_raw_answer(raw).await, 502, "{raw}");
    }
}

#[tokio::test]
async fn an_answer_that_ends_with_the_connection_is_complete() {
    assert_eq!(status_for_raw_answer("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"id\": \"c-1\"}").await, 202);
}
