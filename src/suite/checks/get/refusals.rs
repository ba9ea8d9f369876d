//! What GET refuses can be understood.

use crate::sep12::CustomerId;
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;

use super::moments::{by_id, with};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "get/errors-are-json-with-error",
    title: "every refusal of a GET is JSON with a text under `error`",
    requirements: &["errors-are-json"],
    run: Attempt::Anchor(|context| Box::pin(json_with_error(context))),
}];

async fn json_with_error(context: &mut Context) -> Finding {
    let mut refused = false;
    for query in queries(context) {
        let answer: Answer = context.get(&query).await?;
        if answer.is_success() {
            continue;
        }
        refused = true;
        if answer.error().is_none() {
            return Err(NotKept::broken("{\"error\": TEXT} as JSON", answer.to_string()));
        }
    }
    if refused { Ok(()) } else { Err(NotKept::skip("the anchor refused none of the queries")) }
}

/// What a careful anchor refuses: an unknown id, an account that is none, an unknown type, nothing at all.
fn queries(context: &mut Context) -> Vec<Vec<(String, String)>> {
    let customer = context.customer();
    let mut untyped = customer.query();
    untyped.retain(|(name, _)| name != "type");
    let mut queries = vec![with(untyped, "type", "no-such-type"), Vec::new()];
    queries.push(with(Vec::new(), "account", "GNOTANACCOUNT"));
    queries.extend(CustomerId::try_from("no-such-customer".to_owned()).map(|id| by_id(&customer, &id)));
    queries
}
