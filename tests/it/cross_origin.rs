//! What a browser needs to see before it lets a wallet's page read an answer.

use anchor_conformance::mock;
use hyper::Method;
use serde_json::json;

use crate::support::{Answer, G, Stack};

fn assert_open(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.headers["access-control-allow-origin"], "*", "{answer:?}");
    assert!(!answer.headers.contains_key("access-control-allow-credentials"), "{answer:?}");
}

#[tokio::test]
async fn every_answer_may_be_read_from_any_site() {
    let stack = Stack::with(mock::Config::default(), |config| config.limits.body = 1000).await;
    let (wallet, stranger) = (stack.wallet(G), stack.wallet("nobody"));
    for (wallet, method, path, status) in [
        (&wallet, Method::GET, "/health", 200),
        (&wallet, Method::OPTIONS, "/health", 204),
        (&wallet, Method::GET, "/sep12/customer", 200),
        (&wallet, Method::OPTIONS, "/sep12/customer", 204),
        (&stranger, Method::OPTIONS, "/sep12/customer", 204),
        (&stranger, Method::GET, "/sep12/customer", 401),
        (&wallet, Method::GET, "/sep12/customer?account=x", 403),
        (&wallet, Method::GET, "/sep12/customer?id=1&id=1", 400),
        (&wallet, Method::GET, "/", 404),
        (&wallet, Method::GET, "/sep12/customer/files", 404),
        (&wallet, Method::PATCH, "/sep12/customer", 405),
        (&wallet, Method::PUT, "/sep12/customer", 415),
        (&wallet, Method::DELETE, "/sep12/customer/x", 403),
    ] {
        let request = wallet.request(method.clone(), path).header("origin", "https://wallet.example");
        let answer = wallet.send(request.body(String::new()).expect("a valid request")).await;
        assert_open(&answer, status);
    }
    assert_open(&wallet.put_json(&json!({"first_name": "Ada"})).await, 202);
    assert_open(&wallet.put_json(&json!({"first_name": "A".repeat(2000)})).await, 413);
    stack.anchor.script_next(mock::Answer::empty(500));
    assert_open(&wallet.put_json(&json!({})).await, 502);
}
