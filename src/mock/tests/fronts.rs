//! Both fronts over real sockets.

use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::{account, complete, g};
use crate::mock::{Anchor, Answer, Config, Delivery, Fault, MockAnchor, RawAnchor, Received, ReceivedBody};
use crate::sep12::Identity;

/// Sends bytes and reads to the end of the connection.
async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connect");
    stream.write_all(request).await.expect("send");
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await.expect("an end");
    String::from_utf8_lossy(&answer).into_owned()
}

fn put(body: &str) -> Vec<u8> {
    let head = "PUT /customer HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json";
    format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

async fn raw() -> RawAnchor {
    RawAnchor::start(Config::default()).await.expect("a port")
}

/// Waits until the anchor has journaled a request.
async fn first_received(anchor: &Anchor) -> ReceivedBody {
    let seen = async {
        while anchor.received().is_empty() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), seen).await.expect("a request");
    anchor.received().remove(0).body
}

async fn serves_the_callback_api(anchor: &Anchor, url: &str) {
    let address = url.trim_start_matches("http://").parse().expect("an address");
    let answer = exchange(address, &put(&complete(&g(1)).to_string())).await;
    let customers = anchor.customers();
    let id = &customers[0].id;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.ends_with(&json!({ "id": id }).to_string()), "{answer}");

    let get =
        format!("GET /customer?account={}&type=sep31-sender HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", g(1));
    assert!(exchange(address, get.as_bytes()).await.contains("\"ACCEPTED\""));

    let delete = format!("DELETE /customer/{id} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert!(exchange(address, delete.as_bytes()).await.starts_with("HTTP/1.1 204 "));
    assert!(exchange(address, delete.as_bytes()).await.starts_with("HTTP/1.1 404 "));

    let methods: Vec<_> = anchor.received().into_iter().map(|received| received.method).collect();
    assert_eq!(methods, ["PUT", "GET", "DELETE", "DELETE"]);
    assert_eq!(anchor.received()[0].content_type().as_deref(), Some("application/json"));
    assert_eq!(anchor.received()[1].query_value("type"), Some("sep31-sender"));
}

#[tokio::test]
async fn the_wiremock_front_serves_the_callback_api() {
    let anchor = MockAnchor::start().await;
    serves_the_callback_api(&anchor, &anchor.url()).await;
}

#[tokio::test]
async fn the_raw_front_serves_the_callback_api() {
    let anchor = raw().await;
    serves_the_callback_api(&anchor, &anchor.url()).await;
}

#[tokio::test]
async fn urls_end_with_the_prefix() {
    let config = Config { prefix: "/kyc".to_owned(), ..Config::default() };
    assert!(MockAnchor::with(config.clone()).await.url().ends_with("/kyc"));
    assert!(RawAnchor::start(config).await.expect("a port").url().ends_with("/kyc"));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_journaled_and_stores_nothing() {
    let json = complete(&g(1)).to_string();
    let head = "PUT /customer HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    let without_last_chunk = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{json}\r\n", json.len());
    let too_short = format!("{head}Content-Length: {}\r\n\r\n{json}", json.len() + 1);
    for request in [without_last_chunk, too_short] {
        let anchor = raw().await;
        let mut stream = TcpStream::connect(anchor.address()).await.expect("connect");
        stream.write_all(request.as_bytes()).await.expect("send");
        drop(stream);
        assert!(matches!(first_received(&anchor).await, ReceivedBody::Incomplete), "{request}");
        assert!(anchor.customers().is_empty(), "{request}");
    }
}

