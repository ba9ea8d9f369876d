//! TLS toward the anchor: client certificates, and errors that say what to do; to the operator alone.

use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{DEFAULT_VERSIONS, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::support::binary::{Server, command, run, text};
use crate::support::listener::RawListener;
use crate::support::tls::{Authority, Pair, self_signed, serve};
use crate::support::{Answer, G, Platform, Wallet, config, token};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 13\r\nconnection: close\r\n\r\n{\"id\": \"c-1\"}";

/// What operators and clients are told of an anchor: by a platform that forwards to it, and by `check anchor`.
struct Told {
    client: Answer,
    log: String,
    check: (Option<i32>, String),
}

/// A folder with the authority that is trusted and a client certificate of another one's.
struct Desk {
    folder: TempDir,
    authority: Authority,
    clients: Authority,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (authority, clients) = (Authority::new(), Authority::new());
        std::fs::write(folder.path().join("ca.pem"), &authority.pem).expect("written");
        Self { folder, authority, clients }
    }

    /// Asks the anchor at `url` for something, through a platform and as the suite.
    async fn ask(&self, url: &str, shown: Option<&Pair>) -> Told {
        let ca = self.folder.path().join("ca.pem").to_str().expect("UTF-8").to_owned();
        let files = shown.map(|pair| pair.write_to(self.folder.path(), "client"));
        let mut platform = command(&["platform", "--listen", "127.0.0.1:0", "--anchor", url, "--anchor-ca", &ca]);
        let check = ["check", "anchor", url, "--ca", &ca, "--only", "put/credentials*", "--timeout", "3"];
        let mut check = check.map(str::to_owned).to_vec();
        if let Some([certificate, key]) = files {
            platform.args(["--anchor-client-cert", &certificate, "--anchor-client-key", &key]);
            check.extend(["--client-cert".to_owned(), certificate, "--client-key".to_owned(), key]);
        }
        let platform = Server::start(platform);
        let client = Wallet::new(platform.address(), token(G)).put_json(&json!({})).await;
        let (_, _, log) = platform.stop();
        let output = tokio::task::spawn_blocking(move || run(&check.iter().map(String::as_str).collect::<Vec<_>>()));
        let output = output.await.expect("no panic");
        Told { client, log, check: (output.status.code(), one_line(&text(&output.stdout))) }
    }

    async fn ask_server(&self, config: ServerConfig, shown: Option<&Pair>) -> Told {
        let port = serve(config, answer_ok).await;
        self.ask(&format!("https://localhost:{port}"), shown).await
    }
}

impl Told {
    /// The anchor cannot be reached, and the operator, not the client, is told why.
    fn is_unreachable(&self, causes: &[&str]) {
        assert_eq!(self.client.refusal(), (503, "the anchor cannot be reached".to_owned()), "{}", self.log);
        assert_eq!(self.check.0, Some(3), "{}", self.check.1);
        for cause in causes {
            assert!(self.log.contains(cause), "{cause:?} in the log: {}", self.log);
        }
        // The suite has options of other names.
        for cause in causes.iter().filter(|cause| !cause.starts_with("--anchor")) {
            assert!(self.check.1.contains(cause), "{cause:?} on the console: {}", self.check.1);
        }
    }
}

/// What the console has broken into lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a request and answers it.
async fn answer_ok(mut stream: TlsStream<tokio::net::TcpStream>) {
    let _ = stream.read(&mut [0; 8192]).await;
    let _ = stream.write_all(OK.as_bytes()).await;
    let _ = stream.shutdown().await;
}

#[tokio::test]
async fn an_expired_certificate() {
    let desk = Desk::new();
    let pair = desk.authority.issue(&["localhost"], |params| {
        (params.not_before, params.not_after) = (rcgen::date_time_ymd(2001, 1, 1), rcgen::date_time_ymd(2001, 2, 1));
    });
    desk.ask_server(pair.server(DEFAULT_VERSIONS), None).await.is_unreachable(&["expired", "days ago", "renewed"]);
}

#[tokio::test]
async fn a_certificate_of_the_future() {
    let desk = Desk::new();
    let pair = desk.authority.issue(&["localhost"], |params| params.not_before = rcgen::date_time_ymd(2999, 1, 1));
    let told = desk.ask_server(pair.server(DEFAULT_VERSIONS), None).await;
    told.is_unreachable(&["valid only", "days from now", "clock of this machine"]);
}

#[tokio::test]
async fn an_authority_that_nobody_knows() {
    let desk = Desk::new();
    let told = desk.ask_server(Authority::new().local().server(DEFAULT_VERSIONS), None).await;
    told.is_unreachable(&["authority that is not trusted", "--anchor-ca FILE"]);
    assert!(told.check.1.contains("--ca FILE"), "{}", told.check.1);
}

#[tokio::test]
async fn a_self_signed_certificate() {
    let desk = Desk::new();
    let told = desk.ask_server(self_signed(&["localhost"], |_| {}).server(DEFAULT_VERSIONS), None).await;
    told.is_unreachable(&["self-signed", "--anchor-ca FILE"]);
}

#[tokio::test]
async fn an_authoritys_certificate_that_a_server_shows_as_its_own() {
    let desk = Desk::new();
    let pair = self_signed(&["localhost"], |params| {
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    });
    std::fs::write(desk.folder.path().join("ca.pem"), &pair.certificate).expect("written");
    desk.ask_server(pair.server(DEFAULT_VERSIONS), None).await.is_unreachable(&["CA:TRUE", "CA:FALSE"]);
}

#[tokio::test]
async fn a_certificate_of_another_host() {
    let desk = Desk::new();
    let pair = desk.authority.issue(&["anchor.example", "*.kyc.example", "192.0.2.7"], |_| {});
    let told = desk.ask_server(pair.server(DEFAULT_VERSIONS), None).await;
    told.is_unreachable(&["anchor.example, *.kyc.example, 192.0.2.7, not for localhost"]);
    let nameless = desk.authority.issue(&[], |_| {});
    desk.ask_server(nameless.server(DEFAULT_VERSIONS), None).await.is_unreachable(&["names no host at all"]);
}

#[tokio::test]
async fn a_server_that_wants_a_client_certificate_gets_the_one_that_is_named() {
    for version in [&TLS12, &TLS13] {
        let desk = Desk::new();
        let server = || desk.authority.local().server_for(&desk.clients, &[version]);
        let told = desk.ask_server(server(), None).await;
        told.is_unreachable(&["client certificate", "--anchor-client-cert FILE"]);
        assert!(told.check.1.contains("--client-cert FILE"), "{}", told.check.1);

        let stranger = Authority::new().issue(&["platform"], |_| {});
        let told = desk.ask_server(server(), Some(&stranger)).await;
        told.is_unreachable(&["refuses our client certificate", "does not trust the authority"]);

        let port = serve(server(), answer_ok).await;
        let mut config = config(&format!("https://localhost:{port}"));
        config.anchor_roots = Some(desk.authority.pem.clone().into_bytes());
        config.anchor_certificate = Some(desk.clients.issue(&["platform"], |_| {}).parsed());
        assert_eq!(Platform::start(config).await.wallet(G).put_json(&json!({})).await.id(), "c-1");
    }
}

#[tokio::test]
async fn the_suite_shows_a_client_certificate_too() {
    let desk = Desk::new();
    let own = desk.clients.issue(&["suite"], |_| {});
    let told = desk.ask_server(desk.authority.local().server_for(&desk.clients, DEFAULT_VERSIONS), Some(&own)).await;
    assert_eq!(told.client.id(), "c-1");
    assert!(told.check.1.contains("put/credentials"), "a check is done: {}", told.check.1);
    assert!(!told.check.1.contains("TLS"), "the handshake succeeds: {}", told.check.1);
}

#[tokio::test]
async fn https_to_a_server_that_speaks_http() {
    let desk = Desk::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
        }
    });
    desk.ask(&format!("https://localhost:{port}"), None).await.is_unreachable(&["no TLS", "http:// in the URL"]);
}

