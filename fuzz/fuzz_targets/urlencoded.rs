//! `application/x-www-form-urlencoded` through the platform's decoder and encoder, and the same text as a query.
//!
//! The URL standard's own parser says what the pairs are; it replaces what is not UTF-8, which the platform refuses.

#![no_main]

use std::collections::HashSet;

use anchor_conformance::fuzzing::platform;
use anchor_conformance::sep12::date::{DATE_FIELDS, is_calendar_date};
use anchor_conformance::sep12::registry::{self, Kind};
use anchor_conformance_fuzz::body::{check, limits};
use anchor_conformance_fuzz::names::is_refused;
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 4] = ["account", "memo", "id", "type"];

fuzz_target!(|body: &[u8]| {
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let is_exact = !pairs.iter().any(|(name, value)| name.contains('\u{fffd}') || value.contains('\u{fffd}'));
    match check("application/x-www-form-urlencoded", body) {
        Ok(fields) => {
            let read: Vec<(&str, &str)> =
                fields.iter().map(|field| (field.name.as_str(), field.as_text().unwrap_or("(not text)"))).collect();
            assert!(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(read.iter().copied()));
        }
        Err(refused) => assert!(!is_exact || breaks_a_rule(&pairs) || body.len() > 3000, "{refused:?} for {pairs:?}"),
    }
    let Ok(text) = std::str::from_utf8(body) else { return };
    if let Ok(parameters) = platform::parameters(text, &NAMES, &limits()) {
        let read = parameters.iter().map(|field| (field.name.as_str(), field.as_text().unwrap_or("(not text)")));
        let named = pairs.iter().filter(|(name, _)| NAMES.contains(&name.as_str()));
        assert!(named.map(|(name, value)| (name.as_str(), value.as_str())).eq(read));
    }
});

fn breaks_a_rule(pairs: &[(String, String)]) -> bool {
    let limits = limits();
    let names: HashSet<&String> = pairs.iter().map(|(name, _)| name).collect();
    let size: usize = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
    let is_wrong = |(name, value): &(String, String)| {
        let is_no_date = DATE_FIELDS.contains(&name.as_str()) && !value.is_empty() && !is_calendar_date(value);
        let is_long = name.len() > limits.string_field || value.len() > limits.string_field;
        let is_other_charset = name == "_charset_" && !value.eq_ignore_ascii_case("utf-8");
        is_no_date || is_long || is_other_charset || is_refused(name) || registry::kind(name) == Some(Kind::Binary)
    };
    names.len() < pairs.len() || pairs.len() > limits.fields || size > limits.all_strings || pairs.iter().any(is_wrong)
}
