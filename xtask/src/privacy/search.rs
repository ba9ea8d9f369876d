//! Looking for markers, or pieces of them, in a text and in all that it may hide.

use std::collections::{BTreeMap, HashMap};

use super::markers::Marker;
use super::views::views;

/// The markers, ready to be looked for: every eight letters of each, whatever their case.
pub(crate) struct Search<'a> {
    markers: &'a [Marker],
    texts: Vec<Vec<u8>>,
    by_piece: HashMap<[u8; PIECE], Vec<(usize, usize)>>,
}

/// A marker that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) marker: usize,
    /// How it was encoded.
    pub(crate) view: &'static str,
    /// How many letters of it, at most.
    pub(crate) length: usize,
    /// What stands around it there.
    pub(crate) around: String,
}

const PIECE: usize = 8;
const AROUND: usize = 60;

impl<'a> Search<'a> {
    pub(crate) fn new(markers: &'a [Marker]) -> Self {
        let texts: Vec<_> = markers.iter().map(|marker| marker.text.to_ascii_lowercase().into_bytes()).collect();
        let mut by_piece: HashMap<_, Vec<_>> = HashMap::new();
        for (marker, text) in texts.iter().enumerate() {
            for (at, piece) in text.windows(PIECE).enumerate() {
                by_piece.entry(as_piece(piece)).or_default().push((marker, at));
            }
        }
        Self { markers, texts, by_piece }
    }

    pub(crate) fn marker(&self, hit: &Hit) -> &'a Marker {
        &self.markers[hit.marker]
    }

    /// Each marker once, by its longest piece; of equal ones the plainest.
    pub(crate) fn find(&self, text: &[u8]) -> Vec<Hit> {
        let mut found: BTreeMap<usize, Hit> = BTreeMap::new();
        for (view, text) in views(text) {
            for hit in self.find_plain(view, &text) {
                match found.get(&hit.marker) {
                    Some(known) if known.length >= hit.length => {}
                    _ => drop(found.insert(hit.marker, hit)),
                }
            }
        }
        found.into_values().collect()
    }

    fn find_plain(&self, view: &'static str, text: &[u8]) -> Vec<Hit> {
        let lower = text.to_ascii_lowercase();
        let mut hits = Vec::new();
        for (at, piece) in lower.windows(PIECE).enumerate() {
            if !piece[0].is_ascii_alphanumeric() {
                continue;
            }
            for &(marker, offset) in self.by_piece.get(&as_piece(piece)).into_iter().flatten() {
                let (before, behind) = (&lower[..at], &lower[at + PIECE..]);
                let (known_before, known_behind) = self.texts[marker].split_at(offset);
                let length = PIECE
                    + alike(before.iter().rev(), known_before.iter().rev())
                    + alike(behind.iter(), known_behind[PIECE..].iter());
                if length >= self.markers[marker].shortest {
                    let around = &text[at.saturating_sub(AROUND)..text.len().min(at + AROUND)];
                    hits.push(Hit { marker, view, length, around: String::from_utf8_lossy(around).into_owned() });
                }
            }
        }
        hits
    }
}

fn as_piece(bytes: &[u8]) -> [u8; PIECE] {
    let mut piece = [0; PIECE];
    piece.copy_from_slice(bytes);
    piece
}

fn alike<'b>(one: impl Iterator<Item = &'b u8>, other: impl Iterator<Item = &'b u8>) -> usize {
    one.zip(other).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy::markers::{Kind, Markers};

    fn lengths(markers: &Markers, text: &str) -> Vec<(usize, usize)> {
        Search::new(markers.list()).find(text.as_bytes()).iter().map(|hit| (hit.marker, hit.length)).collect()
    }

    #[test]
    fn a_marker_is_found_in_any_case_and_in_pieces_of_eight() {
        let mut markers = Markers::new();
        markers.mint(Kind::Value, "one");
        let text = markers.mint(Kind::Value, "two");
        for whole in [&text, &text.to_lowercase(), &text.to_uppercase(), &format!("x{text}x")] {
            assert_eq!(lengths(&markers, whole), [(1, text.len())], "{whole}");
        }
        assert_eq!(lengths(&markers, &format!("name={}...", &text[..8])), [(1, 8)]);
        assert_eq!(lengths(&markers, &format!("...{}", &text[5..17])), [(1, 12)]);
        assert_eq!(lengths(&markers, &text[..7]), []);
        assert_eq!(lengths(&markers, &text.chars().rev().collect::<String>()), []);
    }

    #[test]
    fn a_marker_is_found_in_what_an_encoding_hides() {
        let mut markers = Markers::new();
        let text = markers.mint(Kind::Value, "one");
        let each = |encode: &dyn Fn(u8) -> String| text.bytes().map(encode).collect::<String>();
        for hidden in [
            each(&|byte| format!("%{byte:02X}")),
            each(&|byte| format!("\\u{byte:04x}")),
            each(&|byte| format!("{byte:02x}")),
            format!("{:?}", text.as_bytes()),
        ] {
            assert_eq!(lengths(&markers, &format!("<{hidden}>")), [(0, text.len())], "{hidden}");
        }
    }

    #[test]
    fn a_few_digits_of_a_number_are_an_accident() {
        let mut markers = Markers::new();
        let number = markers.mint_number(Kind::Value, "memo");
        assert_eq!(lengths(&markers, &number[..11]), []);
        assert_eq!(lengths(&markers, &number[..12]), [(0, 12)]);
    }
}
