//! An answer shows what is, and not what was when the same was asked before.

use crate::sep12::info::CustomerInfo;
use crate::sep12::{Field, FieldStatus};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;

use super::lookups::found;
use super::moments::by_id;
use super::view::listed;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/sees-a-registration",
        title: "a GET before and a GET after the registration differ",
        requirements: &["answers-are-fresh"],
        run: Attempt::Anchor(|context| Box::pin(registration(context))),
    },
    Check {
        id: "get/sees-an-update",
        title: "a GET before and a GET after an update differ",
        requirements: &["answers-are-fresh"],
        run: Attempt::Anchor(|context| Box::pin(update(context))),
    },
];

async fn registration(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let customer = context.customer();
    let before = context.get(&customer.query()).await?;
    if before.id().is_ok() {
        return Err(NotKept::inconclusive(format!("an unregistered account has an id already: {before}")));
    }
    let id = context.register(&customer).await?;
    found(context, &customer.query(), &id, "its account, asked before and after PUT,").await
}

/// Looks by id and by account before and after, because either answer may be kept somewhere.
async fn update(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let customer = context.customer();
    let (first, second) = customer.fields.split_at(customer.fields.len() / 2);
    if first.is_empty() {
        return Err(NotKept::skip("the anchor asks for less than two fields"));
    }
    let answer = context.put(customer.with(first.to_vec())).await?;
    let Some(id) = answer.id().ok().filter(|_| answer.is_success()) else {
        return Err(NotKept::skip(format!("the anchor takes no customer in parts: {answer}")));
    };
    let queries = [by_id(&customer, &id), customer.query()];
    let mut asked = Vec::new();
    for query in &queries {
        asked = context.get(query).await?.info().map(|info| asked_of(&info, second)).unwrap_or_default();
    }
    if asked.is_empty() {
        return Err(NotKept::skip("the anchor asks for nothing after the first half"));
    }
    let answer = context.put(customer.with(customer.fields.clone())).await?;
    if !answer.is_success() {
        return Err(NotKept::inconclusive(format!("the anchor refused the whole after its first half: {answer}")));
    }
    for query in &queries {
        let gone = |info: CustomerInfo| asked_of(&info, second).is_empty().then_some(());
        if let Err(answer) = context.get_until(query, |answer| answer.info().ok().and_then(gone)).await? {
            let expected = format!("GET /customer shows that {} arrived since it was last asked", listed(&asked));
            return Err(NotKept::broken(expected, answer.to_string()));
        }
    }
    Ok(())
}

/// Which of the fields are asked for, and were not found wrong.
fn asked_of(info: &CustomerInfo, sent: &[Field]) -> Vec<String> {
    let provided = |name: &str| info.provided_fields.as_ref().and_then(|fields| fields.get(name));
    let is_wrong = |name: &str| provided(name).is_some_and(|field| field.status == Some(FieldStatus::Rejected));
    let is_asked = |name: &str| info.fields.as_ref().is_some_and(|fields| fields.contains_key(name));
    let names = sent.iter().map(|field| field.name.as_str()).filter(|name| is_asked(name) && !is_wrong(name));
    names.map(str::to_owned).collect()
}
