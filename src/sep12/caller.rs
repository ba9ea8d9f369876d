//! Who a wallet token speaks for: the `sub` of a SEP-10 or SEP-45 token.

use std::fmt;
use std::str::FromStr;

use super::account::Account;
use super::memo::parse_id;

/// The authenticated party, in the four forms that a token's `sub` can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Caller {
    /// `G...`: a classic account that may name customers of its own by memo.
    Account(Account),
    /// `G...:n`: one customer of a shared account.
    SharedAccount {
        /// The classic account.
        account: Account,
        /// The id memo in the token.
        memo: u64,
    },
    /// `M...`: one customer of a shared account, as a muxed account.
    Muxed(Account),
    /// `C...`: a contract account (SEP-45).
    Contract(Account),
}

/// The `sub` is none of `G`, `G:n`, `M`, `C`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSub;

impl FromStr for Caller {
    type Err = InvalidSub;

    fn from_str(sub: &str) -> Result<Self, InvalidSub> {
        let (account, memo) = match sub.split_once(':') {
            Some((account, memo)) => (account, Some(parse_id(memo).ok_or(InvalidSub)?)),
            None => (sub, None),
        };
        let account: Account = account.parse().map_err(|_| InvalidSub)?;
        match (account, memo) {
            (Account::Classic(_), None) => Ok(Self::Account(account)),
            (Account::Classic(_), Some(memo)) => Ok(Self::SharedAccount { account, memo }),
            (Account::Muxed { .. }, None) => Ok(Self::Muxed(account)),
            (Account::Contract(_), None) => Ok(Self::Contract(account)),
            _ => Err(InvalidSub),
        }
    }
}

impl fmt::Display for InvalidSub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sub must be G..., G...:ID, M... or C...")
    }
}

impl std::error::Error for InvalidSub {}

#[cfg(test)]
mod tests {
    use super::*;

    const G: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
    const M: &str = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK";
    const C: &str = "CA3D5KRYM6CB7OWQ6TWYRR3Z4T7GNZLKERYNZGGA5SOAOPIFY6YQGAXE";

    #[test]
    fn the_four_forms_are_read() {
        let account: Account = G.parse().expect("G");
        assert_eq!(G.parse(), Ok(Caller::Account(account)));
        assert_eq!(format!("{G}:007").parse(), Ok(Caller::SharedAccount { account, memo: 7 }));
        assert_eq!(M.parse(), Ok(Caller::Muxed(M.parse().expect("M"))));
        assert_eq!(C.parse(), Ok(Caller::Contract(C.parse().expect("C"))));
    }

    #[test]
    fn anything_else_is_refused() {
        for sub in
            ["", ":", &format!("{G}:"), &format!("{G}:text"), &format!("{G}:1:2"), &format!("{M}:1"), &format!("{C}:1")]
        {
            assert_eq!(sub.parse::<Caller>(), Err(InvalidSub), "{sub}");
        }
    }
}
