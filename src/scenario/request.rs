//! The client's request as it goes over the wire.

use std::collections::BTreeMap;

use super::body::Encoded;
use super::client::{Request, Stop};
use super::token::Token;

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

/// The bytes to write, and whether the client then gives up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) bytes: Vec<u8>,
    pub(super) gives_up: bool,
}

const CHUNK: usize = 8 * 1024;

impl WireRequest {
    pub(super) fn of(request: &Request, ids: &[Option<String>]) -> Self {
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

    pub(super) fn written(&self) -> Written {
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
        Written { bytes, gives_up: matches!(self.stops, Some(Stop::BreakOff(_))) }
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
