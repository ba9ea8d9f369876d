//! `POST /customer/files`: a file is on its way to the anchor while it still comes in.

use std::time::Duration;

use anchor_conformance::mock;
use anchor_conformance::platform::{AnchorBody, Config, OptionalEndpoint};
use anchor_conformance::sep12::body::{self, Multipart};
use anchor_conformance::sep12::{Field, File};
use bytes::Bytes;
use hyper::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::listener::{End, RawListener};
use crate::support::{G, Platform, Stack, config, token};

const MARK: &str = "this is the beginning of an invented passport";

fn serving_files(config: &mut Config) {
    config.anchor_serves = vec![OptionalEndpoint::Files];
}

/// A whole request as bytes, its body in one chunk and without the last chunk.
fn unfinished_upload(size: usize) -> Vec<u8> {
    let bytes = format!("{MARK}{}", "x".repeat(size)).into();
    let file = Field::file("file", File { file_name: None, content_type: None, bytes });
    let body = body::multipart(&[file], &Multipart::default()).expect("writable");
    let begun = &body.bytes[..body.bytes.len() - 40];
    let head = format!(
        "POST /sep12/customer/files HTTP/1.1\r\nhost: platform\r\nauthorization: Bearer {}\r\ncontent-type: {}\r\n\
         transfer-encoding: chunked\r\n\r\n{:x}\r\n",
        token(G),
        body.content_type,
        begun.len()
    );
    [head.as_bytes(), begun, b"\r\n"].concat()
}

#[tokio::test]
async fn the_anchor_reads_a_file_that_has_no_end_yet() {
    let anchor = RawListener::start().await;
    let mut config = config(&anchor.url());
    serving_files(&mut config);
    let platform = Platform::start(config).await;
    let mut client = TcpStream::connect(platform.address).await.expect("the platform listens");
    client.write_all(&unfinished_upload(200_000)).await.expect("writable");
    let mut stream = anchor.accept().await;
    let mut seen = Vec::new();
    let mut buffer = [0; 16 * 1024];
    while seen.len() < 150_000 {
        let read = timeout(Duration::from_secs(10), stream.read(&mut buffer)).await.expect("in time").expect("bytes");
        assert_ne!(read, 0, "it broke off");
        seen.extend_from_slice(&buffer[..read]);
    }
    let text = String::from_utf8_lossy(&seen);
    assert!(text.starts_with(&format!("POST /customer/files?account={G} HTTP/1.1\r\n")), "{text:.200}");
    assert!(text.contains(MARK) && text.contains("name=\"file\""));
}

#[tokio::test]
async fn a_client_that_gives_up_leaves_no_file_behind() {
    let anchor = RawListener::start().await;
    let mut config = config(&anchor.url());
    serving_files(&mut config);
    let platform = Platform::start(config).await;
    let client = async {
        let mut client = TcpStream::connect(platform.address).await.expect("the platform listens");
        let _ = client.write_all(&unfinished_upload(50_000)).await;
    };
    let ((), recorded) = tokio::join!(client, anchor.record());
    assert!(recorded.contains(MARK), "streaming had begun");
    assert!(!recorded.has_last_chunk(), "no body was completed");
    assert_eq!(recorded.end, End::Reset);
}

#[tokio::test]
async fn five_megabytes_arrive_byte_for_byte_in_both_modes() {
    for mode in [AnchorBody::Streamed, AnchorBody::Buffered { budget: 6_000_000 }] {
        let stack = Stack::with(mock::Config::default(), |config| {
            serving_files(config);
            config.anchor_body = mode;
        })
        .await;
        let described = json!({"file_id": "f-1", "content_type": "image/png", "size": 5_000_000});
        stack.anchor.script_next(mock::Answer::json(200, &described));
        let bytes: Bytes = (0..5_000_000_u32).map(|at| (at % 251) as u8).collect::<Vec<_>>().into();
        let file = File { file_name: Some("p.png".into()), content_type: Some("image/png".into()), bytes };
        let body = body::multipart(&[Field::file("file", file.clone())], &Multipart::default()).expect("writable");
        let wallet = stack.wallet(G);
        let request = wallet.request(Method::POST, "/sep12/customer/files").header("content-type", body.content_type);
        let request = request.body(http_body_util::Full::new(body.bytes)).expect("a valid request");
        assert_eq!(wallet.send(request).await.json(), described);
        let received = &stack.anchor.received()[0];
        assert_eq!(received.file("file").expect("a file").bytes, Some(file.bytes));
        assert_eq!(received.field_names(), ["file"]);
    }
}
