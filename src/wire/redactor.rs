//! Takes secrets out of what is about to be recorded.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Bound::{Included, Unbounded};
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// The secrets of a run: all its clones know the same ones, and what one learns all take out from then on.
///
/// Who is told a secret may say it back in another form, or a part of it. Secrets of [`LONG`] letters and more are also
/// found as they read percent-encoded, escaped, in hexadecimal and in base64, and in halves; shorter ones only as they
/// are, because what is left of them may be an ordinary word.
#[derive(Clone, Default)]
pub(crate) struct Redactor(Arc<RwLock<Secrets>>);

/// What stands where a secret stood.
pub(crate) const REDACTED: &str = "[redacted]";

#[derive(Default)]
struct Secrets {
    known: HashSet<Vec<u8>>,
    /// Whatever gives a secret away, by its first letters, and then by how much of it is needed for that.
    pieces: HashMap<[u8; KEY], BTreeMap<usize, BTreeSet<Piece>>>,
    keys: Keys,
    /// Secrets that do not have so many letters.
    tiny: Vec<Vec<u8>>,
}

/// Which keys there may be: at nearly every place of a text this is the only look.
#[derive(Default)]
struct Keys(Vec<u64>);

/// A secret, in some form, from some place on. In the order of its letters: a run has hundreds of tokens that begin alike.
struct Piece {
    form: Arc<[u8]>,
    start: usize,
}

const KEY: usize = 4;
const LONG: usize = 8;
/// Parts that are shorter than the first could be ordinary words; ones longer than the second never are.
const SHORTEST_PART: usize = 12;
const LONGEST_PART: usize = 32;
/// In so many places at most a form of a secret is known again.
const MOST_PARTS: usize = 2048;
/// How much of a body is looked at to quote its beginning, and how much of a sentence stays.
const QUOTED_BYTES: usize = 4 * 1024;
/// All but the characters that no URL gives a meaning to (RFC 3986, unreserved).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Redactor {
    /// From now on, that is not recorded.
    pub(crate) fn learn(&self, secret: &[u8]) {
        let is_known = || self.0.read().unwrap_or_else(PoisonError::into_inner).known.contains(secret);
        if !secret.is_empty() && !is_known() {
            self.0.write().unwrap_or_else(PoisonError::into_inner).learn(secret);
        }
    }

    /// A text without secrets.
    pub(crate) fn text(&self, text: &[u8]) -> String {
        String::from_utf8_lossy(&self.beginning(text, text.len())).into_owned()
    }

    /// Sentences without secrets; what is quoted in them can be very long.
    pub(crate) fn sentences(&self, sentences: &[String]) -> Vec<String> {
        sentences.iter().map(|sentence| self.cut(sentence.as_bytes(), QUOTED_BYTES)).collect()
    }

    /// The beginning of a text without secrets, with three dots for the rest.
    pub(crate) fn cut(&self, text: &[u8], length: usize) -> String {
        let rest = if text.len() > length { "..." } else { "" };
        format!("{}{rest}", String::from_utf8_lossy(&self.beginning(text, length)))
    }

    /// Enough of a body to quote its beginning.
    pub(crate) fn quoted(&self, body: &[u8]) -> String {
        String::from_utf8_lossy(&self.beginning(body.trim_ascii_start(), QUOTED_BYTES)).into_owned()
    }

    /// What is before that place, without secrets; one that begins before it is taken out whole.
    pub(crate) fn beginning(&self, text: &[u8], end: usize) -> Vec<u8> {
        let secrets = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let end = end.min(text.len());
        let secret_from =
            |from| (from..end).find_map(|at| secrets.length_at(&text[at..]).map(|length| (at, at + length)));
        let mut redacted = Vec::with_capacity(end);
        let mut rest = 0;
        while let Some((start, behind)) = secret_from(rest) {
            redacted.extend_from_slice(&text[rest..start]);
            redacted.extend_from_slice(REDACTED.as_bytes());
            rest = behind;
        }
        redacted.extend_from_slice(text.get(rest..end).unwrap_or_default());
        redacted
    }
}

impl Secrets {
    fn learn(&mut self, secret: &[u8]) {
        if !self.known.insert(secret.to_vec()) {
            return;
        }
        if secret.len() < KEY {
            self.tiny.push(secret.to_vec());
            return;
        }
        self.add(secret, 1);
        if secret.len() >= LONG {
            for form in forms(secret) {
                self.add(form.as_bytes(), part(form.len()));
            }
        }
    }

