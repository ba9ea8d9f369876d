//! Writes a request's fields in the three encodings of `PUT /customer`, as a client or a platform would send them
//! (SEP-12, customer PUT).
//!
//! Nothing here is random: the same fields and the same style give the same bytes. Names, file names and content types
//! cannot break out of the header they stand in: what a header cannot hold is escaped or refused.

use std::collections::HashSet;
use std::fmt;

use bytes::Bytes;

use super::field::{Field, File, Value};

/// A request's body and the `Content-Type` that tells how to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The value of the `Content-Type` header.
    pub content_type: String,
    /// The bytes.
    pub bytes: Bytes,
}

/// How `multipart/form-data` is written where the format leaves a choice (RFC 2046 section 5.1, RFC 7578).
///
/// The default is what a careful client sends; the rest is what some clients send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Multipart {
    /// The boundary; `None` chooses the first of a fixed row that no part contains.
    pub boundary: Option<String>,
    /// Whether the boundary stands in quotes although it needs none.
    pub quote_boundary: bool,
    /// Whether the content type also says `charset=utf-8`.
    pub charset: bool,
    /// Whether files go without their names.
    pub omit_file_names: bool,
    /// Text before the first part, which readers ignore.
    pub preamble: String,
    /// Text after the last part, which readers ignore.
    pub epilogue: String,
    /// How names and file names are escaped.
    pub escapes: Escapes,
    /// Whether text goes as files named `blob` of type `application/octet-stream`, as clients do that wrap every value
    /// in a `Blob`. A reader cannot tell such text from a file if it does not know the name.
    pub text_as_blobs: bool,
}

/// How quotes and backslashes are written inside a name or a file name. CR and LF are `%0D` and `%0A` in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Escapes {
    /// `%22` and `%5C`, as browsers write quotes (WHATWG HTML, multipart/form-data encoding algorithm).
    #[default]
    Percent,
    /// `\"` and `\\`, as in any quoted string (RFC 822, `quoted-pair`).
    Backslash,
}

/// A field that the encoding cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotText {
    /// The named field is a file.
    Binary(String),
    /// The named field is a nested array or object.
    Nested(String),
}

/// Why fields cannot be written as multipart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotMultipart {
    /// The named field is a nested array or object.
    Nested(String),
    /// The named field has a name or a file name with a control character other than CR and LF.
    ControlCharacter(String),
    /// The named field has a content type with a control character.
    ContentType(String),
    /// The boundary is not 1 to 70 of RFC 2046's characters, or ends in a space.
    Boundary,
    /// The boundary occurs in what it should separate.
    BoundaryInUse,
}

/// An object of the fields in their order, as `application/json`. Nested values stand as they were written.
///
/// # Errors
///
/// When a field is a file.
pub fn json(fields: &[Field]) -> Result<Body, NotText> {
    let mut members = Vec::with_capacity(fields.len());
    for Field { name, value } in fields {
        let value = match value {
            Value::Text(text) => json_string(text),
            Value::Json(raw) => raw.get().to_owned(),
            Value::File(_) => return Err(NotText::Binary(name.clone())),
        };
        members.push(format!("{}:{value}", json_string(name)));
    }
    let bytes = format!("{{{}}}", members.join(",")).into();
    Ok(Body { content_type: "application/json".to_owned(), bytes })
}

fn json_string(text: &str) -> String {
    serde_json::to_string(text).expect("every text is a JSON string")
}

/// Pairs of the fields in their order, as `application/x-www-form-urlencoded` (WHATWG URL, section 5.2).
///
/// # Errors
///
/// When a field is a file or nested.
pub fn urlencoded(fields: &[Field]) -> Result<Body, NotText> {
    let mut pairs = Vec::with_capacity(fields.len());
    for Field { name, value } in fields {
        match value {
            Value::Text(text) => pairs.push(format!("{}={}", form_escape(name), form_escape(text))),
            Value::Json(_) => return Err(NotText::Nested(name.clone())),
            Value::File(_) => return Err(NotText::Binary(name.clone())),
        }
    }
    Ok(Body { content_type: "application/x-www-form-urlencoded".to_owned(), bytes: pairs.join("&").into() })
}

