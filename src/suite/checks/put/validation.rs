//! Values that cannot be right are never accepted; refusing them later is as good as refusing them now.

use crate::sep12::info::CustomerInfo;
use crate::sep12::registry::{self, Encoding, Kind};
use crate::sep12::{CustomerStatus, Field, FieldStatus};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::{accepted, tidy};
use crate::suite::people::Wanted;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/invalid-date-is-never-accepted",
        title: "a customer with an impossible date is refused, or at least never ACCEPTED",
        requirements: &["invalid-data-is-never-accepted"],
        run: Attempt::Anchor(|context| Box::pin(impossible_date(context))),
    },
    Check {
        id: "put/value-outside-choices",
        title: "a customer with a value outside `choices` is refused, or at least never ACCEPTED",
        requirements: &["invalid-data-is-never-accepted"],
        run: Attempt::Anchor(|context| Box::pin(outside_choices(context))),
    },
    Check {
        id: "put/invalid-values-are-answered",
        title: "a value that cannot be right is declined with 4xx, or taken with an id",
        requirements: &["unusual-requests-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(invalid_values(context))),
    },
];

const IMPOSSIBLE_DATE: &str = "2023-02-30";
const NO_CHOICE: &str = "none of the choices offered";

async fn invalid_values(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let date = wanted(context, is_date).map(|wanted| (wanted, IMPOSSIBLE_DATE));
    let choice = wanted(context, |wanted| !wanted.choices.is_empty()).map(|wanted| (wanted, NO_CHOICE));
    if date.is_none() && choice.is_none() {
        return Err(NotKept::skip("the anchor asks for no date and offers no choices"));
    }
    for (field, wrong) in date.into_iter().chain(choice) {
        let mut customer = context.customer();
        customer.set(Field::text(&field.name, wrong));
        let asked = format!("{}={wrong}", field.name);
        match context.put(customer.request_fields()).await {
            Ok(answer) if answer.is_success() => drop(accepted(Ok(answer), &asked)?),
            answer => drop(tidy(answer, &asked)?),
        }
    }
    Ok(())
}

async fn impossible_date(context: &mut Context) -> Finding {
    let Some(date) = wanted(context, is_date) else { return Err(NotKept::skip("the anchor asks for no date")) };
    never_accepted(context, &date, IMPOSSIBLE_DATE).await
}

async fn outside_choices(context: &mut Context) -> Finding {
    let Some(choice) = wanted(context, |wanted| !wanted.choices.is_empty()) else {
        return Err(NotKept::skip("the anchor offers choices for no field"));
    };
    never_accepted(context, &choice, NO_CHOICE).await
}

/// Dates of SEP-9's form; names that SEP-9 does not type as dates are dates if the anchor says so.
fn is_date(wanted: &Wanted) -> bool {
    match registry::definition(&wanted.name) {
        Some(definition) if definition.kind == Kind::Date => definition.encoding == Encoding::Date,
        _ => wanted.kind == Kind::Date,
    }
}

/// A field of that sort that the anchor lists; a required one if there is one.
fn wanted(context: &Context, sort: impl Fn(&Wanted) -> bool) -> Option<Wanted> {
    let mut listed: Vec<_> =
        context.survey().wanted.iter().filter(|wanted| wanted.listed && sort(wanted)).cloned().collect();
    listed.sort_by_key(|wanted| wanted.optional);
    listed.into_iter().next()
}

