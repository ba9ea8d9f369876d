//! Values that fit a definition: its type and its encoding (SEP-9, encodings).

use proptest::prelude::*;
use proptest::sample::select;

use super::codes;
use super::file::arb_file;
use super::text::arb_text;
use crate::sep12::Value;
use crate::sep12::date::is_calendar_date;
use crate::sep12::registry::{Definition, Encoding, Kind};

/// A value of the type and in the encoding that the definition asks for; free text can be any text.
///
/// Codes are real ones. Dates are real days of the years 1 to 9999, in no relation to today.
pub fn arb_value(definition: &Definition) -> BoxedStrategy<Value> {
    if definition.encoding == Encoding::Bytes {
        arb_file().prop_map(Value::File).boxed()
    } else {
        arb_encoded(definition).prop_map(Value::Text).boxed()
    }
}

/// The text of a value that is not binary.
pub(super) fn arb_encoded(definition: &Definition) -> BoxedStrategy<String> {
    match definition.encoding {
        Encoding::CountryAlpha3 => arb_code(codes::COUNTRIES_ALPHA3).boxed(),
        Encoding::CountryAlpha2 => arb_code(codes::COUNTRIES_ALPHA2).boxed(),
        Encoding::Subdivision => arb_code(codes::SUBDIVISIONS).boxed(),
        Encoding::Language => arb_code(codes::LANGUAGES).boxed(),
        Encoding::Isco08 => arb_code(codes::OCCUPATIONS).boxed(),
        Encoding::Date => arb_date().boxed(),
        Encoding::YearMonth => (0..=99, 1..=12).prop_map(|(year, month)| format!("{year:02}-{month:02}")).boxed(),
        Encoding::Phone => arb_phone().boxed(),
        Encoding::Email => {
            "[a-z0-9]{1,16}([.+_-][a-z0-9]{1,8})?@[a-z0-9]{1,12}(-[a-z0-9]{1,8})?\\.(com|example|co\\.uk)".boxed()
        }
        Encoding::Plain if definition.kind == Kind::Number => {
            any::<u32>().prop_map(|number| number.to_string()).boxed()
        }
        Encoding::Plain | Encoding::Bytes => arb_text().boxed(),
    }
}

fn arb_code(list: &'static str) -> impl Strategy<Value = String> {
    select(list.split(' ').collect::<Vec<_>>()).prop_map(str::to_owned)
}

/// Calling code and subscriber number, 9 to 15 digits in all.
fn arb_phone() -> impl Strategy<Value = String> {
    (arb_code(codes::CALLING_CODES), "[1-9][0-9]{7,11}").prop_map(|(code, number)| format!("+{code}{number}"))
}

fn arb_date() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (1900..2100, 1..=12, 1..=31).prop_map(|(year, month, day)| last_real_day(year, month, day)),
        1 => (1..=9999, 1..=12, 1..=31).prop_map(|(year, month, day)| last_real_day(year, month, day)),
        1 => select(&["2000-02-29", "2024-02-29", "1600-02-29", "0001-01-01", "9999-12-31"][..]).prop_map(str::to_owned),
    ]
}

/// The day itself, or the last day of a month that is too short for it.
fn last_real_day(year: i32, month: i32, day: i32) -> String {
    let dates = (1..=day).rev().map(|day| format!("{year:04}-{month:02}-{day:02}"));
    dates.into_iter().find(|date| is_calendar_date(date)).expect("every month has a first day")
}

#[cfg(test)]
mod tests {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::sep12::registry::{EXTRA, SEP9};

    fn fits(definition: &Definition, text: &str) -> bool {
        let listed = |list: &str| list.split(' ').any(|code| code == text);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match definition.encoding {
            Encoding::CountryAlpha3 => listed(codes::COUNTRIES_ALPHA3),
            Encoding::CountryAlpha2 => listed(codes::COUNTRIES_ALPHA2),
            Encoding::Subdivision => listed(codes::SUBDIVISIONS),
            Encoding::Language => text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase()),
            Encoding::Isco08 => text.len() == 3 && digits(text),
            Encoding::Date => is_calendar_date(text),
            Encoding::YearMonth => is_calendar_date(&format!("20{text}-01")),
            Encoding::Phone => text
                .strip_prefix('+')
                .is_some_and(|number| digits(number) && !number.starts_with('0') && (8..=15).contains(&number.len())),
            Encoding::Email => text
                .split_once('@')
                .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@')),
            Encoding::Plain if definition.kind == Kind::Number => digits(text),
            Encoding::Plain => true,
            Encoding::Bytes => false,
        }
    }

    #[test]
    fn every_defined_name_has_values_of_its_type_and_encoding() {
        let mut runner = TestRunner::deterministic();
        for definition in SEP9.iter().chain(&EXTRA) {
            let values = arb_value(definition);
            for _ in 0..64 {
                match values.new_tree(&mut runner).expect("no filters").current() {
                    Value::Text(text) => assert!(fits(definition, &text), "{}: {text:?}", definition.name),
                    Value::File(_) => assert_eq!(definition.kind, Kind::Binary, "{}", definition.name),
                    Value::Json(raw) => panic!("{}: {raw}", definition.name),
                }
            }
        }
    }
}
