//! `DELETE /customer/{account}`: what goes over the wire to the anchor.

use hyper::Method;
use serde_json::json;
use tokio::net::TcpStream;

use crate::support::listener::{RawListener, answer};
use crate::support::{Answer, G, Platform, config};

const DELETED: &str = "HTTP/1.1 204 No Content\r\n\r\n";

fn found(id: &str) -> String {
    let body = json!({"id": id, "status": "ACCEPTED"}).to_string();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Deletes, with an anchor that knows the customer by this id; returns the request lines that it saw.
async fn delete(id: &str, second: &str) -> (Answer, Vec<String>) {
    let anchor = RawListener::start().await;
    let platform = Platform::start(config(&anchor.url())).await;
    let wallet = platform.wallet(G);
    let request = wallet.request(Method::DELETE, &format!("/sep12/customer/{G}"));
    let (first, second) = (found(id), second.to_owned());
    let served = tokio::spawn(async move {
        let mut stream: TcpStream = anchor.accept().await;
        let mut lines = vec![answer(&mut stream, &first).await];
        if !second.is_empty() {
            lines.push(answer(&mut stream, &second).await);
        }
        lines.iter().map(|seen| seen.lines().next().expect("a line").to_owned()).collect()
    });
    let answered = wallet.send(request.body(String::new()).expect("a valid request")).await;
    (answered, served.await.expect("the anchor was asked"))
}

#[tokio::test]
async fn whatever_the_id_it_stays_one_segment_of_the_path() {
    for (id, segment) in [
        ("a/b", "a%2Fb"),
        ("a%2Fb", "a%252Fb"),
        ("../../admin", "%2E%2E%2F%2E%2E%2Fadmin"),
        ("a?b#c", "a%3Fb%23c"),
        ("a\r\nX-Injected: b", "a%0D%0AX%2DInjected%3A%20b"),
        ("\0é😀", "%00%C3%A9%F0%9F%98%80"),
        (" ", "%20"),
    ] {
        let (answered, lines) = delete(id, DELETED).await;
        assert_eq!((answered.status.as_u16(), answered.json()), (200, json!({})), "{id}");
        assert_eq!(
            lines,
            [format!("GET /customer?account={G} HTTP/1.1"), format!("DELETE /customer/{segment} HTTP/1.1")]
        );
    }
}

#[tokio::test]
async fn an_id_that_no_path_can_carry_is_502_and_not_sent() {
    for id in [".", "..", &"i".repeat(100_000)] {
        let (answered, lines) = delete(id, "").await;
        assert_eq!(answered.refusal(), (502, "the anchor's answer cannot be used".to_owned()), "{id:.10}");
        assert_eq!(lines.len(), 1);
    }
}

#[tokio::test]
async fn a_redirected_deletion_is_not_followed() {
    let redirect = "HTTP/1.1 308 Permanent Redirect\r\nlocation: /customer/other\r\ncontent-length: 0\r\n\r\n";
    let (answered, lines) = delete("anna", redirect).await;
    assert_eq!(answered.refusal().0, 502);
    assert_eq!(lines.len(), 2);
}
