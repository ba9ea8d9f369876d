//! What a PUT with an id that is not the caller's must leave as it was.

use crate::sep12::{Field, Identity, Memo};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::checks::delete::known::{Blank, Sight};
use crate::suite::context::Context;
use crate::suite::people::Customer;

use super::parts::Parts;
use super::updates::with_id;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/foreign-id-changes-nothing",
        title: "a PUT with the id of another account's customer adds nothing to that customer",
        requirements: &["foreign-id-changes-nothing"],
        run: Attempt::Anchor(|context| Box::pin(changes_nothing(context))),
    },
    Check {
        id: "put/foreign-memo-changes-nothing",
        title: "a PUT with the id of the same account's customer of another memo adds nothing to that customer",
        requirements: &["foreign-id-changes-nothing"],
        run: Attempt::Anchor(|context| Box::pin(other_memo_changes_nothing(context))),
    },
    Check {
        id: "put/unknown-id-registers-nobody",
        title: "a PUT with an id that was never given out does not register the account beside it",
        requirements: &["unknown-id-registers-nobody"],
        run: Attempt::Anchor(|context| Box::pin(registers_nobody(context))),
    },
];

/// The owner has not told everything; a stranger tells the rest in its place.
async fn changes_nothing(context: &mut Context) -> Finding {
    let owner = Parts::register(context).await?;
    let stranger = context.customer();
    unchanged_by(context, &owner, &stranger).await
}

async fn other_memo_changes_nothing(context: &mut Context) -> Finding {
    let of_memo = |account, memo| Identity::of_memo(account, Memo::id(memo));
    let owner = Parts::register_as(context, |account| of_memo(account, 1)).await?;
    let stranger = of_memo(owner.customer.identity.account(), 2).ok_or_else(|| NotKept::skip("no such identity"))?;
    let stranger = context.customer_as(stranger);
    unchanged_by(context, &owner, &stranger).await
}

async fn unchanged_by(context: &Context, owner: &Parts, stranger: &Customer) -> Finding {
    let mut fields = vec![Field::text("id", owner.id.as_str())];
    fields.extend(stranger.with(owner.rest.clone()));
    context.put(fields).await?;
    context.linger().await;
    let info = context.look(&owner.customer, &owner.id).await?;
    match owner.arrived(&info) {
        None => Ok(()),
        Some(name) => Err(NotKept::broken(
            "a customer keeps lacking what somebody else sends with its id",
            format!("GET /customer with the owner's identity does not ask for {name} any more"),
        )),
    }
}

async fn registers_nobody(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let known = context.customer();
    let id = context.register(&known).await?;
    let nobody = context.unknown_id(&id)?;
    let stranger = context.customer();
    let answer = context.put(with_id(&stranger, &nobody, stranger.fields.clone())).await?;
    if answer.is_success() {
        return Err(NotKept::inconclusive(format!("a PUT with an unknown id was not refused: {answer}")));
    }
    context.linger().await;
    let seen = context.get(&stranger.query()).await?;
    if blank.sight(&seen) == Sight::Data {
        let expected = "a PUT that was refused for its id registers nobody";
        return Err(NotKept::broken(expected, format!("PUT got {answer}, and then GET got {seen}")));
    }
    Ok(())
}
