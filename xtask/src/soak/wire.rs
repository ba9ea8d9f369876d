//! HTTP/1.1 off a plain socket, by hand and strictly: what a client reads of answers and an anchor of requests.

use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;
use std::time::Duration;

use socket2::SockRef;

/// A connection, and what was read of it too early.
pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
}

/// A request line or status line, and headers.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) first: String,
    headers: Vec<(String, String)>,
}

/// What a connection shows that may be waited on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    Bytes,
    Closed,
    Nothing,
}

const MAX_HEAD: usize = 64 * 1024;
const SHORTEST: Duration = Duration::from_millis(1);

impl Wire {
    pub(crate) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// How many bytes were read that nobody has asked for.
    pub(crate) fn surplus(&self) -> usize {
        self.buffer.len()
    }

    /// A head; `None` if the connection was closed instead.
    pub(crate) fn head(&mut self) -> io::Result<Option<Head>> {
        let mut searched = 0;
        loop {
            if let Some(end) = find(&self.buffer[searched..], b"\r\n\r\n") {
                let head: Vec<u8> = self.buffer.drain(..searched + end + 4).collect();
                return Head::parse(&head).map(Some);
            }
            searched = self.buffer.len().saturating_sub(3);
            if self.buffer.len() > MAX_HEAD {
                return Err(malformed("a head that does not end"));
            }
            if self.fill()? == 0 {
                return if self.buffer.is_empty() { Ok(None) } else { Err(ErrorKind::UnexpectedEof.into()) };
            }
        }
    }

    /// The whole body behind a head.
    pub(crate) fn body(&mut self, head: &Head) -> io::Result<Vec<u8>> {
        match (head.header("transfer-encoding"), head.header("content-length")) {
            (Some("chunked"), None) => self.chunks(),
            (None, Some(length)) => {
                let length = length.parse().map_err(|_| malformed("a length that is no number"))?;
                let mut body = Vec::new();
                self.take(length, &mut body)?;
                Ok(body)
            }
            (None, None) => Ok(Vec::new()),
            _ => Err(malformed("neither a length nor chunks")),
        }
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let size = usize::from_str_radix(&line, 16).map_err(|_| malformed("a chunk without a size"))?;
            if size > 0 {
                self.take(size, &mut body)?;
            }
            if !self.line()?.is_empty() {
                return Err(malformed("a chunk that is longer than its size"));
            }
            if size == 0 {
                return Ok(body);
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n") {
                let line = self.buffer.drain(..end + 2).take(end).collect();
                return String::from_utf8(line).map_err(|_| malformed("a line that is no text"));
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(malformed("a line that does not end"));
            }
            if self.fill()? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }

    fn take(&mut self, length: usize, into: &mut Vec<u8>) -> io::Result<()> {
        let here = length.min(self.buffer.len());
        into.extend(self.buffer.drain(..here));
        let start = into.len();
        into.resize(start + length - here, 0);
        self.stream.read_exact(&mut into[start..])
    }

    /// Reads what there is, at least a byte unless the connection is closed.
    pub(crate) fn fill(&mut self) -> io::Result<usize> {
        let mut piece = [0; 16 * 1024];
        let read = self.stream.read(&mut piece)?;
        self.buffer.extend_from_slice(&piece[..read]);
        Ok(read)
    }

    /// Reads and forgets until the peer closes or is silent for so long.
    pub(crate) fn drain(&mut self, patience: Duration) {
        self.buffer.clear();
        let mut piece = [0; 16 * 1024];
        let _ = self.stream.set_read_timeout(Some(patience));
        while self.stream.read(&mut piece).is_ok_and(|read| read > 0) {}
    }

    /// Waits for the next byte, or the end, without taking it.
    pub(crate) fn wait(&self, patience: Duration) -> Sign {
        if !self.buffer.is_empty() {
            return Sign::Bytes;
        }
        // The system has no time limit of nothing.
        if self.stream.set_read_timeout(Some(patience.max(SHORTEST))).is_err() {
            return Sign::Closed;
        }
        self.peeked()
    }

    /// The same without waiting.
    pub(crate) fn look(&self) -> Sign {
        if self.stream.set_nonblocking(true).is_err() {
            return Sign::Closed;
        }
        let sign = self.peeked();
        if self.stream.set_nonblocking(false).is_ok() { sign } else { Sign::Closed }
    }

    fn peeked(&self) -> Sign {
        match self.stream.peek(&mut [0]) {
            Ok(0) => Sign::Closed,
            Ok(_) => Sign::Bytes,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Sign::Nothing,
            Err(_) => Sign::Closed,
        }
    }

    /// Closes with a reset instead of an end.
    pub(crate) fn reset(self) {
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }
}

impl Head {
    fn parse(bytes: &[u8]) -> io::Result<Self> {
        let text = std::str::from_utf8(bytes).map_err(|_| malformed("a head that is no text"))?;
        let mut lines = text.trim_end_matches("\r\n").split("\r\n");
        let first = lines.next().unwrap_or_default().to_owned();
        let header = |line: &str| {
            let (name, value) = line.split_once(':').ok_or_else(|| malformed("a header without a colon"))?;
            Ok((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        Ok(Self { first, headers: lines.map(header).collect::<io::Result<_>>()? })
    }

    /// By its name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }

    /// The word of the first line at this place.
    pub(crate) fn word(&self, index: usize) -> &str {
        self.first.split(' ').nth(index).unwrap_or_default()
    }

    pub(crate) fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// Where the needle begins. It is looked for by its first byte: files are long, and line breaks in them are rare.
pub(crate) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let candidate = from + hay.get(from..)?.iter().position(|byte| *byte == needle[0])?;
        if hay[candidate..].starts_with(needle) {
            return Some(candidate);
        }
        from = candidate + 1;
    }
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;

    use super::*;

    fn sent(bytes: &[u8]) -> io::Result<Wire> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        TcpStream::connect(listener.local_addr()?)?.write_all(bytes)?;
        Wire::new(listener.accept()?.0)
    }

    #[test]
    fn two_messages_are_cut_at_the_right_place() -> io::Result<()> {
        let mut wire = sent(b"A b c\r\nX-Y: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nD\r\nContent-Length: 2\r\n\r\nefg")?;
        let first = wire.head()?.ok_or(ErrorKind::UnexpectedEof)?;
        assert_eq!((first.word(1), first.header("x-y")), ("b", Some("1")));
        assert_eq!(wire.body(&first)?, b"abc");
        let second = wire.head()?.ok_or(ErrorKind::UnexpectedEof)?;
        assert_eq!(wire.body(&second)?, b"ef");
        assert_eq!(wire.surplus(), 1);
        Ok(())
    }

    #[test]
    fn silence_is_nothing_however_short_the_wait() -> io::Result<()> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let client = TcpStream::connect(listener.local_addr()?)?;
        let wire = Wire::new(listener.accept()?.0)?;
        assert!(wire.wait(Duration::ZERO) == Sign::Nothing);
        drop(client);
        assert!(wire.wait(Duration::from_secs(10)) == Sign::Closed);
        Ok(())
    }

    #[test]
    fn half_a_message_is_an_error() -> io::Result<()> {
        assert!(sent(b"")?.head()?.is_none());
        assert!(sent(b"A b c\r\n")?.head().is_err());
        for half in ["Content-Length: 3\r\n\r\nab", "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"] {
            let mut wire = sent(format!("A b c\r\n{half}").as_bytes())?;
            let head = wire.head()?.ok_or(ErrorKind::UnexpectedEof)?;
            assert!(wire.body(&head).is_err(), "{half}");
        }
        Ok(())
    }
}
