//! What was accepted is kept.

use crate::sep12::info::CustomerInfo;
use crate::sep12::{CustomerId, Field, FieldStatus, Identity};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::{Context, registered};
use crate::suite::discovery::Survey;
use crate::suite::people::{Customer, Wanted, is_sent_as_binary};

use super::acceptance::{plain_json, with_file};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/fields-are-kept",
        title: "fields sent as JSON are no longer asked for",
        requirements: &["data-is-kept"],
        run: Attempt::Anchor(|context| Box::pin(texts_kept(context))),
    },
    Check {
        id: "put/multipart-fields-are-kept",
        title: "text fields sent as multipart are no longer asked for",
        requirements: &["data-is-kept"],
        run: Attempt::Anchor(|context| Box::pin(multipart_texts_kept(context))),
    },
    Check {
        id: "put/files-are-kept",
        title: "files sent are no longer asked for",
        requirements: &["data-is-kept"],
        run: Attempt::Anchor(|context| Box::pin(files_kept(context))),
    },
];

/// For every customer type that was asked for.
async fn texts_kept(context: &mut Context) -> Finding {
    for survey in context.surveys.clone().iter() {
        let identity = Identity::of_account(context.account());
        let customer = context.customer_of(identity, survey);
        let id = plain_json(context, &customer).await?;
        judge(context, &customer, &id, &listed(survey, &customer.text_only())).await?;
    }
    Ok(())
}

async fn multipart_texts_kept(context: &mut Context) -> Finding {
    let customer = with_file(context);
    let id = registered(&context.put(customer.request_fields()).await?)?;
    judge(context, &customer, &id, &listed(context.survey(), &customer.text_only())).await
}

/// Files that the anchor insists on go with everything else. Others go alone, if the anchor lets them: as long as it
/// needs something, it has to say what.
async fn files_kept(context: &mut Context) -> Finding {
    let wanted = context.survey().wanted.clone();
    let is_file = |wanted: &&Wanted| wanted.listed && is_sent_as_binary(&wanted.name, wanted.kind);
    let files: Vec<Field> = wanted.iter().filter(is_file).map(|wanted| context.field(wanted)).collect();
    if files.is_empty() {
        return Err(NotKept::skip("the anchor asks for no file"));
    }
    let mut customer = context.customer();
    if !customer.has_files() {
        let alone = Customer { fields: files.clone(), ..context.customer() };
        let answer = context.put(alone.request_fields()).await?;
        if let Some(id) = answer.id().ok().filter(|_| answer.is_success()) {
            return judge(context, &alone, &id, &listed(context.survey(), &alone.fields)).await;
        }
    }
    for file in &files {
        customer.set(file.clone());
    }
    let id = registered(&context.put(customer.request_fields()).await?)?;
    judge(context, &customer, &id, &listed(context.survey(), &files)).await
}

async fn judge(context: &Context, customer: &Customer, id: &CustomerId, sent: &[Wanted]) -> Finding {
    if sent.is_empty() {
        return Err(NotKept::skip("the anchor lists no field of this kind, so none can be seen to leave the list"));
    }
    let Some(missing) = all_received(context, customer, id, sent).await? else { return Ok(()) };
    let names: Vec<_> = sent.iter().map(|wanted| wanted.name.as_str()).collect();
    let waited = context.suite.settle.as_secs_f32();
    Err(NotKept::broken(
        format!("after a 2xx, {} are in provided_fields or no longer in fields", names.join(", ")),
        format!("GET /customer still asks for {missing} after {waited} s (--settle waits longer)"),
    ))
}

/// Waits until the anchor shows that it has all of these; else names the ones it still asks for.
pub(super) async fn all_received(
    context: &Context,
    customer: &Customer,
    id: &CustomerId,
    sent: &[Wanted],
) -> Result<Option<String>, NotKept> {
    let is_received = |info: &CustomerInfo| sent.iter().all(|wanted| place(info, wanted) == Place::Received);
    if context.watch(customer, id, |info| is_received(info).then_some(())).await?.is_some() {
        return Ok(None);
    }
    let info = context.look(customer, id).await?;
    let at = |wished: Place| {
        let there = sent.iter().filter(|wanted| place(&info, wanted) == wished).map(|wanted| wanted.name.as_str());
        Some(there.collect::<Vec<_>>().join(", ")).filter(|names| !names.is_empty())
    };
    if let Some(names) = at(Place::Rejected) {
        let hint = "pass values that it takes with --field or --file";
        return Err(NotKept::inconclusive(format!("the anchor found {names} wrong; {hint}")));
    }
    match (at(Place::Asked), at(Place::Unknown)) {
        (Some(missing), _) => Ok(Some(missing)),
        (None, Some(names)) => {
            Err(NotKept::inconclusive(format!("GET /customer does not show whether the anchor has {names}")))
        }
        (None, None) => Ok(None),
    }
}

/// Where a field that was sent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Received,
    Rejected,
    Asked,
    Unknown,
}

/// A required field is there once the anchor asks for it no more; of an optional one this says nothing unless the
/// anchor still lists what it lacks.
fn place(info: &CustomerInfo, wanted: &Wanted) -> Place {
    let provided = info.provided_fields.as_ref().and_then(|fields| fields.get(&wanted.name));
    let is_asked = info.fields.as_ref().is_some_and(|fields| fields.contains_key(&wanted.name));
    match provided {
        Some(provided) if provided.status == Some(FieldStatus::Rejected) => Place::Rejected,
        Some(_) => Place::Received,
        None if is_asked => Place::Asked,
        None if wanted.optional && info.fields.is_none() => Place::Unknown,
        None => Place::Received,
    }
}

/// The fields that the anchor listed, so that their leaving the list can be seen.
pub(super) fn listed(survey: &Survey, fields: &[Field]) -> Vec<Wanted> {
    let is_sent = |wanted: &&Wanted| wanted.listed && fields.iter().any(|field| field.name == wanted.name);
    survey.wanted.iter().filter(is_sent).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sep12::registry::Kind;

    fn placed(answer: &str, optional: bool) -> Place {
        let (info, _) = CustomerInfo::read(answer.as_bytes()).expect("an answer");
        place(&info, &Wanted { optional, ..Wanted::given("city", Kind::String) })
    }

    #[test]
    fn a_field_is_missing_only_if_the_anchor_asks_for_it() {
        let city = r#"{"city": {"type": "string", "description": ""}}"#;
        let asked = format!(r#"{{"status": "NEEDS_INFO", "fields": {city}}}"#);
        let provided = format!(r#"{{"status": "NEEDS_INFO", "fields": {city}, "provided_fields": {city}}}"#);
        let rest = r#"{"status": "NEEDS_INFO", "fields": {}}"#;
        let silent = r#"{"status": "PROCESSING"}"#;
        assert_eq!((placed(&asked, false), placed(&asked, true)), (Place::Asked, Place::Asked));
        assert_eq!(placed(&provided, false), Place::Received);
        assert_eq!((placed(rest, false), placed(rest, true)), (Place::Received, Place::Received));
        assert_eq!((placed(silent, false), placed(silent, true)), (Place::Received, Place::Unknown));
    }
}
