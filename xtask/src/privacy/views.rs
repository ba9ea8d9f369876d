//! What a text may hide: the same bytes as they read once an encoding is undone.

/// A text, each time without one encoding, and the name of that encoding.
///
/// Hidden bytes come out anywhere in a view, with whatever stood around them; order and length are not kept.
pub(crate) fn views(text: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("plain", text.to_vec()),
        ("percent-encoded", without_percent(text)),
        ("escaped", without_backslashes(text)),
        ("hexadecimal", runs(text, is_hex, 16, 2, hex)),
        ("base64", runs(text, is_base64, 12, 4, base64)),
        ("decimal bytes", decimal_bytes(text)),
    ]
}

fn without_percent(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        let byte = (*first == b'%').then(|| tail.get(..2).and_then(number::<16>)).flatten();
        decoded.push(byte.map_or(*first, low_byte));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    decoded
}

/// JSON's `\u0041` and `\/`, Rust's `\u{41}` and `\x41`, and the octal `\101` of C.
pub(crate) fn without_backslashes(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        let (byte, used) = if *first == b'\\' { escaped(tail) } else { (*first, 0) };
        decoded.push(byte);
        rest = &tail[used..];
    }
    decoded
}

/// What stands behind a backslash, and how long it is. What is not ASCII counts for nothing here.
fn escaped(text: &[u8]) -> (u8, usize) {
    let braced = |text: &[u8]| {
        let end = text.iter().take(8).position(|byte| *byte == b'}')?;
        Some((low_byte(number::<16>(&text[1..end])?), end + 2))
    };
    let found = match text {
        [b'u', b'{', ..] => braced(&text[1..]),
        [b'u', digits @ ..] => digits.get(..4).and_then(number::<16>).map(|code| (low_byte(code), 5)),
        [b'x', digits @ ..] => digits.get(..2).and_then(number::<16>).map(|code| (low_byte(code), 3)),
        [b'0'..=b'7', ..] => {
            let length = text.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(*byte)).count();
            number::<8>(&text[..length]).map(|code| (low_byte(code), length))
        }
        [other, ..] => Some((*other, 1)),
        [] => None,
    };
    found.unwrap_or((b'\\', 0))
}

/// Every run of `belongs` that is long enough, decoded from each of its first `alignments` characters on.
fn runs(
    text: &[u8],
    belongs: fn(u8) -> bool,
    shortest: usize,
    alignments: usize,
    decode: fn(&[u8]) -> Vec<u8>,
) -> Vec<u8> {
    let mut decoded = Vec::new();
    for run in text.split(|byte| !belongs(*byte)).filter(|run| run.len() >= shortest) {
        for start in 0..alignments {
            decoded.extend(decode(&run[start..]));
            decoded.push(0);
        }
    }
    decoded
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

fn hex(digits: &[u8]) -> Vec<u8> {
    digits.chunks_exact(2).filter_map(number::<16>).map(low_byte).collect()
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Both alphabets, without padding.
fn base64(letters: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    for quad in letters.chunks(4) {
        let bits = quad.iter().fold(0_u32, |bits, letter| bits << 6 | sextet(*letter)) << (6 * (4 - quad.len()));
        decoded.extend_from_slice(&bits.to_be_bytes()[1..quad.len()]);
    }
    decoded
}

fn sextet(letter: u8) -> u32 {
    u32::from(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    })
}

/// `[65, 100, 97]`, as Rust's `Debug` shows bytes.
fn decimal_bytes(text: &[u8]) -> Vec<u8> {
    let is_list = |byte: u8| byte.is_ascii_digit() || matches!(byte, b',' | b' ');
    let mut decoded = Vec::new();
    for run in text.split(|byte| !is_list(*byte)).filter(|run| run.len() >= 8) {
        let numbers = run.split(|byte| !byte.is_ascii_digit()).filter(|digits| !digits.is_empty());
        decoded.extend(numbers.filter_map(number::<10>).map(low_byte));
        decoded.push(0);
    }
    decoded
}

fn number<const RADIX: u32>(digits: &[u8]) -> Option<u32> {
    let is_digit = |byte: &u8| char::from(*byte).is_digit(RADIX);
    if digits.is_empty() || !digits.iter().all(is_digit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, RADIX).ok()
}

/// Markers are ASCII, so a character beyond it is no part of one.
fn low_byte(code: u32) -> u8 {
    u8::try_from(code).unwrap_or(b'?')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str, text: &str) -> String {
        let (_, bytes) = views(text.as_bytes()).into_iter().find(|view| view.0 == name).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn each_encoding_is_undone() {
        for (name, text) in [
            ("plain", "x Ada Lovelace x"),
            ("percent-encoded", "name=%41%64a%20Lovelace&x=100%"),
            ("escaped", r#"{"a": "\u0041d\x61\u{20}\114ovelace"}\"#),
            ("hexadecimal", "<4164612 4164612 4c6f76656c616365 4164612 416461204c6f76656c616365>"),
            ("hexadecimal", "f416461204C6F76656C616365"),
            ("base64", "Basic QWRhIExvdmVsYWNl"),
            ("base64", "xxQWRhIExvdmVsYWNl=="),
            ("decimal bytes", "Bytes([65, 100, 97, 32, 76, 111, 118, 101, 108, 97, 99, 101])"),
        ] {
            assert!(view(name, text).contains("Ada Lovelace"), "{name}: {text}");
        }
    }

    #[test]
    fn what_is_cut_off_or_beyond_ascii_does_no_harm() {
        for text in ["%", "%4", "%é", "\\", "\\u", "\\u{", "\\u{110000}", "\\x4", "\\u00e9é", "1, 999999999999, 2, 3"]
        {
            assert_eq!(view("plain", text), text);
        }
    }
}
