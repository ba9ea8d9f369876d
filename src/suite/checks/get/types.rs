//! One customer can stand differently for different types.

use crate::sep12::{CustomerId, CustomerStatus, Identity};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::discovery::Survey;
use crate::suite::expect::shown_or_declined;
use crate::suite::people::Customer;

use super::moments::{by_id, with};
use super::statuses::asks_for_nothing;
use super::view::{View, listed};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/status-per-type",
        title: "a customer complete for one type is not ACCEPTED for another that requires more",
        requirements: &["accepted-means-complete"],
        run: Attempt::Anchor(|context| Box::pin(per_type(context))),
    },
    Check {
        id: "get/unknown-type",
        title: "a GET for an unknown type is answered, or declined with 4xx",
        requirements: &["unusual-queries-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(unknown_type(context))),
    },
    Check {
        id: "get/unknown-type-is-4xx",
        title: "an anchor that tells types apart refuses an unknown one",
        requirements: &["unknown-type-is-refused"],
        run: Attempt::Anchor(|context| Box::pin(unknown_type_refused(context))),
    },
    Check {
        id: "get/unknown-transaction",
        title: "a GET for an unknown transaction is answered, or declined with 4xx",
        requirements: &["unusual-queries-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(unknown_transaction(context))),
    },
];

const NO_TYPE: &str = "no-such-type";

async fn per_type(context: &mut Context) -> Finding {
    let surveys = context.surveys.clone();
    let mut open = None;
    for (less, more) in unequal(&surveys)? {
        let identity = Identity::of_account(context.account());
        let customer = context.customer_of(identity, less);
        let id = context.register(&customer).await?;
        let mut as_other = customer.clone();
        as_other.customer_type.clone_from(&more.customer_type);
        let asked = format!("the same customer with type={}", more.customer_type.as_deref().unwrap_or_default());
        if shown_or_declined(context.get(&by_id(&as_other, &id)).await, &asked)?.is_none() {
            open.get_or_insert_with(|| NotKept::skip(format!("the anchor declines {asked}")));
        } else if context.settled(&as_other, &id).await?.status == CustomerStatus::Accepted {
            let reason = unneeded(context, &as_other, &id, &missing(less, more), &asked).await?;
            open.get_or_insert_with(|| NotKept::inconclusive(reason));
        }
    }
    open.map_or(Ok(()), Err)
}

/// An ACCEPTED customer lacks these. An anchor may find that one is not needed after all, and ask for it no more, but
/// hardly that several are not.
async fn unneeded(
    context: &Context,
    customer: &Customer,
    id: &CustomerId,
    missing: &[String],
    asked: &str,
) -> Result<String, NotKept> {
    let names = listed(missing);
    if missing.len() > 1 {
        return Err(NotKept::broken(format!("{asked} is not ACCEPTED without {names}"), "ACCEPTED"));
    }
    asks_for_nothing(context, customer, id).await?;
    Ok(format!("{asked} is ACCEPTED without {names}, which may not be needed after all"))
}

/// How many pairs of types are tried: with one of them a customer may be held up by something else.
const PAIRS: usize = 2;

/// Pairs of types such that the second requires what the first does not; those that differ most come first.
fn unequal(surveys: &[Survey]) -> Result<Vec<(&Survey, &Survey)>, NotKept> {
    if surveys.len() < 2 {
        return Err(NotKept::skip("pass --type twice, with two types that require different fields"));
    }
    let mut pairs: Vec<_> = surveys.iter().flat_map(|less| surveys.iter().map(move |more| (less, more))).collect();
    pairs.retain(|(less, more)| !missing(less, more).is_empty());
    pairs.sort_by_key(|(less, more)| std::cmp::Reverse(missing(less, more).len()));
    pairs.truncate(PAIRS);
    if pairs.is_empty() {
        return Err(NotKept::skip("all types given with --type require the same fields"));
    }
    Ok(pairs)
}

fn missing(less: &Survey, more: &Survey) -> Vec<String> {
    let sent: Vec<_> = less.complete().into_iter().map(|wanted| wanted.name).collect();
    let required = more.wanted.iter().filter(|wanted| wanted.listed && !wanted.optional);
    required.map(|wanted| wanted.name.clone()).filter(|name| !sent.contains(name)).collect()
}

async fn unknown_type(context: &mut Context) -> Finding {
    let customer = context.customer();
    let mut registered = context.customer();
    let asked = format!("GET /customer with type={NO_TYPE}");
    let answer = context.get(&typed(customer.query())).await;
    shown_or_declined(answer, &format!("{asked} of an unregistered account"))?;
    let id = context.register(&registered).await?;
    registered.customer_type = None;
    let answer = context.get(&typed(by_id(&registered, &id))).await;
    shown_or_declined(answer, &format!("{asked} of a registered customer")).map(drop)
}

fn typed(mut parameters: Vec<(String, String)>) -> Vec<(String, String)> {
    parameters.retain(|(name, _)| name != "type");
    with(parameters, "type", NO_TYPE)
}

async fn unknown_type_refused(context: &mut Context) -> Finding {
    unequal(&context.surveys.clone())?;
    let customer = context.customer();
    let answer = context.get(&typed(customer.query())).await?;
    match View::of(&answer) {
        None => Ok(()),
        Some(_) => Err(NotKept::broken(format!("type={NO_TYPE} is answered 4xx, best 400"), answer.to_string())),
    }
}

/// A transaction needs a type beside it.
async fn unknown_transaction(context: &mut Context) -> Finding {
    let customer = context.customer();
    if customer.customer_type.is_none() {
        return Err(NotKept::skip("a transaction_id needs a type beside it; pass --type NAME"));
    }
    let parameters = with(customer.query(), "transaction_id", "no-such-transaction");
    shown_or_declined(context.get(&parameters).await, "GET /customer with an unknown transaction_id").map(drop)
}
