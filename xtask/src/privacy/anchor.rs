//! An anchor that does as it is told, byte by byte: every answer that a platform must cope with.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::Outcome;

/// What is done with one request.
#[derive(Clone, Debug)]
pub(crate) enum Script {
    /// It is read to its end, and these bytes are the answer.
    Answer(Vec<u8>),
    /// Its head is read, and these bytes are the answer.
    Early(Vec<u8>),
    /// It is read, and the connection is closed without an answer.
    Close,
    /// Its head is read, and the connection is reset.
    Reset,
    /// It is read and not answered.
    Silence,
}

/// A running anchor. Requests that nothing was said about are answered as SEP-12 has it.
#[derive(Clone)]
pub(crate) struct Anchor {
    address: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    scripts: VecDeque<Script>,
    whole: usize,
    broken: usize,
}

const PATIENCE: Duration = Duration::from_secs(5);

impl Anchor {
    pub(crate) fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let anchor = Self { address: listener.local_addr()?.to_string(), state: Arc::default() };
        let serving = anchor.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let anchor = serving.clone();
                thread::spawn(move || anchor.serve(stream));
            }
        });
        Ok(anchor)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next requests are treated so, in this order, and not as what was said before.
    pub(crate) fn expect(&self, scripts: impl IntoIterator<Item = Script>) {
        self.state().scripts = scripts.into_iter().collect();
    }

    /// How many requests came whole, and how many broke off.
    pub(crate) fn seen(&self) -> [usize; 2] {
        let state = self.state();
        [state.whole, state.broken]
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One request and its answer; every connection is closed after it.
    fn serve(&self, mut stream: TcpStream) {
        let _ = stream.set_read_timeout(Some(PATIENCE));
        let mut bytes = Vec::new();
        if !read_while(&mut stream, &mut bytes, |bytes| find(bytes, b"\r\n\r\n").is_none()) {
            return;
        }
        let script = self.state().scripts.pop_front().unwrap_or_else(|| Script::Answer(by_default(&bytes)));
        if let Script::Early(answer) = script {
            let _ = stream.write_all(&answer);
            return;
        }
        if matches!(script, Script::Reset) {
            // What was sent and not read makes the kernel reset: the body, or what is still to come of it.
            return;
        }
        let whole = read_while(&mut stream, &mut bytes, |bytes| !is_whole(bytes));
        match whole {
            true => self.state().whole += 1,
            false => self.state().broken += 1,
        }
        match script {
            Script::Answer(answer) if whole => drop(stream.write_all(&answer)),
            Script::Silence => drop(read_while(&mut stream, &mut bytes, |_| true)),
            _ => {}
        }
    }
}

/// Whether it came to what was waited for.
fn read_while(stream: &mut TcpStream, bytes: &mut Vec<u8>, more: impl Fn(&[u8]) -> bool) -> bool {
    let mut buffer = [0; 16 * 1024];
    while more(bytes) {
        match stream.read(&mut buffer) {
            Ok(read @ 1..) => bytes.extend_from_slice(&buffer[..read]),
            _ => return false,
        }
    }
    true
}

pub(crate) fn is_whole(request: &[u8]) -> bool {
    let Some(head) = find(request, b"\r\n\r\n") else { return false };
    let (head, body) = (String::from_utf8_lossy(&request[..head]).to_ascii_lowercase(), &request[head + 4..]);
    if head.contains("\r\ntransfer-encoding: chunked") {
        return body.ends_with(b"\r\n0\r\n\r\n") || body == b"0\r\n\r\n";
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text)
}

fn by_default(request: &[u8]) -> Vec<u8> {
    if request.starts_with(b"GET") {
        return ok(r#"{"id": "c1", "status": "PROCESSING"}"#);
    }
    ok(r#"{"id": "c1"}"#)
}

/// A 200 with that body.
pub(crate) fn ok(body: &str) -> Vec<u8> {
    answer("200 OK", "", body)
}

/// An answer with a status line, more headers (each ended), and a body of its length.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_at_the_end_of_its_body() {
        for (request, whole) in [
            ("GET / HTTP/1.1\r\nhost: x\r\n", false),
            ("GET / HTTP/1.1\r\nhost: x\r\n\r\n", true),
            ("PUT / HTTP/1.1\r\ncontent-length: 3\r\n\r\nab", false),
            ("PUT / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc", true),
            ("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", false),
            ("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", true),
        ] {
            assert_eq!(is_whole(request.as_bytes()), whole, "{request}");
        }
    }
}
