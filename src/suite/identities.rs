//! Who else an anchor serves beside `G` and `M` accounts and id memos: what a user has to say of it.

use std::fmt;
use std::str::FromStr;

/// A kind of customer that an anchor may serve and need not (SEP-12, `account`, `memo` and `memo_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OtherIdentity {
    /// A shared account's customer with a memo of type `text`, up to 28 bytes.
    TextMemo,
    /// A shared account's customer with a memo of type `hash`, 32 bytes in base64.
    HashMemo,
    /// A shared account's customer with a UUID as memo, of no type, as in SEP-12's own example.
    UuidMemo,
    /// A `C` account.
    Contract,
}

/// The text names no kind of customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownIdentity;

impl OtherIdentity {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::TextMemo, Self::HashMemo, Self::UuidMemo, Self::Contract];

    /// The word behind `--identities`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TextMemo => "text-memo",
            Self::HashMemo => "hash-memo",
            Self::UuidMemo => "uuid-memo",
            Self::Contract => "contract",
        }
    }

    /// Such customers in a sentence.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::TextMemo => "customers with a text memo",
            Self::HashMemo => "customers with a hash memo",
            Self::UuidMemo => "customers with a UUID as memo",
            Self::Contract => "contract accounts",
        }
    }
}

impl FromStr for OtherIdentity {
    type Err = UnknownIdentity;

    fn from_str(text: &str) -> Result<Self, UnknownIdentity> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(UnknownIdentity)
    }
}

impl fmt::Display for UnknownIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = OtherIdentity::ALL.map(OtherIdentity::name);
        write!(f, "it must be one of {}", names.join(", "))
    }
}

impl std::error::Error for UnknownIdentity {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_by_its_name() {
        for kind in OtherIdentity::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert_eq!("memo".parse::<OtherIdentity>(), Err(UnknownIdentity));
    }
}
