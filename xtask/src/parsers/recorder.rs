//! An anchor that keeps every body to the byte, answers `{"id": "1"}`, and understands nothing of it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use crate::Outcome;

const PATIENCE: Duration = Duration::from_secs(20);
const ANSWER: &[u8] =
    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}";

pub(super) struct Recorder {
    address: SocketAddr,
    requests: Receiver<Recorded>,
}

/// A complete request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

impl Recorder {
    /// Takes connections from now on, each on a thread of its own.
    pub(super) fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (sender, requests) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let sender = sender.clone();
                // What breaks off is no request; the platform's client is told so by the platform.
                thread::spawn(move || drop(serve(&stream, &sender)));
            }
        });
        Ok(Self { address, requests })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn next(&self) -> Outcome<Recorded> {
        self.requests.recv_timeout(PATIENCE).map_err(|_| "    the anchor got no complete request".into())
    }

    /// How many complete requests nobody has asked for.
    pub(super) fn waiting(&self) -> usize {
        self.requests.try_iter().count()
    }
}

fn serve(mut stream: &TcpStream, sender: &Sender<Recorded>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(recorded) = read_request(&mut reader)? {
        if sender.send(recorded).is_err() {
            break;
        }
        stream.write_all(ANSWER)?;
    }
    Ok(())
}

/// `None` where the connection ends before a request.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Recorded>> {
    if reader.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let request_line = read_line(reader)?;
    if request_line != "PUT /customer HTTP/1.1" {
        return Err(invalid("not the request that was expected"));
    }
    let (mut content_type, mut length) = (String::new(), None);
    loop {
        let line = read_line(reader)?;
        let Some((name, value)) = line.split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-type" => value.clone_into(&mut content_type),
            "content-length" => length = Some(value.parse().map_err(|_| invalid("a length that is no number"))?),
            _ => {}
        }
    }
    let body = match length {
        Some(length) => read_exactly(reader, length)?,
        None => read_chunks(reader)?,
    };
    Ok(Some(Recorded { content_type, body }))
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = usize::from_str_radix(&read_line(reader)?, 16).map_err(|_| invalid("a chunk without a size"))?;
        body.extend(read_exactly(reader, size)?);
        if !read_line(reader)?.is_empty() {
            return Err(invalid("a chunk is longer than it says"));
        }
        if size == 0 {
            return Ok(body);
        }
    }
}

fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    line.strip_suffix("\r\n").map(str::to_owned).ok_or_else(|| invalid("a line is cut off"))
}

fn read_exactly(reader: &mut impl Read, size: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; size];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn invalid(problem: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_framings_are_read_one_after_the_other() -> Outcome {
        let sent = "PUT /customer HTTP/1.1\r\ncontent-type: a/b\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n\
            0\r\n\r\nPUT /customer HTTP/1.1\r\nContent-Length: 2\r\nContent-Type: c/d\r\n\r\nef";
        let mut reader = sent.as_bytes();
        let recorded =
            |content_type: &str, body: &[u8]| Recorded { content_type: content_type.into(), body: body.into() };
        assert_eq!(read_request(&mut reader)?, Some(recorded("a/b", b"abcd")));
        assert_eq!(read_request(&mut reader)?, Some(recorded("c/d", b"ef")));
        assert_eq!(read_request(&mut reader)?, None);
        Ok(())
    }

    #[test]
    fn what_is_cut_off_is_no_request() {
        for sent in [
            "PUT /customer HTTP/1.1\r\n",
            "PUT /customer HTTP/1.1\r\n\r\n5\r\nabc",
            "PUT /customer HTTP/1.1\r\n\r\n3\r\nabc\r\n",
            "PUT /customer HTTP/1.1\r\ncontent-length: 3\r\n\r\nab",
        ] {
            assert!(read_request(&mut sent.as_bytes()).is_err(), "{sent}");
        }
    }
}
