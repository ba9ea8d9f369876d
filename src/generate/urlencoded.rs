//! Requests as `application/x-www-form-urlencoded`, with what readers must accept beyond what writers should write
//! (WHATWG URL, section 5.1).

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::customer::arb_text_customer;
use super::request::ClientRequest;
use crate::sep12::Field;

const CONTENT_TYPES: [&str; 4] = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=UTF-8",
    "application/x-www-form-urlencoded;charset=utf-8",
    "Application/X-WWW-Form-Urlencoded",
];

/// How a byte is written.
#[derive(Clone, Copy, Debug)]
enum Escape {
    /// As the URL standard writes it, a space as `+`.
    Usual,
    /// Always `%XX`, in upper or lower case.
    Upper,
    Lower,
    /// As itself wherever a reader cannot mistake it.
    Bare,
}

/// A form of text fields: needless and missing escapes, hex digits in both cases, spaces as `+` and `%20`, doubled `&`,
/// empty values without `=`. There may be no pair at all, and then no byte.
pub fn arb_urlencoded_request() -> impl Strategy<Value = ClientRequest> {
    let escape = select(&[Escape::Usual, Escape::Usual, Escape::Upper, Escape::Lower, Escape::Bare][..]);
    let escapes = prop_oneof![Just(vec![Escape::Usual]), vec(escape, 1..8)];
    let separator = prop_oneof![9 => Just("&"), 1 => Just("&&")];
    let end = prop_oneof![9 => Just(""), 1 => Just("&")];
    let bare_names = prop_oneof![4 => Just(false), 1 => Just(true)];
    (arb_text_customer(), escapes, separator, end, bare_names, select(&CONTENT_TYPES[..])).prop_map(
        |(sent, escapes, separator, end, bare_names, content_type)| {
            let pairs: Vec<_> = sent.iter().map(|field| pair(field, &escapes, bare_names)).collect();
            let body = pairs.join(separator) + if pairs.is_empty() { "" } else { end };
            ClientRequest { content_type: content_type.to_owned(), body: body.into(), sent }
        },
    )
}

fn pair(field: &Field, escapes: &[Escape], bare_names: bool) -> String {
    let (name, value) = (&field.name, field.as_text().expect("a text customer"));
    let equals = if bare_names && value.is_empty() { "" } else { "=" };
    format!("{}{equals}{}", escaped(name, escapes), escaped(value, escapes))
}

/// The text, the escapes taken in turn for its bytes.
fn escaped(text: &str, escapes: &[Escape]) -> String {
    let escaped_byte = |(byte, escape): (u8, &Escape)| {
        let usual = byte.is_ascii_alphanumeric() || b"*-._".contains(&byte);
        let bare = byte.is_ascii_graphic() && !b"&=+%".contains(&byte);
        match escape {
            Escape::Usual if byte == b' ' => "+".to_owned(),
            Escape::Usual if usual => char::from(byte).to_string(),
            Escape::Bare if bare => char::from(byte).to_string(),
            Escape::Lower => format!("%{byte:02x}"),
            _ => format!("%{byte:02X}"),
        }
    };
    text.bytes().zip(escapes.iter().cycle()).map(escaped_byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(text: &str) -> String {
        let mut bytes = text.bytes();
        let mut read = Vec::new();
        while let Some(byte) = bytes.next() {
            read.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let digits = [bytes.next().expect("a digit"), bytes.next().expect("a digit")];
                    u8::from_str_radix(str::from_utf8(&digits).expect("ASCII"), 16).expect("hex")
                }
                other => other,
            });
        }
        String::from_utf8(read).expect("UTF-8")
    }

    proptest! {
        #[test]
        fn a_form_reader_finds_what_was_sent(request in arb_urlencoded_request()) {
            let body = str::from_utf8(&request.body).expect("ASCII");
            prop_assert!(body.bytes().all(|byte| byte.is_ascii_graphic()));
            let pairs = body.split('&').filter(|pair| !pair.is_empty());
            let read = pairs.map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                Field::text(unescaped(name), unescaped(value))
            });
            prop_assert_eq!(read.collect::<Vec<_>>(), request.sent);
        }
    }
}
