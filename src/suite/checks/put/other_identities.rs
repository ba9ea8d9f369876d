//! Customers whom not every anchor serves: `--identities` says which of them this one does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::sep12::{Account, Identity, Memo, MemoType};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::{accepted, tidy};
use crate::suite::identities::OtherIdentity;

use super::identity::distinct;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/served-identities-are-accepted",
        title: "complete customers of every kind that --identities names are accepted",
        requirements: &["served-identities-are-accepted"],
        run: Attempt::Anchor(|context| Box::pin(served(context))),
    },
    Check {
        id: "put/text-memos-are-distinct",
        title: "text memos that differ in one letter or its case are customers of their own",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(text_memos(context))),
    },
    Check {
        id: "put/memo-types-are-distinct",
        title: "a text memo and an id memo of the same digits are customers of their own",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(memo_types(context))),
    },
    Check {
        id: "put/hash-memos-are-distinct",
        title: "hash memos that differ in the case of one letter are customers of their own",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(hash_memos(context))),
    },
    Check {
        id: "put/uuid-memos-are-distinct",
        title: "UUIDs that differ in their last digit are customers of their own",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(uuid_memos(context))),
    },
    Check {
        id: "put/contract-accounts-are-distinct",
        title: "two contract accounts are two customers",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(contract_accounts(context))),
    },
];

/// As many bytes as a Stellar text memo can hold; the end makes the difference.
const TEXTS: [&str; 3] =
    ["anchor-conformance user no.a", "anchor-conformance user no.b", "anchor-conformance user no.A"];
/// Where hash memos differ: behind what a text memo can hold.
const TAIL: usize = 28;

async fn served(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let kinds = context.suite.identities.clone();
    if kinds.is_empty() {
        let names = OtherIdentity::ALL.map(OtherIdentity::name).join(",");
        return Err(NotKept::skip(format!(
            "--identities names nothing; what the anchor serves of {names} can stand there"
        )));
    }
    for kind in kinds {
        let identity = example(context, kind)?;
        let customer = context.customer_as(identity);
        let asked = format!("a complete customer, because --identities says that the anchor serves {},", kind.plural());
        accepted(context.put(customer.request_fields()).await, &asked)?;
    }
    Ok(())
}

fn example(context: &mut Context, kind: OtherIdentity) -> Result<Identity, NotKept> {
    let account = context.account();
    match kind {
        OtherIdentity::TextMemo => of_memo(account, TEXTS[0], Some(MemoType::Text)),
        OtherIdentity::HashMemo => of_memo(account, &hashes(context)[0], Some(MemoType::Hash)),
        OtherIdentity::UuidMemo => of_memo(account, &uuids(context)[0], None),
        OtherIdentity::Contract => Ok(Identity::of_account(contract(context))),
    }
}

async fn text_memos(context: &mut Context) -> Finding {
    context.needs_identity(OtherIdentity::TextMemo)?;
    let account = context.account();
    let named = TEXTS.map(|text| (format!("text memo {text:?}"), of_memo(account, text, Some(MemoType::Text))));
    all_distinct(context, named).await
}

async fn memo_types(context: &mut Context) -> Finding {
    context.needs_identity(OtherIdentity::TextMemo)?;
    let account = context.account();
    let of = |memo_type: MemoType| (format!("{memo_type} memo 7"), of_memo(account, "7", Some(memo_type)));
    all_distinct(context, [of(MemoType::Id), of(MemoType::Text)]).await
}

async fn hash_memos(context: &mut Context) -> Finding {
    context.needs_identity(OtherIdentity::HashMemo)?;
    let account = context.account();
    let named =
        hashes(context).map(|hash| (format!("hash memo {hash}"), of_memo(account, &hash, Some(MemoType::Hash))));
    all_distinct(context, named).await
}

async fn uuid_memos(context: &mut Context) -> Finding {
    context.needs_identity(OtherIdentity::UuidMemo)?;
    let account = context.account();
    let named = uuids(context).map(|uuid| (format!("memo {uuid}"), of_memo(account, &uuid, None)));
    all_distinct(context, named).await
}

async fn contract_accounts(context: &mut Context) -> Finding {
    context.needs_identity(OtherIdentity::Contract)?;
    let of = |account: Account| (account.to_string(), Ok(Identity::of_account(account)));
    let named = [contract(context), contract(context)].map(of);
    all_distinct(context, named).await
}

fn of_memo(account: Account, memo: &str, memo_type: Option<MemoType>) -> Result<Identity, NotKept> {
    let identity = Memo::new(memo, memo_type).and_then(|memo| Identity::of_memo(account, memo));
    identity.ok_or_else(|| NotKept::skip("there is no such customer"))
}

fn contract(context: &mut Context) -> Account {
    Account::Contract(context.dice.bytes32())
}

/// Two hashes whose base64 differs in the case of one letter only.
fn hashes(context: &mut Context) -> [String; 2] {
    loop {
        let hash = STANDARD.encode(context.dice.bytes32());
        // The last digit holds two bits that are no part of the hash.
        let letter = hash.bytes().rposition(|byte| byte.is_ascii_alphabetic()).filter(|at| *at < hash.len() - 2);
        if let Some(at) = letter.filter(|at| *at >= TAIL) {
            let flipped = |(place, char): (usize, char)| if place == at { other_case(char) } else { char };
            let other = hash.chars().enumerate().map(flipped).collect();
            return [hash, other];
        }
    }
}

fn other_case(letter: char) -> char {
    if letter.is_ascii_uppercase() { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() }
}

/// Two random UUIDs (RFC 9562) that differ in the last digit only.
fn uuids(context: &mut Context) -> [String; 2] {
    let bytes = context.dice.bytes32();
    let digits: String = bytes[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let uuid = |last: char| {
        let (a, b, c, d, e) = (&digits[..8], &digits[8..12], &digits[13..16], &digits[17..20], &digits[20..31]);
        format!("{a}-{b}-4{c}-a{d}-{e}{last}")
    };
    ['1', '2'].map(uuid)
}

/// Registers all of them. That the anchor serves them at all is another check's business.
async fn all_distinct<const N: usize>(
    context: &mut Context,
    named: [(String, Result<Identity, NotKept>); N],
) -> Finding {
    context.needs_acceptance()?;
    let (mut ids, mut names) = (Vec::new(), Vec::new());
    for (name, identity) in named {
        let customer = context.customer_as(identity?);
        let answer = context.put(customer.request_fields()).await;
        match tidy(answer, &format!("a complete customer with {name}"))? {
            Some(id) => ids.push(id),
            None => return Err(NotKept::inconclusive(format!("the anchor declines a complete customer with {name}"))),
        }
        names.push(name);
    }
    distinct(&ids, &names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_memos_fill_what_stellar_can_hold() {
        assert!(TEXTS.iter().all(|text| text.len() == 28));
    }
}
