//! Step 5, identify: the fields are bound to the account that the token speaks for.
//!
//! One token is one customer identity, whatever the client repeats or leaves out (SEP-12, authentication). The rules
//! hold before the first file, where identity is settled, and after it, where it can only be confirmed: it has
//! already been sent.

use super::call::Parameters;
use super::config::{Config, MuxedAs};
use super::decode::Part;
use super::refusal::Refusal;
use crate::sep12::memo::parse_id;
use crate::sep12::{Account, Caller, Identity, Memo, MemoType};

/// What of the configuration decides about identity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    pub(crate) muxed_as: MuxedAs,
    pub(crate) strict_memos: bool,
    pub(crate) verify_ownership: bool,
}

/// A request whose identity is settled.
#[derive(Debug)]
pub(crate) struct Identified {
    pub(crate) identity: Identity,
    /// The fields before the first file, without the identity.
    pub(crate) texts: Vec<Part>,
    pub(crate) id: Option<String>,
    pub(crate) customer_type: Option<String>,
    pub(crate) caller: Caller,
    policy: Policy,
    claims: Claims,
    has_transaction: bool,
}

/// What to do with a text field that arrives after the first file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Late {
    Forward,
    Swallow,
}

/// What the client says of its identity; empty counts as missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Claims {
    account: Option<String>,
    memo: Option<String>,
    memo_type: Option<String>,
}

impl Policy {
    pub(crate) fn of(config: &Config) -> Self {
        Self { muxed_as: config.muxed_as, strict_memos: config.strict_memos, verify_ownership: config.verify_ownership }
    }
}

/// Refuses a query that names a customer: the body does, and two places could disagree.
pub(crate) fn refuse_identity_in_query(query: Option<&str>) -> Result<(), Refusal> {
    for pair in query.unwrap_or_default().split('&') {
        let key = pair.split_once('=').map_or(pair, |(key, _)| key);
        let key = percent_encoding::percent_decode_str(key).decode_utf8_lossy();
        if ["id", "account", "memo", "memo_type"].contains(&&*key) {
            return Err(Refusal::malformed(format!("'{key}' must be sent in the body, not in the query")));
        }
    }
    Ok(())
}

/// Fails unless the account, however it was named, is the caller's.
pub(crate) fn account_must_match(caller: Caller, claimed: &str) -> Result<(), Refusal> {
    let account = account_of(caller);
    match claimed.parse::<Account>() {
        Ok(claimed) if claimed == account || claimed == account.base() => Ok(()),
        _ => Err(Refusal::NotTheCaller { parameter: "account" }),
    }
}

/// Binds the fields before the first file to the caller.
pub(crate) fn identify(caller: Caller, policy: Policy, fields: Vec<Part>) -> Result<Identified, Refusal> {
    let mut identified = Identified {
        identity: Identity::of_account(account_of(caller)),
        texts: Vec::with_capacity(fields.len()),
        id: None,
        customer_type: None,
        caller,
        policy,
        claims: Claims::default(),
        has_transaction: false,
    };
    for field in fields {
        identified.take(field)?;
    }
    identified.identity = resolve(caller, policy, &identified.claims)?;
    Ok(identified)
}

impl Identified {
    fn take(&mut self, field: Part) -> Result<(), Refusal> {
        let (name, value) = match &field {
            Part::Text { name, value } => (name.as_str(), value.as_str()),
            Part::Json { name, .. } if is_parameter(name) => return Err(Refusal::field(name, "must be a string")),
            other => {
                debug_assert!(!matches!(other, Part::File(_)), "files come after the lead");
                self.texts.push(field);
                return Ok(());
            }
        };
        if !self.claims.take(name, value) {
            self.note(name, value);
            if name != "id" || !value.is_empty() {
                self.texts.push(field);
            }
        }
        Ok(())
    }

    fn note(&mut self, name: &str, value: &str) {
        let value = Some(value).filter(|value| !value.is_empty());
        match name {
            "id" => self.id = value.map(str::to_owned),
            "type" => self.customer_type = value.map(str::to_owned),
            "transaction_id" => self.has_transaction |= value.is_some(),
            _ => {}
        }
    }

