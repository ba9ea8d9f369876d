//! Which fields the anchor must get of those that a client sent: the identity table of `docs/platform.md`, told anew.

use std::collections::BTreeSet;

use anchor_conformance::sep12::{Field, File, Value};

use crate::names::is_parameter;

const G: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
const M: &str = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK";
const M_ID: &str = "9223372036854775808";
const C: &str = "CA3D5KRYM6CB7OWQ6TWYRR3Z4T7GNZLKERYNZGGA5SOAOPIFY6YQGAXE";

/// The fields in the order in which they must come, or the statuses of which one must be the answer.
pub type Expected = Result<Vec<Field>, BTreeSet<u16>>;

/// What becomes of fields whose encoding and single values are in order, for the caller with this number in
/// [`SUBS`](crate::SUBS).
#[must_use]
pub fn expected(caller: usize, fields: &[Field]) -> Expected {
    let first_file = fields.iter().position(|field| field.as_file().is_some()).unwrap_or(fields.len());
    let (lead, rest) = fields.split_at(first_file);
    let mut wrong = BTreeSet::new();
    for field in fields {
        let nested = matches!(field.value, Value::Json(_));
        if nested && is_parameter(&field.name) {
            wrong.insert(400);
        }
    }
    let given = |name: &str| fields.iter().any(|field| field.name == name && text(field).is_some());
    if given("transaction_id") && !given("type") {
        wrong.insert(400);
    }
    let identity = identity(caller, |name| claim(lead, name), &mut wrong);
    let later = self::identity(caller, |name| claim(rest, name).or_else(|| claim(lead, name)), &mut wrong);
    if identity != later {
        wrong.insert(400);
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let is_identity = |field: &Field| ["account", "memo", "memo_type"].contains(&field.name.as_str());
    let is_no_id = |field: &Field| field.name == "id" && text(field).is_none();
    let forwarded =
        fields.iter().filter(|field| !(is_identity(field) && field.as_file().is_none()) && !is_no_id(field));
    Ok(identity.into_iter().chain(forwarded.map(written)).collect())
}

/// A control character in a file name has no way to the anchor but this one.
fn written(field: &Field) -> Field {
    let Some(File { file_name: Some(name), content_type, bytes }) = field.as_file() else { return field.clone() };
    let mut file_name = String::new();
    for char in name.chars() {
        if char.is_control() && !['\t', '\r', '\n'].contains(&char) {
            file_name.extend(char.to_string().bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            file_name.push(char);
        }
    }
    let file = File { file_name: Some(file_name), content_type: content_type.clone(), bytes: bytes.clone() };
    Field::file(field.name.clone(), file)
}

/// The account, and the memo with its type as far as they are known.
fn identity<'a>(caller: usize, claim: impl Fn(&str) -> Option<&'a str>, wrong: &mut BTreeSet<u16>) -> Vec<Field> {
    let (account, memo, memo_type) = (claim("account"), claim("memo"), claim("memo_type"));
    let own: &[&str] = match caller {
        0 | 1 => &[G],
        2 => &[M, G],
        _ => &[C],
    };
    if account.is_some_and(|account| !own.contains(&account)) {
        wrong.insert(403);
    }
    let token_memo = match caller {
        1 => Some("7"),
        2 => Some(M_ID),
        _ => None,
    };
    if let (Some(token), Some(memo)) = (token_memo, memo) {
        let digits = memo.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || memo.trim_start_matches('0') != token {
            wrong.insert(403);
        }
    }
    let mut identity = vec![Field::text("account", own[0])];
    match caller {
        0 => {
            if memo_type.is_some_and(|memo_type| !["id", "hash", "text"].contains(&memo_type)) {
                wrong.insert(400);
            }
            if let Some(memo) = memo {
                identity.push(Field::text("memo", memo));
                identity.extend(memo_type.map(|memo_type| Field::text("memo_type", memo_type)));
            }
        }
        1 => identity.extend([Field::text("memo", "7"), Field::text("memo_type", "id")]),
        3 if memo.is_some() => {
            wrong.insert(400);
        }
        _ => {}
    }
    identity
}

fn claim<'a>(fields: &'a [Field], name: &str) -> Option<&'a str> {
    fields.iter().find(|field| field.name == name).and_then(text)
}

/// A text that says something.
fn text(field: &Field) -> Option<&str> {
    field.as_text().filter(|text| !text.is_empty())
}
