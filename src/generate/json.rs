//! Requests in JSON, with every freedom in writing that JSON leaves (RFC 8259).

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::value::RawValue;

use super::customer::{arb_lenient_name, arb_text_field};
use super::nested::{arb_nested, arb_number, arb_space};
use super::request::ClientRequest;
use crate::sep12::{Field, Value};

const CONTENT_TYPES: [&str; 5] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    "Application/JSON",
    "application/json ; charset=\"utf-8\"",
];

/// One member of the object; what its value arrives as is one of the variants of [`Value`], or nothing.
#[derive(Clone, Debug)]
enum Member {
    Text(Field),
    Literal(String, String),
    Nested(String, Box<RawValue>),
    Null(String),
}

/// How a character of a string is written.
#[derive(Clone, Copy, Debug)]
enum Escape {
    /// Escaped only if it must be.
    Bare,
    /// By its two-character escape, if it has one: `\n`, `\/`.
    Short,
    /// `\uXXXX`, astral characters as two of them, in lower or upper case.
    Lower,
    Upper,
}

/// A JSON request: strings with and without escapes, numbers and booleans in place of strings, nested values, `null`,
/// white space anywhere. There may be no member at all.
///
/// Numbers and booleans must arrive as their literal text, `null` not at all.
pub fn arb_json_request() -> impl Strategy<Value = ClientRequest> {
    let escape = select(&[Escape::Bare, Escape::Bare, Escape::Short, Escape::Lower, Escape::Upper][..]);
    let escapes = prop_oneof![Just(vec![Escape::Bare]), vec(escape, 1..8)];
    let spaces = prop_oneof![Just(vec![""]), vec(arb_space(), 1..6)];
    (vec(arb_member(), 0..12), escapes, spaces, select(&CONTENT_TYPES[..])).prop_map(
        |(members, escapes, spaces, content_type)| {
            let members = distinct(members);
            let body = object(&members, &escapes, &spaces).into();
            let sent = members.into_iter().filter_map(Member::received).collect();
            ClientRequest { content_type: content_type.to_owned(), body, sent }
        },
    )
}

fn arb_member() -> impl Strategy<Value = Member> {
    let boolean = select(&["true", "false"][..]).prop_map(str::to_owned);
    let literal = prop_oneof![3 => arb_number(), 1 => boolean];
    prop_oneof![
        8 => arb_text_field().prop_map(Member::Text),
        2 => (arb_lenient_name(), literal).prop_map(|(name, literal)| Member::Literal(name, literal)),
        2 => (arb_lenient_name(), arb_nested()).prop_map(|(name, nested)| Member::Nested(name, nested)),
        1 => arb_text_field().prop_map(|field| Member::Null(field.name)),
    ]
}

fn distinct(mut members: Vec<Member>) -> Vec<Member> {
    let mut seen = HashSet::new();
    members.retain(|member| seen.insert(member.name().to_owned()));
    members
}

impl Member {
    fn name(&self) -> &str {
        match self {
            Self::Text(field) => &field.name,
            Self::Literal(name, _) | Self::Nested(name, _) | Self::Null(name) => name,
        }
    }

    fn received(self) -> Option<Field> {
        match self {
            Self::Text(field) => Some(field),
            Self::Literal(name, literal) => Some(Field::text(name, literal)),
            Self::Nested(name, nested) => Some(Field { name, value: Value::Json(nested) }),
            Self::Null(_) => None,
        }
    }

    fn value(&self, escapes: &[Escape]) -> String {
        match self {
            Self::Text(field) => string(field.as_text().expect("a text field"), escapes),
            Self::Literal(_, literal) => literal.clone(),
            Self::Nested(_, nested) => nested.get().to_owned(),
            Self::Null(_) => "null".to_owned(),
        }
    }
}

/// The object, the spaces taken in turn between its tokens.
fn object(members: &[Member], escapes: &[Escape], spaces: &[&str]) -> String {
    let mut spaces = spaces.iter().cycle();
    let mut text = String::new();
    let mut token = |token: &str| {
        text.push_str(spaces.next().expect("never exhausted"));
        text.push_str(token);
    };
    token("{");
    for (index, member) in members.iter().enumerate() {
        if index > 0 {
            token(",");
        }
        token(&string(member.name(), escapes));
        token(":");
        token(&member.value(escapes));
    }
    token("}");
    token("");
    text
}

/// A string literal, the escapes taken in turn for its characters.
fn string(text: &str, escapes: &[Escape]) -> String {
    let escaped = text.chars().zip(escapes.iter().cycle()).map(|(char, escape)| escaped(char, *escape));
    format!("\"{}\"", escaped.collect::<String>())
}

fn escaped(char: char, escape: Escape) -> String {
    let short = match char {
        '"' | '\\' | '/' => Some(char),
        '\u{8}' => Some('b'),
        '\u{c}' => Some('f'),
        '\n' => Some('n'),
        '\r' => Some('r'),
        '\t' => Some('t'),
        _ => None,
    };
    let must = char < ' ' || char == '"' || char == '\\';
    let mut units = [0; 2];
    let units = char.encode_utf16(&mut units).iter();
    match (escape, short) {
        (Escape::Short, Some(short)) => format!("\\{short}"),
        (Escape::Bare | Escape::Short, _) if !must => char.to_string(),
        (Escape::Upper, _) => units.map(|unit| format!("\\u{unit:04X}")).collect(),
        _ => units.map(|unit| format!("\\u{unit:04x}")).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    proptest! {
        #[test]
        fn a_json_reader_finds_what_was_sent(request in arb_json_request()) {
            let members: HashMap<String, &RawValue> = serde_json::from_slice(&request.body).expect("an object");
            let provided = members.values().filter(|raw| raw.get() != "null").count();
            prop_assert_eq!(provided, request.sent.len());
            for Field { name, value } in &request.sent {
                let raw = members[name].get();
                let read = || serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned());
                match value {
                    Value::Text(text) => prop_assert_eq!(text, &read()),
                    Value::Json(nested) => prop_assert_eq!(nested.get(), raw),
                    Value::File(_) => prop_assert!(false, "a file in JSON"),
                }
            }
        }
    }

    #[test]
    fn characters_have_several_spellings() {
        assert_eq!(string("/é🙂\n", &[Escape::Bare]), "\"/é🙂\\u000a\"");
        assert_eq!(string("/é🙂\n", &[Escape::Short]), "\"\\/é🙂\\n\"");
        assert_eq!(string("/é🙂\n", &[Escape::Upper]), "\"\\u002F\\u00E9\\uD83D\\uDE42\\u000A\"");
    }
}
