//! Whom a challenge is for: a `G` account, a `G` account with an id memo, or an `M` account.

use std::fmt;

use crate::sep12::memo::parse_id;
use crate::sep12::{Account, Caller};

/// What SEP-10 calls the client account, with the memo that may go with it. Never a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAccount {
    account: Account,
    memo: Option<u64>,
}

/// Why a challenge cannot be for this account and memo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidClient {
    /// The account is neither `G` nor `M`.
    Account,
    /// A contract account, which SEP-45 authenticates.
    Contract,
    /// The memo is not an unsigned 64-bit number.
    Memo,
    /// An `M` account with a memo.
    MuxedWithMemo,
}

impl ClientAccount {
    /// From the request parameters `account` and `memo`. An empty memo counts as none.
    ///
    /// # Errors
    ///
    /// Says which parameter is wrong.
    pub fn requested(account: &str, memo: Option<&str>) -> Result<Self, InvalidClient> {
        let account = account.parse().map_err(|_| InvalidClient::Account)?;
        let memo = memo.filter(|memo| !memo.is_empty());
        match memo {
            Some(_) if matches!(account, Account::Muxed { .. }) => Err(InvalidClient::MuxedWithMemo),
            Some(memo) => Self::new(account, Some(parse_id(memo).ok_or(InvalidClient::Memo)?)),
            None => Self::new(account, None),
        }
    }

    /// An account and its memo.
    ///
    /// # Errors
    ///
    /// If the account is a contract, or is muxed and has a memo too.
    pub fn new(account: Account, memo: Option<u64>) -> Result<Self, InvalidClient> {
        match (account, memo) {
            (Account::Contract(_), _) => Err(InvalidClient::Contract),
            (Account::Muxed { .. }, Some(_)) => Err(InvalidClient::MuxedWithMemo),
            _ => Ok(Self { account, memo }),
        }
    }

    /// The account as the wallet named it.
    #[must_use]
    pub fn account(self) -> Account {
        self.account
    }

    /// The id memo.
    #[must_use]
    pub fn memo(self) -> Option<u64> {
        self.memo
    }

    /// The `G` account on the ledger, whose signers decide.
    #[must_use]
    pub fn base(self) -> Account {
        self.account.base()
    }

    /// The same as a token's subject.
    #[must_use]
    pub fn caller(self) -> Caller {
        match (self.account, self.memo) {
            (account @ Account::Muxed { .. }, _) => Caller::Muxed(account),
            (account, Some(memo)) => Caller::SharedAccount { account, memo },
            (account, None) => Caller::Account(account),
        }
    }

    /// The ed25519 key of the account.
    pub(super) fn master_key(self) -> [u8; 32] {
        match self.account {
            Account::Classic(key) | Account::Muxed { key, .. } | Account::Contract(key) => key,
        }
    }
}

impl fmt::Display for ClientAccount {
    /// As the `sub` of a token: `G...`, `G...:MEMO` or `M...`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.memo {
            Some(memo) => write!(f, "{}:{memo}", self.account),
            None => self.account.fmt(f),
        }
    }
}

impl fmt::Display for InvalidClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account => "account must be a Stellar account (G...) or a muxed account (M...)",
            Self::Contract => "account must be G... or M...: a contract account (C...) cannot authenticate with SEP-10",
            Self::Memo => "memo must be of type id: an unsigned 64-bit number in decimal",
            Self::MuxedWithMemo => "memo must be absent if account is a muxed account (M...)",
        })
    }
}

impl std::error::Error for InvalidClient {}

#[cfg(test)]
mod tests {
    use super::*;

    const G: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
    const M: &str = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK";
    const C: &str = "CA3D5KRYM6CB7OWQ6TWYRR3Z4T7GNZLKERYNZGGA5SOAOPIFY6YQGAXE";

    #[test]
    fn the_subject_is_the_account_and_its_memo() {
        for (account, memo, sub) in [
            (G, None, G.to_owned()),
            (G, Some(""), G.to_owned()),
            (G, Some("0"), format!("{G}:0")),
            (G, Some("007"), format!("{G}:7")),
            (G, Some("18446744073709551615"), format!("{G}:18446744073709551615")),
            (M, None, M.to_owned()),
            (M, Some(""), M.to_owned()),
        ] {
            let client = ClientAccount::requested(account, memo).expect("legal");
            assert_eq!(client.to_string(), sub);
            assert_eq!(sub.parse(), Ok(client.caller()));
        }
    }

    #[test]
    fn what_sep_10_cannot_authenticate_is_refused_by_its_reason() {
        for (account, memo, reason) in [
            ("", None, InvalidClient::Account),
            (&G.to_lowercase(), None, InvalidClient::Account),
            (C, None, InvalidClient::Contract),
            (M, Some("1"), InvalidClient::MuxedWithMemo),
            (G, Some("-1"), InvalidClient::Memo),
            (G, Some("18446744073709551616"), InvalidClient::Memo),
            (G, Some("text"), InvalidClient::Memo),
        ] {
            assert_eq!(ClientAccount::requested(account, memo), Err(reason), "{account} {memo:?}");
        }
    }
}
