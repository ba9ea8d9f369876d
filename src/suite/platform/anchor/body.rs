//! A body that arrived at the anchor side, as fields.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::multipart::{self, Parameters};
use crate::suite::platform::parse;

/// What a request carried.
#[derive(Debug)]
pub(crate) enum Body {
    /// No byte.
    Empty,
    /// Fields in the order in which they stood, names that occur twice included.
    Fields(Vec<HeardField>),
    /// Nothing that an anchor could read.
    Unreadable(String),
    /// It broke off.
    Incomplete,
}

/// One field as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct HeardField {
    pub(crate) name: String,
    pub(crate) value: HeardValue,
}

/// How a value arrived.
#[derive(Clone, Debug)]
pub(crate) enum HeardValue {
    /// A JSON string, or a urlencoded value.
    Text(String),
    /// Any other JSON value, as it was written.
    Json(String),
    /// A part of a multipart body.
    Part { file_names: Vec<String>, content_type: Option<String>, bytes: Bytes },
}

impl HeardField {
    /// The text, if an anchor would take it for a string field: a part with a file name is a file.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            HeardValue::Text(text) => Some(text),
            HeardValue::Part { file_names, bytes, .. } if file_names.is_empty() => std::str::from_utf8(bytes).ok(),
            HeardValue::Json(_) | HeardValue::Part { .. } => None,
        }
    }

    /// The bytes of a part.
    pub(crate) fn bytes(&self) -> Option<&Bytes> {
        match &self.value {
            HeardValue::Part { bytes, .. } => Some(bytes),
            HeardValue::Text(_) | HeardValue::Json(_) => None,
        }
    }
}

/// More fields than any customer has: a body with more is not kept in its parts.
pub(super) const MOST_FIELDS: usize = 10_000;

/// Reads a body as its content type says.
pub(super) fn read(content_type: Option<&str>, body: &Bytes) -> Body {
    if body.is_empty() {
        return Body::Empty;
    }
    let Some(content_type) = content_type else {
        return Body::Unreadable("a body without a Content-Type".to_owned());
    };
    let read =
        Parameters::read(content_type).and_then(|parameters| match parameters.value.to_ascii_lowercase().as_str() {
            "application/json" => json(body),
            "multipart/form-data" => match parameters.get("boundary") {
                Some(boundary) => multipart::read(boundary, body),
                None => Err("multipart/form-data without a boundary".to_owned()),
            },
            "application/x-www-form-urlencoded" => urlencoded(body),
            other => Err(format!("a body of type {other}")),
        });
    read.map_or_else(Body::Unreadable, Body::Fields)
}

/// Names and values of a query or a urlencoded body.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let decoded =
        |text: &str| percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(a, b)| (decoded(a), decoded(b))).collect()
}

fn urlencoded(body: &[u8]) -> Result<Vec<HeardField>, String> {
    if body.iter().filter(|byte| **byte == b'&').count() >= MOST_FIELDS {
        return Err(too_many());
    }
    let pairs = pairs(&String::from_utf8_lossy(body)).into_iter();
    Ok(pairs.map(|(name, text)| HeardField { name, value: HeardValue::Text(text) }).collect())
}

pub(super) fn too_many() -> String {
    format!("a body of more than {MOST_FIELDS} fields")
}

fn json(body: &[u8]) -> Result<Vec<HeardField>, String> {
    let Members(members) = parse::json(body).map_err(|why| format!("no JSON object: {why}"))?;
    let value = |raw: Box<RawValue>| match serde_json::from_str::<String>(raw.get()) {
        Ok(text) => HeardValue::Text(text),
        Err(_) => HeardValue::Json(raw.get().to_owned()),
    };
    Ok(members.into_iter().map(|(name, raw)| HeardField { name, value: value(raw) }).collect())
}

/// An object's members, those that occur twice included.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MemberVisitor)
    }
}

struct MemberVisitor;

impl<'de> Visitor<'de> for MemberVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            if members.len() == MOST_FIELDS {
                return Err(serde::de::Error::custom(too_many()));
            }
            members.push(member);
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(content_type: &str, body: &'static str) -> Vec<HeardField> {
        match read(Some(content_type), &Bytes::from_static(body.as_bytes())) {
            Body::Fields(fields) => fields,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn json_keeps_duplicates_and_the_text_of_numbers() {
        let fields = fields("application/json; charset=utf-8", r#"{"a": "\u00e9", "a": 1.0, "b": {"c": []}}"#);
        assert_eq!((fields.len(), fields[0].text()), (3, Some("é")));
        assert!(matches!(&fields[1].value, HeardValue::Json(raw) if raw == "1.0"));
    }

    #[test]
    fn urlencoded_is_decoded() {
        let fields = fields("application/x-www-form-urlencoded", "a=1+%2B&b");
        assert_eq!((fields[0].text(), fields[1].text()), (Some("1 +"), Some("")));
    }

    #[test]
    fn a_body_of_very_many_fields_is_unreadable_in_every_encoding() {
        let bodies = |count: usize| {
            let part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";
            [
                ("application/json", format!("{{{}}}", vec!["\"\":0"; count].join(","))),
                ("application/x-www-form-urlencoded", vec!["a"; count].join("&")),
                ("multipart/form-data; boundary=b", part.repeat(count) + "--b--\r\n"),
            ]
        };
        for (content_type, body) in bodies(MOST_FIELDS) {
            let read = read(Some(content_type), &body.into());
            assert!(matches!(&read, Body::Fields(fields) if fields.len() == MOST_FIELDS), "{content_type}");
        }
        for (content_type, body) in bodies(MOST_FIELDS + 1) {
            assert!(matches!(read(Some(content_type), &body.into()), Body::Unreadable(_)), "{content_type}");
        }
    }

    #[test]
    fn what_no_anchor_could_read_is_unreadable() {
        for (content_type, body) in [(None, "{}"), (Some("text/plain"), "a"), (Some("application/json"), "[]")] {
            assert!(matches!(read(content_type, &Bytes::from_static(body.as_bytes())), Body::Unreadable(_)), "{body}");
        }
        assert!(matches!(read(None, &Bytes::new()), Body::Empty));
    }
}
