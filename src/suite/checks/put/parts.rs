//! A customer that has not told everything yet, so that an anchor can be seen to get the rest.

use std::collections::BTreeMap;

use crate::sep12::info::{CustomerInfo, FieldInfo};
use crate::sep12::{Account, CustomerId, CustomerStatus, Field, Identity};
use crate::suite::check::NotKept;
use crate::suite::context::Context;
use crate::suite::people::{Customer, Wanted, is_sent_as_binary};

/// A registered customer of which the anchor still lacks something.
pub(super) struct Parts {
    pub(super) customer: Customer,
    pub(super) id: CustomerId,
    /// Text fields that the anchor asks for.
    pub(super) rest: Vec<Field>,
}

/// What two updates need.
const ENOUGH: usize = 2;

impl Parts {
    /// Registers an account alone; if the anchor wants more, a complete customer without what is optional.
    pub(super) async fn register(context: &mut Context) -> Result<Self, NotKept> {
        Self::register_as(context, |account| Some(Identity::of_account(account))).await
    }

    /// The same with an identity of a fresh account.
    pub(super) async fn register_as(
        context: &mut Context,
        identity: impl Fn(Account) -> Option<Identity>,
    ) -> Result<Self, NotKept> {
        context.needs_acceptance()?;
        let listed: Vec<Wanted> = context.survey().wanted.iter().filter(is_text).cloned().collect();
        for is_alone in [true, false] {
            let Some(identity) = identity(context.account()) else { continue };
            let mut customer = context.customer_as(identity);
            if is_alone {
                customer.fields.clear();
            }
            let answer = context.put(customer.request_fields()).await?;
            let Some(id) = answer.id().ok().filter(|_| answer.is_success()) else { continue };
            let asked = asked(&context.settled(&customer, &id).await?);
            let lacking = listed.iter().filter(|wanted| asked.contains(&wanted.name)).cloned().collect();
            let rest = context.fields(&without_one(lacking));
            if !rest.is_empty() {
                return Ok(Self { customer, id, rest });
            }
        }
        Err(NotKept::skip("the anchor takes no customer in parts, or does not say what it lacks"))
    }

    /// The first of the rest that the anchor has after all.
    pub(super) fn arrived(&self, info: &CustomerInfo) -> Option<&str> {
        self.rest.iter().map(|field| field.name.as_str()).find(|name| has(info, name))
    }
}

fn is_text(wanted: &&Wanted) -> bool {
    wanted.listed && !is_sent_as_binary(&wanted.name, wanted.kind)
}

/// All but one that the anchor insists on, so that it goes on saying what it lacks; if there are enough.
fn without_one(mut lacking: Vec<Wanted>) -> Vec<Wanted> {
    if lacking.len() > ENOUGH
        && let Some(at) = lacking.iter().position(|wanted| !wanted.optional)
    {
        lacking.remove(at);
    }
    lacking
}

/// What the anchor asks for and does not show as provided.
fn asked(info: &CustomerInfo) -> Vec<String> {
    let is_provided = |name: &&String| info.provided_fields.as_ref().is_some_and(|fields| fields.contains_key(*name));
    info.fields.iter().flatten().map(|(name, _)| name).filter(|name| !is_provided(name)).cloned().collect()
}

/// Whether a field that was asked for is shown as provided or is asked for no more. Who is REJECTED is asked for nothing.
fn has(info: &CustomerInfo, name: &str) -> bool {
    let stands_in =
        |fields: &Option<BTreeMap<String, FieldInfo>>| fields.as_ref().is_some_and(|fields| fields.contains_key(name));
    stands_in(&info.provided_fields) || info.status != CustomerStatus::Rejected && !stands_in(&info.fields)
}