#[tokio::test]
async fn https_to_a_server_that_hangs_up() {
    let desk = Desk::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
        }
    });
    let told = desk.ask(&format!("https://localhost:{port}"), None).await;
    told.is_unreachable(&["closed the connection within the handshake", "does it speak TLS"]);
}

#[tokio::test]
async fn http_to_a_server_that_speaks_tls() {
    let desk = Desk::new();
    let port = serve(desk.authority.local().server(DEFAULT_VERSIONS), answer_ok).await;
    let told = desk.ask(&format!("http://localhost:{port}"), None).await;
    assert_eq!(told.client.refusal(), (502, "the anchor's answer cannot be used".to_owned()));
    assert!(told.log.contains("https:// in the URL"), "{}", told.log);
    assert!(told.check.1.contains("https:// in the URL"), "{}", told.check.1);
}

/// Nobody but the operator can mend what a TLS front says in HTTP.
#[tokio::test]
async fn a_tls_front_that_complains_in_http_is_no_refusal_of_the_anchors() {
    for (words, advice) in [
        ("Client sent an HTTP request to an HTTPS server.\n", "https:// in --anchor"),
        ("<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>", "https:// in --anchor"),
        ("<html><title>400 No required SSL certificate was sent</title></html>", "--anchor-client-cert FILE"),
        ("<html><title>400 The SSL certificate error</title></html>", "refuses the client certificate"),
    ] {
        let anchor = RawListener::start().await;
        let platform = command(&["platform", "--listen", "127.0.0.1:0", "--anchor", &anchor.url()]);
        let platform = Server::start(platform);
        let answer = format!("HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\n\r\n{words}", words.len());
        let served = async { crate::support::listener::answer(&mut anchor.accept().await, &answer).await };
        let wallet = Wallet::new(platform.address(), token(G));
        let fields = json!({});
        let (client, _) = tokio::join!(wallet.put_json(&fields), served);
        assert_eq!(client.refusal(), (502, "the anchor failed to process the request".to_owned()));
        let (_, _, log) = platform.stop();
        assert!(log.contains(advice), "{advice:?}: {log}");
    }
}

