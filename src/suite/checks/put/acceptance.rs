//! A complete customer is taken, in JSON and in multipart.

use crate::sep12::body::Multipart;
use crate::sep12::registry::Kind;
use crate::sep12::{CustomerId, Field, Identity};
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::client::Failure;
use crate::suite::context::{Context, data_hint, registered};
use crate::suite::discovery::Survey;
use crate::suite::expect::accepted;
use crate::suite::people::{Customer, Wanted, is_sent_as_binary};
use crate::suite::request::Encoding;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/json-accepted-with-id",
        title: "a complete customer sent as JSON is accepted and gets an id",
        requirements: &["json-is-accepted"],
        run: Attempt::Anchor(|context| Box::pin(json_accepted(context))),
    },
    Check {
        id: "put/multipart-accepted-with-id",
        title: "a complete customer sent as multipart with a file is accepted and gets an id",
        requirements: &["multipart-is-accepted"],
        run: Attempt::Anchor(|context| Box::pin(multipart_accepted(context))),
    },
    Check {
        id: "put/chunked-multipart",
        title: "a multipart body without a length, in chunks, is accepted, or declined with 411",
        requirements: &["chunked-is-accepted"],
        run: Attempt::Anchor(|context| Box::pin(chunked_accepted(context))),
    },
];

/// For every customer type that was asked for.
async fn json_accepted(context: &mut Context) -> Finding {
    for survey in context.surveys.clone().iter() {
        let customer = fresh(context, survey);
        let answer = context.put_as(customer.text_fields(), &Encoding::Json).await;
        if let Some(refusal) = refused(&answer)
            && refusal.status != 415
        {
            return Err(judge_refusal(context, survey, &customer, refusal).await);
        }
        accepted(answer, "a complete customer as application/json")?;
    }
    Ok(())
}

fn fresh(context: &mut Context, survey: &Survey) -> Customer {
    let identity = Identity::of_account(context.account());
    context.customer_of(identity, survey)
}

/// A 4xx may be about our data. If the same data is taken as multipart, it is about JSON.
async fn judge_refusal(context: &mut Context, survey: &Survey, customer: &Customer, refusal: &Answer) -> NotKept {
    if customer.has_files() {
        return NotKept::skip(format!("the anchor takes no customer without its files: {refusal}"));
    }
    let other = fresh(context, survey);
    match context.put_as(other.request_fields(), &Encoding::Multipart(Multipart::default())).await {
        Ok(answer) if answer.is_success() => NotKept::broken(
            "a complete customer as application/json is answered 2xx, because it is as multipart/form-data",
            refusal.to_string(),
        ),
        _ => {
            let hint = data_hint(refusal);
            NotKept::inconclusive(format!("the anchor accepts no complete customer: {refusal}{hint}"))
        }
    }
}

async fn multipart_accepted(context: &mut Context) -> Finding {
    send_file(context, &Encoding::Multipart(Multipart::default())).await
}

async fn chunked_accepted(context: &mut Context) -> Finding {
    plain_multipart(context).await?;
    let customer = with_file(context);
    let answer = context.put_as(customer.request_fields(), &Encoding::ChunkedMultipart).await;
    if let Some(refusal) = refused(&answer).filter(|refusal| refusal.status == 411) {
        return Err(NotKept::skip(format!(
            "the anchor wants a Content-Length, as it may: {refusal}; a platform in front of it must send whole bodies \
             (`anchor-conformance platform --anchor-body buffered`)"
        )));
    }
    accepted(answer, "a chunked multipart body").map(drop)
}

async fn send_file(context: &mut Context, encoding: &Encoding) -> Finding {
    let wants_file = context.survey().wanted.iter().any(|wanted| is_sent_as_binary(&wanted.name, wanted.kind));
    let customer = with_file(context);
    let answer = context.put_as(customer.request_fields(), encoding).await;
    match refused(&answer) {
        Some(refusal) if !wants_file => {
            Err(NotKept::skip(format!("the anchor asks for no file, and declines one: {refusal}")))
        }
        Some(refusal) if refusal.status != 415 => {
            let hint = data_hint(refusal);
            Err(NotKept::inconclusive(format!("the anchor accepts no complete customer: {refusal}{hint}")))
        }
        _ => accepted(answer, "a complete customer as multipart/form-data").map(drop),
    }
}

fn refused(answer: &Result<Answer, Failure>) -> Option<&Answer> {
    answer.as_ref().ok().filter(|answer| answer.status.is_client_error())
}

/// The id that a customer gets for its text as plain JSON, for checks that vary it.
pub(super) async fn plain_json(context: &Context, customer: &Customer) -> Result<CustomerId, NotKept> {
    let answer = context.put_as(customer.text_fields(), &Encoding::Json).await?;
    if customer.has_files() && answer.status.is_client_error() {
        return Err(NotKept::skip(format!("the anchor takes no customer without its files: {answer}")));
    }
    registered(&answer)
}

/// Makes sure that plain multipart with a file is accepted, for checks that vary it.
pub(super) async fn plain_multipart(context: &mut Context) -> Finding {
    let customer = with_file(context);
    let answer = context.put_as(customer.request_fields(), &Encoding::Multipart(Multipart::default())).await?;
    registered(&answer).map(drop)
}

/// A complete customer with at least one file: one that the anchor asks for, if it asks for any.
pub(super) fn with_file(context: &mut Context) -> Customer {
    let mut customer = context.customer();
    if !customer.has_files() {
        customer.set(picture(context));
    }
    customer
}

fn picture(context: &mut Context) -> Field {
    let wanted = context.survey().wanted.iter().find(|wanted| is_sent_as_binary(&wanted.name, wanted.kind)).cloned();
    context.field(&wanted.unwrap_or_else(|| Wanted::given("photo_id_front", Kind::Binary)))
}
