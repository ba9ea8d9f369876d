//! `GET /customer`: what scenarios cannot say.

use anchor_conformance::mock::{self, Answer as AnchorAnswer};
use hyper::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::listener::{RawListener, answer};
use crate::support::{Answer, G, M, Platform, SHARED, Stack, Wallet, config};

async fn get(wallet: &Wallet, path_and_query: &str) -> Answer {
    wallet.send(wallet.request(Method::GET, path_and_query).body(String::new()).expect("a valid request")).await
}

async fn status(wallet: &Wallet, query: &str) -> serde_json::Value {
    let answer = get(wallet, &format!("/sep12/customer{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.headers["content-type"], "application/json");
    answer.json()
}

#[tokio::test]
async fn a_customer_is_asked_for_registered_read_and_deleted() {
    let stack = Stack::start().await;
    for sub in [G, SHARED, M] {
        stack.anchor.clear();
        let wallet = stack.wallet(sub);
        assert_eq!(status(&wallet, "").await["status"], "NEEDS_INFO");
        let id = wallet.put_json(&json!({"first_name": "Ada"})).await.id();
        assert_eq!(status(&wallet, &format!("?id={id}")).await["id"], *id);
        assert_eq!(status(&wallet, "").await["id"], *id);
        let account = sub.split(':').next().expect("an account");
        let delete = wallet.request(Method::DELETE, &format!("/sep12/customer/{account}"));
        let deleted = wallet.send(delete.body(String::new()).expect("a valid request")).await;
        assert_eq!((deleted.status.as_u16(), deleted.json()), (200, json!({})));
        assert_eq!(stack.anchor.customers().len(), 0);
        assert!(status(&wallet, "").await.get("id").is_none());
    }
}

#[tokio::test]
async fn a_query_of_ten_kilobytes_is_forwarded_whole() {
    let stack = Stack::start().await;
    let memo = "m".repeat(10_000);
    stack.anchor.script_next(AnchorAnswer::json(200, &json!({"status": "PROCESSING"})));
    status(&stack.wallet(G), &format!("?memo={memo}")).await;
    assert_eq!(stack.anchor.received()[0].query_value("memo"), Some(&*memo));
}

#[tokio::test]
async fn a_query_that_grows_beyond_what_a_request_line_holds_is_413() {
    let stack = Stack::start().await;
    let wallet = stack.wallet(G);
    for growing in [format!("?id={}", "!".repeat(25_000)), format!("?id={0}&type={0}", "~".repeat(12_000))] {
        assert_eq!(get(&wallet, &format!("/sep12/customer{growing}")).await.refusal().0, 413);
    }
    assert_eq!(stack.anchor.received().len(), 0);
    assert_eq!(get(&wallet, "/health").await.status, 200);
}

#[tokio::test]
async fn an_id_too_long_to_be_looked_up_is_413() {
    let stack = Stack::with(mock::Config::default(), |config| config.verify_ownership = true).await;
    let refusal = stack.wallet(G).put_json(&json!({"id": "i".repeat(100_000)})).await.refusal();
    assert_eq!(refusal.0, 413);
    assert_eq!(stack.anchor.received().len(), 0);
}

#[tokio::test]
async fn an_answer_of_ten_megabytes_is_502() {
    let stack = Stack::start().await;
    let endless = json!({"status": "ACCEPTED", "message": "m".repeat(10_000_000)});
    stack.anchor.script_always(Some(AnchorAnswer::json(200, &endless)));
    let wallet = stack.wallet(G);
    let refusal = (502, "the anchor's answer cannot be used".to_owned());
    assert_eq!(get(&wallet, "/sep12/customer").await.refusal(), refusal);
    let delete = wallet.request(Method::DELETE, &format!("/sep12/customer/{G}"));
    assert_eq!(wallet.send(delete.body(String::new()).expect("a valid request")).await.refusal(), refusal);
}

#[tokio::test]
async fn an_answer_nested_without_end_is_502() {
    let stack = Stack::start().await;
    let nested = format!(r#"{{"status": "ACCEPTED", "x": {}"#, "[".repeat(100_000));
    stack.anchor.script_next(AnchorAnswer::raw(200, "application/json", nested));
    assert_eq!(get(&stack.wallet(G), "/sep12/customer").await.refusal().0, 502);
}

#[tokio::test]
async fn the_anchor_sees_one_request_line_and_nothing_of_the_clients_headers() {
    let anchor = RawListener::start().await;
    let platform = Platform::start(config(&format!("{}/kyc", anchor.url()))).await;
    let wallet = platform.wallet(SHARED);
    let request = wallet
        .request(Method::GET, "/sep12/customer?lang=%0d%0aX-Injected:%20y&id=a/..%2F..")
        .header("cookie", "invented=1")
        .header("x-injected", "z");
    let served = async {
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{\"status\": \"PROCESSING\"}";
        answer(&mut anchor.accept().await, ok).await
    };
    let (answered, seen) = tokio::join!(wallet.send(request.body(String::new()).expect("a valid request")), served);
    assert_eq!(answered.json(), json!({"status": "PROCESSING"}));
    let expected = format!(
        "GET /kyc/customer?account={G}&memo=7&memo_type=id&id=a%2F%2E%2E%2F%2E%2E&lang=%0D%0AX%2DInjected%3A%20y HTTP/1.1\r\n"
    );
    assert!(seen.starts_with(&expected), "{seen}");
    let lower = seen.to_ascii_lowercase();
    assert!(!lower.contains("cookie") && !lower.contains("\nx-injected") && !lower.contains("authorization"), "{seen}");
}

#[tokio::test]
async fn a_body_under_a_get_is_not_read() {
    let stack = Stack::start().await;
    let wallet = stack.wallet(G);
    let request = wallet.request(Method::GET, "/sep12/customer").header("content-type", "application/json");
    let answer = wallet.send(request.body(format!("{{\"account\": \"{M}\"}}")).expect("a valid request")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(stack.anchor.received()[0].query_value("account"), Some(G));
}

#[tokio::test]
async fn head_is_405_without_a_body() {
    let stack = Stack::start().await;
    let mut stream = TcpStream::connect(stack.platform.address).await.expect("the platform listens");
    stream.write_all(b"HEAD /sep12/customer HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await.expect("writable");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("text");
    let head = answer.to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 405 ") && head.contains("allow: get, put, options"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}