fn form_escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => escaped.push('+'),
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// Parts of the fields in their order, as `multipart/form-data` (RFC 7578).
///
/// A file without content type has no `Content-Type` header, one without file name no `filename`.
///
/// # Errors
///
/// When a field is nested, when a header cannot hold what should stand in it, or when the style's boundary is not legal
/// or not free.
pub fn multipart(fields: &[Field], style: &Multipart) -> Result<Body, NotMultipart> {
    let mut parts = fields.iter().map(|field| part(field, style)).collect::<Result<Vec<_>, _>>()?;
    parts.extend([style.preamble.clone().into_bytes(), style.epilogue.clone().into_bytes()]);
    let boundary = match &style.boundary {
        None => unused_boundary("anchor-conformance", &parts),
        Some(boundary) if !is_legal_boundary(boundary) => return Err(NotMultipart::Boundary),
        Some(boundary) if occurs(boundary, &parts) => return Err(NotMultipart::BoundaryInUse),
        Some(boundary) => boundary.clone(),
    };
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + boundary.len() + 8).sum());
    if !style.preamble.is_empty() {
        bytes.extend_from_slice(format!("{}\r\n", style.preamble).as_bytes());
    }
    for part in &parts[..fields.len()] {
        bytes.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        bytes.extend_from_slice(part);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n{}", style.epilogue).as_bytes());
    let charset = if style.charset { "; charset=utf-8" } else { "" };
    let boundary = boundary_parameter(&boundary, style.quote_boundary);
    Ok(Body { content_type: format!("multipart/form-data{charset}; {boundary}"), bytes: bytes.into() })
}

/// Headers, the empty line and the content.
fn part(field: &Field, style: &Multipart) -> Result<Vec<u8>, NotMultipart> {
    let blob;
    let (file_name, content_type, content) = match &field.value {
        Value::Json(_) => return Err(NotMultipart::Nested(field.name.clone())),
        Value::Text(text) if style.text_as_blobs => {
            blob = String::from("blob");
            (Some(&blob), Some("application/octet-stream"), text.as_bytes())
        }
        Value::Text(text) => (None, None, text.as_bytes()),
        Value::File(File { file_name, content_type, bytes }) => {
            let file_name = file_name.as_ref().filter(|_| !style.omit_file_names);
            (file_name, content_type.as_deref(), bytes.as_ref())
        }
    };
    let escaped = |text| escape(text, style.escapes).ok_or_else(|| NotMultipart::ControlCharacter(field.name.clone()));
    let mut headers = format!("Content-Disposition: form-data; name=\"{}\"", escaped(&field.name)?);
    if let Some(file_name) = file_name {
        headers.push_str(&format!("; filename=\"{}\"", escaped(file_name)?));
    }
    if let Some(content_type) = content_type {
        if content_type.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(NotMultipart::ContentType(field.name.clone()));
        }
        headers.push_str(&format!("\r\nContent-Type: {content_type}"));
    }
    headers.push_str("\r\n\r\n");
    Ok([headers.as_bytes(), content].concat())
}

/// The text as it stands between the quotes of a parameter; `None` for control characters that have no escape.
pub(crate) fn escape(text: &str, escapes: Escapes) -> Option<String> {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match (char, escapes) {
            ('\r', _) => escaped.push_str("%0D"),
            ('\n', _) => escaped.push_str("%0A"),
            ('"', Escapes::Percent) => escaped.push_str("%22"),
            ('\\', Escapes::Percent) => escaped.push_str("%5C"),
            ('"' | '\\', Escapes::Backslash) => escaped.extend(['\\', char]),
            _ if char.is_ascii_control() => return None,
            _ => escaped.push(char),
        }
    }
    Some(escaped)
}

/// The stem itself, or else the stem with the first number behind it that no part contains.
pub(crate) fn unused_boundary(stem: &str, parts: &[Vec<u8>]) -> String {
    if !occurs(stem, parts) {
        return stem.to_owned();
    }
    let short = &stem[..stem.len().min(60)];
    let delimiter = format!("--{short}");
    let taken: HashSet<u64> = parts.iter().flat_map(|part| numbers_behind(&delimiter, part)).collect();
    let free = (0..).find(|number| !taken.contains(number)).expect("finitely many bytes cannot hold every number");
    format!("{short}{free}")
}

