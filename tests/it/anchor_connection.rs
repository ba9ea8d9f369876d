//! The connection to the anchor.

use std::sync::Arc;
use std::time::Duration;

use anchor_conformance::mock::{self, Answer, Delivery, RawAnchor};
use anchor_conformance::platform::{AnchorBody, ApiKey, Credentials, Limits, OptionalEndpoint};
use anchor_conformance::sep10::token::{Secret, Verifier};
use anchor_conformance::sep12::body::{self, Multipart};
use anchor_conformance::sep12::{Field, File};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::support::listener::{RawListener, answer};
use crate::support::{G, Platform, Stack, config, token};

/// More than an anchor that reads nothing has room for, and less than the system has in all.
const LARGE_FILE: usize = 500_000;
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{\"id\": \"c-1\"}";

fn photo(size: usize) -> Field {
    Field::file("photo_id_front", File { file_name: None, content_type: None, bytes: vec![7; size].into() })
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let anchor = RawListener::start().await;
    let platform = Platform::start(config(&anchor.url())).await;
    let served = tokio::spawn(async move {
        let mut stream = anchor.accept().await;
        for _ in 0..3 {
            answer(&mut stream, OK).await;
        }
    });
    for _ in 0..3 {
        platform.wallet(G).put_json(&json!({})).await.id();
    }
    served.await.expect("three requests on one connection");
}

/// hyper would write the next request as HTTP/1.0. An upload never goes on a used connection, so that is JSON here.
#[tokio::test]
async fn a_connection_of_http_1_0_is_not_used_again() {
    let anchor = RawListener::start().await;
    let platform = Platform::start(config(&anchor.url())).await;
    let served = tokio::spawn(async move {
        let mut old = anchor.accept().await;
        answer(&mut old, &OK.replacen("1.1 200 OK", "1.0 200 OK\r\nconnection: keep-alive", 1)).await;
        answer(&mut anchor.accept().await, OK).await;
        old
    });
    platform.wallet(G).put_json(&json!({})).await.id();
    platform.wallet(G).put_json(&json!({})).await.id();
    served.await.expect("two connections");
}

#[tokio::test]
async fn an_idle_connection_that_the_anchor_closed_costs_nothing() {
    let anchor = RawListener::start().await;
    let platform = Platform::start(config(&anchor.url())).await;
    let served = tokio::spawn(async move {
        for _ in 0..3 {
            answer(&mut anchor.accept().await, OK).await;
        }
    });
    for _ in 0..3 {
        platform.wallet(G).put_json(&json!({})).await.id();
    }
    served.await.expect("three connections");
}

#[tokio::test]
async fn a_request_that_the_anchor_may_have_seen_is_never_sent_again() {
    let anchor = RawListener::start().await;
    let platform = Platform::start(config(&anchor.url())).await;
    let served = tokio::spawn(async move {
        let mut stream = anchor.accept().await;
        answer(&mut stream, OK).await;
        answer(&mut stream, "").await;
        drop(stream);
        anchor
    });
    platform.wallet(G).put_json(&json!({})).await.id();
    assert_eq!(platform.wallet(G).put_json(&json!({})).await.refusal().0, 502);
    assert!(served.await.expect("served").is_untouched().await);
}

#[tokio::test]
async fn a_refusal_that_comes_before_the_body_was_read_reaches_the_client() {
    let anchor = RawAnchor::start(mock::Config::default()).await.expect("a free port");
    let platform = Platform::start(config(&anchor.url())).await;
    anchor.script_next(Answer::error(413, "files up to 1 MB").with_delivery(Delivery::BeforeBody));
    let refusal = platform.wallet(G).put_multipart(&[photo(20_000_000)]).await.refusal();
    assert_eq!(refusal, (413, "files up to 1 MB".to_owned()));
}

/// More than the buffers of two sockets hold.
const LARGE: usize = 40_000_000;

fn of_large_strings() -> Limits {
    Limits { string_field: LARGE, all_strings: 2 * LARGE, ..Limits::default() }
}

#[tokio::test]
async fn an_early_success_counts_only_once_the_whole_json_is_taken() {
    let anchor = RawListener::start().await;
    let mut config = config(&anchor.url());
    config.limits = Limits { anchor_time: Duration::from_secs(1), ..of_large_strings() };
    let platform = Platform::start(config).await;
    let served = tokio::spawn(async move {
        let mut stream = anchor.accept().await;
        stream.read_exact(&mut [0; 200]).await.expect("the beginning of the request");
        stream.write_all(OK.as_bytes()).await.expect("writable");
        stream
    });
    let large = json!({"x_invented": "x".repeat(LARGE)});
    assert_eq!(platform.wallet(G).put_json(&large).await.refusal().0, 504);
    drop(served.await.expect("served"));
}

#[tokio::test]
async fn an_early_204_to_a_callback_counts_only_once_the_whole_request_is_taken() {
    let anchor = RawListener::start().await;
    let mut config = config(&anchor.url());
    config.anchor_serves = vec![OptionalEndpoint::Callback];
    config.limits = Limits { anchor_time: Duration::from_secs(1), ..of_large_strings() };
    let platform = Platform::start(config).await;
    let served = tokio::spawn(async move { answer_early(&anchor, "HTTP/1.1 204 No Content\r\n\r\n").await });
    let wallet = platform.wallet(G);
    let large = json!({"url": "https://wallet.example/", "x_invented": "x".repeat(LARGE)}).to_string();
    let request = wallet.request(Method::PUT, "/sep12/customer/callback").header("content-type", "application/json");
    let request = request.body(Full::<Bytes>::from(large)).expect("a request");
    assert_eq!(wallet.send(request).await.refusal().0, 504);
    drop(served.await.expect("served"));
}

#[tokio::test]
async fn the_deadline_of_the_anchor_is_one_for_head_and_body() {
    let anchor = RawListener::start().await;
    let mut config = config(&anchor.url());
    config.limits = Limits { anchor_time: Duration::from_secs(2), ..Limits::default() };
    let platform = Platform::start(config).await;
    let served = tokio::spawn(async move {
        let mut stream = anchor.accept().await;
        stream.read_exact(&mut [0; 100]).await.expect("the beginning of the request");
        for piece in [&OK[..40], &OK[40..]] {
            tokio::time::sleep(Duration::from_millis(1200)).await;
            if stream.write_all(piece.as_bytes()).await.is_err() {
                break;
            }
        }
    });
    assert_eq!(platform.wallet(G).put_json(&json!({})).await.refusal().0, 504);
    served.await.expect("served");
}

#[tokio::test]
async fn nobody_waits_for_a_connection_that_is_still_full_of_anothers_request() {
    let anchor = RawListener::start().await;
    let mut config = config(&anchor.url());
    config.limits = Limits { anchor_time: Duration::from_secs(5), ..of_large_strings() };
    let platform = Platform::start(config).await;
    let served = tokio::spawn(async move {
        let mut full = anchor.accept().await;
        let mut head = [0; 200];
        full.read_exact(&mut head).await.expect("the beginning of the request");
        full.write_all(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n").await.expect("writable");
        answer(&mut anchor.accept().await, OK).await;
        full
    });
    let large = json!({"x_invented": "x".repeat(LARGE)});
    assert_eq!(platform.wallet(G).put_json(&large).await.refusal().0, 413);
    assert_eq!(platform.wallet(G).put_json(&json!({})).await.id(), "c-1");
    drop(served.await.expect("two connections"));
}

#[tokio::test]
async fn what_one_client_breaks_off_takes_nothing_of_what_was_accepted_before_it() {
    for version in ["HTTP/1.1", "HTTP/1.0"] {
        let anchor = RawListener::start().await;
        let platform = Platform::start(config(&anchor.url())).await;
        let (go_on, mut broken_off) = mpsc::channel::<()>(1);
        let served = tokio::spawn(async move {
            let mut stream = anchor.accept().await;
            let mut request = vec![0; 1000];
            stream.read_exact(&mut request).await.expect("the beginning of the request");
            stream.write_all(OK.replace("HTTP/1.1", version).as_bytes()).await.expect("writable");
            broken_off.recv().await.expect("the other client");
            while !request.ends_with(b"--\r\n\r\n0\r\n\r\n") {
                assert!(stream.read_buf(&mut request).await.expect("no reset") > 0, "the rest is missing");
            }
        });
        platform.wallet(G).put_multipart(&[photo(LARGE_FILE)]).await.id();
        let body = body::multipart(&[photo(LARGE_FILE)], &Multipart::default()).expect("writable");
        let mut leaving = TcpStream::connect(platform.address).await.expect("it listens");
        let head = format!(
            "PUT /sep12/customer HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {}\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n",
            token(G),
            body.content_type,
            body.bytes.len()
        );
        leaving.write_all(head.as_bytes()).await.expect("writable");
        leaving.write_all(&body.bytes[..body.bytes.len() / 2]).await.expect("writable");
        leaving.shutdown().await.expect("it leaves");
        // Until the platform has noticed.
        let _ = leaving.read_to_end(&mut Vec::new()).await;
        go_on.send(()).await.expect("the anchor waits");
        served.await.unwrap_or_else(|error| panic!("{version}: {error}"));
    }
}

#[tokio::test]
async fn a_success_that_comes_before_the_body_was_read_counts_only_if_the_rest_is_taken() {
    let anchor = RawListener::start().await;
    let platform = Platform::start(config(&anchor.url())).await;
    let served = tokio::spawn(async move {
        let mut stream = anchor.accept().await;
        let mut head = [0; 1000];
        stream.read_exact(&mut head).await.expect("the beginning of the request");
        stream.write_all(OK.as_bytes()).await.expect("writable");
    });
    let refusal = platform.wallet(G).put_multipart(&[photo(20_000_000)]).await.refusal();
    assert_eq!(refusal.0, 502);
    served.await.expect("served");
}

/// A platform that sends bodies with a length, and is not patient.
async fn buffering(anchor: &RawListener) -> Platform {
    let mut config = config(&anchor.url());
    config.anchor_body = AnchorBody::Buffered { budget: 64_000_000 };
    config.limits = Limits { anchor_time: Duration::from_secs(1), ..Limits::default() };
    Platform::start(config).await
}

/// Takes the beginning of a request, answers, and reads no more.
async fn answer_early(anchor: &RawListener, answer: &str) -> TcpStream {
    let mut stream = anchor.accept().await;
    stream.read_exact(&mut [0; 1000]).await.expect("the beginning of the request");
    stream.write_all(answer.as_bytes()).await.expect("writable");
    stream
}

#[tokio::test]
async fn a_success_that_comes_before_a_buffered_body_was_read_counts_only_if_the_rest_is_taken() {
    let anchor = RawListener::start().await;
    let platform = buffering(&anchor).await;
    let served = tokio::spawn(async move { answer_early(&anchor, OK).await });
    let refusal = platform.wallet(G).put_multipart(&[photo(20_000_000)]).await.refusal();
    assert_eq!(refusal.0, 504);
    drop(served.await.expect("served"));
}

#[tokio::test]
async fn a_success_counts_when_the_rest_of_a_buffered_body_is_taken_later() {
    let anchor = RawListener::start().await;
    let platform = buffering(&anchor).await;
    let served = tokio::spawn(async move {
        let mut stream = answer_early(&anchor, OK).await;
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
    });
    assert_eq!(platform.wallet(G).put_multipart(&[photo(20_000_000)]).await.id(), "c-1");
    drop(platform);
    served.abort();
}

#[tokio::test]
async fn a_connection_on_which_a_body_is_still_under_way_is_not_used_again() {
    let anchor = RawListener::start().await;
    let platform = buffering(&anchor).await;
    let served = tokio::spawn(async move {
        let refusal = "HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\n\r\n";
        let unread = answer_early(&anchor, refusal).await;
        answer(&mut anchor.accept().await, OK).await;
        unread
    });
    assert_eq!(platform.wallet(G).put_multipart(&[photo(20_000_000)]).await.refusal().0, 413);
    platform.wallet(G).put_json(&json!({})).await.id();
    served.await.expect("two connections");
}

#[tokio::test]
async fn what_comes_after_an_answer_is_nobodys_answer() {
    let surplus = ["HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{\"id\": \"c-2\"}", "surplus", "\r\n"];
    for more in surplus {
        let anchor = RawListener::start().await;
        let platform = Platform::start(config(&anchor.url())).await;
        let served = tokio::spawn(async move {
            let mut first = anchor.accept().await;
            answer(&mut first, &format!("{OK}{more}")).await;
            answer(&mut anchor.accept().await, "HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{\"id\": \"c-3\"}").await;
        });
        assert_eq!(platform.wallet(G).put_json(&json!({})).await.id(), "c-1", "{more:?}");
        assert_eq!(platform.wallet(G).put_json(&json!({})).await.id(), "c-3", "{more:?}");
        served.await.expect("two connections");
    }
}

#[tokio::test]
async fn an_anchor_that_changes_the_protocol_is_a_bad_gateway() {
    let anchor = RawListener::start().await;
    let platform = Platform::start(config(&anchor.url())).await;
    let served = tokio::spawn(async move {
        let switched = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: invented\r\n\r\n";
        let mut first = anchor.accept().await;
        answer(&mut first, switched).await;
        answer(&mut anchor.accept().await, OK).await;
    });
    assert_eq!(platform.wallet(G).put_json(&json!({})).await.refusal().0, 502);
    platform.wallet(G).put_json(&json!({})).await.id();
    served.await.expect("two connections");
}

#[tokio::test]
async fn an_anchor_that_stops_reading_is_a_gateway_timeout() {
    let anchor = RawListener::start().await;
    let mut config = config(&anchor.url());
    config.limits = Limits { anchor_time: Duration::from_millis(300), ..Limits::default() };
    let platform = Platform::start(config).await;
    let accepted = tokio::spawn(async move { (anchor.accept().await, anchor) });
    assert_eq!(platform.wallet(G).put_multipart(&[photo(40_000_000)]).await.refusal().0, 504);
    drop(accepted.await.expect("a connection"));
}

#[tokio::test]
async fn the_anchors_path_is_a_prefix() {
    let anchor = mock::Config { prefix: "/api/v1".to_owned(), ..mock::Config::default() };
    let anchor = RawAnchor::start(anchor).await.expect("a free port");
    let platform = Platform::start(config(&format!("{}/", anchor.url()))).await;
    platform.wallet(G).put_json(&json!({})).await.id();
    assert_eq!(anchor.received()[0].path, "/api/v1/customer");
}

#[tokio::test]
async fn only_what_the_anchor_needs_travels() {
    let stack = Stack::start().await;
    let wallet = stack.wallet(G);
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = wallet
        .request(Method::PUT, "/sep12/customer?utm=1")
        .header("content-type", "application/json")
        .header("cookie", "session=invented")
        .header("x-api-key", "the client's own")
        .header("x-forwarded-for", "203.0.113.7")
        .header("x-request-id", "chosen by the client")
        .header("traceparent", trace);
    let answer = wallet.send(request.body("{}".to_owned()).expect("valid")).await;
    let received = stack.anchor.received();
    let mut names: Vec<&str> = received[0].headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "content-length", "content-type", "host", "traceparent", "x-request-id"]);
    assert_eq!(received[0].query, []);
    assert_eq!(received[0].header("x-request-id"), answer.headers.get("x-request-id").and_then(|id| id.to_str().ok()));
    assert_ne!(received[0].header("x-request-id"), Some("chosen by the client"));
    assert!(received[0].header("traceparent").is_some_and(|sent| sent.starts_with(&trace[..36]) && sent != trace));
}

