//! The facts of one invented person, which fit together.

use super::check_digits;
use super::dice::Dice;

/// Somebody who does not exist.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Which of the run's people this is.
    pub(crate) serial: u64,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) sex: &'static str,
    pub(crate) place: Place,
    pub(crate) street: String,
    pub(crate) phone: String,
    pub(crate) birth_date: String,
    pub(crate) issue_date: String,
    pub(crate) expiration_date: String,
    pub(crate) card_expiration: String,
    pub(crate) tax_id: String,
    pub(crate) id_number: String,
    pub(crate) bank_account: String,
    pub(crate) aba: String,
    pub(crate) clabe: String,
    pub(crate) cbu: String,
    pub(crate) card: String,
    /// Twelve characters that nobody else has.
    pub(crate) unique: String,
}

/// A city, its region and its country.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) country: &'static str,
    pub(crate) country_alpha2: &'static str,
    pub(crate) country_name: &'static str,
    pub(crate) state: &'static str,
    pub(crate) subdivision: &'static str,
    pub(crate) city: &'static str,
    pub(crate) postal_code: &'static str,
}

const PLACES: [Place; 6] = [
    place("USA", "US", "United States", "New York", "US-NY", "New York", "10001"),
    place("USA", "US", "United States", "Colorado", "US-CO", "Denver", "80202"),
    place("USA", "US", "United States", "Oregon", "US-OR", "Portland", "97201"),
    place("MEX", "MX", "Mexico", "Jalisco", "MX-JAL", "Guadalajara", "44100"),
    place("ARG", "AR", "Argentina", "Mendoza", "AR-M", "Mendoza", "5500"),
    place("BRA", "BR", "Brazil", "Bahia", "BR-BA", "Salvador", "40010-000"),
];

const fn place(
    country: &'static str,
    country_alpha2: &'static str,
    country_name: &'static str,
    state: &'static str,
    subdivision: &'static str,
    city: &'static str,
    postal_code: &'static str,
) -> Place {
    Place { country, country_alpha2, country_name, state, subdivision, city, postal_code }
}

const WOMEN: [&str; 6] = ["Alice", "Clara", "Edith", "Grace", "Irene", "Nora"];
const MEN: [&str; 6] = ["Bruno", "David", "Felix", "Henry", "Oscar", "Victor"];
const LAST_NAMES: [&str; 8] =
    ["Testperson", "Sampleton", "Mockford", "Fakeman", "Nobodyson", "Exampleson", "Dummyfield", "Trialworth"];
const STREETS: [&str; 4] = ["Example Street", "Sample Avenue", "Test Road", "Placeholder Lane"];

/// Area codes in service in the United States. With 555-0100 to 555-0199 behind them they are reserved for fiction.
const AREA_CODES: [u16; 287] = [
    201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229, 231, 234,
    239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304, 305, 307, 308, 309,
    310, 312, 313, 314, 315, 316, 317, 318, 319, 320, 321, 323, 325, 330, 331, 334, 336, 337, 339, 347, 351, 352, 360,
    361, 386, 401, 402, 404, 405, 406, 407, 408, 409, 410, 412, 413, 414, 415, 417, 419, 423, 424, 425, 430, 432, 434,
    435, 440, 443, 458, 469, 470, 475, 478, 479, 480, 484, 501, 502, 503, 504, 505, 507, 508, 509, 510, 512, 513, 515,
    516, 517, 518, 520, 530, 531, 534, 539, 540, 541, 551, 559, 561, 562, 563, 567, 570, 571, 573, 574, 575, 580, 585,
    586, 601, 602, 603, 605, 606, 607, 608, 609, 610, 612, 614, 615, 616, 617, 618, 619, 620, 623, 626, 630, 631, 636,
    641, 646, 650, 651, 657, 660, 661, 662, 678, 681, 682, 701, 702, 703, 704, 706, 707, 708, 712, 713, 714, 715, 716,
    717, 718, 719, 720, 724, 727, 731, 732, 734, 740, 747, 754, 757, 760, 762, 763, 765, 769, 770, 772, 773, 774, 775,
    779, 781, 785, 786, 801, 802, 803, 804, 805, 806, 808, 810, 812, 813, 814, 815, 816, 817, 818, 828, 830, 831, 832,
    843, 845, 847, 848, 850, 856, 857, 858, 859, 860, 862, 863, 864, 865, 870, 872, 878, 901, 903, 904, 906, 907, 908,
    909, 910, 912, 913, 914, 915, 916, 917, 918, 919, 920, 925, 928, 931, 936, 937, 938, 940, 941, 947, 949, 951, 952,
    954, 956, 970, 971, 972, 973, 978, 979, 980, 985, 989,
];
const PHONES: u64 = AREA_CODES.len() as u64 * 100;

