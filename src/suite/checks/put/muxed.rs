//! Muxed accounts are accounts, and a memo beside one says what the account says.

use crate::sep12::{Field, Identity};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::{accepted, tidy};
use crate::suite::people::Customer;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/muxed-account-is-accepted",
        title: "a complete customer with a muxed account is accepted",
        requirements: &["muxed-accounts-are-accepted"],
        run: Attempt::Anchor(|context| Box::pin(muxed_account(context))),
    },
    Check {
        id: "put/contradictory-memo-is-refused",
        title: "a muxed account with the memo of another is refused",
        requirements: &["contradictory-memos-are-refused"],
        run: Attempt::Anchor(|context| Box::pin(contradictory_memo(context))),
    },
];

/// Both numbers are small: large ones are another check's business.
const MUXED_ID: u64 = 4_711;
const OTHER_ID: u64 = 4_712;

async fn muxed_account(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let customer = muxed_customer(context)?;
    let asked = "a complete customer with an M account, because one with a G account is,";
    accepted(context.put(customer.request_fields()).await, asked).map(drop)
}

async fn contradictory_memo(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let plain = muxed_customer(context)?;
    if tidy(context.put(plain.request_fields()).await, "a complete customer with an M account")?.is_none() {
        return Err(NotKept::skip("the anchor takes no customer with an M account"));
    }
    let customer = muxed_customer(context)?;
    let mut fields = customer.request_fields();
    let memo = [("memo", OTHER_ID.to_string()), ("memo_type", "id".to_owned())];
    let after_account = 1;
    fields.splice(after_account..after_account, memo.map(|(name, value)| Field::text(name, value)));
    let asked = format!("the M account of id {MUXED_ID} with memo {OTHER_ID}");
    match tidy(context.put(fields).await, &asked)? {
        None => Ok(()),
        Some(id) => Err(NotKept::broken(format!("{asked} is answered 4xx"), format!("2xx with the id {id}"))),
    }
}

fn muxed_customer(context: &mut Context) -> Result<Customer, NotKept> {
    let account = context.account().with_muxed_id(MUXED_ID).ok_or_else(|| NotKept::skip("there is no such account"))?;
    Ok(context.customer_as(Identity::of_account(account)))
}
