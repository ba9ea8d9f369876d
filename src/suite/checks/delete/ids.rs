//! Ids that name nobody, and ids that need encoding.

use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::client::Failure;
use crate::suite::context::Context;
use crate::suite::expect::answered;
use crate::suite::request::Request;

use super::gone::is_gone;
use super::known::{Blank, Deletion, Known, Sight, delete};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "delete/unknown-id-is-no-crash",
        title: "DELETE of an id that was never given out is answered without a 5xx",
        requirements: &["deletion-can-be-repeated"],
        run: Attempt::Anchor(|context| Box::pin(unknown_answered(context))),
    },
    Check {
        id: "delete/unknown-id-is-404",
        title: "DELETE of an id that was never given out is answered 404",
        requirements: &["deletion-of-unknown-is-not-found"],
        run: Attempt::Anchor(|context| Box::pin(unknown_not_found(context))),
    },
    Check {
        id: "delete/twice-is-no-crash",
        title: "DELETE of a customer that is already deleted is answered 2xx or 4xx",
        requirements: &["deletion-can-be-repeated"],
        run: Attempt::Anchor(|context| Box::pin(twice(context))),
    },
    Check {
        id: "delete/two-at-once",
        title: "two DELETEs of one customer at the same time are answered 2xx or 4xx, and it is gone",
        requirements: &["deletion-can-be-repeated"],
        run: Attempt::Anchor(|context| Box::pin(at_once(context))),
    },
    Check {
        id: "delete/reserved-characters-in-ids",
        title: "ids with reserved characters are understood percent-encoded",
        requirements: &["ids-are-percent-decoded"],
        run: Attempt::Anchor(|context| Box::pin(reserved_characters(context))),
    },
];

async fn ask_unknown(context: &mut Context) -> Result<Result<Answer, Failure>, NotKept> {
    let customer = context.customer();
    let known = context.register(&customer).await?;
    let nobody = context.unknown_id(&known)?;
    Ok(context.send(Request::delete(&nobody)).await)
}

async fn unknown_answered(context: &mut Context) -> Finding {
    let answer = ask_unknown(context).await?;
    no_crash(answer, "DELETE of an unknown id").map(drop)
}

async fn unknown_not_found(context: &mut Context) -> Finding {
    let answer = ask_unknown(context).await??;
    if matches!(answer.status.as_u16(), 404 | 410) {
        return Ok(());
    }
    Err(NotKept::broken("DELETE of an unknown id is answered 404", answer.to_string()))
}

/// At once, while deletion may be queued, and again when the customer is gone.
async fn twice(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let customer = context.customer();
    let known = Known::register(context, customer, &blank).await?;
    delete(context, &known).await?;
    no_crash(context.send(Request::delete(&known.id)).await, "a second DELETE")?;
    if known.unlike(context, &blank, Sight::Nothing).await?.is_some() {
        return Ok(());
    }
    no_crash(context.send(Request::delete(&known.id)).await, "DELETE of a customer that is gone").map(drop)
}

async fn at_once(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let customer = context.customer();
    let known = Known::register(context, customer, &blank).await?;
    let request = || context.send(Request::delete(&known.id));
    let (one, other) = tokio::join!(request(), request());
    let asked = "one of two DELETEs at the same time";
    let answers = [no_crash(one, asked)?, no_crash(other, asked)?];
    let Some(deletion) = answers.iter().filter_map(Deletion::of).min() else {
        let [one, _] = answers;
        return Err(NotKept::inconclusive(format!("the anchor does not delete a customer: {one}")));
    };
    is_gone(context, &known.by_id(), &blank, deletion, "by its id").await
}

/// Any 4xx is fine; so is saying that the anchor is busy.
fn no_crash(answer: Result<Answer, Failure>, asked: &str) -> Result<Answer, NotKept> {
    let expected = || format!("{asked} is answered 2xx or 4xx");
    let answer = answered(answer, expected)?;
    match answer.status.as_u16() {
        200..=299 | 400..=499 => Ok(answer),
        503 => Err(NotKept::inconclusive(format!("{asked} got {answer}"))),
        _ => Err(NotKept::broken(expected(), answer.to_string())),
    }
}

async fn reserved_characters(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let customer = context.customer();
    let known = Known::register(context, customer, &blank).await?;
    let needs_no_encoding = |char: char| char.is_ascii_alphanumeric() || "-._~".contains(char);
    if known.id.as_str().chars().all(needs_no_encoding) {
        return Err(NotKept::skip("the anchor's ids have no reserved characters"));
    }
    let expected = format!("the customer {} is deleted by its id percent-encoded", known.id);
    let answer = answered(context.send(Request::delete(&known.id)).await, || expected.clone())?;
    let Some(deletion) = Deletion::of(&answer) else {
        return Err(NotKept::broken(expected, answer.to_string()));
    };
    is_gone(context, &known.by_id(), &blank, deletion, "by its id").await
}
