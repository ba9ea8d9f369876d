//! A known customer is updated by its id.

use crate::sep12::{CustomerId, Field};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::{accepted, same_id};
use crate::suite::people::Customer;

use super::kept::{all_received, listed};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/update-by-id",
        title: "a customer named by id and account keeps its id",
        requirements: &["one-customer-one-id"],
        run: Attempt::Anchor(|context| Box::pin(by_id(context))),
    },
    Check {
        id: "put/id-alone",
        title: "a customer can be named by its id alone",
        requirements: &["id-is-enough"],
        run: Attempt::Anchor(|context| Box::pin(by_id_alone(context))),
    },
    Check {
        id: "put/update-keeps-other-fields",
        title: "an update leaves the fields alone that it does not carry",
        requirements: &["updates-merge"],
        run: Attempt::Anchor(|context| Box::pin(merging(context))),
    },
    Check {
        id: "put/identity-alone-keeps-fields",
        title: "a PUT of nothing but who the customer is leaves all fields alone",
        requirements: &["updates-merge"],
        run: Attempt::Anchor(|context| Box::pin(identity_alone(context))),
    },
];

async fn by_id(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    let asked = "the same customer with its id";
    let again = accepted(context.put(with_id(&customer, &id, customer.fields.clone())).await, asked)?;
    same_id(&id, &again, asked)
}

async fn by_id_alone(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    let mut fields = vec![Field::text("id", id.as_str())];
    fields.extend(customer.customer_type.iter().map(|name| Field::text("type", name)));
    fields.extend(customer.fields.iter().cloned());
    let asked = "the same customer by id, without account";
    let again = accepted(context.put(fields).await, asked)?;
    same_id(&id, &again, asked)
}

/// The id, who it is, and then those fields.
pub(super) fn with_id(customer: &Customer, id: &CustomerId, fields: Vec<Field>) -> Vec<Field> {
    let mut request = vec![Field::text("id", id.as_str())];
    request.extend(customer.with(fields));
    request
}

/// Sends a customer in two halves. What was seen to have arrived with the first must still be there after the second.
async fn merging(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let customer = context.customer();
    if customer.fields.len() < 2 {
        return Err(NotKept::skip("the anchor asks for less than two fields"));
    }
    let (first, second) = customer.fields.split_at(customer.fields.len() / 2);
    let answer = context.put(customer.with(first.to_vec())).await?;
    let Some(id) = answer.id().ok().filter(|_| answer.is_success()) else {
        return Err(NotKept::skip(format!("the anchor takes no customer in parts: {answer}")));
    };
    let first = listed(context.survey(), first);
    if first.is_empty() {
        return Err(NotKept::skip("the anchor does not say which fields it has"));
    }
    if let Some(missing) = all_received(context, &customer, &id, &first).await? {
        return Err(NotKept::inconclusive(format!("{missing} was not seen to arrive, so it cannot be seen to stay")));
    }
    let answer = context.put(with_id(&customer, &id, second.to_vec())).await?;
    if !answer.is_success() {
        return Err(NotKept::inconclusive(format!("the anchor refused the second half: {answer}")));
    }
    let names: Vec<_> = first.iter().map(|wanted| wanted.name.as_str()).collect();
    match all_received(context, &customer, &id, &first).await? {
        None => Ok(()),
        Some(missing) => Err(NotKept::broken(
            format!("{} stay provided after an update without them", names.join(", ")),
            format!("GET /customer asks for {missing} again"),
        )),
    }
}

async fn identity_alone(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    let sent = listed(context.survey(), &customer.fields);
    if sent.is_empty() {
        return Err(NotKept::skip("the anchor does not say which fields it has"));
    }
    if let Some(missing) = all_received(context, &customer, &id, &sent).await? {
        return Err(NotKept::inconclusive(format!("{missing} was not seen to arrive, so it cannot be seen to stay")));
    }
    let answer = context.put(with_id(&customer, &id, Vec::new())).await?;
    if !answer.is_success() {
        return Err(NotKept::skip(format!("the anchor takes no PUT without fields: {answer}")));
    }
    match all_received(context, &customer, &id, &sent).await? {
        None => Ok(()),
        Some(missing) => Err(NotKept::broken(
            "all fields stay provided after a PUT of id and account alone",
            format!("GET /customer asks for {missing} again"),
        )),
    }
}
