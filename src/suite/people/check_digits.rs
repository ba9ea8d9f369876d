//! Numbers that carry check digits: routing numbers, CLABE, CBU, cards.

use super::dice::Dice;

/// A routing number of the United States (ABA): eight digits and a check digit.
///
/// The first two digits are those of the Federal Reserve's own districts, the rest is chance.
pub(crate) fn aba(dice: &mut Dice) -> String {
    let stem = format!("{:02}{}", 1 + dice.below(12), dice.digits(6));
    with_digit(stem, &[3, 7, 1], |sum| (10 - sum % 10) % 10, |product| product)
}

/// A CLABE of Mexico: bank, branch, account, check digit; 18 digits.
pub(crate) fn clabe(dice: &mut Dice) -> String {
    let stem = format!("002010{}", dice.digits(11));
    with_digit(stem, &[3, 7, 1], |sum| (10 - sum % 10) % 10, |product| product % 10)
}

/// A CBU of Argentina: two blocks with a check digit each; 22 digits.
pub(crate) fn cbu(dice: &mut Dice) -> String {
    let digit = |sum| (10 - sum % 10) % 10;
    let bank = with_digit("0110001".to_owned(), &[7, 1, 3, 9, 7, 1, 3], digit, |product| product);
    let account = with_digit(dice.digits(13), &[3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3], digit, |product| product);
    bank + &account
}

/// A card number that no network issues to people: the well-known test range, with its Luhn digit.
pub(crate) fn card(dice: &mut Dice) -> String {
    let stem = format!("400000{}", dice.digits(9));
    let digit = luhn_digit(&stem);
    format!("{stem}{digit}")
}

fn with_digit(stem: String, weights: &[u32], digit: fn(u32) -> u32, term: fn(u32) -> u32) -> String {
    let sum = stem.chars().filter_map(|char| char.to_digit(10)).zip(weights.iter().cycle());
    let digit = digit(sum.map(|(value, weight)| term(value * weight)).sum());
    stem + &digit.to_string()
}

fn luhn_digit(stem: &str) -> u32 {
    let double = |value: u32| if value > 4 { value * 2 - 9 } else { value * 2 };
    let digits = stem.chars().rev().filter_map(|char| char.to_digit(10));
    let sum: u32 = digits.enumerate().map(|(at, value)| if at % 2 == 0 { double(value) } else { value }).sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums as a validator does it: over the whole number, check digit included.
    fn weighted(number: &str, weights: &[u32]) -> u32 {
        number
            .chars()
            .zip(weights.iter().cycle())
            .map(|(char, weight)| char.to_digit(10).expect("digit") * weight)
            .sum()
    }

    #[test]
    fn published_examples_get_their_check_digits() {
        let digit = |sum| (10 - sum % 10) % 10;
        assert_eq!(with_digit("01100001".to_owned(), &[3, 7, 1], digit, |product| product), "011000015");
        assert_eq!(with_digit("03218000011835971".to_owned(), &[3, 7, 1], digit, |p| p % 10), "032180000118359719");
        assert_eq!(luhn_digit("7992739871"), 3);
    }

    #[test]
    fn invented_numbers_pass_their_validators() {
        let mut dice = Dice::new(3, "numbers");
        for _ in 0..50 {
            let aba = aba(&mut dice);
            assert_eq!((aba.len(), weighted(&aba, &[3, 7, 1]) % 10), (9, 0), "{aba}");
            let clabe = clabe(&mut dice);
            assert_eq!(
                (clabe.len(), weighted(&clabe, &[3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10),
                (18, 0)
            );
            let cbu = cbu(&mut dice);
            assert_eq!(cbu.len(), 22);
            assert_eq!(weighted(&cbu[..8], &[7, 1, 3, 9, 7, 1, 3, 1]) % 10, 0, "{cbu}");
            assert_eq!(weighted(&cbu[8..], &[3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3, 1]) % 10, 0, "{cbu}");
            let card = card(&mut dice);
            let (stem, digit) = card.split_at(15);
            assert_eq!(luhn_digit(stem).to_string(), digit, "{card}");
        }
    }
}
