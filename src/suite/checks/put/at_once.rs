//! Updates of one customer that cross each other.

use crate::sep12::{CustomerId, Field};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::tidy_at_once;
use crate::suite::people::Customer;

use super::kept::{all_received, listed};
use super::parts::Parts;
use super::updates::with_id;

pub(super) const CHECKS: &[Check] = &[Check {
    id: "put/two-updates-at-once-keep-both",
    title: "two updates of different fields at the same time are both kept",
    requirements: &["updates-merge"],
    run: Attempt::Anchor(|context| Box::pin(both_kept(context))),
}];

/// Chance decides how they cross.
const RACES: usize = 3;

/// 409, 429 and 503 are legal for either of them; what succeeds must be kept.
async fn both_kept(context: &mut Context) -> Finding {
    let mut both_taken = false;
    for _ in 0..RACES {
        let Parts { customer, id, rest } = Parts::register(context).await?;
        if rest.len() < 2 {
            return Err(NotKept::skip("the anchor asks for less than two fields more"));
        }
        let (one, other) = rest.split_at(rest.len() / 2);
        let update = |fields: &[Field]| context.put(with_id(&customer, &id, fields.to_vec()));
        let (first, second) = tokio::join!(update(one), update(other));
        let asked = "one of two updates at the same time";
        let taken = [tidy_at_once(first, asked)?, tidy_at_once(second, asked)?];
        if taken.iter().all(Option::is_some) {
            both_taken = true;
            judge(context, &Customer { fields: rest, ..customer }, &id).await?;
        }
    }
    if both_taken { Ok(()) } else { Err(NotKept::skip("the anchor takes one update of a customer at a time")) }
}

async fn judge(context: &Context, customer: &Customer, id: &CustomerId) -> Finding {
    let sent = listed(context.survey(), &customer.fields);
    match all_received(context, customer, id, &sent).await? {
        None => Ok(()),
        Some(missing) => Err(NotKept::broken(
            "two updates at the same time that were both answered 2xx are both kept",
            format!("GET /customer still asks for {missing}"),
        )),
    }
}
