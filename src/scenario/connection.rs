//! A client of few words: one connection, one request, no retries.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::request::Written;

/// An answer as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClientAnswer {
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

const PATIENCE: Duration = Duration::from_secs(30);

/// Sends a request and reads the answer to the end of the connection; `None` if there is none, or not within 30 s.
///
/// A client that gives up ends its side only: the end of the other side then says that the platform has noticed.
pub(super) async fn exchange(address: SocketAddr, request: &Written) -> io::Result<Option<ClientAnswer>> {
    let mut stream = TcpStream::connect(address).await?;
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    let write = async {
        // A platform that refuses early may not take the rest.
        let written = writer.write_all(&request.bytes).await;
        if written.is_ok() && request.gives_up {
            let _ = writer.shutdown().await;
        }
    };
    // It may also reset the connection after its answer.
    let both = async { tokio::join!(write, reader.read_to_end(&mut answer)) };
    let _ = timeout(PATIENCE, both).await;
    Ok(parse(&answer))
}

fn parse(answer: &[u8]) -> Option<ClientAnswer> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header =
        |line: &str| line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    let headers: Vec<_> = lines.filter_map(header).collect();
    let body = answer[end + 4..].to_vec();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let is_complete = length.is_none_or(|(_, length)| *length == body.len().to_string());
    is_complete.then_some(ClientAnswer { status, headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_and_half_of_one_is_none() {
        let answer = b"HTTP/1.1 202 Accepted\r\nX-A: b\r\ncontent-length: 2\r\n\r\n{}";
        let parsed = parse(answer).expect("an answer");
        assert_eq!((parsed.status, parsed.body), (202, b"{}".to_vec()));
        assert_eq!(parsed.headers[0], ("x-a".to_owned(), "b".to_owned()));
        assert_eq!(parse(&answer[..answer.len() - 1]), None);
        assert_eq!(parse(b""), None);
    }
}
