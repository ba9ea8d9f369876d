//! `multipart/form-data` through the platform's decoder and encoder. The first line of an input is its content type.
//!
//! What multer reads of the same bytes, where it reads them and names are written plainly, must be the same fields.

#![no_main]

use anchor_conformance::fuzzing::mock;
use anchor_conformance::mock::{ReceivedBody, ReceivedField, ReceivedValue};
use anchor_conformance::sep12::{Field, Value};
use anchor_conformance_fuzz::body::check;
use anchor_conformance_fuzz::received::is_plain;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let Ok(content_type) = std::str::from_utf8(&data[..end]) else { return };
    let body = data.get(end + 1..).unwrap_or_default();
    let Ok(fields) = check(content_type, body) else { return };
    if let ReceivedBody::Multipart(others) = mock::read(content_type, body) {
        let provided: Vec<&ReceivedField> = others.iter().filter(|other| !is_untouched(other)).collect();
        if !is_plain(content_type, body) {
            return;
        }
        let alike =
            provided.len() == fields.len() && provided.iter().zip(&fields).all(|(other, field)| is(other, field));
        assert!(alike, "multer reads\n{others:?}\nand the platform\n{fields:?}");
    }
});

/// A file input that nobody touched, which the platform leaves out.
fn is_untouched(other: &ReceivedField) -> bool {
    matches!(&other.value, ReceivedValue::File(file) if file.file_name.as_deref() == Some("") && file.length == 0)
}

/// The same name and content: what is text and what a file, the two see differently on purpose.
fn is(other: &ReceivedField, field: &Field) -> bool {
    let content = match &field.value {
        Value::Text(text) => text.as_bytes(),
        Value::File(file) => &file.bytes,
        Value::Json(_) => return false,
    };
    let other_content = match &other.value {
        ReceivedValue::Text(text) => text.as_bytes(),
        ReceivedValue::File(file) => file.bytes.as_deref().unwrap_or_default(),
        ReceivedValue::Json(_) => return false,
    };
    other.name == field.name && other_content == content
}
