//! Refusals can be understood, and give nothing away.

use crate::sep12::{CustomerId, Field};
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::checks::access::{all_json, inside};
use crate::suite::client::Failure;
use crate::suite::context::Context;
use crate::suite::request::{Content, Request};

use super::updates::with_id;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/errors-are-json-with-error",
        title: "every refusal is JSON with a text under `error`",
        requirements: &["errors-are-json"],
        run: Attempt::Anchor(|context| Box::pin(json_with_error(context))),
    },
    Check {
        id: "put/malformed-json-is-4xx",
        title: "a body that is no JSON is the client's error",
        requirements: &["malformed-body-is-the-clients-error"],
        run: Attempt::Anchor(|context| Box::pin(malformed_json(context))),
    },
    Check {
        id: "put/no-stack-traces",
        title: "errors show nothing of the anchor's inside",
        requirements: &["errors-show-no-inside"],
        run: Attempt::Anchor(|context| Box::pin(no_stack_traces(context))),
    },
    Check {
        id: "put/errors-quote-no-values",
        title: "errors do not repeat what the customer sent",
        requirements: &["errors-quote-no-values"],
        run: Attempt::Anchor(|context| Box::pin(no_values(context))),
    },
];

/// What a value looks like that must not come back.
const PRIVATE: &str = "1999-02-31 private";

async fn json_with_error(context: &mut Context) -> Finding {
    all_json(&refusals(context).await?)
}

async fn no_stack_traces(context: &mut Context) -> Finding {
    for answer in refusals(context).await? {
        if let Some(trace) = inside(&answer) {
            let actual = format!("{answer}, which has {trace:?} in it");
            return Err(NotKept::broken("an error that says what the client can do", actual));
        }
    }
    Ok(())
}

async fn malformed_json(context: &mut Context) -> Finding {
    let expected = "a body that is no JSON is answered 4xx";
    match context.send(malformed()).await {
        Ok(answer) if answer.status.is_client_error() => Ok(()),
        Ok(answer) => Err(NotKept::broken(expected, answer.to_string())),
        Err(failure @ (Failure::Dropped(_) | Failure::TimedOut(_))) => {
            Err(NotKept::broken(expected, failure.to_string()))
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn no_values(context: &mut Context) -> Finding {
    let answer = impossible_date(context).await?;
    let text = String::from_utf8_lossy(&answer.body);
    if answer.is_success() {
        return Err(NotKept::skip("the anchor did not refuse the value that was sent for this"));
    }
    if text.contains(PRIVATE) {
        return Err(NotKept::broken("an error that names the field and not its value", answer.to_string()));
    }
    Ok(())
}

/// Whatever the anchor refuses of the requests that a careful anchor refuses.
async fn refusals(context: &mut Context) -> Result<Vec<Answer>, NotKept> {
    let mut answers = vec![context.send(malformed()).await?, impossible_date(context).await?];
    let stranger = context.customer();
    if let Ok(id) = CustomerId::try_from("no-such-customer".to_owned()) {
        answers.push(context.put(with_id(&stranger, &id, stranger.fields.clone())).await?);
    }
    let no_account = vec![Field::text("account", "GNOTANACCOUNT")];
    answers.push(context.put(no_account).await?);
    answers.retain(|answer| !answer.is_success());
    Ok(answers)
}

async fn impossible_date(context: &mut Context) -> Result<Answer, NotKept> {
    let mut customer = context.customer();
    customer.set(Field::text("birth_date", PRIVATE));
    Ok(context.put(customer.request_fields()).await?)
}

fn malformed() -> Request {
    Request::put_content(Content::raw("application/json", "{\"account\": \"G"))
}
