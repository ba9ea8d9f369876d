//! Stellar accounts as SEP-12 names them: `G...`, `M...` and `C...` (SEP-23 strkeys).

use std::fmt;
use std::str::FromStr;

use stellar_strkey::{Contract, Strkey, ed25519};

/// An account that can own a customer: classic (`G`), muxed (`M`, SEP-23) or contract (`C`, SEP-45).
///
/// Every other strkey kind (seeds, pre-authorised transactions, signers) is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// `G...`: an ed25519 public key.
    Classic([u8; 32]),
    /// `M...`: a classic account and an unsigned 64-bit id within it.
    Muxed {
        /// The public key of the underlying `G` account.
        key: [u8; 32],
        /// The muxed id; all of `u64` is legal, 0 included.
        id: u64,
    },
    /// `C...`: a smart contract.
    Contract([u8; 32]),
}

/// The text is not a `G`, `M` or `C` strkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidAccount;

impl Account {
    /// The account without its muxed id: `G` for `M`, everything else itself.
    #[must_use]
    pub fn base(self) -> Self {
        match self {
            Self::Muxed { key, .. } => Self::Classic(key),
            other => other,
        }
    }

    /// The muxed id, if this is an `M` account.
    #[must_use]
    pub fn muxed_id(self) -> Option<u64> {
        match self {
            Self::Muxed { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The `M` account of a classic account and an id; `None` for a contract or an already muxed account.
    #[must_use]
    pub fn with_muxed_id(self, id: u64) -> Option<Self> {
        match self {
            Self::Classic(key) => Some(Self::Muxed { key, id }),
            _ => None,
        }
    }
}

impl FromStr for Account {
    type Err = InvalidAccount;

    fn from_str(text: &str) -> Result<Self, InvalidAccount> {
        match Strkey::from_string(text) {
            Ok(Strkey::PublicKeyEd25519(key)) => Ok(Self::Classic(key.0)),
            Ok(Strkey::MuxedAccountEd25519(muxed)) => Ok(Self::Muxed { key: muxed.ed25519, id: muxed.id }),
            Ok(Strkey::Contract(contract)) => Ok(Self::Contract(contract.0)),
            _ => Err(InvalidAccount),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Classic(key) => f.write_str(&ed25519::PublicKey(key).to_string()),
            Self::Muxed { key, id } => f.write_str(&ed25519::MuxedAccount { ed25519: key, id }.to_string()),
            Self::Contract(hash) => f.write_str(&Contract(hash).to_string()),
        }
    }
}

impl fmt::Display for InvalidAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a Stellar account (G..., M... or C...)")
    }
}

impl std::error::Error for InvalidAccount {}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEP-23 gives these two as the same key, muxed with 2^63 and 0.
    const G: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
    const M_2_63: &str = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK";
    const M_0: &str = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ";

    #[test]
    fn muxed_ids_are_unsigned_64_bit() {
        let base: Account = G.parse().expect("G");
        assert_eq!(M_2_63.parse(), Ok(base.with_muxed_id(1 << 63).expect("classic")));
        assert_eq!(M_0.parse::<Account>().map(Account::muxed_id), Ok(Some(0)));
        assert_eq!(M_0.parse::<Account>().map(Account::base), Ok(base));
    }

    #[test]
    fn accounts_print_as_they_were_read() {
        for text in [G, M_2_63, M_0] {
            assert_eq!(text.parse::<Account>().expect("valid").to_string(), text);
        }
    }

    #[test]
    fn other_strkeys_and_damaged_ones_are_refused() {
        let seed = "SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHOKR";
        let lower = G.to_lowercase();
        let wrong_checksum = G.replace("SGZ", "SGA");
        let muxed_with_trailing_bits = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLKA";
        for text in ["", "G", seed, &lower, &wrong_checksum, muxed_with_trailing_bits, &format!(" {G}")] {
            assert_eq!(text.parse::<Account>(), Err(InvalidAccount), "{text}");
        }
    }
}
