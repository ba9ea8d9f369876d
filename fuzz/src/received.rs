//! What an anchor got, compared with what it should have got.

use anchor_conformance::mock::{ReceivedBody, ReceivedField, ReceivedValue};
use anchor_conformance::sep12::{Field, Value};

/// Fails unless the body has exactly these fields in this order, and is JSON if and only if none is a file.
///
/// # Panics
///
/// If it has not.
pub fn assert_received(body: &ReceivedBody, expected: &[Field]) {
    let has_files = expected.iter().any(|field| field.as_file().is_some());
    let fields = match body {
        ReceivedBody::Json(fields) if !has_files => fields,
        ReceivedBody::Multipart(fields) if has_files => fields,
        other => panic!("the anchor got {other:?} instead of {expected:?}"),
    };
    let same = fields.len() == expected.len() && fields.iter().zip(expected).all(|(got, field)| is(got, field));
    assert!(same, "the anchor got\n{fields:?}\ninstead of\n{expected:?}");
}

/// Whether this is what a reader must make of the field.
#[must_use]
pub fn is(got: &ReceivedField, field: &Field) -> bool {
    let value = match (&got.value, &field.value) {
        (ReceivedValue::Text(got), Value::Text(text)) => got == text,
        (ReceivedValue::Json(got), Value::Json(raw)) => got.get() == raw.get(),
        (ReceivedValue::File(got), Value::File(file)) => {
            got.bytes.as_ref() == Some(&file.bytes)
                && got.file_name == file.file_name
                && got.content_type == file.content_type
        }
        _ => false,
    };
    value && got.name == field.name
}

/// Whether multer's name is the platform's: of a value without quotes multer takes what is before its first
/// blank, and the tabs behind it.
#[must_use]
pub fn is_same_name(multers: &str, platforms: &str) -> bool {
    let unquoted = platforms.split([' ', '\t']).next();
    multers == platforms || [multers, multers.trim_end_matches('\t')].map(Some).contains(&unquoted)
}

/// Whether multer may read delimiters otherwise: before the first one it finds them within a line, too, and right behind
/// headers it finds none.
#[must_use]
pub fn has_odd_delimiters(content_type: &str, body: &[u8]) -> bool {
    let boundary = content_type.to_ascii_lowercase().find("boundary=").map(|at| &content_type[at + 9..]);
    let boundary = boundary.and_then(|rest| rest.split(';').next()).unwrap_or_default();
    let delimiter = format!("--{}", boundary.trim().trim_matches('"'));
    let behind_headers = format!("\r\n\r\n{delimiter}");
    !body.starts_with(delimiter.as_bytes())
        || body.windows(behind_headers.len()).any(|at| at == behind_headers.as_bytes())
}
