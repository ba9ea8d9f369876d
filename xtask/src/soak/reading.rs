//! The anchor's reading of what the platform forwarded: strict, and by nobody else's parser but for JSON's grammar.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::content::{Carrier, Content};
use super::wire::find;

/// A forwarded request, read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) content: Content,
    /// The field `id`.
    pub(crate) id: Option<String>,
}

/// What cannot be read, and why.
type Unreadable = String;

/// The query of a GET.
pub(crate) fn query(query: &str) -> Result<Reading, Unreadable> {
    let mut reading = Reading::new(Carrier::Query);
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').ok_or("a parameter without a value")?;
        reading.text(name, &decoded(value)?);
    }
    Ok(reading)
}

/// The body of a PUT.
pub(crate) fn body(content_type: &str, body: &[u8]) -> Result<Reading, Unreadable> {
    match content_type.strip_prefix("multipart/form-data; boundary=") {
        Some(boundary) => multipart(boundary, body),
        None if content_type == "application/json" => json(body),
        None => Err(format!("the content type {content_type}")),
    }
}

fn json(body: &[u8]) -> Result<Reading, Unreadable> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let pairs = deserializer.deserialize_map(Pairs).map_err(|error| error.to_string())?;
    deserializer.end().map_err(|error| error.to_string())?;
    let mut reading = Reading::new(Carrier::Json);
    for (name, value) in &pairs {
        reading.text(name, value);
    }
    Ok(reading)
}

/// The members of an object of strings, one that comes twice included.
struct Pairs;

impl<'a> Visitor<'a> for Pairs {
    type Value = Vec<(String, String)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of strings")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some((name, value)) = map.next_entry()? {
            pairs.push((name, value));
            if pairs.len() > 1000 {
                return Err(A::Error::custom("too many members"));
            }
        }
        Ok(pairs)
    }
}

fn multipart(boundary: &str, body: &[u8]) -> Result<Reading, Unreadable> {
    let mut reading = Reading::new(Carrier::Multipart);
    let first = format!("--{boundary}\r\n");
    let delimiter = format!("\r\n--{boundary}");
    let mut left = body.strip_prefix(first.as_bytes()).ok_or("no boundary at the start")?;
    loop {
        let head = find(left, b"\r\n\r\n").ok_or("a part without the end of its head")?;
        let (lines, content) =
            (std::str::from_utf8(&left[..head]).map_err(|error| error.to_string())?, &left[head + 4..]);
        let end = find(content, delimiter.as_bytes()).ok_or("a part without an end")?;
        reading.part(lines, &content[..end])?;
        left = &content[end + delimiter.len()..];
        if left == b"--\r\n" {
            return Ok(reading);
        }
        left = left.strip_prefix(b"\r\n").ok_or("a delimiter with something behind it")?;
    }
}

impl Reading {
    fn new(carrier: Carrier) -> Self {
        Self { content: Content::new(carrier), id: None }
    }

    fn text(&mut self, name: &str, value: &str) {
        if name == "id" {
            self.id = Some(value.to_owned());
        }
        self.content.text(name, value);
    }

    fn part(&mut self, head: &str, content: &[u8]) -> Result<(), Unreadable> {
        let mut lines = head.split("\r\n");
        let disposition = lines.next().and_then(|line| line.strip_prefix("Content-Disposition: form-data; name=\""));
        let names = disposition.and_then(|rest| rest.strip_suffix('"')).ok_or("a part without a name")?;
        let content_type = lines.next().map(|line| line.strip_prefix("Content-Type: ").ok_or("another header"));
        match (names.split_once("\"; filename=\""), content_type.transpose()?, lines.next()) {
            (None, None, None) => self.text(names, std::str::from_utf8(content).map_err(|error| error.to_string())?),
            (Some((name, file_name)), Some(content_type), None) => {
                self.content.file(name, file_name, content_type, content);
            }
            _ => return Err("a part that is neither a text nor a file".to_owned()),
        }
        Ok(())
    }
}

/// Without its percent signs.
pub(crate) fn decoded(text: &str) -> Result<String, Unreadable> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut left = text.bytes();
    while let Some(byte) = left.next() {
        let digits = [left.clone().next(), left.clone().nth(1)];
        match (byte, digits) {
            (b'%', [Some(high), Some(low)]) => {
                let digits = [high, low];
                let digits = std::str::from_utf8(&digits).map_err(|error| error.to_string())?;
                bytes.push(u8::from_str_radix(digits, 16).map_err(|error| error.to_string())?);
                left.nth(1);
            }
            (b'%', _) => return Err("a percent sign without its digits".to_owned()),
            (other, _) => bytes.push(other),
        }
    }
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multipart::{self, Part};

    const TYPE: &str = "multipart/form-data; boundary=xtask-7MA4YWxkTrZu0gW";

    #[test]
    fn multipart_is_read_part_by_part() -> Result<(), Unreadable> {
        let parts = [Part::text("id", "x"), Part::file("photo_id_front", "a.jpg", "image/jpeg", b"\r\n--xtask-")];
        let reading = body(TYPE, &multipart::body(&parts))?;
        let mut expected = Content::new(Carrier::Multipart);
        expected.file("photo_id_front", "a.jpg", "image/jpeg", b"\r\n--xtask-");
        expected.text("id", "x");
        assert_eq!((reading.content.digest(), reading.id.as_deref()), (expected.digest(), Some("x")));
        Ok(())
    }

    #[test]
    fn half_a_body_is_unreadable() {
        let whole = multipart::body(&[Part::text("a", "b")]);
        assert!(body(TYPE, &whole).is_ok());
        for length in 0..whole.len() {
            assert!(body(TYPE, &whole[..length]).is_err(), "{length}");
        }
        assert!(body("application/json", br#"{"a": "b""#).is_err());
    }

    #[test]
    fn a_member_that_comes_twice_is_seen() -> Result<(), Unreadable> {
        let once = body("application/json", br#"{"a": "b"}"#)?;
        let twice = body("application/json", br#"{"a": "b", "a": "b"}"#)?;
        assert_ne!(once.content.digest(), twice.content.digest());
        assert!(body("application/json", br#"{"a": 1}"#).is_err());
        Ok(())
    }

    #[test]
    fn a_query_is_decoded_once() -> Result<(), Unreadable> {
        assert_eq!(query("account=G&id=a%252F%C3%A9")?.id.as_deref(), Some("a%2Fé"));
        assert!(query("account=%4").is_err());
        Ok(())
    }
}
