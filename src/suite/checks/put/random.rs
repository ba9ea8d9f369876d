//! Customers by chance: some of the fields, in any order.

use crate::sep12::body::Multipart;
use crate::sep12::{Field, Identity};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::{same_id, tidy};
use crate::suite::request::Encoding;

pub(super) const CHECKS: &[Check] = &[Check {
    id: "put/random-customers-keep-their-ids",
    title: "some of the fields in any order are taken or declined with 4xx, and give the same id again in another order",
    requirements: &["one-customer-one-id"],
    run: Attempt::Anchor(|context| Box::pin(random_customers(context))),
}];

/// As many as `--cases` says.
async fn random_customers(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    if context.suite.cases == 0 {
        return Err(NotKept::skip("--cases 0 leaves nothing to try"));
    }
    let survey = context.survey().clone();
    let mut seen = false;
    for _ in 0..context.suite.cases {
        let identity = Identity::of_account(context.account());
        let mut customer = context.everything_of(identity, &survey);
        customer.fields.retain(|field| !field.name.ends_with("_verification"));
        customer.fields.retain(|_| context.dice.below(2) == 0);
        let mut ids = Vec::new();
        for _ in 0..2 {
            let (encoding, how) = encoding(context, customer.has_files());
            customer.fields = shuffled(context, customer.fields);
            let names: Vec<_> = customer.fields.iter().map(|field| field.name.as_str()).collect();
            let asked = format!("[{}] as {how}", names.join(", "));
            if let Some(id) = tidy(context.put_as(customer.request_fields(), &encoding).await, &asked)? {
                ids.push((id, asked));
            }
        }
        if let [(first, _), (second, asked)] = ids.as_slice() {
            same_id(first, second, asked)?;
            seen = true;
        }
    }
    if seen { Ok(()) } else { Err(NotKept::skip("the anchor takes no customer in parts")) }
}

fn encoding(context: &mut Context, has_files: bool) -> (Encoding, &'static str) {
    if has_files || context.dice.below(2) == 0 {
        return (Encoding::Multipart(Multipart::default()), "multipart");
    }
    (Encoding::Json, "JSON")
}

/// In any order, but files last (SEP-12, customer PUT, request).
fn shuffled(context: &mut Context, fields: Vec<Field>) -> Vec<Field> {
    let mut keyed: Vec<_> = fields.into_iter().map(|field| (context.dice.next(), field)).collect();
    keyed.sort_by_key(|(key, field)| (field.as_file().is_some(), *key));
    keyed.into_iter().map(|(_, field)| field).collect()
}
