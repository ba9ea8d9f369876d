//! Customers that nobody thought of, from a seed.

use super::{Case, Seen, file, text};
use crate::multipart::{BOUNDARY, Part};

/// Splitmix64: small, and the same everywhere.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Below `end`, which is not 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("small");
        usize::try_from(self.next() % end).expect("below a usize")
    }

    pub(super) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// Pieces of names: what quoted strings, headers, paths, URLs and mail give a meaning to, and every script. No piece
/// holds a question mark, so that no encoded word arises: those are among the specimens.
const PIECES: [&str; 54] = [
    "a",
    "front",
    "id",
    ".jpg",
    " ",
    "  ",
    "\t",
    "\"",
    "\"\"",
    "\\",
    "\\\\",
    "\\\"",
    "'",
    "`",
    ";",
    "; type=",
    "=",
    ",",
    ":",
    "/",
    "../",
    "..",
    ".",
    "%",
    "%41",
    "%zz",
    "&",
    "+",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "#",
    "@",
    "*",
    "~",
    "\r\n",
    "\n",
    "\r",
    "\r\nX-Evil: 1\r\n\r\n",
    "é",
    "e\u{301}",
    "ß",
    "名前",
    "محمد",
    "🪪",
    "\u{202e}",
    "\u{feff}",
    "\u{2028}",
    "\u{a0}",
];

/// Pieces of contents and texts; a true delimiter of the wallet's never arises, and the platform's is not known.
fn content_pieces() -> [String; 24] {
    let almost = &BOUNDARY[..BOUNDARY.len() - 1];
    [
        "x",
        "Ada",
        "\r\n",
        "\n",
        "\r",
        "--",
        "-",
        "\r\n--",
        "\0",
        "\u{1}\u{8}\u{1b}[31m\u{7f}",
        "\u{85}",
        "é",
        "東京",
        "🏦",
        "\u{feff}",
        "\u{2028}",
        "\"",
        "\\",
        "%0D%0A",
        "Content-Disposition: form-data; name=\"account\"\r\n\r\n1",
        "\r\n--anchor-conformance-",
        "\r\n--anchor-conformance-00000000000000000000000000000000--\r\n",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([format!("\r\n--{almost}"), format!("\r\n--{almost}X--\r\n")])
    .collect::<Vec<_>>()
    .try_into()
    .expect("as many as the type says")
}

const TEXT_NAMES: [&str; 5] = ["first_name", "last_name", "address", "city", "occupation"];
const FILE_NAMES: [&str; 4] = ["photo_id_front", "photo_id_back", "proof_of_income", "photo_proof_residence"];
const CONTENT_TYPES: [&str; 9] = [
    "image/jpeg",
    "IMAGE/PNG",
    "application/pdf",
    "application/octet-stream",
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/csv; charset=utf-16",
    "image/svg+xml; a=\"b;c\"",
];

/// So many customers with at least one file each.
pub(super) fn customers(seed: u64, count: u64) -> impl Iterator<Item = Case> {
    (0..count).map(move |number| {
        let mut dice = Dice::new(seed.wrapping_add(number));
        customer(&mut dice, number)
    })
}

fn customer(dice: &mut Dice, number: u64) -> Case {
    let mut case = Case { name: format!("random customer {number}"), sent: Vec::new(), expected: Vec::new() };
    let file_first = dice.one_in(5);
    for index in 0..dice.below(5) {
        if !file_first {
            add_text(dice, &mut case, index);
        }
    }
    for index in 0..=dice.below(3) {
        add_file(dice, &mut case, index);
        if dice.one_in(4) {
            add_text(dice, &mut case, 10 + index);
        }
    }
    case
}

fn add_text(dice: &mut Dice, case: &mut Case, index: usize) {
    let name = name(dice, TEXT_NAMES.get(index), index);
    let value: String = pieces(dice, &content_pieces());
    case.sent.push(Part::text(&written(dice, &name), &value));
    case.expected.push(text(&escaped(&name), &value));
}

fn add_file(dice: &mut Dice, case: &mut Case, index: usize) {
    let name = name(dice, FILE_NAMES.get(index), index);
    let file_name = hostile(dice, 8);
    let content_type = dice.pick(&CONTENT_TYPES);
    let content = content(dice);
    case.sent.push(Part::file(&written(dice, &name), &written(dice, &file_name), content_type, &content));
    let arrives: Seen = file(&escaped(&name), &escaped(&file_name), content_type, &content);
    case.expected.push(arrives);
}

/// One of SEP-9's, or one of nobody's that no parser changes for what is around it.
fn name(dice: &mut Dice, known: Option<&&str>, index: usize) -> String {
    match known {
        Some(known) if !dice.one_in(3) => (*known).to_owned(),
        _ => format!("x{}{index}", hostile(dice, 5)),
    }
}

/// Never empty, and short enough for the parser with the smallest limit.
fn hostile(dice: &mut Dice, most: usize) -> String {
    let count = 1 + dice.below(most);
    (0..count).map(|_| dice.pick(&PIECES)).collect()
}

fn pieces(dice: &mut Dice, from: &[String]) -> String {
    let count = dice.below(8);
    (0..count).map(|_| from[dice.below(from.len())].as_str()).collect()
}

fn content(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = pieces(dice, &content_pieces()).into_bytes();
    if dice.one_in(3) {
        bytes.extend((0..dice.below(64)).map(|_| dice.next().to_be_bytes()[0]));
    }
    if dice.one_in(20) {
        bytes = bytes.iter().copied().cycle().take(20_000.min(bytes.len() * 20_000)).collect();
    }
    bytes
}

/// As a wallet writes it: after the WHATWG, or as an ordinary quoted string. Line breaks have only one way.
fn written(dice: &mut Dice, name: &str) -> String {
    if dice.one_in(2) {
        return escaped(name);
    }
    name.replace('\\', "\\\\").replace('"', "\\\"").replace('\r', "%0D").replace('\n', "%0A")
}

/// As the platform writes it.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\\', "%5C").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parsers::readers::hex;

    #[test]
    fn the_same_seed_gives_the_same_customers() {
        let sent = |seed| customers(seed, 5).map(|case| crate::multipart::body(&case.sent)).collect::<Vec<_>>();
        assert_eq!(sent(7), sent(7));
        assert_ne!(sent(7), sent(8));
    }

    #[test]
    fn random_customers_are_legal() {
        let delimiter = hex(format!("\r\n--{BOUNDARY}").as_bytes());
        for case in customers(1, 500) {
            let mut names: Vec<_> = case.expected.iter().map(|part| &part.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), case.expected.len(), "{}", case.name);
            assert!(case.expected.iter().any(|part| part.file_name.is_some()), "{}", case.name);
            for part in &case.expected {
                assert!(!part.hex.contains(&delimiter), "{}", case.name);
                let head = part.name.len() + part.file_name.as_ref().map_or(0, String::len);
                assert!(head < 350, "{head} bytes in {}", case.name);
            }
        }
    }
}