    /// A text among the fields, unless it is empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts.iter().find_map(|field| match field {
            Part::Text { name: other, value } if other == name && !value.is_empty() => Some(value.as_str()),
            _ => None,
        })
    }

    /// The identity, and of the named parameters those that are there and not empty.
    pub(crate) fn parameters(&self, names: &[&'static str]) -> Parameters {
        let named = names.iter().filter_map(|name| Some((*name, self.text(name)?.to_owned())));
        self.identity.parameters().into_iter().chain(named).collect()
    }

    /// Judges a text field that arrives after the first file.
    pub(crate) fn late(&mut self, name: &str, value: &str) -> Result<Late, Refusal> {
        let mut claims = self.claims.clone();
        if claims.take(name, value) {
            if resolve(self.caller, self.policy, &claims)? != self.identity {
                return Err(Refusal::field(name, "comes too late to count; send it before the first file"));
            }
            self.claims = claims;
            return Ok(Late::Swallow);
        }
        if name == "id" && value.is_empty() {
            return Ok(Late::Swallow);
        }
        if name == "id" && self.policy.verify_ownership {
            return Err(Refusal::field(name, "comes too late to be verified; send it before the first file"));
        }
        self.note(name, value);
        Ok(Late::Forward)
    }

    /// The last rule, when all fields are known (SEP-12, type specification).
    pub(crate) fn finish(&self) -> Result<(), Refusal> {
        if self.has_transaction && self.customer_type.is_none() {
            return Err(Refusal::field("transaction_id", "needs 'type' beside it"));
        }
        Ok(())
    }
}

impl Claims {
    /// Takes the value if the name is one of identity's.
    fn take(&mut self, name: &str, value: &str) -> bool {
        let slot = match name {
            "account" => &mut self.account,
            "memo" => &mut self.memo,
            "memo_type" => &mut self.memo_type,
            _ => return false,
        };
        *slot = Some(value.to_owned()).filter(|value| !value.is_empty());
        true
    }
}

/// The identity table: what is forwarded for a caller and its claims.
fn resolve(caller: Caller, policy: Policy, claims: &Claims) -> Result<Identity, Refusal> {
    let account = account_of(caller);
    if let Some(claimed) = &claims.account {
        account_must_match(caller, claimed)?;
    }
    match caller {
        Caller::Account(_) => named_by_memo(account, policy, claims),
        Caller::SharedAccount { memo, .. } => {
            memo_must_be(memo, claims)?;
            Ok(with_id_memo(account, memo))
        }
        Caller::Muxed(_) => {
            let id = account.muxed_id().expect("a muxed caller has a muxed account");
            memo_must_be(id, claims)?;
            Ok(match policy.muxed_as {
                MuxedAs::Account => Identity::of_account(account),
                MuxedAs::Memo => with_id_memo(account.base(), id),
            })
        }
        Caller::Contract(_) if claims.memo.is_some() => {
            Err(Refusal::field("memo", "must not be sent for a contract account"))
        }
        Caller::Contract(_) => Ok(Identity::of_account(account)),
    }
}

/// The owner of a classic account may name customers of its own, by any memo.
fn named_by_memo(account: Account, policy: Policy, claims: &Claims) -> Result<Identity, Refusal> {
    let memo_type = match claims.memo_type.as_deref().map(str::parse::<MemoType>) {
        Some(Err(_)) => return Err(Refusal::field("memo_type", "must be id, hash or text")),
        known => known.and_then(Result::ok),
    };
    let Some(memo) = claims.memo.as_deref().and_then(|memo| Memo::new(memo, memo_type)) else {
        return Ok(Identity::of_account(account));
    };
    if policy.strict_memos && !memo.fits_stellar() {
        return Err(Refusal::field("memo", "must be a value that a Stellar memo of its type can hold"));
    }
    Ok(Identity::of_memo(account, memo).expect("the account is classic"))
}

fn with_id_memo(account: Account, id: u64) -> Identity {
    Identity::of_memo(account, Memo::id(id)).expect("the account is classic")
}

fn memo_must_be(expected: u64, claims: &Claims) -> Result<(), Refusal> {
    match claims.memo.as_deref() {
        Some(memo) if parse_id(memo) != Some(expected) => Err(Refusal::NotTheCaller { parameter: "memo" }),
        _ => Ok(()),
    }
}

fn account_of(caller: Caller) -> Account {
    match caller {
        Caller::Account(account)
        | Caller::SharedAccount { account, .. }
        | Caller::Muxed(account)
        | Caller::Contract(account) => account,
    }
}

/// The names that the platform itself reads.
fn is_parameter(name: &str) -> bool {
    ["id", "account", "memo", "memo_type", "type", "transaction_id"].contains(&name)
}
