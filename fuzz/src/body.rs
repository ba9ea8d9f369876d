//! A body's way through the platform, in memory, and what must hold of it whatever the body is.

use std::collections::HashSet;

use anchor_conformance::fuzzing::{mock, platform};
use anchor_conformance::platform::Limits;
use anchor_conformance::sep12::date::{DATE_FIELDS, is_calendar_date};
use anchor_conformance::sep12::registry::{self, Kind};
use anchor_conformance::sep12::{Field, Value};

use crate::SUBS;
use crate::expected::expected;
use crate::received::assert_received;

/// Limits that short inputs reach.
#[must_use]
pub fn limits() -> Limits {
    Limits { body: 6000, string_field: 500, all_strings: 3000, fields: 24, headers: 600, ..Limits::default() }
}

/// Decodes the body, forwards it for a caller that depends on its length, and checks both. Gives the fields decoded.
///
/// # Panics
///
/// If something does not hold.
pub fn check(content_type: &str, body: &[u8]) -> Result<Vec<Field>, platform::Refused> {
    let limits = limits();
    let decoded = platform::decode(content_type, &[body], &limits);
    let step = body.len() % 7 + 1;
    let pieces: Vec<&[u8]> = body.chunks(step).collect();
    let in_pieces = platform::decode(content_type, &pieces, &limits);
    // Which of two things is wrong first with a body that is too large, too, depends on how much of it is looked at at once.
    let is_too_large = body.len() as u64 > limits.body && decoded.is_err() && in_pieces.is_err();
    assert!(is_too_large || decoded == in_pieces, "{decoded:?}\nand in pieces\n{in_pieces:?}");
    match &decoded {
        Ok(fields) => {
            assert_within(fields, body, &limits);
            check_forwarding(content_type, body, fields, &limits);
        }
        Err(refused) => assert!(matches!(refused.status, Some(400 | 413 | 415)), "{refused:?}"),
    }
    decoded
}

/// Every rule for fields holds, and nothing came out of nowhere.
fn assert_within(fields: &[Field], body: &[u8], limits: &Limits) {
    let names: HashSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names.len(), fields.len(), "a name occurs twice");
    assert!(fields.len() <= limits.fields);
    let mut size = 0;
    let mut text_size = 0;
    for field in fields {
        let length = match &field.value {
            Value::Text(text) => text.len(),
            Value::Json(raw) => raw.get().len(),
            Value::File(file) => file.bytes.len(),
        };
        size += length;
        let is_file = field.as_file().is_some();
        text_size += field.name.len() + if is_file { 0 } else { length };
        assert!(is_file || length <= limits.string_field);
        assert!(registry::kind(&field.name).is_none_or(|kind| (kind == Kind::Binary) == is_file), "{field:?}");
        if let (true, Some(text)) = (DATE_FIELDS.contains(&field.name.as_str()), field.as_text()) {
            assert!(text.is_empty() || is_calendar_date(text), "{text}");
        }
    }
    assert!(size <= body.len() && text_size <= limits.all_strings, "{size} bytes of values, {text_size} of text");
}

/// The anchor gets exactly the fields that the identity table says, and what it gets would get there unchanged again.
fn check_forwarding(content_type: &str, body: &[u8], fields: &[Field], limits: &Limits) {
    let caller = body.len() % SUBS.len();
    let forwarded = platform::forward(SUBS[caller], content_type, &[body], limits);
    match (forwarded, expected(caller, fields)) {
        (Ok(forwarded), Ok(expected)) => {
            assert_received(&mock::read(&forwarded.content_type, &forwarded.body), &expected);
            let generous = Limits::default();
            let again = platform::decode(&forwarded.content_type, &[&forwarded.body], &generous);
            assert_eq!(again.as_ref(), Ok(&expected), "what was written is read differently");
            let twice = platform::forward(SUBS[caller], &forwarded.content_type, &[&forwarded.body], &generous);
            let twice = twice.expect("what was forwarded can be forwarded");
            assert_received(&mock::read(&twice.content_type, &twice.body), &expected);
        }
        (Err(refused), Err(statuses)) => {
            assert!(refused.status.is_some_and(|status| statuses.contains(&status)), "{refused:?}, not {statuses:?}");
        }
        (forwarded, expected) => panic!("the platform says {forwarded:?}, and should {expected:?}"),
    }
}
