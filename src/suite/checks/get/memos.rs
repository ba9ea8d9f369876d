//! The customers of one shared account are kept apart.

use crate::sep12::{Account, Identity, Memo};
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::people::Customer;

use super::moments::{by_id, register_special};
use super::view::{View, listed};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/another-memo-is-unregistered",
        title: "a customer with one memo does not show under another memo of the account",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(another_memo(context))),
    },
    Check {
        id: "get/another-muxed-id-is-unregistered",
        title: "a customer with one muxed id does not show under another one of the account",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(another_muxed_id(context))),
    },
    Check {
        id: "get/memos-keep-their-fields",
        title: "what one memo provided is not provided under another memo of the account",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(own_fields(context))),
    },
];

fn of_memo(account: Account, number: u64) -> Option<Identity> {
    Identity::of_memo(account, Memo::id(number))
}

async fn another_memo(context: &mut Context) -> Finding {
    let account = context.account();
    unregistered(context, |number| of_memo(account, number), "memo").await
}

async fn another_muxed_id(context: &mut Context) -> Finding {
    let account = context.account();
    unregistered(context, |number| account.with_muxed_id(number).map(Identity::of_account), "muxed id").await
}

async fn unregistered(context: &mut Context, identity: impl Fn(u64) -> Option<Identity>, what: &str) -> Finding {
    let (_, id) = register_special(context, identity(1), &format!("a {what}")).await?;
    for number in [2, 10, 1 << 32 | 1] {
        let Some(identity) = identity(number) else { continue };
        let nobody = context.customer_as(identity);
        let answer = context.get(&nobody.query()).await?;
        let Some(view) = View::of(&answer) else { continue };
        if view.id.as_deref() == Some(id.as_str()) || !view.provided.is_empty() {
            let expected = format!("{what} {number} is not registered, because only {what} 1 of the account is");
            return Err(NotKept::broken(expected, answer.to_string()));
        }
    }
    Ok(())
}

/// Each of two customers provides what the other does not.
async fn own_fields(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let account = context.account();
    let mut customers = Vec::new();
    for number in [1, 2] {
        let identity = of_memo(account, number).ok_or_else(|| NotKept::skip("there is no customer with a memo"))?;
        customers.push(context.customer_as(identity));
    }
    for (at, customer) in customers.iter_mut().enumerate() {
        keep_half(customer, at);
        if customer.fields.is_empty() {
            return Err(NotKept::skip("the anchor asks for less than two fields"));
        }
    }
    let mut queries = Vec::new();
    for customer in &customers {
        let answer = context.put(customer.request_fields()).await?;
        let Some(id) = answer.id().ok().filter(|_| answer.is_success()) else {
            return Err(NotKept::skip(format!("the anchor takes no half customer with a memo: {answer}")));
        };
        queries.push(by_id(customer, &id));
    }
    let mut seen = false;
    for (at, query) in queries.iter().enumerate() {
        seen |= only_its_own(&context.get(query).await?, &customers[1 - at])?;
    }
    if seen { Ok(()) } else { Err(NotKept::skip("the anchor shows no `provided_fields`")) }
}

/// The first or the second half.
fn keep_half(customer: &mut Customer, which: usize) {
    let half = customer.fields.len() / 2;
    customer.fields = if which == 0 { customer.fields[..half].to_vec() } else { customer.fields[half..].to_vec() };
}

/// Whether anything is shown as provided.
fn only_its_own(answer: &Answer, other: &Customer) -> Result<bool, NotKept> {
    let provided = View::of(answer).map(|view| view.provided).unwrap_or_default();
    let foreign: Vec<_> =
        other.fields.iter().map(|field| &field.name).filter(|name| provided.contains(*name)).collect();
    if foreign.is_empty() {
        return Ok(!provided.is_empty());
    }
    let expected = "a customer's `provided_fields` are those that it provided";
    Err(NotKept::broken(expected, format!("also {}, which only the other memo provided", listed(foreign))))
}