#[tokio::test]
async fn the_platform_shows_its_api_key() {
    let anchor = mock::Config { api_key: Some("an invented key".to_owned()), ..mock::Config::default() };
    let refused = Stack::with(anchor.clone(), |_| {}).await;
    assert_eq!(refused.wallet(G).put_json(&json!({})).await.refusal().0, 502);
    let key = ApiKey::new("an invented key").expect("a header value");
    let stack = Stack::with(anchor, |config| config.anchor_auth = Credentials::ApiKey(key)).await;
    stack.wallet(G).put_json(&json!({})).await.id();
}

#[tokio::test]
async fn the_platform_shows_a_short_lived_token() {
    let secret = Secret::new("an invented secret between platform and anchor").expect("not empty");
    let stack = Stack::with(Default::default(), |config| config.anchor_auth = Credentials::Jwt(secret.clone())).await;
    stack.wallet(G).put_json(&json!({})).await.id();
    let received = stack.anchor.received();
    let token =
        received[0].header("authorization").and_then(|value| value.strip_prefix("Bearer ")).expect("a bearer token");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    let verifier = Verifier::new(secret);
    // It has no `sub`: the claims are read in order, and `sub` is the last one missed.
    let missing = anchor_conformance::sep10::token::InvalidToken::MissingClaim;
    let expired = anchor_conformance::sep10::token::InvalidToken::Expired;
    assert_eq!(verifier.verify(token, now), Err(missing));
    assert_eq!(verifier.verify(token, now + 301), Err(expired));
}