impl Person {
    /// A person aged 25 to 60 in that year.
    ///
    /// `serial` numbers the people of a run, so that no two of them share a phone number: there are only some ten thousand.
    /// `countries` is what the anchor lets one choose from; empty if it does not say.
    pub(crate) fn invent(dice: &mut Dice, seed: u64, serial: u64, year: i16, countries: &[String]) -> Self {
        let (sex, names) = if dice.below(2) == 0 { ("female", WOMEN) } else { ("male", MEN) };
        let day = |dice: &mut Dice, year: i64| format!("{year}-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28));
        let year = i64::from(year);
        let age = 25 + i64::try_from(dice.below(35)).unwrap_or(0);
        Self {
            serial,
            first_name: dice.pick(&names).copied().unwrap_or("Alice"),
            last_name: dice.pick(&LAST_NAMES).copied().unwrap_or("Testperson"),
            sex,
            place: pick_place(dice, countries),
            street: format!("{} {}", 1 + dice.below(999), dice.pick(&STREETS).unwrap_or(&"Test Road")),
            phone: phone(seed, serial),
            birth_date: day(dice, year - age),
            issue_date: day(dice, year - 2),
            expiration_date: day(dice, year + 6),
            card_expiration: format!("{:02}-{:02}", (year + 3) % 100, 1 + dice.below(12)),
            tax_id: format!("8{:02}-{:02}-{}", dice.below(100), 1 + dice.below(99), dice.digits(4)),
            id_number: format!("X{}", dice.digits(8)),
            bank_account: dice.digits(11),
            aba: check_digits::aba(dice),
            clabe: check_digits::clabe(dice),
            cbu: check_digits::cbu(dice),
            card: check_digits::card(dice),
            unique: format!("{:012x}", dice.next() >> 16),
        }
    }

    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// Several lines, as SEP-9 wants it.
    pub(crate) fn address(&self) -> String {
        let Place { city, state, postal_code, country_name, .. } = self.place;
        format!("{}\n{city}, {state} {postal_code}\n{country_name}", self.street)
    }
}

fn pick_place(dice: &mut Dice, countries: &[String]) -> Place {
    let allowed: Vec<_> =
        PLACES.into_iter().filter(|place| countries.iter().any(|code| code == place.country)).collect();
    let home: Vec<_> = PLACES.into_iter().filter(|place| place.country == "USA").collect();
    dice.pick(if allowed.is_empty() { &home } else { &allowed }).copied().unwrap_or(PLACES[0])
}

/// Two people of a run never share one; runs with different seeds seldom do.
fn phone(seed: u64, serial: u64) -> String {
    let at = usize::try_from((Dice::new(seed, "phones").below(PHONES) + serial) % PHONES).unwrap_or(0);
    let line = at / AREA_CODES.len();
    format!("+1{}55501{line:02}", AREA_CODES[at % AREA_CODES.len()])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::sep12::date::is_calendar_date;

    #[test]
    fn people_of_a_run_share_no_number() {
        let mut dice = Dice::new(5, "people");
        let people: Vec<_> = (0..500).map(|serial| Person::invent(&mut dice, 5, serial, 2026, &[])).collect();
        let distinct = |of: fn(&Person) -> &str| people.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(|person| &person.phone), 500);
        assert_eq!(distinct(|person| &person.unique), 500);
        assert_eq!(distinct(|person| &person.id_number), 500);
    }

    #[test]
    fn a_persons_dates_are_real_and_around_any_day_of_the_year() {
        let mut dice = Dice::new(6, "people");
        for serial in 0..200 {
            let person = Person::invent(&mut dice, 6, serial, 2026, &[]);
            for date in [&person.birth_date, &person.issue_date, &person.expiration_date] {
                assert!(is_calendar_date(date), "{date}");
            }
            assert!(person.issue_date.as_str() < "2026-01-01" && person.expiration_date.as_str() > "2026-12-31");
            assert!(person.birth_date.as_str() < "2007-12-31", "18 before the card was issued: {}", person.birth_date);
            assert!(person.birth_date.as_str() > "1946-12-31", "80 at most: {}", person.birth_date);
            assert!(person.card_expiration.as_str() > "26-12", "{}", person.card_expiration);
        }
    }

    #[test]
    fn a_phone_library_takes_every_number() {
        for code in 0..AREA_CODES.len() as u64 {
            let phone = phone(1, code);
            let number = phonenumber::parse(None, &phone).expect("a number");
            assert!(phonenumber::is_valid(&number), "{phone}");
            assert_eq!(number.format().mode(phonenumber::Mode::E164).to_string(), phone);
            assert!(phone[5..].starts_with("55501"), "{phone} is not reserved for fiction");
        }
    }

    #[test]
    fn countries_are_named_consistently() {
        for place in PLACES {
            let country = celes::Country::from_alpha3(place.country).expect("a country");
            assert_eq!(country.alpha2, place.country_alpha2);
            assert!(country.long_name.contains(place.country_name), "{} {}", country.long_name, place.country_name);
            assert_eq!(place.subdivision.split_once('-').map(|(country, _)| country), Some(place.country_alpha2));
        }
    }

    #[test]
    fn postal_codes_lie_in_their_states() {
        // As the post offices publish them: the codes that begin with one of these.
        let begins = |subdivision| match subdivision {
            "US-NY" => ["10", "11", "12", "13", "14"].as_slice(),
            "US-CO" => &["80", "81"],
            "US-OR" => &["97"],
            "MX-JAL" => &["44", "45", "46", "47", "48", "49"],
            "AR-M" => &["55", "56"],
            "BR-BA" => &["40", "41", "42", "43", "44", "45", "46", "47", "48"],
            _ => &[],
        };
        for place in PLACES {
            let begins = begins(place.subdivision);
            assert!(begins.iter().any(|begin| place.postal_code.starts_with(begin)), "{place:?}");
        }
    }

    #[test]
    fn the_country_is_one_the_anchor_takes() {
        let mut dice = Dice::new(1, "place");
        assert_eq!(pick_place(&mut dice, &["MEX".to_owned()]).city, "Guadalajara");
        assert_eq!(pick_place(&mut dice, &["XYZ".to_owned()]).country, "USA");
    }
}
