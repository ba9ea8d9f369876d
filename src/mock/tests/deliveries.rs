//! Each way to give an answer, as a client without HTTP sees it.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::mock::{Answer, Config, Delivery, RawAnchor, Received};

/// What came, and how the connection stood then.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    text: String,
    end: End,
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    Closed,
    Reset,
    /// Nothing more came for a while.
    Open,
}

const WHILE: Duration = Duration::from_millis(300);
const BODY: &str = r#"{"id":"an-invented-id"}"#;

async fn raw() -> RawAnchor {
    RawAnchor::start(Config::default()).await.expect("a port")
}

async fn read(stream: &mut TcpStream) -> Seen {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    let end = loop {
        match timeout(WHILE, stream.read(&mut buffer)).await {
            Ok(Ok(0)) => break End::Closed,
            Ok(Ok(read)) => bytes.extend_from_slice(&buffer[..read]),
            Ok(Err(_)) => break End::Reset,
            Err(_) => break End::Open,
        }
    };
    Seen { text: String::from_utf8_lossy(&bytes).into_owned(), end }
}

const REQUEST: &str =
    "PUT /customer HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

async fn seen(delivery: Delivery) -> Seen {
    let anchor = raw().await;
    anchor.script_next(Answer::raw(200, "application/json", BODY).with_delivery(delivery));
    let mut stream = TcpStream::connect(anchor.address()).await.expect("connect");
    stream.write_all(REQUEST.as_bytes()).await.expect("send");
    read(&mut stream).await
}

fn head(framing: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{framing}\r\n\r\n")
}

#[tokio::test]
async fn an_answer_breaks_off_in_its_headers() {
    let whole = head("content-length: 23");
    let half = whole[..whole.len() / 2].to_owned();
    assert_eq!(seen(Delivery::TruncatedHeaders).await, Seen { text: half.clone(), end: End::Closed });
    assert_eq!(seen(Delivery::ResetInHeaders).await, Seen { text: half, end: End::Reset });
}

#[tokio::test]
async fn an_answer_breaks_off_in_its_body() {
    let half = head("content-length: 23") + &BODY[..11];
    assert_eq!(seen(Delivery::Truncated).await, Seen { text: half.clone(), end: End::Closed });
    assert_eq!(seen(Delivery::ResetInAnswer).await, Seen { text: half, end: End::Reset });
}

#[tokio::test]
async fn a_length_is_wrong_and_the_connection_stays_open() {
    let too_long = head("content-length: 33") + BODY;
    assert_eq!(seen(Delivery::LengthTooLong).await, Seen { text: too_long, end: End::Open });
    let too_short = head("content-length: 11") + BODY;
    assert_eq!(seen(Delivery::LengthTooShort).await, Seen { text: too_short, end: End::Open });
}

#[tokio::test]
async fn a_chunk_is_malformed() {
    let (first, second) = BODY.split_at(11);
    let text = format!("{}b\r\n{first}\r\nzz\r\n{second}\r\n0\r\n\r\n", head("transfer-encoding: chunked"));
    assert_eq!(seen(Delivery::MalformedChunk).await, Seen { text, end: End::Closed });
}

#[tokio::test]
async fn garbage_is_no_http() {
    assert_eq!(seen(Delivery::Garbage).await, Seen { text: "SSH-2.0-invented\r\n".to_owned(), end: End::Closed });
}

#[tokio::test]
async fn headers_drip() {
    let pause = Duration::from_millis(2);
    let (whole, start) = (head("content-length: 23"), Instant::now());
    let seen = seen(Delivery::DripHeaders(pause)).await;
    assert_eq!(seen, Seen { text: whole.clone() + BODY, end: End::Closed });
    assert!(start.elapsed() >= pause * u32::try_from(whole.len()).expect("few"));
}

/// Reads a good deal of an answer without an end, then goes away; the anchor must notice.
async fn beginning_of(delivery: Delivery) -> String {
    let anchor = raw().await;
    anchor.script_next(Answer::raw(200, "application/json", BODY).with_delivery(delivery));
    let mut stream = TcpStream::connect(anchor.address()).await.expect("connect");
    stream.write_all(REQUEST.as_bytes()).await.expect("send");
    let mut begun = vec![0; 2_000_000];
    timeout(Duration::from_secs(10), stream.read_exact(&mut begun)).await.expect("in time").expect("so many bytes");
    drop(stream);
    timeout(Duration::from_secs(10), anchor.stop()).await.expect("no connection is left");
    String::from_utf8(begun).expect("ASCII")
}

#[tokio::test]
async fn an_answer_has_no_end() {
    let headers = beginning_of(Delivery::EndlessHeaders).await;
    assert!(headers.starts_with("HTTP/1.1 200 OK\r\n") && !headers.contains("\r\n\r\n"));
    let body = beginning_of(Delivery::EndlessBody).await;
    assert!(body.starts_with(&(head("transfer-encoding: chunked") + "2000\r\n  ")) && !body.contains("\r\n0\r\n"));
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_an_answer_without_an_end() {
    let anchor = raw().await;
    anchor.script_next(Answer::empty(200).with_delivery(Delivery::EndlessBody));
    let mut stream = TcpStream::connect(anchor.address()).await.expect("connect");
    stream.write_all(REQUEST.as_bytes()).await.expect("send");
    stream.read_exact(&mut [0; 100]).await.expect("it begins");
    timeout(Duration::from_millis(900), anchor.stop()).await.expect("less than the grace");
}

#[tokio::test]
async fn a_reset_comes_after_the_body() {
    let anchor = raw().await;
    anchor.script_next(Answer::empty(200).with_delivery(Delivery::ResetAfterBody));
    let mut stream = TcpStream::connect(anchor.address()).await.expect("connect");
    let (all_but_one, last) = REQUEST.split_at(REQUEST.len() - 1);
    stream.write_all(all_but_one.as_bytes()).await.expect("send");
    assert_eq!(read(&mut stream).await, Seen { text: String::new(), end: End::Open });
    stream.write_all(last.as_bytes()).await.expect("send");
    assert_eq!(read(&mut stream).await, Seen { text: String::new(), end: End::Reset });
    assert!(anchor.received()[0].is_complete());
}

#[tokio::test]
async fn a_reset_comes_before_the_body_or_during_it() {
    for (delivery, after_headers) in [(Delivery::ResetBeforeBody, End::Reset), (Delivery::ResetDuringBody, End::Open)] {
        let anchor = raw().await;
        anchor.script_next(Answer::empty(200).with_delivery(delivery));
        let mut stream = TcpStream::connect(anchor.address()).await.expect("connect");
        stream.write_all(&REQUEST.as_bytes()[..REQUEST.len() - 2]).await.expect("send");
        assert_eq!(read(&mut stream).await, Seen { text: String::new(), end: after_headers }, "{delivery:?}");
        let _ = stream.write_all(b"{").await;
        assert_eq!(read(&mut stream).await.text, "", "{delivery:?}");
        let complete: Vec<_> = anchor.received().iter().map(Received::is_complete).collect();
        assert_eq!(complete, [false], "{delivery:?}");
    }
}
