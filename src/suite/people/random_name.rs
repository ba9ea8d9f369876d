//! Names by chance, of letters that people's names have.

use super::dice::Dice;

/// Letters of one script each, from the first to the last; none of them is unassigned.
const SCRIPTS: [(u32, u32); 14] = [
    (0x61, 0x7a),       // Latin
    (0xdf, 0xf6),       // with accents
    (0x100, 0x17f),     // with rarer accents
    (0x1ea0, 0x1ef9),   // as in Vietnam
    (0x3b1, 0x3c9),     // Greek
    (0x430, 0x45f),     // Cyrillic
    (0x561, 0x586),     // Armenian
    (0x5d0, 0x5ea),     // Hebrew
    (0x627, 0x63a),     // Arabic
    (0x905, 0x939),     // Devanagari
    (0xe01, 0xe2e),     // Thai
    (0xac00, 0xd7a3),   // Hangul
    (0x4e00, 0x9fa5),   // Han
    (0x20000, 0x2a6d6), // Han, of four bytes in UTF-8
];
/// What stands between and within words.
const MARKS: [&str; 6] = [" ", "-", "'", "\u{2019}", ". ", "\u{301} "];
const WORDS: u64 = 3;
const LETTERS: u64 = 8;

/// One to three words, not necessarily of one script.
pub(crate) fn random_name(dice: &mut Dice) -> String {
    let mut name = word(dice);
    for _ in 0..dice.below(WORDS) {
        name.push_str(dice.pick(&MARKS).copied().unwrap_or(" "));
        name.push_str(&word(dice));
    }
    name
}

fn word(dice: &mut Dice) -> String {
    let (first, last) = dice.pick(&SCRIPTS).copied().unwrap_or(SCRIPTS[0]);
    let count = 1 + dice.below(LETTERS);
    let mut letter = || u32::try_from(dice.below(u64::from(last - first) + 1)).unwrap_or(0) + first;
    (0..count).filter_map(|_| char::from_u32(letter())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_and_what_joins_them() {
        let mut dice = Dice::new(3, "names");
        for _ in 0..500 {
            let name = random_name(&mut dice);
            let fits = |char: char| char.is_alphabetic() || " -'.\u{2019}\u{301}".contains(char);
            assert!(!name.trim().is_empty() && name.chars().all(fits), "{name:?}");
        }
    }
}
