//! Limits in size and time.

use std::time::Duration;

use anchor_conformance::platform::Limits;
use anchor_conformance::sep12::body::{self, Multipart};
use anchor_conformance::sep12::{Field, File};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::support::{G, Platform, Stack, token};

async fn limited(limits: Limits) -> Stack {
    Stack::with(Default::default(), |config| config.limits = limits).await
}

fn small() -> Limits {
    Limits { body: 10_000, string_field: 100, all_strings: 300, fields: 5, ..Limits::default() }
}

fn text(name: &str, size: usize) -> Field {
    Field::text(name, "x".repeat(size))
}

async fn refusals_in_all_encodings(stack: &Stack, fields: &[Field]) {
    let bodies = [
        body::json(fields).expect("text"),
        body::urlencoded(fields).expect("text"),
        body::multipart(fields, &Multipart::default()).expect("writable"),
    ];
    for body in bodies {
        let content_type = body.content_type.clone();
        assert_eq!(stack.wallet(G).put(body).await.refusal().0, 413, "{content_type}");
    }
    assert_eq!(stack.anchor.received().len(), 0);
}

#[tokio::test]
async fn a_string_over_its_limit_is_refused() {
    let stack = limited(small()).await;
    refusals_in_all_encodings(&stack, &[text("address", 101)]).await;
    stack.wallet(G).put(body::json(&[text("address", 100)]).expect("text")).await.id();
}

#[tokio::test]
async fn strings_over_their_common_limit_are_refused() {
    let stack = limited(small()).await;
    refusals_in_all_encodings(&stack, &[text("a", 100), text("b", 100), text("c", 99)]).await;
}

#[tokio::test]
async fn too_many_fields_are_refused() {
    let stack = limited(small()).await;
    let fields: Vec<Field> = ["a", "b", "c", "d", "e", "f"].map(|name| text(name, 1)).to_vec();
    refusals_in_all_encodings(&stack, &fields).await;
    stack.wallet(G).put(body::json(&fields[..5]).expect("text")).await.id();
}

#[tokio::test]
async fn a_body_over_its_limit_is_refused() {
    let stack = limited(small()).await;
    let file =
        |size| Field::file("photo_id_front", File { file_name: None, content_type: None, bytes: vec![0; size].into() });
    assert_eq!(stack.wallet(G).put_multipart(&[file(10_000)]).await.refusal().0, 413);
    stack.wallet(G).put_multipart(&[file(9_000)]).await.id();
}

#[tokio::test]
async fn a_client_that_is_still_sending_sees_the_refusal() {
    let stack = Stack::start().await;
    let body = vec![b'x'; 60_000_000];
    let answer = stack.platform.wallet("nobody").put_bytes("application/json", body).await;
    assert_eq!(answer.refusal().0, 401);
}

