//! What the anchor says, and the many ways in which it is kept from being said.

use std::io::{self, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::content::hash;
use super::ledger::Ledger;
use super::request::Expected;
use super::trouble::{After, Plan, Trouble, Unusable};
use super::verdict::{Arrival, Deed};

/// The request that is being answered.
pub(crate) struct Subject<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) number: u64,
    /// Which of the request's arrivals this is.
    pub(crate) index: usize,
    pub(crate) method: String,
    pub(crate) plan: Plan,
}

/// An answer in the making.
#[derive(Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    id: Option<String>,
    error: Option<String>,
    /// Further headers, each with its line break.
    headers: String,
    retry_after: Option<String>,
    body: Vec<u8>,
}

impl Subject<'_> {
    pub(crate) fn note(&self, change: impl FnOnce(&mut Arrival)) {
        self.update(|arrival, _, _| change(arrival));
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut Arrival, &Expected, &mut Option<String>)) {
        let known = self.ledger.update(self.number, self.index, change);
        if known.is_none() {
            self.ledger.object(self.number, "was still with the anchor when it was long forgotten");
        }
    }

    /// Writes down what will be said, before anybody can have heard it.
    pub(crate) fn announce(&self, reply: &Reply, deed: Deed) {
        let useless = matches!(
            self.plan.trouble,
            Trouble::CutInAnswerHead(_) | Trouble::CutInAnswerBody(_) | Trouble::Unusable(_)
        );
        self.note(|arrival| {
            arrival.deed = if useless { Deed::Useless } else { deed };
            arrival.id.clone_from(&reply.id);
            arrival.error.clone_from(&reply.error);
            arrival.retry_after.clone_from(&reply.retry_after);
            arrival.hash = hash(&reply.body);
        });
    }

    /// Does what the request asks for, if `id` is the customer's.
    pub(crate) fn take(&self, id: Option<&str>) -> Reply {
        let mut reply = Reply::default();
        self.update(|arrival, expected, known| {
            let right = arrival.digest == Some(expected.digest) || arrival.deletes.is_some();
            reply = match self.method.as_str() {
                // The oracle will object; the customer must not become another because of it.
                _ if !right => Reply::refusal(self, 500),
                _ if id.is_some() && id != known.as_deref() => Reply::refusal(self, 404),
                "PUT" => self.stored(known),
                "GET" => self.shown(known.as_deref()),
                _ => {
                    *known = None;
                    Reply { status: [200, 202, 204][self.choice(3)], body: b"{}".to_vec(), ..Reply::default() }
                }
            };
        });
        reply
    }

    /// The same for a PUT that nobody has read.
    pub(crate) fn take_unseen(&self) -> Reply {
        let mut reply = Reply::default();
        self.update(|_, _, known| reply = self.stored(known));
        reply
    }

    fn stored(&self, known: &mut Option<String>) -> Reply {
        // Ids are free text: what is odd in them must come back as it is, and stay one segment of a path.
        let odd = ["", " é", "/..", "%2F", "\"\\", "?a=b#c", "東京"][self.choice(7)];
        let id = known.get_or_insert_with(|| format!("{:x}-{:x}{odd}", hash(&self.number.to_be_bytes()), self.number));
        let body = json!({"id": id, "message": self.mark()}).to_string().into_bytes();
        Reply { status: [200, 201, 202][self.choice(3)], id: Some(id.clone()), body, ..Reply::default() }
    }

    fn shown(&self, id: Option<&str>) -> Reply {
        let customer: Value = match id {
            Some(id) => json!({"id": id, "status": "ACCEPTED", "message": self.mark()}),
            None => {
                json!({"status": "NEEDS_INFO", "fields": {"first_name": {"type": "string"}}, "message": self.mark()})
            }
        };
        Reply { status: 200, id: id.map(str::to_owned), body: customer.to_string().into_bytes(), ..Reply::default() }
    }

    /// What tells this answer from every other.
    fn mark(&self) -> String {
        format!("invented for request {}", self.number)
    }

    fn choice(&self, of: u64) -> usize {
        usize::try_from(hash(&self.number.to_le_bytes()) % of).unwrap_or_default()
    }
}

