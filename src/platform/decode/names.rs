//! Names that two readers could take for two different fields.
//!
//! What a field is called is the anchor's business, but for names that the anchor's own parser may change into others:
//! a client could then say `account` a second time behind the back of the platform. `docs/parsers.md` and
//! `docs/decoders.md` say which parser does what; the names are refused in every encoding, because which one goes to the
//! anchor is not theirs to choose.

use crate::platform::refusal::Refusal;

/// The names that decide whose data it is and what is asked for it.
const PARAMETERS: [&str; 6] = ["id", "account", "memo", "memo_type", "type", "transaction_id"];

pub(super) fn check(name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::malformed("a field's name is empty"));
    }
    // Trimmed by Commons FileUpload and Tomcat; a byte order mark is dropped by readers after the Fetch standard.
    if name.starts_with(is_blank) || name.ends_with(is_blank) {
        return Err(Refusal::field(name, "must not begin or end with white space"));
    }
    // Where texts end with a NUL, one within a name ends it: `account\0x` is a second `account`.
    if name.contains('\0') {
        return Err(Refusal::field(name, "must not hold a NUL"));
    }
    if holds_encoded_word(name) {
        return Err(Refusal::field(name, "must not be an encoded word (RFC 2047)"));
    }
    if holds_file_name(name) {
        let problem = "must not hold `filename` behind a blank or `;`, which could be read as a parameter of multipart";
        return Err(Refusal::field(name, problem));
    }
    if holds_name(name) {
        return Err(Refusal::field(name, "must not hold `name=`, which could be read as a parameter of multipart"));
    }
    if PARAMETERS.contains(&plain(name).as_str()) && !PARAMETERS.contains(&name) {
        return Err(Refusal::field(name, "could be read as id, account, memo, memo_type, type or transaction_id"));
    }
    Ok(())
}

fn is_blank(char: char) -> bool {
    char.is_whitespace() || char.is_control() || char == '\u{feff}'
}

/// Decoded by Commons FileUpload and Tomcat.
fn holds_encoded_word(name: &str) -> bool {
    name.split_once("=?").is_some_and(|(_, rest)| rest.contains("?="))
}

/// multer looks for `filename` behind a blank or a semicolon, wherever that stands, and for its equals sign: it finds a
/// file name that is none, or stops there and loses the true one.
fn holds_file_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.split(|char: char| char.is_ascii_whitespace() || char == ';').skip(1).any(|word| word.starts_with("filename"))
}

/// The same for `name` and `name*`, as far as an equals sign makes a parameter of it.
fn holds_name(name: &str) -> bool {
    let closed_up: String = name.to_ascii_lowercase().split_ascii_whitespace().collect();
    closed_up.contains("name=") || closed_up.contains("name*=")
}

/// The name as the most careless reader has it: in any case (Go's `encoding/json`, ASP.NET; Go takes a long s for an s),
/// with dots and blanks as underscores (PHP), without what stands in brackets (PHP, `append-field`).
fn plain(name: &str) -> String {
    let name = match name.split_once('[') {
        Some((name, rest)) if rest.contains(']') => name,
        // One that is never closed is an underscore for PHP.
        _ => name,
    };
    name.replace(['.', ' ', '['], "_").replace('\u{17f}', "s").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_anybodys_are_fine() {
        for name in [
            "account",
            "memo_type",
            "first_name",
            "organization.name",
            "größe[1]",
            "a b",
            "ids",
            "a=?b",
            "?=",
            "_",
            "name",
            "filename",
            "file;name",
        ] {
            assert!(check(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_name_that_a_parser_changes_is_refused() {
        for name in [
            "",
            " account",
            "account\t",
            "\u{feff}account",
            "\u{a0}",
            "\0id",
            "account\0x",
            "=?utf-8?Q?account?=",
            "x =?a?B?b?=",
            "a; filename=b",
            "a;filename*=b",
            "NAME=",
            "a; filename =b",
            "my filename",
            "x;filename2",
            "name =",
        ] {
            assert!(check(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_second_name_for_a_parameter_is_refused() {
        for name in [
            "Account",
            "MEMO",
            "memo.type",
            "memo type",
            "memo[type",
            "Memo_Type",
            "account[]",
            "account[0]",
            "ID",
            "Type",
            "tran\u{17f}action_id",
        ] {
            assert!(check(name).is_err(), "{name}");
        }
    }
}
