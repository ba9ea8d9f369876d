//! One request to the anchor, before credentials are added.

use std::sync::Arc;

use bytes::Bytes;
use hyper::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::sep12::body::{self, Multipart};
use crate::sep12::{CustomerId, Field};

/// A request of the callback API.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Path and query behind the target's base URL.
    pub(crate) path: String,
    pub(crate) content: Option<Content>,
    pub(crate) credentials: Shown,
    /// Headers beside the usual ones.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) tries: Tries,
    /// A token that stands where none belongs, and must not be recorded.
    pub(crate) secret: Option<Arc<str>>,
}

/// Whose credentials a request shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Ours,
    None,
    Wrong,
    /// A wallet's token.
    Bearer(Arc<str>),
}

/// How often a request is sent that is not answered as hoped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tries {
    /// Again after a 429, and once more after a broken connection.
    Patient,
    /// Once: what comes of it is what is asked about.
    Once,
}

/// A body, and how it was made.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
    /// Sent in chunks, without a length.
    pub(crate) chunked: bool,
    /// Where the sender breaks off, if it does: behind so many bytes.
    pub(crate) cut: Option<usize>,
    /// What the parts of a multipart body are.
    pub(crate) parts: Option<Vec<Field>>,
}

/// How fields are written.
#[derive(Clone, Debug)]
pub(crate) enum Encoding {
    Json,
    JsonWithCharset,
    CapitalJson,
    Urlencoded,
    Multipart(Multipart),
    ChunkedMultipart,
}

/// All but the characters that no URL gives a meaning to (RFC 3986, unreserved).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Request {
    /// Without a body.
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            content: None,
            credentials: Shown::Ours,
            headers: Vec::new(),
            tries: Tries::Patient,
            secret: None,
        }
    }

    /// `PUT /customer` with those fields.
    pub(crate) fn put(fields: Vec<Field>, encoding: &Encoding) -> Self {
        Self::put_content(Content::write(fields, encoding))
    }

    /// `PUT /customer` with a body as it is.
    pub(crate) fn put_content(content: Content) -> Self {
        Self { content: Some(content), ..Self::new(Method::PUT, "/customer") }
    }

    /// `GET /customer` with those parameters.
    pub(crate) fn get(parameters: &[(String, String)]) -> Self {
        let pairs: Vec<_> =
            parameters.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
        let path = if pairs.is_empty() { "/customer".to_owned() } else { format!("/customer?{}", pairs.join("&")) };
        Self::new(Method::GET, path)
    }

    /// `DELETE /customer/{id}`.
    pub(crate) fn delete(id: &CustomerId) -> Self {
        Self::new(Method::DELETE, format!("/customer/{}", escape(id.as_str())))
    }
}

impl Content {
    /// Bytes that are said to be of that type.
    pub(crate) fn raw(content_type: &str, bytes: impl Into<Bytes>) -> Self {
        Self { content_type: content_type.to_owned(), bytes: bytes.into(), chunked: false, cut: None, parts: None }
    }

    pub(crate) fn write(fields: Vec<Field>, encoding: &Encoding) -> Self {
        let written = match encoding {
            Encoding::Json | Encoding::JsonWithCharset | Encoding::CapitalJson => {
                body::json(&fields).map_err(|error| error.to_string())
            }
            Encoding::Urlencoded => body::urlencoded(&fields).map_err(|error| error.to_string()),
            Encoding::Multipart(style) => body::multipart(&fields, style).map_err(|error| error.to_string()),
            Encoding::ChunkedMultipart => {
                body::multipart(&fields, &Multipart::default()).map_err(|error| error.to_string())
            }
        };
        let written = written.expect("a check chooses an encoding that can hold its fields");
        let content_type = match encoding {
            Encoding::JsonWithCharset => "application/json; charset=utf-8".to_owned(),
            Encoding::CapitalJson => "Application/JSON".to_owned(),
            _ => written.content_type,
        };
        // curl gives every file a content type: parts without one it can send only as bytes.
        let is_typed = |field: &Field| field.as_file().is_none_or(|file| file.content_type.is_some());
        let is_multipart = matches!(encoding, Encoding::Multipart(_) | Encoding::ChunkedMultipart);
        let has_parts = is_multipart && fields.iter().all(is_typed);
        Self {
            content_type,
            bytes: written.bytes,
            chunked: matches!(encoding, Encoding::ChunkedMultipart),
            cut: None,
            parts: has_parts.then_some(fields),
        }
    }
}

/// The text as it stands in a path or a query.
pub(crate) fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_parameters_cannot_break_out_of_the_path() {
        let id = CustomerId::try_from("a/../b?c#é".to_owned()).expect("not empty");
        assert_eq!(Request::delete(&id).path, "/customer/a%2F..%2Fb%3Fc%23%C3%A9");
        let parameters = [("memo".to_owned(), "1&id=2".to_owned())];
        assert_eq!(Request::get(&parameters).path, "/customer?memo=1%26id%3D2");
        assert_eq!(Request::get(&[]).path, "/customer");
    }
}