impl Reply {
    pub(crate) fn refusal(subject: &Subject, status: u16) -> Self {
        let error = (subject.choice(5) > 0).then(|| format!("refused, {}", subject.mark()));
        let body =
            error.as_ref().map_or_else(|| b"no JSON".to_vec(), |error| json!({"error": error}).to_string().into());
        let retry_after = matches!(status, 429 | 503).then(|| format!("{}", subject.number % 1000));
        let mut headers = retry_after.as_ref().map(|value| format!("Retry-After: {value}\r\n")).unwrap_or_default();
        if matches!(status, 300..400) {
            headers += "Location: http://127.0.0.1:9/customer\r\n";
        }
        // Of a 503 only the status counts.
        let retry_after = retry_after.filter(|_| status == 429);
        Self { status, id: None, error, headers, retry_after, body }
    }

    /// All of it, well-formed.
    pub(crate) fn bytes(&self, closes: bool, chunked: bool) -> Vec<u8> {
        let mut head =
            format!("HTTP/1.1 {} Invented\r\nContent-Type: application/json\r\n{}", self.status, self.headers);
        if closes {
            head += "Connection: close\r\n";
        }
        if self.status == 204 {
            return (head + "\r\n").into_bytes();
        }
        if !chunked {
            head += &format!("Content-Length: {}\r\n\r\n", self.body.len());
            return [head.as_bytes(), &self.body].concat();
        }
        head += "transfer-encoding: chunked\r\n\r\n";
        let mut bytes = head.into_bytes();
        for chunk in self.body.chunks(20) {
            bytes.extend_from_slice(format!("{:X}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    }
}

/// Sends the answer, or what its trouble leaves of it.
pub(crate) fn deliver(stream: &TcpStream, subject: &Subject, reply: &Reply) -> io::Result<()> {
    let plan = subject.plan;
    let bytes = reply.bytes(plan.after == After::Announced, plan.chunked);
    match plan.trouble {
        Trouble::CutInAnswerHead(_) => write(stream, &bytes[..subject.choice(50) + 1]),
        // The last byte is missing at least.
        Trouble::CutInAnswerBody(_) if reply.status == 204 => write(stream, &bytes[..bytes.len() - 1]),
        Trouble::CutInAnswerBody(_) => {
            write(stream, &bytes[..bytes.len() - 1 - subject.choice(reply.body.len() as u64)])
        }
        Trouble::Unusable(unusable) => write(stream, &useless(unusable, reply, &subject.method)),
        Trouble::Dripped => bytes.chunks(bytes.len().div_ceil(8)).try_for_each(|piece| {
            write(stream, piece)?;
            thread::sleep(Duration::from_millis(1));
            Ok(())
        }),
        Trouble::Interim => {
            let interim = ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"];
            write(stream, interim[subject.choice(2)].as_bytes())?;
            write(stream, &bytes)
        }
        Trouble::Surplus => {
            let body = json!({"id": "of nobody", "status": "ACCEPTED"}).to_string().into_bytes();
            let nobodys = Reply { status: 200, body, ..Reply::default() };
            write(stream, &[bytes, nobodys.bytes(false, false)].concat())
        }
        _ => write(stream, &bytes),
    }
}

fn useless(unusable: Unusable, reply: &Reply, method: &str) -> Vec<u8> {
    let success = |body: &str| Reply { status: 200, body: body.into(), ..Reply::default() }.bytes(true, false);
    let get = method == "GET";
    match unusable {
        Unusable::Garbage => b"220 invented.invalid ESMTP\r\n\r\n".to_vec(),
        Unusable::NotJson => success("id=1&status=ACCEPTED"),
        Unusable::Array => success(r#"[{"id": "of nobody", "status": "ACCEPTED"}]"#),
        Unusable::NothingNeeded => success(if get { r#"{"id": "of nobody"}"# } else { r#"{"status": "ACCEPTED"}"# }),
        Unusable::WrongType => success(if get { r#"{"status": 7}"# } else { r#"{"id": 7}"# }),
        Unusable::Empty => success(r#"{"id": ""}"#),
        Unusable::LengthAndChunks => {
            let body = String::from_utf8_lossy(&reply.body);
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nTransfer-Encoding: chunked\r\n\r\n", body.len());
            format!("{head}{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).into_bytes()
        }
        Unusable::BadChunk => b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n".to_vec(),
    }
}

pub(crate) fn write(mut stream: &TcpStream, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_and_chunks_say_the_same() {
        let reply = Reply { status: 200, body: b"twenty bytes and some more".to_vec(), ..Reply::default() };
        assert!(reply.bytes(false, false).ends_with(b"Content-Length: 26\r\n\r\ntwenty bytes and some more"));
        assert!(reply.bytes(true, true).ends_with(b"\r\n\r\n14\r\ntwenty bytes and som\r\n6\r\ne more\r\n0\r\n\r\n"));
    }
}
