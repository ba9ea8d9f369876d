//! Free text, hostile corners included.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Texts that some reader takes for something else than text.
const TRAPS: [&str; 46] = [
    " ",
    "  both ends  ",
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1.0",
    "1e400",
    "NaN",
    "12345678901234567890",
    "+1",
    "undefined",
    "{}",
    "[]",
    "{\"id\":\"1\"}",
    "\"quoted\"",
    "\\",
    "\\\"",
    "\\u0000",
    "\\ud800",
    "%",
    "%22",
    "%0D%0A",
    "%zz",
    "+",
    "&",
    "=",
    "a=b&id=1",
    "a+b c%20d",
    "--",
    "\r\n--boundary\r\n",
    "\r\n--boundary--\r\n",
    "Content-Disposition: form-data; name=\"id\"\r\n\r\n1",
    "\0",
    "a\0b",
    "\r",
    "\n",
    "\r\n",
    "\t",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{feff}BOM",
    "\u{fffd}",
    "<script>alert(1)</script>",
    "'; DROP TABLE customers; --",
];

/// Texts of scripts and forms that naive code cuts, reorders or normalises.
const SCRIPTS: [&str; 12] = [
    "José",
    "Jose\u{301}",
    "ﬁancé",
    "ẞß",
    "İstanbul",
    "محمد علي",
    "\u{202e}evil\u{202c}",
    "山田 太郎",
    "𠮷野家",
    "👩‍👩‍👧‍👦",
    "🇺🇳",
    "a\u{2028}b\u{2029}c",
];

/// Any text at all, up to about 4 KiB: empty, plain, odd in its script, control characters, and texts that look like
/// numbers, JSON, forms, multipart delimiters or escapes.
pub fn arb_text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-z]{0,12}( [A-Za-z]{1,12}){0,2}",
        1 => Just(String::new()),
        1 => "0{1,4}[0-9]{1,12}",
        3 => select(&TRAPS[..]).prop_map(str::to_owned),
        2 => select(&SCRIPTS[..]).prop_map(str::to_owned),
        2 => arb_mixture(),
        2 => vec(any::<char>(), 0..48).prop_map(String::from_iter),
        1 => arb_long(),
    ]
}

fn arb_mixture() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-z]{1,4}",
        select(&TRAPS[..]).prop_map(str::to_owned),
        select(&SCRIPTS[..]).prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    vec(word, 1..12).prop_map(|words| words.concat())
}

fn arb_long() -> impl Strategy<Value = String> {
    ("[a-z \r\n]{1,20}|é{1,3}|𠮷", 1..=4096_usize).prop_map(|(text, bytes)| text.repeat(bytes.div_ceil(text.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest! {
        #[test]
        fn texts_stay_short(text in arb_text()) {
            prop_assert!(text.len() < 5000);
        }
    }
}