/// Every number that stands behind the text, and every number that one of them begins with: a boundary is found
/// wherever its text occurs. One pass, because a hostile value could hold a great many of them.
fn numbers_behind<'a>(text: &'a str, part: &'a [u8]) -> impl Iterator<Item = u64> {
    const DIGITS: usize = 19;
    let found = part.windows(text.len()).enumerate().filter(move |(_, window)| *window == text.as_bytes());
    found.flat_map(move |(at, _)| {
        let behind = part[at + text.len()..].iter().take(DIGITS).take_while(|byte| byte.is_ascii_digit());
        behind.scan(0, |number, digit| {
            *number = *number * 10 + u64::from(digit - b'0');
            Some(*number)
        })
    })
}

fn occurs(boundary: &str, parts: &[Vec<u8>]) -> bool {
    let delimiter = format!("--{boundary}");
    let delimiter = delimiter.as_bytes();
    parts.iter().any(|part| part.windows(delimiter.len()).any(|window| window == delimiter))
}

fn is_legal_boundary(boundary: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    (1..=70).contains(&boundary.len()) && boundary.bytes().all(legal) && !boundary.ends_with(' ')
}

/// `boundary=...`, in quotes if asked for or if a character needs them (RFC 2045 section 5.1).
pub(crate) fn boundary_parameter(boundary: &str, quoted: bool) -> String {
    let needs_quotes = boundary.bytes().any(|byte| b"(),/:=? ".contains(&byte));
    let quote = if quoted || needs_quotes { "\"" } else { "" };
    format!("boundary={quote}{boundary}{quote}")
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary(name) => write!(f, "{name} is binary, which needs multipart/form-data"),
            Self::Nested(name) => write!(f, "{name} is nested, which needs application/json"),
        }
    }
}

impl fmt::Display for NotMultipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nested(name) => write!(f, "{name} is nested, which needs application/json"),
            Self::ControlCharacter(name) => {
                write!(f, "the name or file name of {name:?} has a control character other than CR and LF")
            }
            Self::ContentType(name) => write!(f, "the content type of {name:?} has a control character"),
            Self::Boundary => f.write_str("the boundary is not 1 to 70 of the characters that RFC 2046 allows"),
            Self::BoundaryInUse => f.write_str("the boundary occurs in what it should separate"),
        }
    }
}

impl std::error::Error for NotText {}

