//! Texts that nobody can guess, one for each place of each request where something of a customer's can stand.
//!
//! They are made of letters that neither hexadecimal digits nor words are made of, so that a piece of one in a log is no
//! accident. A request has its own: what another client is shown of it is told from what its sender is shown.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// What a marker stands for, and so who may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A customer's data, or what its client says of itself: nobody.
    Value,
    /// A field's name: the client that sent it.
    Name,
    /// A path: the client, and the sandbox's operator, who is shown them.
    Path,
    /// An account, which a path may name.
    Account,
    /// A part of the anchor's answer that is the client's: its id, its `error` text, the answer to a GET.
    Passed,
    /// A part of the anchor's answer that is not.
    Withheld,
    /// A secret, a key or a token: nobody.
    Secret,
}

#[derive(Clone, Debug)]
pub(crate) struct Marker {
    pub(crate) text: String,
    pub(crate) kind: Kind,
    /// Where it was put, for the report.
    pub(crate) place: String,
    /// Whose it is: the number of the request; none for what all have in common.
    pub(crate) owner: Option<usize>,
    /// How much of it must be found to count.
    pub(crate) shortest: usize,
}

/// All that were made.
pub(crate) struct Markers {
    list: Vec<Marker>,
    /// Every so many letters in a row of the markers of letters, in lower case: no other marker has them.
    pieces: HashSet<String>,
    owner: Option<usize>,
    chance: RandomState,
    drawn: u64,
}

/// No vowel and no digit of hexadecimal.
const LETTERS: &[u8; 14] = b"gjkmnpqrtvwxyz";
const LENGTH: usize = 20;
/// Eight letters are no accident, and no two markers share them; digits are everywhere, as times and lengths.
const LETTERS_THAT_COUNT: usize = 8;
const DIGITS_THAT_COUNT: usize = 12;

impl Markers {
    pub(crate) fn new() -> Self {
        Self { list: Vec::new(), pieces: HashSet::new(), owner: None, chance: RandomState::new(), drawn: 0 }
    }

    pub(crate) fn list(&self) -> &[Marker] {
        &self.list
    }

    /// From now on markers are that request's.
    pub(crate) fn belong_to(&mut self, owner: usize) {
        self.owner = Some(owner);
    }

    /// A new one, of letters.
    pub(crate) fn mint(&mut self, kind: Kind, place: impl Into<String>) -> String {
        let letters = |n: &mut Self| {
            let letter = LETTERS[n.draw(LETTERS.len())];
            char::from(if n.draw(2) == 0 { letter } else { letter.to_ascii_uppercase() })
        };
        let text = loop {
            let text: String = (0..LENGTH).map(|_| letters(self)).collect();
            let pieces = pieces(&text);
            if self.pieces.is_disjoint(&pieces) {
                self.pieces.extend(pieces);
                break text;
            }
        };
        self.keep(text, kind, place.into(), LETTERS_THAT_COUNT)
    }

    /// A new one, of digits, for memos and numbers; as a 64 bit number it is in range.
    pub(crate) fn mint_number(&mut self, kind: Kind, place: impl Into<String>) -> String {
        let text: String = (0..18).map(|at| char::from(b"123456789"[self.draw(if at == 0 { 9 } else { 8 })])).collect();
        self.keep(text, kind, place.into(), DIGITS_THAT_COUNT)
    }

    /// A text that was not made here, a token say.
    pub(crate) fn add(&mut self, text: &str, kind: Kind, place: &str) {
        self.keep(text.to_owned(), kind, place.to_owned(), LETTERS_THAT_COUNT.max(text.len() / 4));
    }

    fn keep(&mut self, text: String, kind: Kind, place: String, shortest: usize) -> String {
        self.list.push(Marker { text: text.clone(), kind, place, owner: self.owner, shortest });
        text
    }

    fn draw(&mut self, below: usize) -> usize {
        let mut hasher = self.chance.build_hasher();
        hasher.write_u64(self.drawn);
        self.drawn += 1;
        usize::try_from(hasher.finish() % below as u64).unwrap_or_default()
    }
}

fn pieces(text: &str) -> HashSet<String> {
    let lower = text.to_ascii_lowercase();
    (0..=lower.len() - LETTERS_THAT_COUNT).map(|at| lower[at..at + LETTERS_THAT_COUNT].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_piece_that_counts_is_of_two_markers() {
        let mut markers = Markers::new();
        let mut seen = HashSet::new();
        for _ in 0..10_000 {
            let pieces = pieces(&markers.mint(Kind::Value, "x"));
            assert!(seen.is_disjoint(&pieces));
            seen.extend(pieces);
        }
    }

    #[test]
    fn no_two_markers_are_alike_and_none_is_hexadecimal() {
        let mut markers = Markers::new();
        let texts: std::collections::BTreeSet<String> = (0..100).map(|_| markers.mint(Kind::Value, "x")).collect();
        assert_eq!(texts.len(), 100);
        assert!(texts.iter().all(|text| !text.contains(|letter: char| letter.is_ascii_hexdigit())));
        assert!(markers.mint_number(Kind::Value, "memo").parse::<u64>().is_ok());
    }

    #[test]
    fn a_marker_knows_whose_it_is() {
        let mut markers = Markers::new();
        markers.mint(Kind::Secret, "key");
        markers.belong_to(3);
        markers.mint(Kind::Name, "field");
        assert_eq!(markers.list().iter().map(|marker| marker.owner).collect::<Vec<_>>(), [None, Some(3)]);
    }
}
