//! What the page's forms and its script send: pairs of names and values (URL standard, urlencoded).

use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use percent_encoding::percent_decode_str;
use tokio::time::timeout;

/// The pairs in order, decoded.
#[derive(Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

/// No form of the page is longer, in bytes, or slower.
const MAX_BYTES: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

impl Form {
    pub(super) fn of_query(query: Option<&str>) -> Self {
        Self::parse(query.unwrap_or_default())
    }

    /// Reads a body; `None` if it is no form, or too long or too slow for one.
    pub(super) async fn of_body(request: Request<Incoming>) -> Option<Self> {
        let content_type = request.headers().get(CONTENT_TYPE)?.to_str().ok()?.split(';').next()?.trim();
        if !content_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return None;
        }
        let body = timeout(PATIENCE, Limited::new(request.into_body(), MAX_BYTES).collect()).await.ok()?.ok()?;
        Some(Self::parse(std::str::from_utf8(&body.to_bytes()).ok()?))
    }

    /// The first value of that name; empty if there is none.
    pub(super) fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    fn parse(text: &str) -> Self {
        let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self(pairs.map(|(name, value)| (decode(name), decode(value))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let form = Form::of_query(Some("id=a%2Bb+c&empty=&id=2"));
        assert_eq!((form.value("id"), form.value("empty"), form.value("none")), ("a+b c", "", ""));
    }
}
