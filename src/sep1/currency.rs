//! A token of the anchor's: one entry of `[[CURRENCIES]]`.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A token. What is `None` or empty is left out of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Currency {
    /// Its code.
    pub code: AssetCode,
    /// The `G` account that issues it.
    #[serde(serialize_with = "as_account")]
    pub issuer: [u8; 32],
    /// Whether it may be listed.
    pub status: Status,
    /// How many decimals a client shows, 0 to 7.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_decimals: Option<u8>,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desc: Option<String>,
}

/// One to twelve letters and digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AssetCode(String);

/// The text is no asset code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidCode;

/// How much of a token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// In use.
    Live,
    /// No longer in use.
    Dead,
    /// For trying things out.
    Test,
    /// Not for everybody.
    Private,
}

pub(super) fn as_account<S: serde::Serializer>(key: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&crate::sep12::Account::Classic(*key))
}

impl AssetCode {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AssetCode {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        let legal = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        legal.then(|| Self(text.to_owned())).ok_or(InvalidCode)
    }
}

impl fmt::Display for InvalidCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an asset code must be 1 to 12 letters and digits")
    }
}

impl std::error::Error for InvalidCode {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_one_to_twelve_letters_and_digits() {
        for code in ["A", "USDC", "ABCDEFGHIJK2"] {
            assert_eq!(code.parse::<AssetCode>().expect(code).as_str(), code);
        }
        for code in ["", "ABCDEFGHIJKLM", "US D", "€"] {
            assert_eq!(code.parse::<AssetCode>(), Err(InvalidCode), "{code}");
        }
    }
}
