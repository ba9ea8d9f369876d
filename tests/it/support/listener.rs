//! A listener that keeps every byte, and how each connection ended: what no HTTP server would tell.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

pub(crate) struct RawListener {
    listener: TcpListener,
}

/// Everything a connection carried.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: End,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The peer closed in good order.
    Closed,
    /// The peer reset the connection.
    Reset,
}

const PATIENCE: Duration = Duration::from_secs(10);

impl RawListener {
    pub(crate) async fn start() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.expect("a free port") }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("bound")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    pub(crate) async fn accept(&self) -> TcpStream {
        timeout(PATIENCE, self.listener.accept()).await.expect("a connection comes").expect("it is accepted").0
    }

    /// Takes one connection and reads it to its end without ever answering.
    pub(crate) async fn record(&self) -> Recorded {
        let mut stream = self.accept().await;
        let mut bytes = Vec::new();
        let mut buffer = [0; 16 * 1024];
        loop {
            match timeout(PATIENCE, stream.read(&mut buffer)).await.expect("bytes or an end") {
                Ok(0) => return Recorded { bytes, end: End::Closed },
                Ok(read) => bytes.extend_from_slice(&buffer[..read]),
                Err(_) => return Recorded { bytes, end: End::Reset },
            }
        }
    }

    /// Whether no connection is waiting.
    pub(crate) async fn is_untouched(&self) -> bool {
        timeout(Duration::from_millis(1), self.listener.accept()).await.is_err()
    }
}

impl Recorded {
    pub(crate) fn contains(&self, text: &str) -> bool {
        memchr::memmem::find(&self.bytes, text.as_bytes()).is_some()
    }

    /// Whether a chunked body was ended.
    pub(crate) fn has_last_chunk(&self) -> bool {
        self.bytes.ends_with(b"0\r\n\r\n")
    }
}

/// Reads a request with a `Content-Length` or without a body, and answers it.
pub(crate) async fn answer(stream: &mut TcpStream, answer: &str) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = timeout(PATIENCE, stream.read(&mut buffer)).await.expect("in time").expect("readable");
        assert_ne!(read, 0, "the request broke off: {}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().expect("a number")) {
            stream.write_all(answer.as_bytes()).await.expect("writable");
            return text.into_owned();
        }
    }
}