impl std::error::Error for NotMultipart {}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    fn file(file_name: &str, content_type: &str, bytes: &'static [u8]) -> Field {
        let name = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let (file_name, content_type) = (name(file_name), name(content_type));
        Field::file("photo", File { file_name, content_type, bytes: Bytes::from_static(bytes) })
    }

    fn nested(raw: &str) -> Field {
        let value = Value::Json(RawValue::from_string(raw.to_owned()).expect("JSON"));
        Field { name: "more".to_owned(), value }
    }

    fn text_of(body: Result<Body, NotMultipart>) -> String {
        String::from_utf8(body.expect("writable").bytes.to_vec()).expect("UTF-8")
    }

    #[test]
    fn json_keeps_order_and_raw_values() {
        let fields = [Field::text("b\"", "1\n"), nested("{\"z\": 1.0,  \"a\": 1e400}"), Field::text("a", "")];
        let body = json(&fields).expect("no file");
        assert_eq!(body.bytes, r#"{"b\"":"1\n","more":{"z": 1.0,  "a": 1e400},"a":""}"#);
        assert_eq!(json(&[file("", "", b"")]), Err(NotText::Binary("photo".to_owned())));
    }

    #[test]
    fn urlencoded_escapes_all_that_could_be_read_otherwise() {
        let body = urlencoded(&[Field::text("a&b", "1 + 1=2%"), Field::text("é", "")]).expect("text");
        assert_eq!(body.bytes, "a%26b=1+%2B+1%3D2%25&%C3%A9=");
        assert_eq!(urlencoded(&[nested("[]")]), Err(NotText::Nested("more".to_owned())));
        assert_eq!(urlencoded(&[file("", "", b"")]), Err(NotText::Binary("photo".to_owned())));
    }

    #[test]
    fn multipart_writes_headers_only_for_what_is_known() {
        let fields = [Field::text("type", "sep6"), file("", "", b"\x01"), file("a.png", "image/png", b"")];
        let expected = "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nsep6\r\n\
            --b\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\n\x01\r\n\
            --b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\nContent-Type: image/png\
            \r\n\r\n\r\n--b--\r\n";
        let style = Multipart { boundary: Some("b".to_owned()), ..Multipart::default() };
        assert_eq!(text_of(multipart(&fields, &style)), expected);
    }

    #[test]
    fn the_default_boundary_occurs_in_no_value() {
        let fields = [file("", "", b"\r\n--anchor-conformance--"), Field::text("a", "--anchor-conformance0")];
        let body = multipart(&fields, &Multipart::default()).expect("writable");
        assert_eq!(body.content_type, "multipart/form-data; boundary=anchor-conformance1");
        assert_eq!(multipart(&fields, &Multipart::default()), Ok(body));
    }

    #[test]
    fn a_value_full_of_boundaries_costs_one_look() {
        let hostile: String = (0..60_000).map(|number| format!("--anchor-conformance{number}")).collect();
        let body = multipart(&[Field::text("a", hostile)], &Multipart::default()).expect("writable");
        assert_eq!(body.content_type, "multipart/form-data; boundary=anchor-conformance60000");
        let body = multipart(&[Field::text("a", "--anchor-conformance17")], &Multipart::default()).expect("writable");
        assert_eq!(body.content_type, "multipart/form-data; boundary=anchor-conformance0");
    }

    #[test]
    fn a_chosen_boundary_must_be_legal_and_free() {
        let with = |boundary: &str| {
            let style = Multipart { boundary: Some(boundary.to_owned()), ..Multipart::default() };
            multipart(&[Field::text("a", "--x")], &style).map(|body| body.content_type)
        };
        assert_eq!(with("a b"), Ok("multipart/form-data; boundary=\"a b\"".to_owned()));
        assert_eq!(with("x"), Err(NotMultipart::BoundaryInUse));
        for boundary in ["", "a ", "a\r\n", "\"", &"a".repeat(71)] {
            assert_eq!(with(boundary), Err(NotMultipart::Boundary), "{boundary}");
        }
    }

    #[test]
    fn no_name_or_content_type_breaks_out_of_its_header() {
        let hostile = "\"\r\nContent-Type: \\text";
        for (escapes, expected) in [
            (Escapes::Percent, "filename=\"%22%0D%0AContent-Type: %5Ctext\"\r\n"),
            (Escapes::Backslash, "filename=\"\\\"%0D%0AContent-Type: \\\\text\"\r\n"),
        ] {
            let style = Multipart { escapes, ..Multipart::default() };
            let body = text_of(multipart(&[file(hostile, "", b"")], &style));
            assert!(body.contains(expected), "{body}");
        }
        let refused = |field: &Field| multipart(std::slice::from_ref(field), &Multipart::default());
        let photo = || "photo".to_owned();
        assert_eq!(refused(&file("a\0", "", b"")), Err(NotMultipart::ControlCharacter(photo())));
        for content_type in ["a/b\r\nX: y", "a/b\n", "a\0/b"] {
            assert_eq!(refused(&file("", content_type, b"")), Err(NotMultipart::ContentType(photo())));
        }
    }

    #[test]
    fn the_style_changes_the_envelope_alone() {
        let style = Multipart {
            quote_boundary: true,
            charset: true,
            omit_file_names: true,
            preamble: "before".to_owned(),
            epilogue: "after".to_owned(),
            text_as_blobs: true,
            ..Multipart::default()
        };
        let body = multipart(&[Field::text("a", "1"), file("a.png", "", b"2")], &style).expect("writable");
        assert_eq!(body.content_type, "multipart/form-data; charset=utf-8; boundary=\"anchor-conformance\"");
        let expected = "before\r\n--anchor-conformance\r\nContent-Disposition: form-data; name=\"a\"; \
            filename=\"blob\"\r\nContent-Type: application/octet-stream\r\n\r\n1\r\n--anchor-conformance\r\n\
            Content-Disposition: form-data; name=\"photo\"\r\n\r\n2\r\n--anchor-conformance--\r\nafter";
        assert_eq!(body.bytes, expected);
    }
}
