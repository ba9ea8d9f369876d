//! Sizes as people write them.

/// A number of bytes, or one with KB, MB, GB (thousands) or KiB, MiB, GiB (1024s).
pub(super) fn parse(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim_start() {
        "" | "B" => 1,
        "KB" => 1000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err("use a number of bytes, or one with KB, MB, GB, KiB, MiB or GiB".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| "it must begin with a whole number".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "it is too large".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_and_others_refused() {
        assert_eq!(parse("17"), Ok(17));
        assert_eq!(parse("64MB"), Ok(64_000_000));
        assert_eq!(parse("2 GiB"), Ok(2 << 30));
        for text in ["", "MB", "1.5MB", "-1", "1mb", "1TB", "99999999999GB"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
