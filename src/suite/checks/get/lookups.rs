//! A registered customer is found again.

use crate::sep12::{CustomerId, Identity, Memo};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::client::Failure;
use crate::suite::context::Context;
use crate::suite::expect::answered;
use crate::suite::people::Customer;

use super::moments::{by_id, register_special};
use super::view::View;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/by-account",
        title: "a registered customer is found by its account, with the id that PUT gave",
        requirements: &["customer-is-found-again"],
        run: Attempt::Anchor(|context| Box::pin(by_account(context))),
    },
    Check {
        id: "get/by-id-and-account",
        title: "a registered customer is found by its id and account, with the id that PUT gave",
        requirements: &["customer-is-found-again"],
        run: Attempt::Anchor(|context| Box::pin(by_id_and_account(context))),
    },
    Check {
        id: "get/by-id-alone",
        title: "a registered customer is found by its id alone",
        requirements: &["id-is-enough-to-look-up"],
        run: Attempt::Anchor(|context| Box::pin(by_id_alone(context))),
    },
    Check {
        id: "get/by-account-and-memo",
        title: "a customer of a shared account is found by account and memo",
        requirements: &["customer-is-found-again"],
        run: Attempt::Anchor(|context| Box::pin(by_memo(context))),
    },
    Check {
        id: "get/by-muxed-account",
        title: "a customer with a muxed account is found by it",
        requirements: &["customer-is-found-again"],
        run: Attempt::Anchor(|context| Box::pin(by_muxed_account(context))),
    },
    Check {
        id: "get/by-id-equals-by-account",
        title: "a customer looks the same by its id as by its account",
        requirements: &["one-customer-one-view"],
        run: Attempt::Anchor(|context| Box::pin(same_view(context))),
    },
];

async fn by_account(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    found(context, &customer.query(), &id, "its account").await
}

async fn by_id_and_account(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    found(context, &by_id(&customer, &id), &id, "its id and account").await
}

async fn by_id_alone(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    found(context, &alone(&customer, &id), &id, "its id alone").await
}

/// The id, and what the customer is to be.
pub(super) fn alone(customer: &Customer, id: &CustomerId) -> Vec<(String, String)> {
    let mut parameters = by_id(customer, id);
    parameters.retain(|(name, _)| ["id", "type"].contains(&name.as_str()));
    parameters
}

async fn by_memo(context: &mut Context) -> Finding {
    let identity = Identity::of_memo(context.account(), Memo::id(1_234_567));
    let (customer, id) = register_special(context, identity, "a memo").await?;
    found(context, &customer.query(), &id, "its account and memo").await
}

async fn by_muxed_account(context: &mut Context) -> Finding {
    let identity = context.account().with_muxed_id(1_234_567).map(Identity::of_account);
    let (customer, id) = register_special(context, identity, "a muxed account").await?;
    found(context, &customer.query(), &id, "its muxed account").await
}

/// The anchor may be at work for a while, but then it knows the customer.
pub(super) async fn found(context: &Context, parameters: &[(String, String)], id: &CustomerId, by: &str) -> Finding {
    let expected = || format!("GET /customer by {by} shows the customer with the id {id}");
    let is_shown = |answer: &_| View::of(answer).filter(|view| view.id.as_deref() == Some(id.as_str())).map(drop);
    let outcome = context.get_until(parameters, is_shown).await;
    answered(outcome, expected)?.map_err(|answer| match View::of(&answer) {
        None if answer.is_success() => NotKept::inconclusive("GET /customer answers 2xx with what is no JSON object"),
        _ => NotKept::broken(expected(), answer.to_string()),
    })
}

async fn same_view(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    agree(context, &by_id(&customer, &id), &customer.query(), ["by id and account", "by account"]).await
}

/// Asks in two ways until both show the same: the customer may change between the two.
pub(super) async fn agree(
    context: &Context,
    one: &[(String, String)],
    other: &[(String, String)],
    names: [&str; 2],
) -> Finding {
    let first = context.get(one).await?;
    let Some(mut first) = View::of(&first) else { return Err(unreadable(names[0], &first.to_string())) };
    let same = |view: &View, answer: &_| View::of(answer).filter(|other| other == view);
    for _ in 0..ATTEMPTS {
        if context.get_until(other, |answer| same(&first, answer)).await?.is_ok() {
            return Ok(());
        }
        let now = context.get(one).await?;
        let Some(now) = View::of(&now) else { return Err(unreadable(names[0], &now.to_string())) };
        if now == first {
            break;
        }
        first = now;
    }
    let second: Result<_, Failure> = context.get(other).await;
    let second = second?;
    let shown = View::of(&second).map_or_else(|| second.to_string(), |view| view.to_string());
    Err(NotKept::broken(format!("GET /customer {} shows what it shows {}: {first}", names[1], names[0]), shown))
}

/// How often a customer may have changed meanwhile.
const ATTEMPTS: usize = 2;

fn unreadable(how: &str, answer: &str) -> NotKept {
    NotKept::inconclusive(format!("GET /customer {how} does not show the customer: {answer}"))
}