    /// Adds a form of a secret, and its parts that begin at every so many letters; of a very long one at fewer places.
    fn add(&mut self, form: &[u8], step: usize) {
        let least = part(form.len());
        let step = step.max(form.len() / MOST_PARTS);
        let form: Arc<[u8]> = form.into();
        for start in (0..=form.len() - least).step_by(step) {
            // One letter many times is told from an ordinary text only as the rest of a secret.
            if start > 0 && form[start..start + least].iter().all(|letter| *letter == form[start]) {
                continue;
            }
            if let Some(key) = form[start..].first_chunk() {
                let piece = Piece { form: Arc::clone(&form), start };
                self.keys.insert(*key);
                self.pieces.entry(*key).or_default().entry(least).or_default().insert(piece);
            }
        }
    }

    /// How much of a secret the text begins with, if that gives it away.
    fn length_at(&self, text: &[u8]) -> Option<usize> {
        let key = text.first_chunk::<KEY>().filter(|key| self.keys.may_hold(**key));
        let pieces = key.and_then(|key| self.pieces.get(key)).into_iter().flatten();
        let long = pieces.filter_map(|(least, pieces)| {
            // The one that has most in common with the text stands next to it.
            let before = pieces.range::<[u8], _>((Unbounded, Included(text))).next_back();
            let behind = pieces.range::<[u8], _>((Included(text), Unbounded)).next();
            let alike = before.into_iter().chain(behind).map(|piece| common(piece.letters(), text)).max()?;
            (alike >= *least).then_some(alike)
        });
        let tiny = self.tiny.iter().filter(|secret| text.starts_with(secret)).map(Vec::len);
        long.chain(tiny).max()
    }
}

impl Keys {
    /// There are two to this power of bits. One is set for each key, and others may share it.
    const BITS: u32 = 20;

    fn insert(&mut self, key: [u8; KEY]) {
        self.0.resize(1 << Self::BITS >> 6, 0);
        let (word, bit) = Self::place(key);
        self.0[word] |= bit;
    }

