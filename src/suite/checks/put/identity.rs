//! Another customer has another id.

use crate::sep12::{CustomerId, Identity};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::tidy;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/another-account-another-id",
        title: "two accounts are two customers",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(two_accounts(context))),
    },
    Check {
        id: "put/muxed-accounts-are-distinct",
        title: "muxed accounts of one account are customers of their own, large ids included",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(muxed_accounts(context))),
    },
];

/// Neighbours that a double cannot tell apart, and neighbours that a signed number cannot hold.
pub(super) const LARGE_IDS: [u64; 4] = [1 << 53, (1 << 53) + 1, 1 << 63, u64::MAX];

async fn two_accounts(context: &mut Context) -> Finding {
    let (one, other) = (context.customer(), context.customer());
    let ids = [context.register(&one).await?, context.register(&other).await?];
    distinct(&ids, &["one account", "another account"])
}

async fn muxed_accounts(context: &mut Context) -> Finding {
    let account = context.account();
    let muxed = |id| account.with_muxed_id(id).map(Identity::of_account);
    many(context, muxed, "muxed id").await
}

/// Registers customers whose identities differ by one number only: small ones first, to see whether the anchor takes
/// such customers at all.
pub(super) async fn many(context: &mut Context, identity: impl Fn(u64) -> Option<Identity>, what: &str) -> Finding {
    context.needs_acceptance()?;
    let mut ids = Vec::new();
    let mut names = Vec::new();
    for (at, number) in [1, 2].into_iter().chain(LARGE_IDS).enumerate() {
        let Some(identity) = identity(number) else { continue };
        let customer = context.customer_as(identity);
        let asked = format!("a complete customer with {what} {number}");
        let answer = context.put(customer.request_fields()).await;
        let Some(id) = tidy(answer, &asked)? else {
            return Err(declined(at < 2, &asked));
        };
        ids.push(id);
        names.push(format!("{what} {number}"));
        distinct(&ids, &names)?;
    }
    Ok(())
}

fn declined(is_small: bool, asked: &str) -> NotKept {
    if is_small {
        return NotKept::skip(format!("the anchor declines {asked}"));
    }
    NotKept::broken(format!("{asked} is accepted, because smaller numbers are"), "4xx")
}

/// All ids differ.
pub(super) fn distinct(ids: &[CustomerId], names: &[impl AsRef<str>]) -> Finding {
    for (at, id) in ids.iter().enumerate() {
        if let Some(same) = ids[..at].iter().position(|other| other == id) {
            let (one, other) = (names[same].as_ref(), names[at].as_ref());
            return Err(NotKept::broken(format!("{one} and {other} get different ids"), format!("both got {id}")));
        }
    }
    Ok(())
}
