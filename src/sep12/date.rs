//! SEP-9 dates: ISO 8601, date only.

/// The three SEP-9 names whose values must be calendar dates (`card.expiration_date` is year and month only).
pub const DATE_FIELDS: [&str; 3] = ["birth_date", "id_issue_date", "id_expiration_date"];

/// Whether the text is a real day of the Gregorian calendar, written `YYYY-MM-DD`.
#[must_use]
pub fn is_calendar_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
    if !shaped {
        return false;
    }
    let number = |range: std::ops::Range<usize>| {
        bytes[range].iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    };
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    (1..=days_in_month(year, month)).contains(&day)
}

fn days_in_month(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_days_pass_and_others_do_not() {
        for date in ["1976-07-04", "2000-02-29", "2024-02-29", "0001-01-01", "9999-12-31"] {
            assert!(is_calendar_date(date), "{date}");
        }
        for date in [
            "",
            "1976-7-4",
            "1976/07/04",
            "04-07-1976",
            "19760704",
            "1976-07-04T00:00:00Z",
            " 1976-07-04",
            "1976-13-01",
            "1976-00-01",
            "1976-01-00",
            "1900-02-29",
            "2023-02-29",
            "2023-04-31",
            "１９７６-07-04",
        ] {
            assert!(!is_calendar_date(date), "{date}");
        }
    }
}
