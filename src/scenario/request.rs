//! The client's request as it goes over the wire.

use std::collections::BTreeMap;
use std::time::Duration;

use super::body::Encoded;
use super::client::{Request, Stop};
use super::raw::Chunk;
use super::token::Token;

/// What a client sends on one connection.
#[derive(Clone, Debug)]
pub(super) enum Sent {
    Request(WireRequest),
    Raw(RawBytes),
}

/// Bytes, whatever they mean.
#[derive(Clone, Debug)]
pub(super) struct RawBytes {
    pub(super) token: Token,
    pub(super) chunks: Vec<Chunk>,
    drip: Option<Duration>,
    waits: bool,
}

/// A request whose placeholders are resolved.
#[derive(Clone, Debug)]
pub(super) struct WireRequest {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    pub(super) token: Token,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<Encoded>,
    pub(super) chunked: bool,
    pub(super) stops: Option<Stop>,
}

/// The bytes to write, and how.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) bytes: Vec<u8>,
    /// The pause before each byte.
    pub(super) drip: Option<Duration>,
    /// Whether the client then closes its sending side.
    pub(super) ends: bool,
    /// How long it waits for the other side to close.
    pub(super) patience: Duration,
}

const PATIENCE: Duration = Duration::from_secs(30);
/// Less than the time in which a platform closes any connection that is silent.
const PATIENCE_WHILE_SILENT: Duration = Duration::from_secs(8);

const CHUNK: usize = 8 * 1024;

impl Sent {
    pub(super) fn of(request: &Request, ids: &[Option<String>]) -> Self {
        match &request.raw {
            None => Self::Request(WireRequest::of(request, ids)),
            Some(client) => Self::Raw(RawBytes {
                token: request.token.clone(),
                chunks: client.raw.chunks(ids),
                drip: client.drip,
                waits: client.waits,
            }),
        }
    }

    /// What to write; a client that is to see the other side close does not close its own.
    pub(super) fn written(&self, must_be_closed: bool) -> Written {
        match self {
            Self::Request(request) => request.written(),
            Self::Raw(raw) => {
                let token = raw.token.text();
                let mut bytes = Vec::new();
                raw.chunks.iter().for_each(|chunk| chunk.write(&token, &mut bytes));
                let ends = !raw.waits && !must_be_closed;
                let patience = if ends { PATIENCE } else { PATIENCE_WHILE_SILENT };
                Written { bytes, drip: raw.drip, ends, patience }
            }
        }
    }
}

impl WireRequest {
    fn of(request: &Request, ids: &[Option<String>]) -> Self {
        let path = request.path.resolve(ids);
        let target = match &request.query {
            Some(query) => format!("{path}?{}", query.resolve(ids)),
            None => path,
        };
        Self {
            method: request.method.clone(),
            target,
            token: request.token.clone(),
            headers: request.headers.iter().map(|(name, value)| (name.clone(), value.resolve(ids))).collect(),
            body: Encoded::of(&request.body, ids),
            chunked: request.chunked,
            stops: request.stops,
        }
    }

    fn written(&self) -> Written {
        let mut bytes = self.head().into_bytes();
        let body = self.body.as_ref().map(Encoded::bytes).unwrap_or_default();
        let sent = match self.stops {
            None => &body,
            Some(Stop::BreakOff(after) | Stop::Stall(after)) => &body[..after.min(body.len())],
        };
        match (self.chunked, self.stops) {
            (false, _) => bytes.extend(sent),
            (true, None) => bytes.extend([chunks(sent), b"0\r\n\r\n".to_vec()].concat()),
            (true, Some(_)) => bytes.extend(chunks(sent)),
        }
        Written { bytes, drip: None, ends: matches!(self.stops, Some(Stop::BreakOff(_))), patience: PATIENCE }
    }

    fn head(&self) -> String {
        let mut head =
            format!("{} {} HTTP/1.1\r\nHost: platform.example\r\nConnection: close\r\n", self.method, self.target);
        let mut add = |name: &str, value: &str| head.push_str(&format!("{name}: {value}\r\n"));
        if let Token::Claims(keys) = &self.token {
            add("Authorization", &keys.authorization());
        }
        for (name, value) in &self.headers {
            add(name, value);
        }
        if let Some(body) = &self.body {
            if let Some(content_type) = &body.content_type {
                add("Content-Type", content_type);
            }
            if self.chunked {
                add("Transfer-Encoding", "chunked");
            } else {
                add("Content-Length", &body.bytes().len().to_string());
            }
        }
        head + "\r\n"
    }
}

fn chunks(body: &[u8]) -> Vec<u8> {
    let chunk = |chunk: &[u8]| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat();
    body.chunks(CHUNK).flat_map(chunk).collect()
}
