//! Customers whose memos and muxed ids no double and no signed number can hold are found again.

use crate::sep12::{CustomerId, Identity, Memo};
use crate::suite::check::{Attempt, Check, Finding};
use crate::suite::context::Context;
use crate::suite::people::Customer;

use super::lookups::found;
use super::moments::register_special;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/large-memos",
        title: "customers with memos beyond 2^53 and 2^63 are found by them, each with its own id",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(memos(context))),
    },
    Check {
        id: "get/large-muxed-ids",
        title: "customers with muxed ids beyond 2^53 and 2^63 are found by them, each with its own id",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(muxed_ids(context))),
    },
];

/// Neighbours that a double cannot tell apart, and neighbours around the largest signed number.
const LARGE: [u64; 5] = [1 << 53, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, u64::MAX];

async fn memos(context: &mut Context) -> Finding {
    let account = context.account();
    all_found(context, |number| Identity::of_memo(account, Memo::id(number)), "memo").await
}

async fn muxed_ids(context: &mut Context) -> Finding {
    let account = context.account();
    all_found(context, |number| account.with_muxed_id(number).map(Identity::of_account), "muxed id").await
}

/// Registers all of them before it looks, so that one that took another's place is seen.
async fn all_found(context: &mut Context, identity: impl Fn(u64) -> Option<Identity>, what: &str) -> Finding {
    let mut registered: Vec<(Customer, CustomerId, String)> = Vec::new();
    for number in LARGE {
        let what = format!("the {what} {number}");
        let (customer, id) = register_special(context, identity(number), &what).await?;
        registered.push((customer, id, what));
    }
    for (customer, id, what) in &registered {
        found(context, &customer.query(), id, &format!("account with {what}")).await?;
    }
    Ok(())
}