/// Sends raw text and returns the whole answer.
async fn exchange(platform: &Platform, request: &str) -> String {
    let mut stream = TcpStream::connect(platform.address).await.expect("the platform listens");
    stream.write_all(request.as_bytes()).await.expect("writable");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends the beginning of a request and returns the head of the answer that comes before the rest.
async fn early_answer(platform: &Platform, beginning: &str) -> String {
    let mut stream = TcpStream::connect(platform.address).await.expect("the platform listens");
    stream.write_all(beginning.as_bytes()).await.expect("writable");
    let mut head = String::new();
    while !head.contains("\r\n\r\n") {
        head.push(char::from(stream.read_u8().await.expect("an answer")));
    }
    head
}

#[tokio::test]
async fn an_answer_that_comes_before_the_body_says_that_the_connection_closes() {
    let stack = Stack::start().await;
    let put = "PUT /sep12/customer HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\n";
    for unread in ["content-length: 100\r\n\r\n{", "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n"] {
        let head = early_answer(&stack.platform, &format!("{put}{unread}")).await;
        assert!(head.starts_with("HTTP/1.1 401 ") && head.contains("\r\nconnection: close\r\n"), "{head}");
    }
    // A rest that has already come is read and forgotten.
    let head = early_answer(&stack.platform, &format!("{put}content-length: 2\r\n\r\n{{}}")).await;
    assert!(head.starts_with("HTTP/1.1 401 ") && !head.contains("connection: close"), "{head}");
}

#[tokio::test]
async fn the_headers_of_a_part_are_measured_alike_however_they_come() {
    let stack = Stack::start().await;
    let limit = Limits::default().headers;
    for (length, status) in [(limit, "202"), (limit + 1, "413")] {
        let start = "--b\r\n";
        let head = format!("{:x<length$}", "Content-Disposition: form-data; name=\"a\"\r\nX: ");
        let body = format!("{start}{head}\r\n\r\n1\r\n--b--\r\n");
        for cut in [1, start.len() + length + 1, start.len() + length + 3, start.len() + length + 4] {
            let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
            let (first, second) = body.split_at(cut);
            let request = format!(
                "PUT /sep12/customer HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
                 Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n{}{}0\r\n\r\n",
                token(G),
                chunk(first),
                chunk(second)
            );
            let answer = exchange(&stack.platform, &request).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{length} bytes, cut at {cut}: {answer}");
        }
    }
}

#[tokio::test]
async fn too_large_or_too_many_headers_are_refused() {
    let stack = Stack::start().await;
    let large = format!("GET /health HTTP/1.1\r\nhost: h\r\nx: {}\r\n\r\n", "x".repeat(100_000));
    let many = format!("GET /health HTTP/1.1\r\nhost: h\r\n{}\r\n", "x: y\r\n".repeat(200));
    for request in [large, many] {
        let answer = exchange(&stack.platform, &request).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}

fn slow() -> Limits {
    let short = Duration::from_millis(200);
    Limits { header_time: short, idle_time: short, body_time: Duration::from_millis(600), ..Limits::default() }
}

#[tokio::test]
async fn slow_headers_are_timed_out() {
    let stack = limited(slow()).await;
    let answer = exchange(&stack.platform, "GET /health HTTP/1.1\r\nhost: ").await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    assert_eq!(
        serde_json::from_str::<Value>(body).expect("JSON"),
        json!({"error": "the request headers came too slowly"})
    );
}

#[tokio::test]
async fn a_connection_that_sends_nothing_is_closed_without_a_word() {
    let stack = limited(slow()).await;
    assert_eq!(exchange(&stack.platform, "").await, "");
}

fn head(length: usize) -> String {
    let token = token(G);
    format!(
        "PUT /sep12/customer HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_body_that_stops_coming_is_timed_out() {
    let stack = limited(slow()).await;
    let answer = exchange(&stack.platform, &format!("{}{{", head(2))).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_drips_is_timed_out_altogether() {
    let stack = limited(slow()).await;
    let mut stream = TcpStream::connect(stack.platform.address).await.expect("the platform listens");
    stream.write_all(head(1000).as_bytes()).await.expect("writable");
    let (mut reader, mut writer) = stream.into_split();
    let drip = tokio::spawn(async move {
        let mut pace = tokio::time::interval(Duration::from_millis(50));
        while writer.write_all(b" ").await.is_ok() {
            pace.tick().await;
        }
    });
    let mut start = [0; 13];
    reader.read_exact(&mut start).await.expect("an answer");
    assert_eq!(&start, b"HTTP/1.1 408 ");
    drip.abort();
}

#[tokio::test]
async fn a_client_that_takes_no_answer_does_not_keep_its_place() {
    let limits = Limits { connections: 1, idle_time: Duration::from_millis(300), ..Limits::default() };
    let stack = limited(limits).await;
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small one");
    let mut taking_nothing = socket.connect(stack.platform.address).await.expect("the platform listens");
    let requests = "GET /health HTTP/1.1\r\nhost: h\r\n\r\n".repeat(1000);
    // Until the platform has so many answers on its hands that it reads no more, and then until it hangs up.
    let ended = async { while taking_nothing.write_all(requests.as_bytes()).await.is_ok() {} };
    timeout(Duration::from_secs(20), ended).await.expect("the client is given up");
    let answer = exchange(&stack.platform, "GET /health HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn a_client_that_closes_its_sending_side_still_gets_its_answer() {
    let stack = Stack::start().await;
    let mut stream = TcpStream::connect(stack.platform.address).await.expect("the platform listens");
    stream.write_all(format!("{}{{}}", head(2)).as_bytes()).await.expect("writable");
    stream.shutdown().await.expect("half closed");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("text");
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
}

#[tokio::test]
async fn a_client_too_many_waits_until_another_has_gone() {
    let stack = limited(Limits { connections: 2, ..Limits::default() }).await;
    let address = stack.platform.address;
    let connect = || async { TcpStream::connect(address).await.expect("the system's queue takes it") };
    let (idle, _another) = (connect().await, connect().await);
    let mut waiting = connect().await;
    waiting.write_all(b"GET /health HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await.expect("writable");
    let mut answer = String::new();
    let early = timeout(Duration::from_millis(100), waiting.read_to_string(&mut answer)).await;
    assert!(early.is_err(), "{answer}");
    drop(idle);
    waiting.read_to_string(&mut answer).await.expect("text");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
