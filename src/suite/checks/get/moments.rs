//! The answers to GET that an ordinary customer leads to: before it is registered, half registered, complete, and with
//! more than it needs.

use std::time::Duration;

use tokio::time::sleep;

use crate::sep12::registry::{self, Encoding};
use crate::sep12::{CustomerId, Field, Identity, json};
use crate::suite::answer::Answer;
use crate::suite::check::{Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::people::{Customer, Wanted};

/// How long a complete customer is watched. Longer waits belong to the checks that are about the status.
const PAUSES: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(100), Duration::from_millis(200), Duration::from_millis(400)];

/// The parameters of a look-up by id and by who the customer is, as a platform sends them.
pub(super) fn by_id(customer: &Customer, id: &CustomerId) -> Vec<(String, String)> {
    let mut parameters = vec![("id".to_owned(), id.as_str().to_owned())];
    parameters.extend(customer.query());
    parameters
}

/// The parameters and one more.
pub(super) fn with(mut parameters: Vec<(String, String)>, name: &str, value: &str) -> Vec<(String, String)> {
    parameters.push((name.to_owned(), value.to_owned()));
    parameters
}

/// Registers a customer of an identity that not every anchor takes.
pub(super) async fn register_special(
    context: &mut Context,
    identity: Option<Identity>,
    what: &str,
) -> Result<(Customer, CustomerId), NotKept> {
    context.needs_acceptance()?;
    let identity = identity.ok_or_else(|| NotKept::skip(format!("there is no customer with {what}")))?;
    let customer = context.customer_as(identity);
    let answer = context.put(customer.request_fields()).await?;
    if answer.status.is_client_error() {
        return Err(NotKept::skip(format!("the anchor takes no customer with {what}: {answer}")));
    }
    let id = crate::suite::context::registered(&answer)?;
    Ok((customer, id))
}

/// Hands every successful answer to the judge, for each customer type; ends with its first complaint, so that the
/// answer complained of is the last exchange.
pub(super) async fn visit(context: &mut Context, mut judge: impl FnMut(&Answer) -> Finding + Send) -> Finding {
    let mut shown = false;
    let mut judge = |answer: &Answer| {
        shown |= answer.is_success();
        if answer.is_success() { judge(answer) } else { Ok(()) }
    };
    let mut last = None;
    for survey in context.surveys.clone().iter() {
        let identity = Identity::of_account(context.account());
        let customer = context.everything_of(identity, survey);
        let answer = context.get(&customer.query()).await?;
        judge(&answer)?;
        last = Some(answer);
        let complete = fields_of(&customer, &survey.complete());
        let part = &complete[..complete.len().saturating_sub(1)];
        for fields in [part, &complete, &customer.fields] {
            let answer = context.put(customer.with(fields.to_vec())).await?;
            let Some(id) = answer.id().ok().filter(|_| answer.is_success()) else { continue };
            watch(context, &customer, &id, &mut judge).await?;
        }
    }
    match last.filter(|_| !shown) {
        None => Ok(()),
        Some(answer) => Err(NotKept::inconclusive(format!("GET /customer shows no customer: {answer}"))),
    }
}

fn fields_of(customer: &Customer, wanted: &[Wanted]) -> Vec<Field> {
    customer.fields.iter().filter(|field| wanted.iter().any(|wanted| wanted.name == field.name)).cloned().collect()
}

/// The id, unless the anchor declines so little.
pub(super) async fn put_if_taken(
    context: &Context,
    customer: &Customer,
    fields: &[Field],
) -> Result<Option<CustomerId>, NotKept> {
    let answer = context.put(customer.with(fields.to_vec())).await?;
    Ok(answer.id().ok().filter(|_| answer.is_success()))
}

/// A date that the anchor asks for, if any: no other value is as surely wrong as an impossible date.
pub(super) fn wanted_date(context: &Context) -> Option<String> {
    let is_date = |name: &str| registry::definition(name).is_some_and(|known| known.encoding == Encoding::Date);
    context.survey().wanted.iter().find(|wanted| wanted.listed && is_date(&wanted.name)).map(|date| date.name.clone())
}

async fn watch(
    context: &Context,
    customer: &Customer,
    id: &CustomerId,
    judge: &mut (impl FnMut(&Answer) -> Finding + Send),
) -> Finding {
    for pause in PAUSES {
        sleep(pause).await;
        let answer = context.get(&by_id(customer, id)).await?;
        judge(&answer)?;
        let json = json::read(&answer.body).unwrap_or_default();
        if json["status"] != "PROCESSING" {
            break;
        }
    }
    Ok(())
}
