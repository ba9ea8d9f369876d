//! What was sent and what came back, kept for reports: bounded in size, and free of credentials from the start.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;
use serde::Serialize;

use super::redactor::{REDACTED, Redactor};

/// One request and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exchange {
    /// What was sent.
    pub request: Sent,
    /// What came back; `None` if nothing did.
    pub response: Option<Received>,
    /// Why nothing came back, or why what came is not whole.
    pub error: Option<String>,
    /// A command line that sends the same request again; credentials stand in it as shell variables.
    pub curl: String,
    /// What the target itself sent on meanwhile, if that was listened to, and what it got for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forwarded: Vec<Forwarded>,
}

/// A request that the target sent on, as it arrived.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forwarded {
    /// What arrived.
    pub request: Sent,
    /// What it was answered; `None` if it got no answer.
    pub response: Option<Received>,
    /// Why it got no answer, or why what arrived is not whole.
    pub error: Option<String>,
}

/// A request as it was sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sent {
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Names and values; credentials are redacted. Very long ones are cut, and very many left out.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body; `None` if it was empty.
    pub body: Option<Excerpt>,
}

/// A response as it was received.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Received {
    /// The status code.
    pub status: u16,
    /// Names and values; cookies are redacted. Very long ones are cut, and very many left out.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body; `None` if it was empty.
    pub body: Option<Excerpt>,
}

/// A body, or as much of it as is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Excerpt {
    /// The whole body, which is text.
    Text(String),
    /// A body that is not text, or too long.
    Bytes {
        /// The beginning, in base64.
        base64: String,
        /// Whether more followed.
        truncated: bool,
    },
}

/// How many bytes of a body are kept.
const KEPT_BYTES: usize = 16 * 1024;
/// How many bytes of all headers of a message are kept.
const KEPT_HEADERS: usize = 16 * 1024;
const SECRET_HEADERS: [&str; 5] = ["authorization", "x-api-key", "proxy-authorization", "cookie", "set-cookie"];

impl Redactor {
    pub(crate) fn headers(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        let mut left = KEPT_HEADERS;
        let mut kept = Vec::new();
        for (name, value) in headers {
            if name.as_str().len() >= left {
                break;
            }
            left -= name.as_str().len();
            let is_secret = SECRET_HEADERS.contains(&name.as_str());
            let text = if is_secret { REDACTED.to_owned() } else { self.cut(value.as_bytes(), left) };
            left -= value.len().min(left);
            kept.push((self.text(name.as_str().as_bytes()), text));
        }
        kept
    }

    pub(crate) fn body(&self, body: &[u8]) -> Option<Excerpt> {
        if body.is_empty() {
            return None;
        }
        let truncated = body.len() > KEPT_BYTES;
        Some(match String::from_utf8(self.beginning(body, KEPT_BYTES)) {
            Ok(text) if !truncated => Excerpt::Text(text),
            Ok(text) => excerpt(text.as_bytes(), truncated),
            Err(error) => excerpt(error.as_bytes(), truncated),
        })
    }
}

impl Sent {
    /// How many bytes of text it takes up.
    pub(crate) fn size(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        let body = match &self.body {
            None => 0,
            Some(Excerpt::Text(text) | Excerpt::Bytes { base64: text, .. }) => text.len(),
        };
        self.method.len() + self.url.len() + headers.sum::<usize>() + body
    }
}

fn excerpt(kept: &[u8], truncated: bool) -> Excerpt {
    Excerpt::Bytes { base64: STANDARD.encode(kept), truncated }
}

#[cfg(test)]
mod tests {
    use hyper::header::{AUTHORIZATION, HeaderValue, SERVER};

    use super::*;

    #[test]
    fn credentials_are_redacted_wherever_they_occur() {
        let redactor = Redactor::default();
        redactor.learn(b"s3cret");
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer anything"));
        headers.insert(SERVER, HeaderValue::from_static("knows s3cret"));
        let recorded = redactor.headers(&headers);
        assert!(recorded.contains(&("authorization".to_owned(), REDACTED.to_owned())));
        assert!(recorded.contains(&("server".to_owned(), "knows [redacted]".to_owned())));
        let body = redactor.body(br#"{"error": "bad key s3cret, s3cret"}"#);
        assert_eq!(body, Some(Excerpt::Text(r#"{"error": "bad key [redacted], [redacted]"}"#.to_owned())));
    }

    #[test]
    fn no_more_than_so_much_is_kept_of_headers() {
        let redactor = Redactor::default();
        let mut headers = HeaderMap::new();
        for _ in 0..100 {
            headers.append(SERVER, HeaderValue::try_from("x".repeat(KEPT_HEADERS / 2)).expect("a value"));
        }
        let recorded = redactor.headers(&headers);
        let size: usize = recorded.iter().map(|(name, value)| name.len() + value.len()).sum();
        assert!((KEPT_HEADERS..KEPT_HEADERS + 10).contains(&size), "{size}");
        assert!(!recorded[0].1.ends_with('.') && recorded[1].1.ends_with("x..."));
    }

    #[test]
    fn a_secret_at_the_cut_is_not_kept_in_part() {
        let secret = "0123456789abcdefghijklmn";
        let redactor = Redactor::default();
        redactor.learn(secret.as_bytes());
        let body = "x".repeat(KEPT_BYTES - 5) + secret;
        let Some(Excerpt::Bytes { base64, truncated: true }) = redactor.body(body.as_bytes()) else {
            panic!("not cut")
        };
        assert!(STANDARD.decode(base64).expect("base64").ends_with(b"xx[redacted]"));
    }

    #[test]
    fn long_and_binary_bodies_are_cut_and_encoded() {
        let redactor = Redactor::default();
        assert_eq!(redactor.body(b""), None);
        let binary = redactor.body(&[0xff, 0]);
        assert_eq!(binary, Some(Excerpt::Bytes { base64: "/wA=".to_owned(), truncated: false }));
        let Some(Excerpt::Bytes { base64, truncated: true }) = redactor.body(&[b'a'; KEPT_BYTES + 1]) else {
            panic!("not cut");
        };
        assert_eq!(STANDARD.decode(base64).expect("base64").len(), KEPT_BYTES);
    }

    #[test]
    fn an_excerpt_is_a_string_or_an_object() {
        let json = |excerpt: &Excerpt| serde_json::to_string(excerpt).expect("serializable");
        assert_eq!(json(&Excerpt::Text("a".to_owned())), r#""a""#);
        let bytes = Excerpt::Bytes { base64: "/w==".to_owned(), truncated: true };
        assert_eq!(json(&bytes), r#"{"base64":"/w==","truncated":true}"#);
    }
}
