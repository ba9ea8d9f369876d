//! Whom a request is about: account and memo, and what they become as a key.

use super::refusal::Refusal;
use crate::mock::config::Config;
use crate::mock::faults::Fault;
use crate::mock::store::CustomerKey;
use crate::mock::variants::Variant;
use crate::sep12::memo::parse_id;
use crate::sep12::{Account, Identity, Memo, MemoType};

/// The customer that a request names by account and memo.
#[derive(Clone, Debug)]
pub(in crate::mock) struct Claim {
    account: Account,
    memo: Option<Memo>,
}

impl Claim {
    pub(in crate::mock) fn of(identity: &Identity) -> Self {
        Self { account: identity.account(), memo: identity.memo().cloned() }
    }

    /// Reads the parameters (SEP-12, customer GET and PUT); `None` without an account. Empty values count as absent.
    pub(super) fn read<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Self>, Refusal> {
        let value = |name| value(name).filter(|text| !text.is_empty());
        let memo_type = match value("memo_type") {
            None => None,
            Some(text) => {
                let memo_type: Result<MemoType, _> = text.parse();
                Some(memo_type.map_err(|_| Refusal::of_field("memo_type", "must be id, hash or text", Some(text)))?)
            }
        };
        let memo = value("memo").and_then(|memo| Memo::new(memo, memo_type));
        let Some(text) = value("account") else { return Ok(None) };
        let account = text
            .parse()
            .map_err(|_| Refusal::of_field("account", "must be a Stellar account (G..., M... or C...)", Some(text)))?;
        let claim = Self { account, memo };
        claim.check()?;
        Ok(Some(claim))
    }

    /// SEP-12: no memo for a contract; for a muxed account only the memo that says the same.
    fn check(&self) -> Result<(), Refusal> {
        let Some(memo) = &self.memo else { return Ok(()) };
        let refuse = |expected| Err(Refusal::of_field("memo", expected, Some(memo.value())));
        match self.account {
            Account::Contract(_) => refuse("must be absent beside a contract account"),
            Account::Muxed { id, .. } if parse_id(memo.value()) != Some(id) => {
                refuse("must be absent beside a muxed account, or equal to its id")
            }
            _ => Ok(()),
        }
    }

    /// The id that the memo or the muxed account holds, if it is one.
    pub(super) fn number(&self) -> Option<u64> {
        let of_memo = || self.memo.as_ref().and_then(|memo| parse_id(memo.value()));
        self.account.muxed_id().or_else(of_memo)
    }

    /// What the customer is stored under.
    pub(in crate::mock) fn key(&self, config: &Config) -> CustomerKey {
        let has = |fault| config.faults.contains(&fault);
        if self.account.muxed_id().is_some() && config.variants.contains(&Variant::MuxedApart) {
            return key(&self.account.to_string(), None);
        }
        let account = self.account.base().to_string();
        let memo = match self.account.muxed_id() {
            Some(_) if has(Fault::MuxedIdIgnored) => None,
            Some(id) => Some((MemoType::Id, id.to_string())),
            None if has(Fault::MemoIgnored) => None,
            None => self.memo.as_ref().map(canonical),
        };
        let memo = memo.map(|(memo_type, text)| match text.parse() {
            Ok(id) if has(Fault::MemoParsedAsDouble) && memo_type == MemoType::Id => (memo_type, through_double(id)),
            _ => (memo_type, text),
        });
        key(&account, memo)
    }
}

fn key(account: &str, memo: Option<(MemoType, String)>) -> CustomerKey {
    let (memo_type, memo) = memo.unzip();
    CustomerKey { account: account.to_owned(), memo_type, memo, apart: String::new() }
}

/// The memo's type and its one spelling.
fn canonical(memo: &Memo) -> (MemoType, String) {
    let id = parse_id(memo.value());
    match (memo.memo_type(), id) {
        (None | Some(MemoType::Id), Some(id)) => (MemoType::Id, id.to_string()),
        (memo_type, _) => (memo_type.unwrap_or(MemoType::Text), memo.value().to_owned()),
    }
}

/// What a number becomes in a language that has no integers.
fn through_double(id: u64) -> String {
    format!("{}", id as f64)
}
