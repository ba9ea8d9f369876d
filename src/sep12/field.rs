//! One field of a request, owned: a SEP-9 name (or any other) and its value.

use bytes::Bytes;
use serde_json::value::RawValue;

/// A name and its value.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name as sent: SEP-9, one of the protocol's own, or an anchor's invention.
    pub name: String,
    /// The value.
    pub value: Value,
}

/// What a field can hold.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text; SEP-9 dates and numbers too, as they were written.
    Text(String),
    /// A nested array or object, kept as it was written. Only JSON requests have these.
    Json(Box<RawValue>),
    /// A binary value.
    File(File),
}

/// A binary value as multipart carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The part's file name, if it has one.
    pub file_name: Option<String>,
    /// The part's content type, if it has one.
    pub content_type: Option<String>,
    /// The content.
    pub bytes: Bytes,
}

impl Field {
    /// A text field.
    #[must_use]
    pub fn text(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: Value::Text(value.into()) }
    }

    /// A binary field.
    #[must_use]
    pub fn file(name: impl Into<String>, file: File) -> Self {
        Self { name: name.into(), value: Value::File(file) }
    }

    /// The text, if the value is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The file, if the value is binary.
    #[must_use]
    pub fn as_file(&self) -> Option<&File> {
        match &self.value {
            Value::File(file) => Some(file),
            _ => None,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Json(a), Self::Json(b)) => a.get() == b.get(),
            (Self::File(a), Self::File(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.value == other.value
    }
}
