//! One request that arrived at the anchor side.

use std::collections::BTreeSet;

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use hyper::http::request::Parts;
use percent_encoding::percent_decode_str;

use super::body::{self, Body, HeardField};

/// A request as an anchor reads it.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) method: String,
    /// As it stood in the request line.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    /// As much of the body as arrived.
    pub(crate) raw: Bytes,
}

/// How much of a body is searched for what names a customer; identity goes before files.
const SEARCHED: usize = 32 * 1024;

impl Heard {
    pub(super) fn new(head: &Parts, raw: Bytes, is_complete: bool) -> Self {
        let content_type = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let body = if is_complete { body::read(content_type, &raw) } else { Body::Incomplete };
        Self {
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: body::pairs(head.uri.query().unwrap_or_default()),
            headers: head.headers.clone(),
            body,
            raw,
        }
    }

    /// Whether it is `PUT /customer`, whatever prefix the platform was given.
    pub(crate) fn is_put(&self) -> bool {
        self.method == "PUT" && self.path.ends_with("/customer")
    }

    /// Whether it is `GET /customer`.
    pub(crate) fn is_get(&self) -> bool {
        self.method == "GET" && self.path.ends_with("/customer")
    }

    /// The id of `DELETE /customer/{id}`, decoded.
    pub(crate) fn deleted(&self) -> Option<String> {
        let (_, id) = self.path.rsplit_once("/customer/").filter(|_| self.method == "DELETE")?;
        percent_decode_str(id).decode_utf8().ok().map(std::borrow::Cow::into_owned)
    }

    pub(crate) fn is_complete(&self) -> bool {
        !matches!(self.body, Body::Incomplete)
    }

    /// The media type, in lower case and without parameters.
    pub(crate) fn media_type(&self) -> String {
        let value = self.headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let value = value.unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    pub(crate) fn fields(&self) -> &[HeardField] {
        match &self.body {
            Body::Fields(fields) => fields,
            Body::Empty | Body::Unreadable(_) | Body::Incomplete => &[],
        }
    }

    /// The first field of that name.
    pub(crate) fn field(&self, name: &str) -> Option<&HeardField> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// A text of the body or, where there is none, of the query; an empty one counts as none.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let in_query = || self.query.iter().find_map(|(other, value)| (other == name).then_some(value.as_str()));
        let in_body = self.field(name).and_then(HeardField::text);
        in_body.or_else(in_query).filter(|text| !text.is_empty())
    }

    /// Everything in it by which a check could know it as its own.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = self.query.iter().map(|(_, value)| value.clone()).collect();
        names.extend(self.fields().iter().filter_map(HeardField::text).map(str::to_owned));
        names.extend(self.deleted());
        let searched = String::from_utf8_lossy(&self.raw[..self.raw.len().min(SEARCHED)]);
        let words = searched.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| word.len() >= MARK_LEN);
        names.extend(words.map(str::to_owned));
        names
    }

    /// It in a few words for a sentence.
    pub(crate) fn summary(&self) -> String {
        let what = match &self.body {
            Body::Empty => String::new(),
            Body::Fields(fields) => {
                let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                format!(" with {} of {}", self.media_type(), names.join(", "))
            }
            Body::Unreadable(why) => format!(" with {why}"),
            Body::Incomplete => " that broke off".to_owned(),
        };
        format!("{} {}{what}", self.method, self.path)
    }
}

/// The length of the words that checks put into values to know their requests again.
pub(crate) const MARK_LEN: usize = 20;
