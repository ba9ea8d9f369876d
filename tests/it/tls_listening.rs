//! TLS toward clients: what is served over it, and what attacks on the handshake come to.

use std::net::SocketAddr;
use std::time::Duration;

use anchor_conformance::mock::MockAnchor;
use anchor_conformance::platform::{Config, Limits, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::rustls;

use crate::support::tls::{Authority, connect, listener};
use crate::support::{G, config, token};

const PATIENCE: Duration = Duration::from_secs(10);

/// A platform behind TLS, stopped when dropped.
struct Secured {
    address: SocketAddr,
    authority: Authority,
    anchor: MockAnchor,
    task: JoinHandle<()>,
}

impl Secured {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let (authority, anchor) = (Authority::new(), MockAnchor::start().await);
        let mut config = config(&anchor.url());
        change(&mut config);
        let (listener, address) = listener(&authority.local()).await;
        let task = tokio::spawn(async {
            run(listener, config, std::future::pending()).await.expect("a valid configuration");
        });
        Self { address, authority, anchor, task }
    }

    async fn ask(&self, client: rustls::ClientConfig, name: &'static str) -> String {
        let mut stream = connect(self.address, client, name).await.expect("a handshake");
        stream.write_all(put(r#"{"last_name":"Invented"}"#).as_bytes()).await.expect("writable");
        let mut answer = String::new();
        timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("in time").expect("closed in good order");
        answer
    }
}

impl Drop for Secured {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn put(body: &str) -> String {
    let (token, length) = (token(G), body.len());
    format!(
        "PUT /sep12/customer HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn both_versions_of_tls_are_served_and_closed_in_good_order() {
    let platform = Secured::start().await;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let answer = platform.ask(platform.authority.client_of(&[version]), "localhost").await;
        assert!(answer.starts_with("HTTP/1.1 202 ") && answer.contains("{\"id\":"), "{answer}");
    }
}

#[tokio::test]
async fn a_client_that_speaks_plain_http_is_told_so() {
    let platform = Secured::start().await;
    let mut stream = TcpStream::connect(platform.address).await.expect("it listens");
    stream.write_all(put("{}").as_bytes()).await.expect("writable");
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("in time").expect("an end");
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.ends_with("ask with https://\"}"), "{answer}");
    assert_eq!(platform.anchor.received().len(), 0);
}

#[tokio::test]
async fn a_handshake_that_does_not_go_on_ends_at_the_header_timeout() {
    let limits = Limits { header_time: Duration::from_millis(300), ..Limits::default() };
    let platform = Secured::with(|config| config.limits = limits).await;
    for begun in [&b""[..], b"\x16", b"\x16\x03\x01\x02\x00\x01"] {
        let mut stream = TcpStream::connect(platform.address).await.expect("it listens");
        stream.write_all(begun).await.expect("writable");
        let ended = timeout(PATIENCE, stream.read(&mut [0; 64])).await.expect("it does not stay open");
        assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    }
}

#[tokio::test]
async fn a_client_that_names_no_server_gets_the_one_certificate() {
    let platform = Secured::start().await;
    let answer = platform.ask(platform.authority.client(), "127.0.0.1").await;
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
}
