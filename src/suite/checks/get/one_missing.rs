//! A customer who lacks one thing is not complete.

use crate::sep12::{CustomerId, CustomerStatus, Identity};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::discovery::Survey;
use crate::suite::people::{Customer, is_sent_as_binary};

use super::moments::put_if_taken;
use super::statuses::asks_for_nothing;

pub(super) const CHECKS: &[Check] = &[Check {
    id: "get/one-missing-is-not-accepted",
    title: "who lacks one field, or one file, is not ACCEPTED as long as it is required",
    requirements: &["accepted-asks-for-nothing"],
    run: Attempt::Anchor(|context| Box::pin(one_missing(context))),
}];

/// How many fields of a type are left out, one at a time; files first.
const MOST: usize = 12;

/// For every customer type that was asked for.
async fn one_missing(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let mut seen = false;
    for survey in context.surveys.clone().iter() {
        for name in required(survey) {
            seen |= lacking(context, survey, &name).await?;
        }
    }
    if seen { Ok(()) } else { Err(NotKept::skip("the anchor takes no customer without one of the fields it requires")) }
}

fn required(survey: &Survey) -> Vec<String> {
    let mut required: Vec<_> = survey.wanted.iter().filter(|wanted| wanted.listed && !wanted.optional).collect();
    required.sort_by_key(|wanted| !is_sent_as_binary(&wanted.name, wanted.kind));
    let names = required.into_iter().map(|wanted| wanted.name.clone());
    names.filter(|name| !name.ends_with("_verification")).take(MOST).collect()
}

/// Whether the anchor took such a customer. It may find that the field is not needed after all, and ask for it no more.
async fn lacking(context: &mut Context, survey: &Survey, name: &str) -> Result<bool, NotKept> {
    let identity = Identity::of_account(context.account());
    let mut customer = context.customer_of(identity, survey);
    customer.fields.retain(|field| field.name != name && field.name != format!("{name}_verification"));
    let Some(id) = put_if_taken(context, &customer, &customer.fields).await? else { return Ok(false) };
    judge(context, &customer, &id, name).await.map(|()| true)
}

async fn judge(context: &Context, customer: &Customer, id: &CustomerId, name: &str) -> Finding {
    match context.settled(customer, id).await?.status {
        CustomerStatus::NeedsInfo | CustomerStatus::Rejected => Ok(()),
        CustomerStatus::Accepted => asks_for_nothing(context, customer, id).await,
        CustomerStatus::Processing => Err(NotKept::inconclusive(format!(
            "a customer without {name} was still PROCESSING after {} s (--settle waits longer)",
            context.suite.settle.as_secs_f32()
        ))),
    }
}
