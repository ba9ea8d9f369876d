//! `check platform` behind a hostile platform: what arrives at the suite's anchor side.
//!
//! An input is a line with method and target, a line with the content type, and the body. Where multer (names
//! written plainly) or serde_json read the body too, names and contents must be the same.

#![no_main]

use anchor_conformance::fuzzing::mock;
use anchor_conformance::fuzzing::suite::anchor_side::{Read, hear};
use anchor_conformance::mock::{ReceivedBody, ReceivedField, ReceivedValue};
use anchor_conformance_fuzz::received::is_plain;
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (line, rest) = cut(data);
    let (content_type, body) = cut(rest);
    let (Ok(line), Ok(content_type)) = (std::str::from_utf8(line), std::str::from_utf8(content_type)) else { return };
    let (method, target) = line.split_once(' ').unwrap_or(("PUT", line));
    match hear(method, target, content_type, Bytes::copy_from_slice(body)) {
        Ok(fields) => {
            let size: usize = fields.iter().map(|field| field.content.len()).sum();
            // What is not UTF-8 in a urlencoded text is replaced by a character of three bytes.
            assert!(size <= 3 * body.len());
            let others = match mock::read(content_type, body) {
                ReceivedBody::Json(others) => others,
                ReceivedBody::Multipart(others) if is_plain(content_type, body) => others,
                _ => return,
            };
            let alike =
                fields.len() == others.len() && fields.iter().zip(&others).all(|(field, other)| is(field, other));
            assert!(alike, "{fields:?}\n{others:?}");
        }
        Err(why) => assert!(why.len() <= 200 + 2 * data.len(), "{why}"),
    }
});

fn cut(data: &[u8]) -> (&[u8], &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    (&data[..end], data.get(end + 1..).unwrap_or_default())
}

fn is(field: &Read, other: &ReceivedField) -> bool {
    let content = match &other.value {
        ReceivedValue::Text(text) => text.as_bytes(),
        ReceivedValue::Json(raw) => raw.get().as_bytes(),
        ReceivedValue::File(file) => file.bytes.as_deref().unwrap_or_default(),
    };
    field.name == other.name && field.content == content
}
