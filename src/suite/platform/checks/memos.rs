//! Memos: those that an owner adds for its customers, and those that a token has.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use serde_json::json;

use super::identity::expect_form;
use super::ids::known;
use super::intruders::not_asked_about;
use crate::sep12::body::Multipart;
use crate::sep12::{Account, Caller, Field};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::expect::answered;
use crate::suite::platform::Context;
use crate::suite::platform::anchor::Heard;
use crate::suite::platform::compare::{forwarded, forwarded_or_declined, refused};
use crate::suite::platform::tokens::Holder;
use crate::suite::platform::wallet::Wallet;
use crate::suite::request::{Content, Encoding, Request};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "identity/memo-of-a-customer",
        title: "the owner of an account without memo may name its customers by memos of its own",
        requirements: &["owners-name-their-customers"],
        run: Attempt::Platform(|context| Box::pin(id_memos(context, Some("id")))),
    },
    Check {
        id: "identity/memo-without-type",
        title: "the memo of an owner's customer needs no memo_type",
        requirements: &["owners-name-their-customers"],
        run: Attempt::Platform(|context| Box::pin(id_memos(context, None))),
    },
    Check {
        id: "identity/text-and-hash-memos",
        title: "a text or hash memo that is accepted reaches the anchor as it was written",
        requirements: &["owners-name-their-customers"],
        run: Attempt::Platform(|context| Box::pin(typed_memos(context))),
    },
    Check {
        id: "identity/contract-account-with-memo",
        title: "a memo beside a contract account is declined with 4xx, or does not reach the anchor",
        requirements: &["identity-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(contract(context))),
    },
    Check {
        id: "identity/near-memo-is-refused",
        title: "a memo that only a floating-point number takes for the token's is refused",
        requirements: &["others-are-refused"],
        run: Attempt::Wallet(|context| Box::pin(near(context))),
    },
    Check {
        id: "identity/in-delete",
        title: "the token's memo decides which of the account's customers a DELETE deletes",
        requirements: &["identity-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(in_delete(context))),
    },
];

/// A wallet whose token has no memo, and its account.
async fn owner(context: &mut Context) -> Result<(Wallet, Account), NotKept> {
    let wallet = context.wallet().await?;
    match wallet.caller {
        Some(Caller::Account(account)) => Ok((wallet, account)),
        _ => Err(NotKept::skip("the token given is not one of an account without memo")),
    }
}

/// The customer of the wallet's that it names by a memo.
fn named(context: &mut Context, memo: &str, memo_type: Option<&str>) -> Vec<Field> {
    let memo_type = memo_type.map(|memo_type| Field::text("memo_type", memo_type));
    let named = [Field::text("memo", memo)].into_iter().chain(memo_type);
    named.chain(context.customer()).collect()
}

async fn id_memos(context: &mut Context, memo_type: Option<&str>) -> Finding {
    let (wallet, account) = owner(context).await?;
    for encoding in [Encoding::Json, Encoding::Multipart(Multipart::default())] {
        let memo = context.dice.digits(15);
        let fields = named(context, &memo, memo_type);
        let asked = format!("a customer with memo={memo}");
        let (_, heard) = forwarded(context.put_as(&wallet, &fields, &encoding).await, &asked)?;
        let muxed = memo.parse().ok().and_then(|id| account.with_muxed_id(id)).map(|muxed| muxed.to_string());
        if heard.text("memo").is_none() && muxed.is_some() && heard.text("account") == muxed.as_deref() {
            continue;
        }
        expect_memo(&heard, account, &memo, "id")?;
    }
    Ok(())
}

/// A type that arrives must be the memo's; without one an anchor goes by what it knows of the customer.
fn expect_memo(heard: &Heard, account: Account, memo: &str, memo_type: &str) -> Finding {
    let (named, arrived, of_type) = (heard.text("account"), heard.text("memo"), heard.text("memo_type"));
    let is_own = named == Some(&account.to_string()) && arrived == Some(memo);
    if is_own && of_type.is_none_or(|of_type| of_type == memo_type) {
        return Ok(());
    }
    let told = |text: Option<&str>| text.unwrap_or("(none)").to_owned();
    Err(NotKept::broken(
        format!("the anchor gets account={account} and memo={memo}, of type {memo_type} if it gets one"),
        format!("account={}, memo={}, memo_type={}", told(named), told(arrived), told(of_type)),
    ))
}

/// `memo_type` is deprecated: a platform may decline these, but what it takes it must not change.
async fn typed_memos(context: &mut Context) -> Finding {
    let (wallet, account) = owner(context).await?;
    let text = format!("User {}", context.dice.digits(12));
    let hash = STANDARD.encode(context.dice.bytes32());
    for (memo, memo_type) in [(&text, "text"), (&hash, "hash")] {
        for encoding in [Encoding::Json, Encoding::Urlencoded, Encoding::Multipart(Multipart::default())] {
            let fields = named(context, memo, Some(memo_type));
            let asked = format!("a customer with memo={memo} and memo_type={memo_type}");
            let seen = context.put_as(&wallet, &fields, &encoding).await;
            let Some((_, heard)) = forwarded_or_declined(seen, &asked)? else { continue };
            expect_memo(&heard, account, memo, memo_type)?;
        }
    }
    Ok(())
}

/// SEP-12 has no customers of contract accounts that a memo tells apart.
async fn contract(context: &mut Context) -> Finding {
    let wallet = context.wallet_as(Holder::Contract).await?;
    let file = context.file("photo_id_front");
    for more in [None, Some(file)] {
        let memo = context.dice.digits(15);
        let fields: Vec<_> = named(context, &memo, Some("id")).into_iter().chain(more).collect();
        let asked = format!("a customer of a contract account with memo={memo}");
        let Some((_, heard)) = forwarded_or_declined(context.put(&wallet, &fields).await, &asked)? else { continue };
        expect_form(&wallet, &heard)?;
    }
    Ok(())
}

/// Each pair is one number to whoever reads it into a double.
async fn near(context: &mut Context) -> Finding {
    for (own, near) in [((1_u64 << 53) + 1, 1_u64 << 53), (u64::MAX, u64::MAX - 1)] {
        for holder in [Holder::Memo(own), Holder::Muxed(own)] {
            let wallet = context.wallet_as(holder).await?;
            let near = near.to_string();
            let asked = format!("a PUT with memo={near} and a token of {own}");
            let fields = named(context, &near, Some("id"));
            refused(context.put(&wallet, &fields).await, &asked)?;
            let asked = format!("a GET with memo={near} and a token of {own}");
            let seen = context.get(&wallet, &[("memo", &near)]).await;
            not_asked_about(&seen.heard, |heard| heard.text("memo") == Some(&near), &asked)?;
            refused(seen, &asked)?;
        }
    }
    Ok(())
}

/// Whoever is looked up is who will be deleted. The wallet repeats the memo, as SEP-12 asks of shared accounts.
async fn in_delete(context: &mut Context) -> Finding {
    for (holder, memo) in [(Holder::Memo(7_710), "7710"), (Holder::Muxed(7_711), "7711")] {
        let wallet = context.wallet_as(holder).await?;
        let account = wallet.account().map(|account| account.base().to_string()).unwrap_or_default();
        let id = context.id();
        context.script(known(&id));
        let content = Content::raw("application/json", json!({"memo": memo, "memo_type": "id"}).to_string());
        let request = Request::new(Method::DELETE, format!("/customer/{account}"));
        let seen = context.ask(wallet.signed(Request { content: Some(content), ..request })).await;
        let answer = answered(seen.answer, || format!("a DELETE of the customer with memo={memo} is answered"))?;
        if !seen.heard.iter().any(|heard| heard.deleted().is_some()) {
            return Err(undeleted(&answer.to_string(), &seen.heard));
        }
        seen.heard.iter().filter(|heard| heard.is_get()).try_for_each(|heard| expect_form(&wallet, heard))?;
    }
    Ok(())
}

fn undeleted(answer: &str, heard: &[Arc<Heard>]) -> NotKept {
    let heard: Vec<_> = heard.iter().map(|heard| heard.summary()).collect();
    let heard = if heard.is_empty() { "nothing".to_owned() } else { heard.join(", ") };
    NotKept::inconclusive(format!("nobody is deleted: the wallet gets {answer}, the anchor {heard}"))
}
