//! `application/json` through the platform's decoder and encoder.
//!
//! A second reader must see the same members, and what the platform calls malformed must be so to serde_json, too.

#![no_main]

use anchor_conformance::fuzzing::mock;
use anchor_conformance::mock::{ReceivedBody, ReceivedField, ReceivedValue};
use anchor_conformance::sep12::{Field, Value};
use anchor_conformance_fuzz::body::check;
use libfuzzer_sys::fuzz_target;

/// How a refusal begins that is not about a field: such a one begins with its name.
const NOT_JSON: [&str; 2] = ["the body must be a JSON object", "the body is not valid JSON"];

fuzz_target!(|body: &[u8]| match check("application/json", body) {
    Ok(fields) => {
        let ReceivedBody::Json(members) = mock::read("application/json", body) else {
            panic!("the second reader finds no object")
        };
        let provided: Vec<&ReceivedField> = members.iter().filter(|member| !is_null(member)).collect();
        assert_eq!(provided.len(), fields.len());
        assert!(provided.iter().zip(&fields).all(|(member, field)| is(member, field)), "{members:?}\n{fields:?}");
    }
    Err(refused) if NOT_JSON.iter().any(|problem| refused.message.starts_with(problem)) => {
        let object = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(body);
        assert!(object.is_err(), "{refused:?}");
    }
    Err(_) => {}
});

fn is_null(member: &ReceivedField) -> bool {
    matches!(&member.value, ReceivedValue::Json(raw) if raw.get() == "null")
}

/// Numbers and booleans become the text that they are written as.
fn is(member: &ReceivedField, field: &Field) -> bool {
    let value = match (&member.value, &field.value) {
        (ReceivedValue::Text(text), Value::Text(value)) => text == value,
        (ReceivedValue::Json(raw), Value::Text(value)) => !raw.get().starts_with(['{', '[']) && raw.get() == value,
        (ReceivedValue::Json(raw), Value::Json(value)) => raw.get().starts_with(['{', '[']) && raw.get() == value.get(),
        _ => false,
    };
    value && member.name == field.name
}