/// Without a length the end of the connection is the end of the answer, but only if the anchor says so itself.
#[tokio::test]
async fn an_answer_that_somebody_cut_off_is_not_taken_for_a_whole_one() {
    const ENDLESS: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"id\": \"c-1\"}";
    let authority = Authority::new();
    for (is_closed, status) in [(true, 202), (false, 502)] {
        let port = serve(authority.local().server(DEFAULT_VERSIONS), move |mut stream| async move {
            let _ = stream.read(&mut [0; 8192]).await;
            let _ = stream.write_all(ENDLESS.as_bytes()).await;
            let _ = stream.flush().await;
            if is_closed {
                let _ = stream.shutdown().await;
            }
            // Without the TLS goodbye, the TCP connection ends as anybody on the way can end it.
            let _ = stream.get_mut().0.shutdown().await;
        });
        let mut config = config(&format!("https://localhost:{}", port.await));
        config.anchor_roots = Some(authority.pem.clone().into_bytes());
        let answer = Platform::start(config).await.wallet(G).put_json(&json!({})).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    }
}

#[tokio::test]
async fn a_huge_certificate_costs_no_more_than_a_refusal() {
    let authority = Authority::new();
    let names: Vec<String> = (0..1500).map(|number| format!("name-{number}.anchor.example")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let port = serve(authority.issue(&names, |_| {}).server(DEFAULT_VERSIONS), answer_ok).await;
    let mut config = config(&format!("https://localhost:{port}"));
    config.anchor_roots = Some(authority.pem.clone().into_bytes());
    let platform = Platform::start(config).await;
    let answer = tokio::time::timeout(Duration::from_secs(4), async { platform.wallet(G).put_json(&json!({})).await });
    assert_eq!(answer.await.expect("before the connection is given up").refusal().0, 503);
}

#[tokio::test]
async fn an_authority_that_has_another_key_now() {
    let desk = Desk::new();
    let renewed = desk.authority.of_the_same_name();
    let told = desk.ask_server(renewed.local().server(DEFAULT_VERSIONS), None).await;
    told.is_unreachable(&["may have another key by now", "--anchor-ca FILE"]);
}
