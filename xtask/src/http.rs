//! A client of one request, by hand over a plain socket, so that nothing that is under test takes part in testing.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::Outcome;

const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Everything behind the head, as it came.
    pub(crate) body: String,
}

/// Sends `PUT path` with the body in chunks of `chunk` bytes, and reads the answer.
///
/// The body is read as it is sent, so it may be longer than the memory.
pub(crate) fn put(
    address: &str,
    path: &str,
    headers: &[(&str, String)],
    body: &mut dyn Read,
    chunk: usize,
) -> Outcome<Answer> {
    let stream = TcpStream::connect(address).map_err(|error| format!("failed to connect to {address}: {error}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let sent = send(&stream, &head(address, path, headers), body, chunk);
    // A server that refuses early answers before it has read everything: its answer says more than the broken pipe.
    match (read_answer(&stream), sent) {
        (Ok(answer), _) => Ok(answer),
        (Err(_), Err(error)) => Err(format!("failed to send the request: {error}").into()),
        (Err(error), Ok(())) => Err(format!("failed to read the answer: {error}").into()),
    }
}

fn head(address: &str, path: &str, headers: &[(&str, String)]) -> String {
    let mut head = format!("PUT {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head + "Transfer-Encoding: chunked\r\n\r\n"
}

fn send(mut stream: &TcpStream, head: &str, body: &mut dyn Read, chunk: usize) -> io::Result<()> {
    stream.write_all(head.as_bytes())?;
    let mut buffer = vec![0; chunk];
    loop {
        match body.read(&mut buffer)? {
            0 => break,
            read => stream.write_all(&framed(&buffer[..read]))?,
        }
    }
    stream.write_all(b"0\r\n\r\n")
}

fn framed(bytes: &[u8]) -> Vec<u8> {
    let mut frame = format!("{:x}\r\n", bytes.len()).into_bytes();
    frame.extend_from_slice(bytes);
    frame.extend_from_slice(b"\r\n");
    frame
}

fn read_answer(mut stream: &TcpStream) -> Outcome<Answer> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse_answer(&String::from_utf8_lossy(&bytes))
}

fn parse_answer(text: &str) -> Outcome<Answer> {
    let (head, body) = text.split_once("\r\n\r\n").ok_or("the answer has no end of its head")?;
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or("the answer has no status")?;
    Ok(Answer { status, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_status_and_a_body() -> Outcome {
        let answer = parse_answer("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}")?;
        assert_eq!((answer.status, answer.body.as_str()), (202, "{}"));
        Ok(())
    }

    #[test]
    fn half_an_answer_is_none() {
        assert!(parse_answer("HTTP/1.1 202 Accepted\r\n").is_err());
        assert!(parse_answer("").is_err());
    }

    #[test]
    fn a_chunk_says_its_length_in_hex() {
        assert_eq!(framed(&[b'x'; 16]), b"10\r\nxxxxxxxxxxxxxxxx\r\n");
    }
}
