//! The memo that tells customers of one shared account apart (SEP-12, shared accounts).

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The three memo types that SEP-12 knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemoType {
    /// An unsigned 64-bit number in decimal.
    Id,
    /// 32 bytes in base64.
    Hash,
    /// Up to 28 bytes of UTF-8.
    Text,
}

/// A memo as a client states it: any non-empty text, with or without a type.
///
/// SEP-12 lets the owner of a shared account use any value, its own example being a 36-byte UUID, so a memo need not
/// be one that a Stellar transaction could carry; [`Memo::fits_stellar`] tells.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Memo {
    value: String,
    memo_type: Option<MemoType>,
}

/// The text is not `id`, `hash` or `text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownMemoType;

/// The longest text memo that a Stellar transaction can carry, in bytes.
const TEXT_MEMO_MAX: usize = 28;
/// The length of a hash memo, in bytes.
const HASH_MEMO_LEN: usize = 32;

impl Memo {
    /// A memo as sent; `None` if the value is empty, which SEP-12 treats as no memo.
    #[must_use]
    pub fn new(value: impl Into<String>, memo_type: Option<MemoType>) -> Option<Self> {
        let value = value.into();
        (!value.is_empty()).then_some(Self { value, memo_type })
    }

    /// The id memo of a muxed account or a SEP-10 token, in canonical decimal.
    #[must_use]
    pub fn id(id: u64) -> Self {
        Self { value: id.to_string(), memo_type: Some(MemoType::Id) }
    }

    /// The value as sent.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The type as sent; never invented.
    #[must_use]
    pub fn memo_type(&self) -> Option<MemoType> {
        self.memo_type
    }

    /// Whether a Stellar memo of the stated type (of any type, if none is stated) can hold the value.
    #[must_use]
    pub fn fits_stellar(&self) -> bool {
        let fits = |memo_type| match memo_type {
            MemoType::Id => parse_id(&self.value).is_some(),
            MemoType::Hash => STANDARD.decode(&self.value).is_ok_and(|bytes| bytes.len() == HASH_MEMO_LEN),
            MemoType::Text => self.value.len() <= TEXT_MEMO_MAX,
        };
        match self.memo_type {
            Some(memo_type) => fits(memo_type),
            None => [MemoType::Id, MemoType::Hash, MemoType::Text].into_iter().any(fits),
        }
    }
}

/// Reads an id memo: ASCII digits only, unsigned 64 bit, leading zeros allowed (`007` is 7).
#[must_use]
pub fn parse_id(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

impl MemoType {
    /// The word SEP-12 uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Hash => "hash",
            Self::Text => "text",
        }
    }
}

impl FromStr for MemoType {
    type Err = UnknownMemoType;

    fn from_str(text: &str) -> Result<Self, UnknownMemoType> {
        match text {
            "id" => Ok(Self::Id),
            "hash" => Ok(Self::Hash),
            "text" => Ok(Self::Text),
            _ => Err(UnknownMemoType),
        }
    }
}

impl fmt::Display for MemoType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for UnknownMemoType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("memo_type must be id, hash or text")
    }
}

impl std::error::Error for UnknownMemoType {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_decimal_unsigned_64_bit() {
        assert_eq!(parse_id("0"), Some(0));
        assert_eq!(parse_id("007"), Some(7));
        assert_eq!(parse_id("18446744073709551615"), Some(u64::MAX));
        for text in ["", "+7", "-1", " 7", "7 ", "0x7", "7.0", "18446744073709551616", "٧"] {
            assert_eq!(parse_id(text), None, "{text}");
        }
    }

    #[test]
    fn a_memo_fits_stellar_by_its_type() {
        let memo = |value: &str, memo_type| Memo::new(value, memo_type).expect("not empty").fits_stellar();
        let hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        assert!(memo("18446744073709551615", Some(MemoType::Id)));
        assert!(!memo("18446744073709551616", Some(MemoType::Id)));
        assert!(memo("exactly twenty-eight bytes!!", Some(MemoType::Text)));
        assert!(!memo("exactly twenty-nine bytes!!!!", Some(MemoType::Text)));
        assert!(memo(hash, Some(MemoType::Hash)));
        assert!(!memo("AAAA", Some(MemoType::Hash)));
        assert!(memo(hash, None));
        assert!(!memo("21bf91a4-7db1-401d-8108-fab7660a45d6", None));
    }
}
