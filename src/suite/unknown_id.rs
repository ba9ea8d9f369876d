//! Ids that an anchor has given to nobody, made of one that it gave.

use super::people::Dice;

/// How much of an id is altered: its beginning may have a meaning, as in a UUID.
const TAIL: usize = 12;
/// Shorter numbers are counted up, so the next ones belong to others.
const LONG_NUMBER: usize = 9;
/// How many hexadecimal digits nobody counts up.
const LONG_HEXADECIMAL: usize = 24;
/// How often an id changes between digits, small and capital letters that nobody counts up.
const TURNS: usize = 5;

/// Its digits turned, and more of them behind it unless it is random or a long number.
pub(crate) fn altered(id: &str, dice: &mut Dice) -> String {
    let step = 1 + dice.below(9);
    let from = id.chars().count().saturating_sub(TAIL);
    let turned = |digit: char| {
        let next = digit.to_digit(10).map(|digit| (u64::from(digit) + step) % 10);
        next.map_or(digit, |next| char::from(b"0123456789"[usize::try_from(next).unwrap_or(0)]))
    };
    let new: String = id.chars().enumerate().map(|(at, char)| if at < from { char } else { turned(char) }).collect();
    match digits_short(id) {
        0 => new,
        short => format!("{new}{}", dice.digits(short)),
    }
}

/// Whether an id is like those that are counted up, so that what differs a little from it may be somebody else's.
pub(crate) fn may_be_counted(id: &str) -> bool {
    digits_short(id) > 0
}

/// How many digits the tail of an id lacks to be nobody's neighbour.
fn digits_short(id: &str) -> usize {
    let digits = id.chars().rev().take(TAIL).filter(char::is_ascii_digit).count();
    if digits > 0 && is_random(id) { 0 } else { LONG_NUMBER.saturating_sub(digits) }
}

/// Long in hexadecimal, as a UUID is, or a mixture of digits, small and capital letters.
fn is_random(id: &str) -> bool {
    let signs: Vec<char> = id.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_long = signs.len() >= LONG_HEXADECIMAL;
    let kind = |sign: &char| (sign.is_ascii_digit(), sign.is_ascii_uppercase());
    let turns = signs.windows(2).filter(|pair| kind(&pair[0]) != kind(&pair[1])).count();
    is_long && signs.iter().all(char::is_ascii_hexdigit) || turns >= TURNS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_id_has_the_form_of_a_known_one() {
        let mut dice = Dice::new(1, "ids");
        let uuids = ["391fb415-c223-4608-b2f5-dd1e91e3a986", "391fb415-c223-4608-b2f5-abcdefabcde1"];
        for known in uuids.into_iter().chain(["01ARZ3NDEKTSV4RRFFQ69G5FAV", "cus_NffrFeUfNV2Hib"]) {
            let unknown = altered(known, &mut dice);
            let same = known.len() - TAIL;
            assert_eq!((unknown.len(), &unknown[..same]), (known.len(), &known[..same]));
            assert_ne!(unknown, known);
        }
        assert_eq!(altered("20260102030405060708", &mut dice).len(), 20);
        let all_kept = (0..1000).all(|_| {
            let uuid = format!("{:08x}-0000-4000-8000-{:012x}", dice.next() >> 32, dice.next() >> 16);
            altered(&uuid, &mut dice).len() == uuid.len()
        });
        assert!(all_kept, "a strict anchor would refuse the form");
    }

    #[test]
    fn an_unknown_id_is_none_that_counting_comes_to() {
        let mut dice = Dice::new(1, "ids");
        for known in ["7", "00042", "cust-17", "anchorcustomer17", "my-own-prefix-of-customer-9", "abc", "é", "a1b2-3"]
        {
            let unknown = altered(known, &mut dice);
            let digits = unknown.chars().rev().take_while(char::is_ascii_digit).count();
            assert!(digits >= LONG_NUMBER - 2 && unknown.len() > known.len(), "{known}: {unknown}");
        }
    }
}
