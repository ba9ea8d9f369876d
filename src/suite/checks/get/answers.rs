//! Every answer can be read.

use crate::sep12::answer::InvalidAnswer;
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;

use super::moments::visit;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/answers-are-json",
        title: "every successful answer is a JSON object",
        requirements: &["answers-are-readable"],
        run: Attempt::Anchor(|context| Box::pin(visit(context, is_object))),
    },
    Check {
        id: "get/status-is-known",
        title: "every customer has a status that SEP-12 knows",
        requirements: &["status-is-known"],
        run: Attempt::Anchor(|context| Box::pin(visit(context, has_status))),
    },
    Check {
        id: "get/content-type-is-json",
        title: "successful answers say that they are application/json",
        requirements: &["answers-say-json"],
        run: Attempt::Anchor(|context| Box::pin(content_type(context))),
    },
];

fn is_object(answer: &Answer) -> Finding {
    match answer.info() {
        Err(error @ (InvalidAnswer::NotJson | InvalidAnswer::NotAnObject)) => {
            Err(NotKept::broken("a 2xx answer is a JSON object", format!("{error}: {answer}")))
        }
        _ => Ok(()),
    }
}

fn has_status(answer: &Answer) -> Finding {
    match answer.info() {
        Err(error @ (InvalidAnswer::NoStatus | InvalidAnswer::UnknownStatus)) => {
            let expected = "`status` is ACCEPTED, PROCESSING, NEEDS_INFO or REJECTED";
            Err(NotKept::broken(expected, format!("{error}: {answer}")))
        }
        _ => Ok(()),
    }
}

async fn content_type(context: &mut Context) -> Finding {
    visit(context, |answer| {
        let stated = answer.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("none");
        if media_type(stated).eq_ignore_ascii_case("application/json") {
            return Ok(());
        }
        Err(NotKept::broken("Content-Type: application/json", format!("Content-Type: {stated}, and {answer}")))
    })
    .await
}

/// Without parameters.
fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}