    fn may_hold(&self, key: [u8; KEY]) -> bool {
        let (word, bit) = Self::place(key);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Multiplied by what is odd and has no pattern: keys that differ in any letter differ in the upper bits.
    fn place(key: [u8; KEY]) -> (usize, u64) {
        let bit = u32::from_le_bytes(key).wrapping_mul(0x9e37_79b1) >> (u32::BITS - Self::BITS);
        ((bit >> 6) as usize, 1 << (bit & 63))
    }
}

impl Piece {
    fn letters(&self) -> &[u8] {
        &self.form[self.start..]
    }
}

impl Borrow<[u8]> for Piece {
    fn borrow(&self) -> &[u8] {
        self.letters()
    }
}

impl PartialEq for Piece {
    fn eq(&self, other: &Self) -> bool {
        self.letters() == other.letters()
    }
}

impl Eq for Piece {}

impl PartialOrd for Piece {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Piece {
    fn cmp(&self, other: &Self) -> Ordering {
        self.letters().cmp(other.letters())
    }
}

/// How many letters both begin with.
fn common(left: &[u8], right: &[u8]) -> usize {
    left.iter().zip(right).take_while(|(left, right)| left == right).count()
}

/// How many letters in a row, of so many, give a secret away.
fn part(length: usize) -> usize {
    if length < 2 * SHORTEST_PART { length } else { (length / 2).min(LONGEST_PART) }
}

/// Other ways to write a secret.
fn forms(secret: &[u8]) -> HashSet<String> {
    let each = |write: &dyn Fn(u8) -> String| secret.iter().map(|byte| write(*byte)).collect::<String>();
    let text = String::from_utf8_lossy(secret);
    let mut forms = HashSet::from([
        percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        percent_encode(secret, RESERVED).to_string(),
        each(&|byte| format!("%{byte:02X}")),
        each(&|byte| format!("%{byte:02x}")),
        each(&|byte| format!("{byte:02X}")),
        each(&|byte| format!("{byte:02x}")),
        each(&|byte| format!("\\u{byte:04x}")),
        // A name of a header, a string of JSON, a word of a shell.
        text.to_ascii_lowercase(),
        text.replace('\\', r"\\").replace('"', "\\\""),
        text.replace('\'', r"'\''"),
    ]);
    // In base64 three bytes become four letters, and the secret may begin at any of the three.
    for start in 0..3 {
        let rest = &secret[start..];
        let whole = &rest[..rest.len() - rest.len() % 3];
        forms.extend([STANDARD_NO_PAD.encode(whole), URL_SAFE_NO_PAD.encode(whole)]);
    }
    forms.retain(|form| form.as_bytes() != secret && form.len() >= LONG);
    forms
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const SECRET: &str = "S3cret+secret/of-24.bytes&more";

    fn knowing(secret: &str) -> Redactor {
        let redactor = Redactor::default();
        redactor.learn(secret.as_bytes());
        redactor
    }

    #[test]
    fn a_secret_is_redacted_in_any_form_and_in_halves() {
        let redactor = knowing(SECRET);
        let (first, second) = SECRET.split_at(SECRET.len() / 2);
        let percent: String = SECRET.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let hexadecimal: String = SECRET.bytes().map(|byte| format!("{byte:02X}")).collect();
        for (said, recorded) in [
            (SECRET.to_owned(), "[redacted]"),
            (format!("first={first}, second={second}"), "first=[redacted], second=[redacted]"),
            (format!("https://u:{percent}@x"), "https://u:[redacted]@x"),
            ("S3cret%2Bsecret%2Fof%2D24%2Ebytes%26more".to_owned(), "[redacted]"),
            ("S3cret%2Bsecret%2Fof-24.bytes%26more".to_owned(), "[redacted]"),
            (format!("<{hexadecimal}>"), "<[redacted]>"),
            (SECRET.to_ascii_lowercase(), "[redacted]"),
            (STANDARD.encode(SECRET), "[redacted]"),
            ("S3cret of another".to_owned(), "S3cret of another"),
        ] {
            assert_eq!(redactor.text(said.as_bytes()), recorded, "{said}");
        }
        for user in ["", "a", "ab"] {
            let recorded = redactor.text(STANDARD.encode(format!("{user}:{SECRET}:")).as_bytes());
            assert!(recorded.contains(REDACTED) && recorded.len() < REDACTED.len() + 12, "{recorded}");
        }
    }

    #[test]
    fn a_secret_that_a_report_would_quote_is_redacted() {
        let secret = r#"it's "a" back\slash"#;
        let redactor = knowing(secret);
        assert_eq!(redactor.text(format!("{secret:?}").as_bytes()), r#""[redacted]""#);
        assert_eq!(redactor.text(br#"'it'\''s "a" back\slash'"#), "'[redacted]'");
    }

    #[test]
    fn a_short_secret_is_redacted_only_as_it_is() {
        for secret in ["ab", "abcdefg"] {
            let redactor = knowing(secret);
            assert_eq!(redactor.text(format!("<{secret}>").as_bytes()), "<[redacted]>");
            for said in [STANDARD.encode(secret), secret.to_ascii_uppercase(), secret[..secret.len() - 1].to_owned()] {
                assert_eq!(redactor.text(said.as_bytes()), said);
            }
        }
    }

    #[test]
    fn one_letter_many_times_is_no_part_of_a_secret() {
        let many = "A".repeat(43);
        let token = format!("eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjF9.{many}");
        let redactor = knowing(&token);
        assert_eq!(redactor.text(token.as_bytes()), REDACTED);
        assert_eq!(redactor.text(many.as_bytes()), many);
    }

    #[test]
    fn a_very_long_secret_has_no_more_parts_than_others() {
        let secret = "ab".repeat(1 << 16);
        let redactor = knowing(&secret);
        let secrets = redactor.0.read().expect("nobody panicked");
        let parts: usize = secrets.pieces.values().flat_map(BTreeMap::values).map(BTreeSet::len).sum();
        assert!(parts < 20 * (MOST_PARTS + 1), "{parts}");
        assert_eq!(redactor.text(&secret.as_bytes()[1000..2000]), "[redacted]");
    }

    #[test]
    fn what_one_learns_all_take_out() {
        let redactor = Redactor::default();
        let other = redactor.clone();
        redactor.learn(b"a-wallet-token");
        redactor.learn(b"another-wallet-token");
        let text = other.text(b"a-wallet-token, another-wallet-token");
        assert_eq!(text, "[redacted], [redacted]");
        assert_eq!(other.quoted(b" \n{\"id\": \"a-wallet-token\"}"), "{\"id\": \"[redacted]\"}");
    }
}
