//! JSON values that are not strings: numbers and nested values, in texts that careless readers change.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::value::RawValue;

const NUMBERS: [&str; 16] = [
    "0",
    "-0",
    "1.0",
    "1.50",
    "-0.0",
    "1e2",
    "1E+2",
    "1e-7",
    "1e400",
    "9007199254740993",
    "9223372036854775808",
    "18446744073709551616",
    "12345678901234567890",
    "0.1000000000000000055511151231257827",
    "3.14159265358979323846264338327950288",
    "100000000000000000000000000000000000000",
];

const STRINGS: [&str; 9] = [
    "\"\"",
    "\"1.0\"",
    "\"a\\u00e9\"",
    "\"\\/\"",
    "\"\\ud83d\\ude42\"",
    "\"\\u0000\"",
    "\"}]\"",
    "\"\\\\\"",
    "\"\\\"\"",
];

/// The text of a JSON number, such as an integer, `1.0`, `1e400` or twenty digits (RFC 8259, section 6).
pub fn arb_number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<u16>().prop_map(|number| number.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        select(&NUMBERS[..]).prop_map(str::to_owned),
        "-?[1-9][0-9]{0,24}(\\.[0-9]{1,12})?([eE][+-]?[0-9]{1,3})?",
    ]
}

/// A JSON array or object in a text of its own: odd numbers, white space, order of members, members that come twice.
pub fn arb_nested() -> impl Strategy<Value = Box<RawValue>> {
    let leaf = prop_oneof![
        select(&["null", "true", "false", "[]", "{}"][..]).prop_map(str::to_owned),
        arb_number(),
        select(&STRINGS[..]).prop_map(str::to_owned),
        "[a-z ]{0,8}".prop_map(|text| format!("\"{text}\"")),
    ];
    let inner = leaf.prop_recursive(3, 16, 4, arb_container);
    arb_container(inner).prop_map(|text| RawValue::from_string(text).expect("built by the grammar"))
}

fn arb_container(value: impl Strategy<Value = String> + Clone + 'static) -> impl Strategy<Value = String> {
    let name =
        prop_oneof!["[a-d]".prop_map(|name| format!("\"{name}\"")), select(&STRINGS[..]).prop_map(str::to_owned)];
    prop_oneof![
        (vec(value.clone(), 0..4), arb_space()).prop_map(|(values, space)| bracketed('[', &values, space, ']')),
        (vec((name, value), 0..4), arb_space()).prop_map(|(members, space)| {
            let members: Vec<_> = members.iter().map(|(name, value)| format!("{name}{space}:{space}{value}")).collect();
            bracketed('{', &members, space, '}')
        }),
    ]
}

fn bracketed(open: char, items: &[String], space: &str, close: char) -> String {
    let items = items.join(&format!("{space},{space}"));
    format!("{open}{space}{items}{space}{close}")
}

/// White space that JSON allows between tokens (RFC 8259, section 2).
pub(super) fn arb_space() -> impl Strategy<Value = &'static str> + Clone {
    select(&["", "", " ", "\n  ", "\t", "\r\n", "  "][..])
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest! {
        #[test]
        fn nested_values_are_arrays_or_objects(nested in arb_nested()) {
            prop_assert!(nested.get().starts_with(['[', '{']), "{}", nested);
        }

        #[test]
        fn numbers_are_json(number in arb_number()) {
            prop_assert!(serde_json::from_str::<&RawValue>(&number).is_ok(), "{}", number);
        }
    }
}
