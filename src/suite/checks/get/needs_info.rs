//! NEEDS_INFO says what is needed.

use crate::sep12::info::{CustomerInfo, FieldInfo};
use crate::sep12::{CustomerStatus, Field, FieldStatus, Identity};
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::discovery::MOST_WANTED;
use crate::suite::people::{Customer, Wanted};

use super::moments::{by_id, put_if_taken};
use super::view::View;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/needs-info-says-what",
        title: "NEEDS_INFO comes with the fields that are needed, or with one to verify or to send again",
        requirements: &["needs-info-says-what"],
        run: Attempt::Anchor(|context| Box::pin(needs_info(context))),
    },
    Check {
        id: "get/needs-info-can-end",
        title: "who sent all that was asked for is not NEEDS_INFO for nothing",
        requirements: &["needs-info-says-what"],
        run: Attempt::Anchor(|context| Box::pin(can_end(context))),
    },
];

/// The statuses of provided fields that say what to do.
const AGAIN: [Option<FieldStatus>; 2] = [Some(FieldStatus::VerificationRequired), Some(FieldStatus::Rejected)];
/// How often an anchor may come up with further fields.
const ROUNDS: usize = 5;

/// Before registration, half registered, and complete.
async fn needs_info(context: &mut Context) -> Finding {
    let mut seen = false;
    for survey in context.surveys.clone().iter() {
        let identity = Identity::of_account(context.account());
        let customer = context.customer_of(identity, survey);
        seen |= says_what(context, &customer.query()).await?;
        let half = customer.fields.len() / 2;
        for fields in [&customer.fields[..half], customer.fields.as_slice()] {
            if let Some(id) = put_if_taken(context, &customer, fields).await? {
                seen |= says_what(context, &by_id(&customer, &id)).await?;
            }
        }
    }
    if seen { Ok(()) } else { Err(NotKept::skip("no customer was NEEDS_INFO")) }
}

/// Whether the status was NEEDS_INFO. What is needed may not be known at once.
async fn says_what(context: &Context, parameters: &[(String, String)]) -> Result<bool, NotKept> {
    let told = |answer: &Answer| match View::of(answer) {
        Some(view) if view.status.as_deref() == Some("NEEDS_INFO") => is_told(answer, &view).then_some(true),
        _ => Some(false),
    };
    context.get_until(parameters, told).await?.map_err(|answer| {
        let expected = "NEEDS_INFO comes with `fields`, or with a provided field that is VERIFICATION_REQUIRED";
        NotKept::broken(expected, answer.to_string())
    })
}

fn is_told(answer: &Answer, view: &View) -> bool {
    let provided = answer.info().ok().and_then(|info| info.provided_fields).unwrap_or_default();
    !view.fields.is_empty() || provided.values().any(|field| AGAIN.contains(&field.status))
}

/// Sends whatever is asked for, required or not, until nothing new is.
async fn can_end(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let survey = context.survey().clone();
    let identity = Identity::of_account(context.account());
    let mut customer = context.everything_of(identity, &survey);
    for _ in 0..ROUNDS {
        let Some(id) = put_if_taken(context, &customer, &customer.fields).await? else {
            return Err(NotKept::skip("the anchor takes no customer with all fields that it lists"));
        };
        let waits = |info: &CustomerInfo| waits_for_nothing(info, &customer.fields);
        if let Some(new) = context.watch(&customer, &id, |info| (!waits(info)).then(|| unsent(info, &customer))).await?
        {
            if new.is_empty() {
                return Ok(());
            }
            for wanted in new {
                customer.set(context.field(&wanted));
            }
            continue;
        }
        let answer = context.get(&by_id(&customer, &id)).await?;
        let expected =
            "NEEDS_INFO names a field that is required or was not sent yet, or one to verify or to send again";
        return Err(NotKept::broken(expected, answer.to_string()));
    }
    Err(NotKept::inconclusive(format!("the anchor asked for new fields {ROUNDS} times")))
}

/// NEEDS_INFO, but nothing required, nothing new, nothing wrong and nothing to verify.
fn waits_for_nothing(info: &CustomerInfo, sent: &[Field]) -> bool {
    let is_sent = |name: &str| sent.iter().any(|field| field.name == name);
    let is_needed = |(name, field): (&String, &FieldInfo)| !field.optional || !is_sent(name);
    let provided = info.provided_fields.iter().flat_map(|fields| fields.values());
    info.status == CustomerStatus::NeedsInfo
        && !info.fields.iter().flatten().any(is_needed)
        && !provided.into_iter().any(|field| AGAIN.contains(&field.status))
}

/// What a customer has to send that is NEEDS_INFO, and has not.
fn unsent(info: &CustomerInfo, customer: &Customer) -> Vec<Wanted> {
    if info.status != CustomerStatus::NeedsInfo {
        return Vec::new();
    }
    let is_sent = |name: &str| customer.fields.iter().any(|field| field.name == name);
    let new = info.fields.iter().flatten().filter(|(name, _)| !is_sent(name));
    new.take(MOST_WANTED)
        .map(|(name, field)| Wanted {
            choices: field.choices.clone().unwrap_or_default(),
            ..Wanted::given(name, field.kind)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sep12::Account;

    #[test]
    fn an_anchor_without_end_is_sent_only_so_much() {
        let field = |number| format!(r#""f{number}": {{"type": "string", "description": ""}}"#);
        let fields = (0..2 * MOST_WANTED).map(field).collect::<Vec<_>>().join(",");
        let body = format!(r#"{{"status": "NEEDS_INFO", "fields": {{{fields}}}}}"#);
        let (info, _) = CustomerInfo::read(body.as_bytes()).expect("an answer");
        let identity = Identity::of_account(Account::Classic([7; 32]));
        let customer = Customer { identity, customer_type: None, fields: Vec::new() };
        assert_eq!(unsent(&info, &customer).len(), MOST_WANTED);
    }

    #[test]
    fn only_what_is_new_required_wrong_or_unverified_keeps_a_customer_waiting() {
        let waits = |rest: &str| {
            let body = format!(r#"{{"status": "NEEDS_INFO"{rest}}}"#);
            let (info, _) = CustomerInfo::read(body.as_bytes()).expect("an answer");
            waits_for_nothing(&info, &[Field::text("city", "Denver")])
        };
        let field = |name: &str, more: &str| format!(r#"{{"{name}": {{"type": "string", "description": ""{more}}}}}"#);
        let fields = |name, more| format!(r#", "fields": {}"#, field(name, more));
        let provided = |more| format!(r#", "provided_fields": {}"#, field("city", more));
        assert!(waits("") && waits(r#", "fields": {}"#) && waits(&provided("")));
        assert!(waits(&fields("city", r#", "optional": true"#)));
        assert!(!waits(&fields("city", "")) && !waits(&fields("state", r#", "optional": true"#)));
        assert!(!waits(&provided(r#", "status": "VERIFICATION_REQUIRED""#)));
        assert!(!waits(&provided(r#", "status": "REJECTED""#)));
    }
}
