//! Names that no source defines, and strings that a header can hold.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::sep12::registry;

/// Pieces of names, among them those that parsers of forms, headers and objects give a meaning to.
const PIECES: [&str; 32] = [
    "colour",
    "favourite",
    "id",
    "account",
    "memo",
    "type",
    "lang",
    "customer",
    "organization.",
    "__proto__",
    "constructor",
    ".",
    "-",
    "_",
    "[",
    "]",
    "[]",
    "[0]",
    " ",
    "%",
    "%20",
    "+",
    "&",
    "=",
    ";",
    "'",
    "\"",
    "\\",
    "ñ",
    "e\u{301}",
    "名前",
    "🙂",
];

/// A name that nobody has standardised: neither SEP-9's, nor the callback API's, nor SEP-12's, nor one with SEP-12's
/// suffixes `_verification` and `_file_id`.
///
/// Never empty, at most 1 KiB, and fit for all three encodings: its only control characters are CR and LF, and it holds
/// none of the escapes that multipart headers use (`%22`, `%5C`, `%0D`, `%0A`). Nor is it a name that parsers of forms
/// are known to change: it has no white space around it, is no encoded word (RFC 2047), holds no `name=`, and is
/// not a parameter of SEP-12 in another spelling (`Account`, `memo.type`, `id[]`).
pub fn arb_name() -> impl Strategy<Value = String> {
    let odd = prop_oneof![
        3 => select(&PIECES[..]).prop_map(str::to_owned),
        2 => "[a-zA-Z0-9]{1,6}",
        1 => any::<char>().prop_map(String::from),
        1 => select(&["\r\n", "\n", "\r"][..]).prop_map(str::to_owned),
    ];
    prop_oneof![
        6 => "[a-z]{1,8}(_[a-z]{1,8}){0,2}",
        4 => "[a-z]{1,6}[.-][a-z]{1,6}|[a-z]{1,6}\\[[a-z0-9]{0,3}\\]|[A-Z][a-z]{1,4} [a-z]{1,6}",
        4 => vec(odd, 1..8).prop_map(|pieces| pieces.concat()),
        1 => ("[a-z]{1,3}", 1..=1000_usize).prop_map(|(text, bytes)| text.repeat(bytes.div_ceil(text.len()))),
    ]
    .prop_map(|name| undefined(header_safe(&name)))
}

/// A string field's name by SEP-12's suffixes: `..._verification` (customer PUT, verification) or `..._file_id`
/// (customer files).
pub fn arb_suffixed_name() -> impl Strategy<Value = String> {
    prop_oneof![
        select(&["mobile_number_verification", "email_address_verification", "photo_id_front_file_id"][..])
            .prop_map(str::to_owned),
        ("[a-z]{1,8}(_[a-z]{1,8}){0,1}", select(&["_verification", "_file_id"][..]))
            .prop_map(|(stem, suffix)| stem + suffix),
    ]
}

/// The text without what multipart headers cannot hold, or what their readers unescape.
pub(super) fn header_safe(text: &str) -> String {
    let upper = text.to_ascii_uppercase();
    let has_escape = ["%22", "%5C", "%0D", "%0A"].iter().any(|escape| upper.contains(escape));
    let lost = |char: char| (char.is_control() && char != '\r' && char != '\n') || (has_escape && char == '%');
    text.chars().map(|char| if lost(char) { '_' } else { char }).collect()
}

/// The name itself, or with something added that makes it nobody's. `_charset_` is a field name that HTML forms give a
/// meaning of its own (WHATWG HTML, form submission).
fn undefined(name: String) -> String {
    if registry::kind(&name).is_some() || name == "_charset_" {
        name + "_x"
    } else if is_changed_by_parsers(&name) {
        format!("x_{}_x", name.replace('=', "_"))
    } else {
        name
    }
}

fn is_changed_by_parsers(name: &str) -> bool {
    let outer = |char: char| char.is_whitespace() || char.is_control() || char == '\u{feff}';
    let closed_up: String = name.to_ascii_lowercase().split_ascii_whitespace().collect();
    let stem = name.split('[').next().unwrap_or_default().replace(['.', ' '], "_").to_lowercase();
    name.trim_matches(outer) != name
        || name.contains("=?")
        || ["name=", "name*="].iter().any(|word| closed_up.contains(word))
        || ["id", "account", "memo", "memo_type", "type", "transaction_id"].contains(&stem.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest! {
        #[test]
        fn names_are_nobodys_and_fit_every_encoding(name in arb_name()) {
            prop_assert!(!name.is_empty() && name.len() <= 1024);
            prop_assert_eq!(registry::kind(&name), None);
            prop_assert!(!is_changed_by_parsers(&name));
            prop_assert_eq!(header_safe(&name), name);
        }

        #[test]
        fn suffixed_names_are_string_fields(name in arb_suffixed_name()) {
            prop_assert_eq!(registry::kind(&name), Some(registry::Kind::String));
        }
    }

    #[test]
    fn what_a_reader_would_unescape_is_replaced() {
        assert_eq!(header_safe("100%"), "100%");
        assert_eq!(header_safe("a%22\0%5c\r\n"), "a_22__5c\r\n");
        assert_eq!(undefined("organization.bank_name".to_owned()), "organization.bank_name_x");
    }

    #[test]
    fn what_a_parser_would_change_is_replaced() {
        for (name, replaced) in [
            ("account[0]", "x_account[0]_x"),
            ("Memo.Type", "x_Memo.Type_x"),
            ("a ", "x_a _x"),
            ("\r\n", "x_\r\n_x"),
            ("=?utf-8?Q?id?=", "x__?utf-8?Q?id?__x"),
            ("SurName *=b", "x_SurName *_b_x"),
            ("accounts", "accounts"),
        ] {
            assert_eq!(undefined(name.to_owned()), replaced);
        }
    }
}
