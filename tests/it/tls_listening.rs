//! TLS toward clients: what is served over it, and what attacks on the handshake come to.

use std::net::SocketAddr;
use std::time::Duration;

use anchor_conformance::mock::MockAnchor;
use anchor_conformance::platform::{Config, Limits, WebAuth, run};
use anchor_conformance::sep10::SigningKey;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::rustls::{self, HandshakeKind};

use crate::support::listener::RawListener;
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

/// A request whose body breaks off within a chunk, in the middle of a file.
fn half_an_upload() -> String {
    let token = token(G);
    let part = "--b\r\nContent-Disposition: form-data; name=\"photo_id_front\"; filename=\"a.jpg\"\r\n\
                Content-Type: image/jpeg\r\n\r\n";
    format!(
        "PUT /sep12/customer HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: multipart/form-data; boundary=b\r\ntransfer-encoding: chunked\r\n\r\n\
         fffff\r\n{part}{}",
        "x".repeat(200_000)
    )
}

/// With or without a goodbye of TLS: who cuts the connection cannot make half a body a whole one.
#[tokio::test]
async fn an_upload_that_is_cut_off_never_reaches_the_anchor_as_a_whole() {
    for says_goodbye in [true, false] {
        let (authority, anchor) = (Authority::new(), RawListener::start().await);
        let (listener, address) = listener(&authority.local()).await;
        let serving = tokio::spawn(run(listener, config(&anchor.url()), std::future::pending()));
        let mut stream = connect(address, authority.client(), "localhost").await.expect("a handshake");
        stream.write_all(half_an_upload().as_bytes()).await.expect("writable");
        stream.flush().await.expect("writable");
        let mut forwarded = anchor.accept().await;
        let mut buffer = vec![0; 64 * 1024];
        let begun = timeout(PATIENCE, forwarded.read(&mut buffer)).await.expect("in time").expect("a beginning");
        if says_goodbye {
            stream.shutdown().await.expect("writable");
        } else {
            stream.get_mut().0.shutdown().await.expect("writable");
        }
        let mut bytes = buffer[..begun].to_vec();
        let is_reset = loop {
            match timeout(PATIENCE, forwarded.read(&mut buffer)).await.expect("an end") {
                Ok(0) => break false,
                Ok(read) => bytes.extend_from_slice(&buffer[..read]),
                Err(_) => break true,
            }
        };
        assert!(is_reset && !bytes.ends_with(b"0\r\n\r\n"), "goodbye: {says_goodbye}, {} bytes", bytes.len());
        serving.abort();
    }
}

#[tokio::test]
async fn garbage_on_the_port_is_dropped_and_harms_nobody() {
    let platform = Secured::start().await;
    // Noise, a truncated and an oversized record, an alert, SSL 2, application data before any handshake, an SNI that is
    // no name.
    for garbage in [
        &[0_u8; 4096][..],
        b"\x16\x03\x01\xff\xff",
        &[&b"\x16\x03\x01\x40\x01"[..], &[1; 0x4001]].concat(),
        b"\x15\x03\x03\x00\x02\x02\x28",
        b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10",
        b"\x17\x03\x03\x00\x05hello",
        &hello_for(b"\0not a name\xff"),
        &hello_for(&[b'a'; 300]),
    ] {
        let mut stream = TcpStream::connect(platform.address).await.expect("it listens");
        let _ = stream.write_all(garbage).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("it does not stay open");
        assert!(!answer.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&answer));
    }
    let answer = platform.ask(platform.authority.client(), "localhost").await;
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    assert_eq!(platform.anchor.received().len(), 1, "one request and no more came through");
}

/// A ClientHello of TLS 1.2 that asks for a server of this name.
fn hello_for(name: &[u8]) -> Vec<u8> {
    let sized = |bytes: &[u8]| [&u16::try_from(bytes.len()).expect("short").to_be_bytes()[..], bytes].concat();
    let server_name = sized(&sized(&[&[0][..], &sized(name)].concat()));
    let extensions = [&[0, 0][..], &server_name].concat();
    let hello = [&[3, 3][..], &[7; 32], &[0], &sized(&[0xc0, 0x2f]), &[1, 0], &sized(&extensions)].concat();
    let length = u32::try_from(hello.len()).expect("short").to_be_bytes();
    let handshake = [&[1][..], &length[1..], &hello].concat();
    [&[0x16, 3, 1][..], &sized(&handshake)].concat()
}

#[tokio::test]
async fn hundreds_of_half_open_handshakes_keep_nobody_out() {
    let limits = Limits { header_time: Duration::from_secs(2), ..Limits::default() };
    let platform = Secured::with(|config| config.limits = limits).await;
    let mut half_open = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(platform.address).await.expect("it listens");
        stream.write_all(b"\x16\x03\x01").await.expect("writable");
        half_open.push(stream);
    }
    let answer = platform.ask(platform.authority.client(), "localhost").await;
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    for mut stream in half_open {
        let ended = timeout(PATIENCE, stream.read(&mut [0; 64])).await.expect("it does not stay open");
        assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    }
}

/// A session may be taken up again; data that comes before the handshake is over, which could be replayed, is not taken.
#[tokio::test]
async fn a_session_is_resumed_and_early_data_is_not_offered() {
    let platform = Secured::start().await;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let mut client = platform.authority.client_of(&[version]);
        client.enable_early_data = true;
        let mut kinds = Vec::new();
        for _ in 0..2 {
            let mut stream = connect(platform.address, client.clone(), "localhost").await.expect("a handshake");
            assert!(!stream.get_ref().1.is_early_data_accepted());
            stream.write_all(put("{}").as_bytes()).await.expect("writable");
            let mut answer = String::new();
            timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("in time").expect("in good order");
            assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
            kinds.push(stream.get_ref().1.handshake_kind());
        }
        assert_eq!(kinds, [Some(HandshakeKind::Full), Some(HandshakeKind::Resumed)], "{version:?}");
    }
}

#[tokio::test]
async fn a_client_that_wants_another_protocol_than_http_1_is_refused() {
    let platform = Secured::start().await;
    for (protocols, is_served) in [(&["h2", "http/1.1"][..], true), (&["http/1.1"], true), (&["h2"], false)] {
        let mut client = platform.authority.client();
        client.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let stream = connect(platform.address, client, "localhost").await;
        assert_eq!(stream.is_ok(), is_served, "{protocols:?}");
    }
}

/// What the platform says of itself is true behind TLS: wallets insist on https.
#[tokio::test]
async fn the_stellar_toml_names_https() {
    let platform = Secured::with(|config| config.web_auth = Some(WebAuth::new(SigningKey::generate()))).await;
    let mut stream = connect(platform.address, platform.authority.client(), "localhost").await.expect("a handshake");
    let request = "GET /.well-known/stellar.toml HTTP/1.1\r\nhost: localhost:8443\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("writable");
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("in time").expect("in good order");
    assert!(answer.contains("\"https://localhost:8443/auth\"") && !answer.contains("http://"), "{answer}");
}
