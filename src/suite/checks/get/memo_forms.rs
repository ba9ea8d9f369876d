//! Memos that are easily misread.

use crate::sep12::{CustomerId, Identity, Memo};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::people::Customer;

use super::moments::register_special;
use super::view::View;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/memo-zero-is-a-memo",
        title: "a customer with memo 0 does not show for the account without a memo",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(memo_zero(context))),
    },
    Check {
        id: "get/memo-without-type",
        title: "a memo is taken without memo_type",
        requirements: &["memo-type-is-optional"],
        run: Attempt::Anchor(|context| Box::pin(without_type(context))),
    },
];

/// Some anchors show the only customer of a shared account for the account alone. They must not do so for 0 only.
async fn memo_zero(context: &mut Context) -> Finding {
    let mut shown = Vec::new();
    for memo in [0, 7] {
        let identity = Identity::of_memo(context.account(), Memo::id(memo));
        let (customer, id) = register_special(context, identity, &format!("memo {memo}")).await?;
        shown.push(shows_for_account(context, &customer, &id).await?);
    }
    if let [Some(answer), None] = shown.as_slice() {
        let expected = "the account without a memo does not show the customer with memo 0, as with memo 7";
        return Err(NotKept::broken(expected, answer));
    }
    Ok(())
}

/// The answer, if the account without its memo shows the customer.
async fn shows_for_account(context: &Context, customer: &Customer, id: &CustomerId) -> Result<Option<String>, NotKept> {
    let answer = context.get(&without(customer, &["memo", "memo_type"])).await?;
    let is_shown = View::of(&answer).is_some_and(|view| view.id.as_deref() == Some(id.as_str()));
    Ok(is_shown.then(|| answer.to_string()))
}

fn without(customer: &Customer, names: &[&str]) -> Vec<(String, String)> {
    customer.query().into_iter().filter(|(name, _)| !names.contains(&name.as_str())).collect()
}

async fn without_type(context: &mut Context) -> Finding {
    let mut ask = Vec::new();
    for dropped in [None, Some("memo_type")] {
        let identity = Identity::of_memo(context.account(), Memo::id(1_234_567));
        let identity = identity.ok_or_else(|| NotKept::skip("there is no customer with a memo"))?;
        let customer = context.customer_as(identity);
        ask.push(without(&customer, dropped.as_slice()));
    }
    let typed = context.get(&ask[0]).await?;
    if !typed.is_success() {
        return Err(NotKept::skip(format!("the anchor shows no account with a memo: {typed}")));
    }
    let answer = context.get(&ask[1]).await?;
    if answer.is_success() {
        return Ok(());
    }
    Err(NotKept::broken(
        "memo without memo_type is answered 2xx, because memo with memo_type=id is",
        answer.to_string(),
    ))
}
