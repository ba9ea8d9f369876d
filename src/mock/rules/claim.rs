//! Whom a request is about: account and memo, and what they become as a key.

use super::Rules;
use super::memo::{blurred, canonical, rounded};
use super::refusal::Refusal;
use crate::mock::config::Config;
use crate::mock::faults::Fault;
use crate::mock::received::Received;
use crate::mock::store::CustomerKey;
use crate::mock::variants::Variant;
use crate::sep12::memo::parse_id;
use crate::sep12::{Account, Identity, Memo, MemoType};

/// How much of an M account counts under [`Fault::MuxedAccountsCut`]: as much as a G account has.
const ACCOUNT_LENGTH: usize = 56;

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
        Ok(Some(Self { account, memo }))
    }

    /// The id that the memo or the muxed account holds, if it is one.
    fn number(&self) -> Option<u64> {
        let of_memo = || self.memo.as_ref().and_then(|memo| parse_id(memo.value()));
        self.account.muxed_id().or_else(of_memo)
    }

    fn has_other_memo(&self) -> bool {
        let is_id =
            |memo: &Memo| parse_id(memo.value()).is_some() && memo.memo_type().unwrap_or(MemoType::Id) == MemoType::Id;
        self.memo.as_ref().is_some_and(|memo| !is_id(memo))
    }

    /// What the customer is stored under.
    pub(in crate::mock) fn key(&self, config: &Config) -> CustomerKey {
        let has = |fault| config.faults.contains(&fault);
        let is_muxed = self.account.muxed_id().is_some();
        if is_muxed && config.variants.contains(&Variant::MuxedApart) {
            return key(&self.account.to_string(), None);
        }
        if is_muxed && has(Fault::MuxedAccountsCut) {
            return key(&self.account.to_string()[..ACCOUNT_LENGTH], None);
        }
        let memo = match self.account.muxed_id() {
            Some(_) if has(Fault::MuxedIdIgnored) => None,
            Some(id) => Some((MemoType::Id, id.to_string())),
            None if has(Fault::MemoIgnored) => None,
            None => self.memo.as_ref().map(|memo| canonical(memo, config)),
        };
        let is_keyless = matches!(self.account, Account::Contract(_)) && has(Fault::ContractAccountsCollide);
        let is_lost = has(Fault::AccountsIgnored) || is_keyless;
        let account = if is_lost { String::new() } else { self.account.base().to_string() };
        key(&account, memo.and_then(|memo| blurred(memo, config)))
    }
}

impl Rules<'_> {
    /// The account and memo that a request names, if this anchor takes them.
    pub(super) fn claim<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Claim>, Refusal> {
        let Some(claim) = Claim::read(value)? else { return Ok(None) };
        self.check_agreement(&claim)?;
        self.check_account(&claim)?;
        self.check_memo(&claim)?;
        Ok(Some(claim))
    }

    /// The account and memo that a GET names.
    pub(super) fn claim_of_get(&self, received: &Received) -> Result<Option<Claim>, Refusal> {
        let Some(claim) = self.claim(|name| received.query_value(name))? else { return Ok(None) };
        let is_signed = self.has(Fault::GetSignedMuxedIds);
        if is_signed && claim.account.muxed_id().is_some_and(|id| i64::try_from(id).is_err()) {
            return Err(Refusal::internal());
        }
        let is_rounded = self.has(Fault::GetMemoParsedAsDouble);
        let memo = claim.memo.and_then(|memo| if is_rounded { rounded(&memo) } else { Some(memo) });
        Ok(Some(Claim { memo, ..claim }))
    }

    /// SEP-12: no memo for a contract; for a muxed account only the memo that says the same.
    fn check_agreement(&self, claim: &Claim) -> Result<(), Refusal> {
        let Some(memo) = &claim.memo else { return Ok(()) };
        let refuse = |expected| Err(Refusal::of_field("memo", expected, Some(memo.value())));
        match claim.account {
            Account::Contract(_) => refuse("must be absent beside a contract account"),
            Account::Muxed { id, .. }
                if parse_id(memo.value()) != Some(id) && !self.has(Fault::ContradictoryMemoAccepted) =>
            {
                refuse("must be absent beside a muxed account, or equal to its id")
            }
            _ => Ok(()),
        }
    }

    fn check_account(&self, claim: &Claim) -> Result<(), Refusal> {
        let is_refused = match claim.account {
            Account::Muxed { .. } => self.has(Fault::MuxedAccountsRefused),
            Account::Contract(_) => self.has(Fault::ContractAccountsRefused),
            Account::Classic(_) => false,
        };
        if is_refused { Err(Refusal::of_field("account", "not a kind that this anchor takes", None)) } else { Ok(()) }
    }

    fn check_memo(&self, claim: &Claim) -> Result<(), Refusal> {
        let number = claim.number();
        if self.has(Fault::SignedMemoIds) && number.is_some_and(|number| i64::try_from(number).is_err()) {
            return Err(Refusal::internal());
        }
        let expected = match &claim.memo {
            _ if self.has(Fault::ZeroMemoRefused) && number == Some(0) => "must not be zero",
            Some(memo) if self.has(Fault::MemoTypeNeeded) && memo.memo_type().is_none() => "must come with memo_type",
            Some(_) if self.shows(Variant::OnlyIdMemos) && claim.has_other_memo() => "must be an id",
            _ => return Ok(()),
        };
        Err(Refusal::of_field("memo", expected, None))
    }
}

fn key(account: &str, memo: Option<(MemoType, String)>) -> CustomerKey {
    let (memo_type, memo) = memo.unzip();
    CustomerKey { account: account.to_owned(), memo_type, memo, apart: String::new() }
}
