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

/// Whether multer reads such a body as others do: its first delimiter stands at the beginning and none right behind
/// headers, and names and file names are written as browsers write them. `docs/decoders.md` lists what it makes of others.
#[must_use]
pub fn is_plain(content_type: &str, body: &[u8]) -> bool {
    let boundary = content_type.to_ascii_lowercase().find("boundary=").map(|at| &content_type[at + 9..]);
    let boundary = boundary.and_then(|rest| rest.split(';').next()).unwrap_or_default();
    let delimiter = format!("--{}", boundary.trim().trim_matches('"'));
    let behind_headers = format!("\r\n\r\n{delimiter}");
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    body.starts_with(delimiter.as_bytes())
        && !body.windows(behind_headers.len()).any(|at| at == behind_headers.as_bytes())
        && text.split(['\r', '\n']).filter(|line| line.contains("content-disposition")).all(is_plain_disposition)
}

fn is_plain_disposition(line: &str) -> bool {
    let Some(mut rest) = line.strip_prefix("content-disposition: form-data; name=") else { return false };
    if let Some(file_name) = rest.find("; filename=") {
        if !is_plain_value(&rest[file_name + "; filename=".len()..]) {
            return false;
        }
        rest = &rest[..file_name];
    }
    is_plain_value(rest)
}

/// In quotes or a token; within neither is there anything that another reader could take for a sign.
fn is_plain_value(value: &str) -> bool {
    let token = |char: char| char.is_ascii_alphanumeric() || "_.-".contains(char);
    match value.strip_prefix('"').and_then(|quoted| quoted.strip_suffix('"')) {
        Some(quoted) => !quoted.contains(['"', '\\', '=', ';']) && !quoted.contains(char::is_control),
        None => !value.is_empty() && value.chars().all(token),
    }
}
