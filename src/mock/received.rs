//! One request as the anchor understood it.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::config::Config;
use super::faults::Fault;

/// A request, parsed.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method as sent.
    pub method: String,
    /// The path as sent: percent-encoding and prefix included, query excluded.
    pub path: String,
    /// The query's pairs in order, decoded.
    pub query: Vec<(String, String)>,
    /// The headers; names in lower case, bytes that are not UTF-8 replaced.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: ReceivedBody,
}

/// What came after the headers.
#[derive(Clone, Debug)]
pub enum ReceivedBody {
    /// Not one byte.
    Empty,
    /// The members of a JSON object in order, duplicates included.
    Json(Vec<ReceivedField>),
    /// The parts of a `multipart/form-data` body in order, duplicates included.
    Multipart(Vec<ReceivedField>),
    /// Complete, but neither of the two, or damaged.
    Undecodable {
        /// What was wrong; quotes nothing of the body.
        reason: String,
    },
    /// Larger than [`Config::max_body`](super::Config::max_body); the rest was not read.
    TooLarge,
    /// The connection broke off before the end of the body. Only [`RawAnchor`](super::RawAnchor) sees this.
    Incomplete,
    /// Answered, or reset, before the body was read. Only [`RawAnchor`](super::RawAnchor) does this.
    Unread,
}

/// A name and its value.
#[derive(Clone, Debug)]
pub struct ReceivedField {
    /// The name, unescaped.
    pub name: String,
    /// The value.
    pub value: ReceivedValue,
}

/// A value as its encoding carried it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceivedValue {
    /// A JSON string, or a multipart part without file name whose content type is absent or `text/plain`.
    Text(String),
    /// Any other JSON value, exactly as written; `null` too.
    Json(Box<RawValue>),
    /// Any other multipart part.
    File(ReceivedFile),
}

/// A binary value. Two are equal if all but [`ReceivedFile::bytes`] is: the hash speaks for the content.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReceivedFile {
    /// The part's file name, unescaped.
    pub file_name: Option<String>,
    /// The part's content type as written.
    pub content_type: Option<String>,
    /// The length of the content in bytes.
    pub length: u64,
    /// The SHA-256 of the content.
    pub sha256: [u8; 32],
    /// The content, unless it is longer than [`Config::keep_file_bytes`](super::Config::keep_file_bytes).
    #[serde(skip)]
    pub bytes: Option<Bytes>,
}

impl Received {
    /// The body's media type without parameters, in lower case.
    #[must_use]
    pub fn content_type(&self) -> Option<String> {
        self.header("content-type").map(media_type)
    }

    /// The first header of that name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, |other| other.eq_ignore_ascii_case(name))
    }

    /// The first value of that name in the query.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&str> {
        first(&self.query, |other| other == name)
    }

    /// The fields of the body in the order received; none unless it was JSON or multipart.
    #[must_use]
    pub fn fields(&self) -> &[ReceivedField] {
        match &self.body {
            ReceivedBody::Json(fields) | ReceivedBody::Multipart(fields) => fields,
            _ => &[],
        }
    }

    /// The names of the fields in the order received.
    #[must_use]
    pub fn field_names(&self) -> Vec<&str> {
        self.fields().iter().map(|field| field.name.as_str()).collect()
    }

    /// The first value of that name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&ReceivedValue> {
        self.fields().iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// The first value of that name, if it is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.value(name).and_then(ReceivedValue::as_text)
    }

    /// The first value of that name, if it is a file.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&ReceivedFile> {
        self.value(name).and_then(ReceivedValue::as_file)
    }

    /// Whether the whole body arrived.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !matches!(self.body, ReceivedBody::Incomplete | ReceivedBody::TooLarge | ReceivedBody::Unread)
    }
}

impl ReceivedValue {
    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The file, if it is one.
    #[must_use]
    pub fn as_file(&self) -> Option<&ReceivedFile> {
        match self {
            Self::File(file) => Some(file),
            _ => None,
        }
    }

    /// The file, if it is one, to be changed.
    #[cfg(feature = "store")]
    pub(super) fn as_file_mut(&mut self) -> Option<&mut ReceivedFile> {
        match self {
            Self::File(file) => Some(file),
            _ => None,
        }
    }

    /// Whether the value says something: not an empty text, not `null`, not a file of no bytes.
    #[must_use]
    pub fn is_given(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Json(json) => json.get() != "null",
            Self::File(file) => file.length > 0,
        }
    }

    /// How many bytes it has.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Json(json) => json.get().len() as u64,
            Self::File(file) => file.length,
        }
    }
}

impl PartialEq for ReceivedValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Json(a), Self::Json(b)) => a.get() == b.get(),
            (Self::File(a), Self::File(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for ReceivedFile {
    fn eq(&self, other: &Self) -> bool {
        self.sha256 == other.sha256
            && self.length == other.length
            && self.file_name == other.file_name
            && self.content_type == other.content_type
    }
}

impl Eq for ReceivedFile {}

/// A content type without its parameters, in lower case.
pub(super) fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The pairs of a query, decoded as the URL standard decodes a form.
pub(super) fn query_pairs(query: &str, config: &Config) -> Vec<(String, String)> {
    let decode = |text: &str| match config.faults.contains(&Fault::QueryNotDecoded) {
        true => text.to_owned(),
        false => percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned(),
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn first(pairs: &[(String, String)], is_it: impl Fn(&str) -> bool) -> Option<&str> {
    pairs.iter().find(|(name, _)| is_it(name)).map(|(_, value)| value.as_str())
}