#[tokio::test]
async fn a_large_file_streams_through_the_raw_front() {
    let anchor = raw().await;
    let file: Vec<u8> = (0..20_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let fields = format!("--b\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\n{}\r\n", g(1));
    let part = "--b\r\nContent-Disposition: form-data; name=\"photo_id_front\"; filename=\"a.jpg\"\r\n\r\n";
    let body = [fields.as_bytes(), part.as_bytes(), &file, b"\r\n--b--\r\n"].concat();
    let head =
        "PUT /customer HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b";
    let mut request = format!("{head}\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes();
    for chunk in body.chunks(100_003) {
        request.extend(format!("{:x}\r\n", chunk.len()).bytes());
        request.extend(chunk);
        request.extend(b"\r\n");
    }
    request.extend(b"0\r\n\r\n");

    let answer = exchange(anchor.address(), &request).await;

    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let received = anchor.received().remove(0);
    let stored = received.file("photo_id_front").expect("the file");
    assert_eq!((stored.length, &stored.bytes), (20_000_000, &None));
    assert_eq!(stored.sha256, <[u8; 32]>::from(Sha256::digest(&file)));
}

#[tokio::test]
async fn an_early_answer_does_not_wait_for_the_body() {
    let anchor = raw().await;
    anchor.script_next(Answer::error(413, "too large").with_delivery(Delivery::BeforeBody));
    let head = b"PUT /customer HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{";
    assert!(exchange(anchor.address(), head).await.starts_with("HTTP/1.1 413 "));
    assert!(matches!(first_received(&anchor).await, ReceivedBody::Unread));
}

#[tokio::test]
async fn a_hang_up_gives_no_answer() {
    let anchor = raw().await;
    for delivery in [Delivery::HangUp, Delivery::HangUpBeforeBody] {
        anchor.script_next(Answer::empty(200).with_delivery(delivery));
        assert_eq!(exchange(anchor.address(), &put("{}")).await, "", "{delivery:?}");
    }
    let complete: Vec<_> = anchor.received().iter().map(Received::is_complete).collect();
    assert_eq!(complete, [true, false]);
}

#[tokio::test]
async fn a_silent_anchor_reads_and_says_nothing() {
    let anchor = raw().await;
    anchor.script_next(Answer::silent());
    let request = put("{}");
    let silence = timeout(Duration::from_millis(200), exchange(anchor.address(), &request)).await;
    assert!(silence.is_err());
    assert!(matches!(first_received(&anchor).await, ReceivedBody::Json(_)));
}

#[tokio::test]
async fn a_truncated_answer_promises_more_than_it_sends() {
    let anchor = raw().await;
    anchor.script_next(Answer::raw(200, "application/json", "0123456789").with_delivery(Delivery::Truncated));
    let answer = exchange(anchor.address(), &put("{}")).await;
    assert!(answer.contains("content-length: 10\r\n") && answer.ends_with("\r\n\r\n01234"), "{answer}");
}

#[tokio::test]
async fn delays_and_drips_take_their_time() {
    let anchor = raw().await;
    let pause = Duration::from_millis(20);
    anchor.script_next(Answer::raw(200, "text/plain", "12345").with_delivery(Delivery::Drip(pause)));
    anchor.script_next(Answer::raw(200, "text/plain", "12345").with_delay(pause * 5));
    for _ in 0..2 {
        let (answer, time) = timed(exchange(anchor.address(), &put("{}"))).await;
        assert!(answer.ends_with("12345") && time >= pause * 5, "{answer} {time:?}");
    }
}

#[tokio::test]
async fn the_wiremock_front_says_what_it_cannot_do() {
    let anchor = MockAnchor::start().await;
    anchor.script_next(Answer::hang_up());
    let address = anchor.url().trim_start_matches("http://").parse().expect("an address");
    assert!(exchange(address, &put("{}")).await.starts_with("HTTP/1.1 501 "));
}

#[tokio::test]
async fn a_stopped_anchor_cannot_be_reached_even_over_an_open_connection() {
    let anchor = raw().await;
    let address = anchor.address();
    let mut stream = TcpStream::connect(address).await.expect("connect");
    stream.write_all(b"GET /customer HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("send");
    first_received(&anchor).await;

    anchor.stop().await;

    let mut answer = Vec::new();
    let end = timeout(Duration::from_secs(1), stream.read_to_end(&mut answer)).await;
    assert!(end.expect("an end").is_ok() && answer.starts_with(b"HTTP/1.1 200 "));
    assert!(TcpStream::connect(address).await.is_err());
}

async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    (work.await, start.elapsed())
}

async fn faulty(fault: Fault) -> RawAnchor {
    RawAnchor::start(Config::that_shows(fault)).await.expect("a port")
}

fn multipart(length: usize) -> Vec<u8> {
    let disposition = "--b\r\nContent-Disposition: form-data; name=";
    let account = format!("{disposition}\"account\"\r\n\r\n{}\r\n", g(1));
    let file = format!("{disposition}\"photo_id_front\"; filename=\"a\"\r\n\r\n{}\r\n--b--\r\n", "x".repeat(length));
    let head =
        "PUT /customer HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b";
    format!("{head}\r\nContent-Length: {}\r\n\r\n{account}{file}", account.len() + file.len()).into_bytes()
}

#[tokio::test]
async fn a_fault_can_drop_the_connection() {
    let anchor = faulty(Fault::DropsConnectionOnLargeFile).await;
    assert_eq!(exchange(anchor.address(), &multipart(4 * 1024 * 1024 + 1)).await, "");
    assert!(exchange(anchor.address(), &multipart(4 * 1024 * 1024)).await.starts_with("HTTP/1.1 200 "));

    let anchor = faulty(Fault::HangsUpInsteadOfError).await;
    assert_eq!(exchange(anchor.address(), &put("{")).await, "");
    assert!(exchange(anchor.address(), &put(&complete(&g(1)).to_string())).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_fault_can_stay_silent() {
    let anchor = faulty(Fault::NeverAnswersMultipart).await;
    let request = multipart(1);
    assert!(timeout(Duration::from_millis(200), exchange(anchor.address(), &request)).await.is_err());
    assert!(exchange(anchor.address(), &put(&complete(&g(1)).to_string())).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_fault_can_truncate_an_answer() {
    let anchor = faulty(Fault::TruncatesAnswers).await;
    anchor.register_as("a", &Identity::of_account(account(1)), Vec::new());
    let request = b"GET /customer?id=a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answer = exchange(anchor.address(), request).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && !answer.ends_with('}'), "{answer}");
}
