//! Two accounts are two customers, whatever else they share.

use crate::sep12::registry::Kind;
use crate::sep12::{CustomerId, Field};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::{Context, registered};
use crate::suite::expect::tidy;
use crate::suite::people::{Customer, Wanted};

use super::updates::with_id;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/shared-email-another-id",
        title: "two accounts with one e-mail address are two customers, or the second is declined",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(registered_with(context, "email_address"))),
    },
    Check {
        id: "put/shared-phone-another-id",
        title: "two accounts with one phone number are two customers, or the second is declined",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(registered_with(context, "mobile_number"))),
    },
    Check {
        id: "put/update-to-shared-email-keeps-ids",
        title: "an update to another customer's e-mail address leaves both customers their ids, or is declined",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(updated_to(context, "email_address"))),
    },
    Check {
        id: "put/update-to-shared-phone-keeps-ids",
        title: "an update to another customer's phone number leaves both customers their ids, or is declined",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(updated_to(context, "mobile_number"))),
    },
];

async fn registered_with(context: &mut Context, name: &str) -> Finding {
    let (owner, shared) = owner(context, name);
    let id = register(context, &owner).await?;
    let mut other = context.customer();
    other.set(shared);
    let asked = format!("another account with the same {name}");
    match tidy(context.put(other.request_fields()).await, &asked)? {
        Some(same) if same == id => Err(same_id_for_both(name, &id)),
        _ => Ok(()),
    }
}

/// Alone, as a wallet sends what a user has changed; then both customers are what they were.
async fn updated_to(context: &mut Context, name: &str) -> Finding {
    let (owner, shared) = owner(context, name);
    let owners_id = register(context, &owner).await?;
    let other = context.customer();
    let others_id = context.register(&other).await?;
    if owners_id == others_id {
        return Err(NotKept::inconclusive("the anchor takes the two customers for one"));
    }
    let update = context.put(with_id(&other, &others_id, vec![shared])).await;
    let updated = tidy(update, &format!("an update to another customer's {name}"))?;
    if updated.is_some_and(|id| id != others_id) {
        return Err(same_id_for_both(name, &owners_id));
    }
    for (customer, id) in [(&owner, &owners_id), (&other, &others_id)] {
        let again = tidy(context.put(customer.request_fields()).await, "a customer again, unchanged")?;
        if let Some(again) = again.filter(|again| again != id) {
            let expected = format!("both customers keep their ids, {owners_id} and {others_id}");
            return Err(NotKept::broken(expected, format!("{id} became {again}")));
        }
    }
    Ok(())
}

/// A customer with that field, although the anchor may not ask for it.
fn owner(context: &mut Context, name: &str) -> (Customer, Field) {
    let mut owner = context.customer();
    let own = owner.fields.iter().find(|field| field.name == name).cloned();
    let field = own.unwrap_or_else(|| context.field(&Wanted::given(name, Kind::String)));
    owner.set(field.clone());
    (owner, field)
}

/// An anchor may decline a field that it has not asked for.
async fn register(context: &Context, owner: &Customer) -> Result<CustomerId, NotKept> {
    context.needs_acceptance()?;
    let answer = context.put(owner.request_fields()).await?;
    if answer.status.is_client_error() {
        return Err(NotKept::skip(format!("the anchor declines a customer with more than it asks for: {answer}")));
    }
    registered(&answer)
}

fn same_id_for_both(name: &str, id: &CustomerId) -> NotKept {
    NotKept::broken(
        format!("two accounts that share their {name} get different ids, or the second is declined"),
        format!("both got {id}"),
    )
}
