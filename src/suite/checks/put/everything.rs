//! All that an anchor lists, required or not, can be sent at once and is kept.

use crate::sep12::Identity;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::discovery::Survey;
use crate::suite::people::{Wanted, is_sent_as_binary};

use super::kept::{all_received, listed};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "put/all-listed-fields-are-kept",
    title: "all fields that the anchor lists, optional ones too, are kept when they come in one request",
    requirements: &["data-is-kept"],
    run: Attempt::Anchor(|context| Box::pin(all_kept(context))),
}];

/// For every customer type that was asked for.
async fn all_kept(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let mut skipped = None;
    let mut seen = false;
    for survey in context.surveys.clone().iter() {
        match kept(context, survey).await {
            Ok(()) => seen = true,
            Err(NotKept::Skip { reason }) => skipped = Some(reason),
            finding => return finding,
        }
    }
    match skipped.filter(|_| !seen) {
        Some(reason) => Err(NotKept::skip(reason)),
        None => Ok(()),
    }
}

/// One field that the anchor insists on is held back: as long as it needs something, it has to say what.
async fn kept(context: &mut Context, survey: &Survey) -> Finding {
    let Some(held_back) = held_back(survey) else { return Err(NotKept::skip("the anchor requires no field")) };
    let identity = Identity::of_account(context.account());
    let mut customer = context.everything_of(identity, survey);
    customer.fields.retain(|field| field.name != held_back.name && !field.name.ends_with("_verification"));
    let sent = listed(survey, &customer.fields);
    if sent.is_empty() {
        return Err(NotKept::skip("the anchor lists one field only"));
    }
    let answer = context.put(customer.request_fields()).await?;
    let Some(id) = answer.id().ok().filter(|_| answer.is_success()) else {
        let all = "all fields that it lists but one";
        return Err(NotKept::skip(format!("the anchor declines a customer with {all}: {answer}")));
    };
    match all_received(context, &customer, &id, &sent).await? {
        None => Ok(()),
        Some(missing) => Err(NotKept::broken(
            format!("after a 2xx for {} fields, all of them are in provided_fields or no longer in fields", sent.len()),
            format!("GET /customer still asks for {missing}"),
        )),
    }
}

/// What was asked for last, so that an anchor that asks in stages is at its last; a text, if any is required.
fn held_back(survey: &Survey) -> Option<&Wanted> {
    let required = || survey.wanted.iter().rev().filter(|wanted| wanted.listed && !wanted.optional);
    let is_text = |wanted: &&Wanted| !is_sent_as_binary(&wanted.name, wanted.kind);
    required().filter(|wanted| !wanted.name.ends_with("_verification")).find(is_text).or_else(|| required().next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sep12::registry::Kind;

    #[test]
    fn the_last_required_text_is_held_back() {
        let held = |names: &[(&str, bool)]| {
            let wanted = |&(name, optional): &(&str, bool)| Wanted {
                optional,
                listed: true,
                ..Wanted::given(name, Kind::String)
            };
            let survey = Survey { wanted: names.iter().map(wanted).collect(), ..Survey::default() };
            held_back(&survey).map(|wanted| wanted.name.clone())
        };
        let photo = ("photo_id_front", false);
        assert_eq!(
            held(&[("first_name", false), ("last_name", false), photo, ("city", true)]).as_deref(),
            Some("last_name")
        );
        assert_eq!(held(&[photo, ("city", true)]).as_deref(), Some("photo_id_front"));
        assert_eq!(held(&[("city", true)]), None);
    }
}
