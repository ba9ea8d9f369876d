//! One customer keeps one id, however often and however it is sent.

use crate::sep12::info::CustomerInfo;
use crate::sep12::registry::Kind;
use crate::sep12::{CustomerStatus, Field, Identity};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::{accepted, same_id, tidy_at_once};
use crate::suite::people::Wanted;

use super::acceptance::plain_json;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/same-customer-same-id",
        title: "the same customer sent twice keeps its id",
        requirements: &["one-customer-one-id"],
        run: Attempt::Anchor(|context| Box::pin(twice(context))),
    },
    Check {
        id: "put/json-and-multipart-same-id",
        title: "the same customer keeps its id between JSON and multipart",
        requirements: &["one-customer-one-id"],
        run: Attempt::Anchor(|context| Box::pin(both_encodings(context))),
    },
    Check {
        id: "put/types-same-id",
        title: "the same customer keeps its id between types",
        requirements: &["one-customer-one-id"],
        run: Attempt::Anchor(|context| Box::pin(two_types(context))),
    },
    Check {
        id: "put/idempotent-ten-times",
        title: "ten equal requests give one id",
        requirements: &["one-customer-one-id"],
        run: Attempt::Anchor(|context| Box::pin(ten_times(context))),
    },
    Check {
        id: "put/accepted-customer-again",
        title: "an ACCEPTED customer sent again unchanged keeps its id",
        requirements: &["one-customer-one-id"],
        run: Attempt::Anchor(|context| Box::pin(accepted_again(context))),
    },
    Check {
        id: "put/two-at-once",
        title: "two equal requests at the same time make one customer",
        requirements: &["one-customer-one-id"],
        run: Attempt::Anchor(|context| Box::pin(at_once(context))),
    },
];

async fn twice(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    let again = accepted(context.put(customer.request_fields()).await, "the same request again")?;
    same_id(&id, &again, "the same request again")
}

/// The platform sends the text as JSON and adds the files as multipart when it has them.
async fn both_encodings(context: &mut Context) -> Finding {
    let mut customer = context.customer();
    let id = plain_json(context, &customer).await?;
    if !customer.has_files() {
        customer.set(context.field(&Wanted::given("photo_id_front", Kind::Binary)));
    }
    let as_multipart = context.put(customer.request_fields()).await?;
    match as_multipart.id() {
        Ok(again) if as_multipart.is_success() => same_id(&id, &again, "the same customer as multipart"),
        _ => Err(NotKept::inconclusive(format!("the anchor takes no multipart of this customer: {as_multipart}"))),
    }
}

async fn two_types(context: &mut Context) -> Finding {
    let surveys = context.surveys.clone();
    let [first, second, ..] = surveys.as_ref() else {
        return Err(NotKept::skip("pass --type twice, with two types that one customer can have"));
    };
    let identity = Identity::of_account(context.account());
    let customer = context.customer_of(identity, first);
    let id = context.register(&customer).await?;
    let mut as_second = context.customer_of(customer.identity.clone(), second);
    for field in &customer.fields {
        as_second.set(field.clone());
    }
    let answer = context.put(as_second.request_fields()).await?;
    match answer.id() {
        Ok(again) if answer.is_success() => same_id(&id, &again, "the same account with another type"),
        _ => Err(NotKept::inconclusive(format!("the anchor takes no second type for this customer: {answer}"))),
    }
}

async fn ten_times(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    for count in 2..=10 {
        let asked = format!("request {count} of ten equal ones");
        let again = accepted(context.put(customer.request_fields()).await, &asked)?;
        same_id(&id, &again, &asked)?;
    }
    Ok(())
}

async fn accepted_again(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    let is_accepted = |info: &CustomerInfo| (info.status == CustomerStatus::Accepted).then_some(());
    if context.watch(&customer, &id, is_accepted).await?.is_none() {
        let waited = context.suite.settle.as_secs_f32();
        let reason = format!("no complete customer was ACCEPTED within {waited} s; --settle SECONDS waits longer");
        return Err(NotKept::inconclusive(reason));
    }
    let asked = "an ACCEPTED customer again, unchanged";
    let again = accepted(context.put(customer.request_fields()).await, asked)?;
    same_id(&id, &again, asked)
}

/// 409, 429 and 503 are legal for either of them; what succeeds must be one customer.
async fn at_once(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let customer = context.customer();
    let fields: Vec<Field> = customer.request_fields();
    let (one, other) = tokio::join!(context.put(fields.clone()), context.put(fields));
    let mut ids = Vec::new();
    for answer in [one, other] {
        if let Some(id) = tidy_at_once(answer, "one of two equal requests at the same time")? {
            ids.push(id);
        }
    }
    let [one, other] = ids.as_slice() else {
        let later = context.register(&customer).await?;
        return ids.first().map_or(Ok(()), |id| same_id(id, &later, "the same request again"));
    };
    same_id(one, other, "the second of two equal requests at the same time")
}
