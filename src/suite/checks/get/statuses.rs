//! A status goes with what else an answer says.

use crate::sep12::info::CustomerInfo;
use crate::sep12::{CustomerId, CustomerStatus, Field, FieldStatus, Identity};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::people::{Customer, is_sent_as_binary};

use super::moments::{put_if_taken, wanted_date};
use super::view::listed;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/accepted-asks-for-nothing",
        title: "ACCEPTED comes without required fields",
        requirements: &["accepted-asks-for-nothing"],
        run: Attempt::Anchor(|context| Box::pin(accepted(context))),
    },
    Check {
        id: "get/rejected-says-why",
        title: "REJECTED comes with a message",
        requirements: &["rejection-is-explained"],
        run: Attempt::Anchor(|context| Box::pin(rejected(context))),
    },
    Check {
        id: "get/provided-fields-leave-fields",
        title: "what is provided is not asked for as well",
        requirements: &["data-is-kept"],
        run: Attempt::Anchor(|context| Box::pin(leave_fields(context))),
    },
    Check {
        id: "get/incomplete-is-not-accepted",
        title: "a customer of whom most is missing is not ACCEPTED",
        requirements: &["accepted-means-complete"],
        run: Attempt::Anchor(|context| Box::pin(incomplete(context))),
    },
];

async fn accepted(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let mut seen = false;
    for survey in context.surveys.clone().iter() {
        let identity = Identity::of_account(context.account());
        let customer = context.customer_of(identity, survey);
        let half = customer.fields.len() / 2;
        for fields in [&customer.fields[..half], customer.fields.as_slice()] {
            let Some(id) = put_if_taken(context, &customer, fields).await? else { continue };
            if context.settled(&customer, &id).await?.status == CustomerStatus::Accepted {
                asks_for_nothing(context, &customer, &id).await?;
                seen = true;
            }
        }
    }
    let waited = context.suite.settle.as_secs_f32();
    let never = || format!("no complete customer was ACCEPTED after {waited} s (--settle waits longer)");
    if seen { Ok(()) } else { Err(NotKept::inconclusive(never())) }
}

