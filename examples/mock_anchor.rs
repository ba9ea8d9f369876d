//! A mock anchor in a test of yours: `cargo run --example mock_anchor --no-default-features --features mock`.

use anchor_conformance::mock::MockAnchor;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let anchor = MockAnchor::start().await;
    let answer = your_service_sends_a_customer_to(&anchor.url()).await;
    assert_eq!(anchor.received()[0].text("first_name"), Some("Ada"));
    assert_eq!(anchor.received()[0].content_type().as_deref(), Some("application/json"));
    assert!(answer.contains(&anchor.customers()[0].id));
}

/// Stands for the code under test.
async fn your_service_sends_a_customer_to(url: &str) -> String {
    let host = url.strip_prefix("http://").expect("an http URL");
    let mut stream = tokio::net::TcpStream::connect(host).await.expect("the mock anchor listens");
    let body = r#"{"account":"GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ","first_name":"Ada"}"#;
    let head = format!(
        "PUT /customer HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).await.expect("writable");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}