#[tokio::test]
async fn a_buffered_body_has_a_length_and_a_budget() {
    let buffered = |budget| {
        move |config: &mut anchor_conformance::platform::Config| config.anchor_body = AnchorBody::Buffered { budget }
    };
    let stack = Stack::with(Default::default(), buffered(1_000_000)).await;
    for _ in 0..3 {
        stack.wallet(G).put_multipart(&[photo(700_000), Field::text("last_name", "Invented")]).await.id();
    }
    let received = &stack.anchor.received()[0];
    assert!(received.header("content-length").is_some() && received.header("transfer-encoding").is_none());
    assert_eq!(received.file("photo_id_front").map(|file| file.length), Some(700_000));
    let refusal = stack.wallet(G).put_multipart(&[photo(1_000_001)]).await.refusal();
    assert_eq!(refusal, (503, "too many large requests at once; try again".to_owned()));
}

/// An https anchor with a certificate of its own authority; answers every request with an id.
async fn https_anchor() -> (String, String) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).expect("a key");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("supported")
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .expect("a valid pair");
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("https://localhost:{}", listener.local_addr().expect("bound").port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(OK.as_bytes()).await;
        }
    });
    (url, certified.cert.pem())
}

#[tokio::test]
async fn an_https_anchor_is_reached_only_with_a_trusted_certificate() {
    let (url, pem) = https_anchor().await;
    let untrusted = Platform::start(config(&url)).await;
    assert_eq!(untrusted.wallet(G).put_json(&json!({})).await.refusal().0, 503);
    let mut trusting = config(&url);
    trusting.anchor_roots = Some(pem.into_bytes());
    let platform = Platform::start(trusting).await;
    assert_eq!(platform.wallet(G).put_json(&json!({})).await.id(), "c-1");
}