/// For as long as the customer is ACCEPTED, which may end.
pub(super) async fn asks_for_nothing(context: &Context, customer: &Customer, id: &CustomerId) -> Finding {
    let required = |info: &CustomerInfo| {
        let fields = info.fields.iter().flatten().filter(|(_, field)| !field.optional);
        fields.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let right = |info: &CustomerInfo| info.status != CustomerStatus::Accepted || required(info).is_empty();
    if context.watch(customer, id, |info| right(info).then_some(())).await?.is_some() {
        return Ok(());
    }
    let info = context.look(customer, id).await?;
    let actual = format!("ACCEPTED, and {} in `fields`", listed(&required(&info)));
    Err(NotKept::broken("ACCEPTED comes without fields, or with optional ones only", actual))
}

/// Nobody can be rejected on purpose; an impossible date may do it.
async fn rejected(context: &mut Context) -> Finding {
    let ordinary = context.customer();
    let mut wrong = context.customer();
    if let Some(name) = wanted_date(context) {
        wrong.set(Field::text(name, "2023-02-30"));
    }
    for customer in [ordinary, wrong] {
        let Some(id) = put_if_taken(context, &customer, &customer.fields).await? else { continue };
        if context.settled(&customer, &id).await?.status == CustomerStatus::Rejected {
            return explained(context, &customer, &id).await;
        }
    }
    Err(NotKept::skip("no customer was REJECTED; --field NAME=VALUE can send a value that leads to it"))
}

async fn explained(context: &Context, customer: &Customer, id: &CustomerId) -> Finding {
    let info = context.look(customer, id).await?;
    match info.message {
        Some(message) if !message.trim().is_empty() => Ok(()),
        _ if info.status != CustomerStatus::Rejected => Err(NotKept::inconclusive("REJECTED did not last")),
        _ => Err(NotKept::broken("REJECTED comes with a `message`", "REJECTED without one")),
    }
}

async fn leave_fields(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let customer = context.customer();
    let half = customer.fields.len().div_ceil(2);
    let mut seen = false;
    for fields in [&customer.fields[..half], customer.fields.as_slice()] {
        let Some(id) = put_if_taken(context, &customer, fields).await? else { continue };
        seen |= context.look(&customer, &id).await?.provided_fields.is_some_and(|provided| !provided.is_empty());
        if context.watch(&customer, &id, |info| in_both(info).is_empty().then_some(())).await?.is_none() {
            let both = in_both(&context.look(&customer, &id).await?);
            let expected = "a field in `provided_fields` that was not found wrong is not required in `fields`";
            return Err(NotKept::broken(expected, format!("{} in both", listed(&both))));
        }
    }
    if seen { Ok(()) } else { Err(NotKept::skip("the anchor shows no `provided_fields`")) }
}

/// Names that are there and required at the same time. Without a status the value may have been found wrong.
fn in_both(info: &CustomerInfo) -> Vec<String> {
    let is_taken = |name: &str| {
        let provided = info.provided_fields.as_ref().and_then(|fields| fields.get(name));
        provided.is_some_and(|field| matches!(field.status, Some(FieldStatus::Accepted | FieldStatus::Processing)))
    };
    let required = info.fields.iter().flatten().filter(|(_, field)| !field.optional);
    required.map(|(name, _)| name).filter(|name| is_taken(name)).cloned().collect()
}

/// One required text is sent and all the others are not: an anchor may find that some are not needed after all, but
/// hardly all of them.
async fn incomplete(context: &mut Context) -> Finding {
    let required: Vec<_> =
        context.survey().wanted.iter().filter(|wanted| wanted.listed && !wanted.optional).cloned().collect();
    let first = required.iter().find(|wanted| !is_sent_as_binary(&wanted.name, wanted.kind));
    let (Some(first), true) = (first, required.len() > 2) else {
        return Err(NotKept::skip("the anchor requires less than three fields"));
    };
    let mut customer = context.customer();
    customer.fields.retain(|field| field.name == first.name);
    let answer = context.put(customer.request_fields()).await?;
    let Some(id) = answer.id().ok().filter(|_| answer.is_success()) else {
        return Err(NotKept::skip(format!("the anchor takes no incomplete customer: {answer}")));
    };
    match context.settled(&customer, &id).await?.status {
        CustomerStatus::NeedsInfo | CustomerStatus::Rejected => Ok(()),
        CustomerStatus::Accepted => Err(NotKept::broken(
            format!(
                "a customer with {} alone is not ACCEPTED, because {} fields are required",
                first.name,
                required.len()
            ),
            "ACCEPTED",
        )),
        CustomerStatus::Processing => Err(NotKept::inconclusive(format!(
            "a customer with {} alone was still PROCESSING after {} s (--settle waits longer)",
            first.name,
            context.suite.settle.as_secs_f32()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_in_both_only_if_it_was_taken() {
        let both = |provided: &str, optional: bool| {
            let body = format!(
                r#"{{"status": "NEEDS_INFO",
                    "fields": {{"city": {{"type": "string", "description": "", "optional": {optional}}}}},
                    "provided_fields": {{"city": {{"type": "string", "description": ""{provided}}}}}}}"#
            );
            in_both(&CustomerInfo::read(body.as_bytes()).expect("an answer").0)
        };
        assert_eq!(both(r#", "status": "ACCEPTED""#, false), ["city"]);
        assert_eq!(both(r#", "status": "PROCESSING""#, false), ["city"]);
        assert!(both(r#", "status": "ACCEPTED""#, true).is_empty());
        assert!(both(r#", "status": "REJECTED""#, false).is_empty());
        assert!(both("", false).is_empty());
    }
}