async fn never_accepted(context: &mut Context, field: &Wanted, wrong: &str) -> Finding {
    let mut customer = context.customer();
    customer.set(Field::text(&field.name, wrong));
    let asked = format!("{}={wrong}", field.name);
    let answer = context.put(customer.request_fields()).await?;
    if answer.status.is_client_error() {
        return context.needs_acceptance();
    }
    if !answer.is_success() {
        return Err(NotKept::inconclusive(format!("{asked} got {answer}")));
    }
    let id = answer.id().map_err(|error| NotKept::inconclusive(format!("{asked} got no usable id: {error}")))?;
    match context.watch(&customer, &id, |info| judge(info, field)).await? {
        Some(Judgement::Refused) => Ok(()),
        Some(Judgement::Accepted) => Err(NotKept::broken(
            format!("a customer with {asked} is refused, or never ACCEPTED with it"),
            "PUT was answered 2xx, and GET then said ACCEPTED",
        )),
        None => unsettled(context, &context.look(&customer, &id).await?, &asked),
    }
}

/// What an anchor thinks of a wrong value.
enum Judgement {
    Refused,
    Accepted,
}

/// What will not change by itself any more. A customer may be ACCEPTED without a field that is optional, so there the
/// field itself must be seen to be taken.
fn judge(info: &CustomerInfo, field: &Wanted) -> Option<Judgement> {
    let provided = info.provided_fields.as_ref().and_then(|fields| fields.get(&field.name));
    let status = provided.map(|provided| provided.status);
    let is_asked = info.fields.as_ref().is_some_and(|fields| fields.contains_key(&field.name));
    match (info.status, status) {
        (CustomerStatus::Rejected, _) | (_, Some(Some(FieldStatus::Rejected))) => Some(Judgement::Refused),
        (CustomerStatus::Accepted, Some(None | Some(FieldStatus::Accepted))) => Some(Judgement::Accepted),
        (CustomerStatus::Accepted, None) if is_asked => Some(Judgement::Refused),
        (CustomerStatus::Accepted, None) if !field.optional => Some(Judgement::Accepted),
        _ => None,
    }
}

/// The anchor had its time. It has not accepted the customer; whether it will, it may not say.
fn unsettled(context: &Context, info: &CustomerInfo, asked: &str) -> Finding {
    let waited = context.suite.settle.as_secs_f32();
    match info.status {
        CustomerStatus::NeedsInfo | CustomerStatus::Rejected => Ok(()),
        CustomerStatus::Processing => Err(NotKept::inconclusive(format!(
            "the customer with {asked} was still PROCESSING after {waited} s; --settle SECONDS waits longer"
        ))),
        CustomerStatus::Accepted => Err(NotKept::inconclusive(format!(
            "the customer with {asked} is ACCEPTED, but the field is optional and the anchor does not show what became of it"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sep12::registry::Kind;

    fn judged(answer: &str, optional: bool) -> Option<bool> {
        let (info, _) = CustomerInfo::read(answer.as_bytes()).expect("an answer");
        let field = Wanted { optional, ..Wanted::given("birth_date", Kind::Date) };
        judge(&info, &field).map(|judgement| matches!(judgement, Judgement::Accepted))
    }

    #[test]
    fn a_wrong_value_is_accepted_only_where_that_is_sure() {
        let provided = |status: &str| {
            format!(
                r#"{{"status": "ACCEPTED", "provided_fields":
                    {{"birth_date": {{"type": "date", "description": ""{status}}}}}}}"#
            )
        };
        let asked = r#"{"status": "ACCEPTED", "fields": {"birth_date": {"type": "date", "description": ""}}}"#;
        let bare = r#"{"status": "ACCEPTED"}"#;
        assert_eq!(judged(&provided(""), true), Some(true));
        assert_eq!(judged(&provided(r#", "status": "ACCEPTED""#), true), Some(true));
        assert_eq!(judged(&provided(r#", "status": "REJECTED""#), true), Some(false));
        assert_eq!(judged(&provided(r#", "status": "PROCESSING""#), true), None);
        assert_eq!(judged(asked, true), Some(false));
        assert_eq!((judged(bare, true), judged(bare, false)), (None, Some(true)));
        assert_eq!(judged(r#"{"status": "REJECTED", "message": "no"}"#, false), Some(false));
        assert_eq!(judged(r#"{"status": "PROCESSING"}"#, false), None);
    }
}
