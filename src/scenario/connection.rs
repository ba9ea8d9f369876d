//! A client of few words: one connection, no retries.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::request::Written;

/// An answer as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClientAnswer {
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// What came of one connection.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    /// Final answers, in their order. Bytes that are no whole answer, if there are others before them, count as one
    /// with status 0.
    pub(super) answers: Vec<ClientAnswer>,
    /// Whether the platform closed the connection.
    pub(super) closed: bool,
}

const HEALTH: &[u8] = b"GET /health HTTP/1.1\r\nHost: platform.example\r\nConnection: close\r\n\r\n";

/// Writes what is to be written, and reads to the end of the connection as long as its patience lasts.
///
/// A client that closes its sending side still reads: the end of the other side then says that the platform has noticed.
pub(super) async fn exchange(address: SocketAddr, written: &Written) -> io::Result<Exchange> {
    let mut stream = TcpStream::connect(address).await?;
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    let write = async {
        // A platform that refuses early may not take the rest.
        if write(&mut writer, written).await.is_ok() && written.ends {
            let _ = writer.shutdown().await;
        }
    };
    // It may also reset the connection after its answer.
    let both = async { tokio::join!(write, reader.read_to_end(&mut answer)) };
    let closed = timeout(written.patience, both).await.is_ok();
    Ok(Exchange { answers: parse(&answer), closed })
}

async fn write(writer: &mut (impl AsyncWrite + Unpin), written: &Written) -> io::Result<()> {
    let Some(pause) = written.drip else { return writer.write_all(&written.bytes).await };
    for byte in &written.bytes {
        sleep(pause).await;
        writer.write_all(&[*byte]).await?;
    }
    Ok(())
}

/// Whether a good request on a connection of its own is answered.
pub(super) async fn still_answers(address: SocketAddr) -> bool {
    let written = Written { bytes: HEALTH.to_vec(), drip: None, ends: false, patience: Duration::from_secs(10) };
    exchange(address, &written)
        .await
        .is_ok_and(|exchange| matches!(exchange.answers.as_slice(), [answer] if answer.status == 200))
}

fn parse(mut bytes: &[u8]) -> Vec<ClientAnswer> {
    let mut answers = Vec::new();
    while let Some((answer, rest)) = parse_one(bytes) {
        // An interim answer promises another.
        if answer.status >= 200 {
            answers.push(answer);
        }
        bytes = rest;
    }
    if !bytes.is_empty() && !answers.is_empty() {
        answers.push(ClientAnswer { status: 0, headers: Vec::new(), body: bytes.to_vec() });
    }
    answers
}

fn parse_one(answer: &[u8]) -> Option<(ClientAnswer, &[u8])> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header =
        |line: &str| line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    let headers: Vec<_> = lines.filter_map(header).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map(|(_, length)| length.parse());
    let body = &answer[end + 4..];
    let length = match length {
        Some(length) => length.ok()?,
        None if status < 200 || status == 204 => 0,
        None => body.len(),
    };
    let (body, rest) = body.split_at_checked(length)?;
    Some((ClientAnswer { status, headers, body: body.to_vec() }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_and_half_of_one_is_none() {
        let answer = b"HTTP/1.1 202 Accepted\r\nX-A: b\r\ncontent-length: 2\r\n\r\n{}";
        let [parsed] = &parse(answer)[..] else { panic!("one answer") };
        assert_eq!((parsed.status, parsed.body.as_slice()), (202, &b"{}"[..]));
        assert_eq!(parsed.headers[0], ("x-a".to_owned(), "b".to_owned()));
        assert_eq!(parse(&answer[..answer.len() - 1]), []);
        assert_eq!(parse(b""), []);
    }

    #[test]
    fn answers_follow_each_other_and_what_is_none_is_not_lost() {
        let answers = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 400 Bad\r\nContent-Length: 1\r\n\r\nxy";
        let statuses: Vec<u16> = parse(answers).iter().map(|answer| answer.status).collect();
        assert_eq!(statuses, [204, 400, 0]);
    }
}
