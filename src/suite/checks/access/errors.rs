//! Refusals of GET and DELETE can be understood, and show nothing of the anchor's inside.

use crate::sep12::CustomerId;
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::checks::delete::STRANGE_IDS;
use crate::suite::context::Context;
use crate::suite::people::Customer;
use crate::suite::request::Request;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/no-stack-traces",
        title: "errors of GET show nothing of the anchor's inside",
        requirements: &["errors-show-no-inside"],
        run: Attempt::Anchor(|context| Box::pin(get_plain(context))),
    },
    Check {
        id: "delete/errors-are-json-with-error",
        title: "every refusal of DELETE is JSON with a text under `error`",
        requirements: &["errors-are-json"],
        run: Attempt::Anchor(|context| Box::pin(delete_json(context))),
    },
    Check {
        id: "delete/no-stack-traces",
        title: "errors of DELETE show nothing of the anchor's inside",
        requirements: &["errors-show-no-inside"],
        run: Attempt::Anchor(|context| Box::pin(delete_plain(context))),
    },
];

/// What crashed programs and refused queries say of themselves.
const TRACES: [&str; 17] = [
    "Traceback (most recent call last)",
    "Exception in thread",
    "Caused by: ",
    "Stack trace:",
    "java.lang.",
    "org.springframework",
    "org.hibernate",
    "\tat ",
    "at Object.<anonymous>",
    "node_modules/",
    "panicked at",
    "goroutine ",
    "SQLSTATE",
    "violates unique constraint",
    "System.NullReferenceException",
    "vendor/bundle/",
    "site-packages/",
];
/// How a place in a source file is written: behind one of these stands the line's number.
const PLACES: [&str; 12] = [
    ".java:",
    ".kt:",
    ".scala:",
    ".py:",
    ".py\", line ",
    ".js:",
    ".ts:",
    ".rb:",
    ".go:",
    ".rs:",
    ".php:",
    ".php on line ",
];

async fn delete_json(context: &mut Context) -> Finding {
    all_json(&delete_refusals(context).await?)
}

async fn get_plain(context: &mut Context) -> Finding {
    let mut refusals = get_refusals(context).await?;
    let customer = context.customer();
    for id in STRANGE_IDS {
        refusals.push(context.get(&with_id(&customer, id)).await?);
    }
    none_shows_inside(&refusals)
}

async fn delete_plain(context: &mut Context) -> Finding {
    let mut refusals = delete_refusals(context).await?;
    for id in STRANGE_IDS {
        refusals.extend(delete(context, id).await?);
    }
    none_shows_inside(&refusals)
}

/// Every refusal has a text under `error`.
pub(in crate::suite::checks) fn all_json(refusals: &[Answer]) -> Finding {
    if refusals.is_empty() {
        return Err(NotKept::skip("the anchor refused none of the requests"));
    }
    match refusals.iter().find(|answer| answer.error().is_none()) {
        None => Ok(()),
        Some(answer) => Err(NotKept::broken("{\"error\": TEXT} as JSON", answer.to_string())),
    }
}

fn none_shows_inside(refusals: &[Answer]) -> Finding {
    let traces = refusals.iter().find_map(|answer| Some((answer, inside(answer)?)));
    match traces {
        None => Ok(()),
        Some((answer, trace)) => {
            let actual = format!("{answer}, which has {trace:?} in it");
            Err(NotKept::broken("an error that says what the client can do", actual))
        }
    }
}

/// What an error shows of the program that made it.
pub(in crate::suite::checks) fn inside(answer: &Answer) -> Option<&'static str> {
    if answer.is_success() {
        return None;
    }
    let text = String::from_utf8_lossy(&answer.body).replace("\\t", "\t").replace("\\\"", "\"");
    let names_line = |place: &&str| {
        let mut after = text.split(place).skip(1);
        after.any(|after| after.starts_with(|char: char| char.is_ascii_digit()))
    };
    let trace = TRACES.into_iter().find(|trace| text.contains(trace));
    trace.or_else(|| PLACES.into_iter().find(names_line))
}

/// Whatever the anchor refuses of the requests that a careful anchor refuses.
async fn get_refusals(context: &mut Context) -> Result<Vec<Answer>, NotKept> {
    let customer = context.customer();
    let mut requests = vec![Vec::new(), with_id(&customer, "no-such-customer")];
    requests.push(vec![("account".to_owned(), "GNOTANACCOUNT".to_owned())]);
    let mut odd_memo = customer.query();
    odd_memo.extend([("memo", "7"), ("memo_type", "number")].map(|(name, value)| (name.to_owned(), value.to_owned())));
    requests.push(odd_memo);
    let mut odd_type = customer.query();
    odd_type.retain(|(name, _)| name != "type");
    odd_type.push(("type".to_owned(), "no-such-type".to_owned()));
    requests.push(odd_type);
    let mut refusals = Vec::new();
    for parameters in requests {
        refusals.push(context.get(&parameters).await?);
    }
    refusals.retain(|answer| !answer.is_success());
    Ok(refusals)
}

async fn delete_refusals(context: &mut Context) -> Result<Vec<Answer>, NotKept> {
    let customer = context.customer();
    let known = context.register(&customer).await?;
    let unknown = context.unknown_id(&known)?;
    let mut refusals = Vec::new();
    for id in [unknown.as_str(), "no-such-customer"] {
        refusals.extend(delete(context, id).await?);
    }
    refusals.retain(|answer| !answer.is_success());
    Ok(refusals)
}

fn with_id(customer: &Customer, id: &str) -> Vec<(String, String)> {
    let mut parameters = vec![("id".to_owned(), id.to_owned())];
    parameters.extend(customer.query());
    parameters
}

async fn delete(context: &Context, id: &str) -> Result<Option<Answer>, NotKept> {
    let Ok(id) = CustomerId::try_from(id.to_owned()) else { return Ok(None) };
    Ok(Some(context.send(Request::delete(&id)).await?))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use hyper::{HeaderMap, StatusCode};

    use super::*;

    fn shows_inside(body: &'static str) -> bool {
        let body = Bytes::from_static(body.as_bytes());
        let answer = Answer { status: StatusCode::BAD_REQUEST, headers: HeaderMap::new(), body, quoted: String::new() };
        inside(&answer).is_some()
    }

    #[test]
    fn places_in_source_files_are_told_from_names_of_files() {
        for body in [
            r#"{"error": "oops in Handler.put(Handler.java:17)"}"#,
            r#"{"error": "File \"/srv/app/kyc.py\", line 12"}"#,
            r#"{"error": "oops", "stack": ["at put (/srv/kyc.js:3:14)"]}"#,
            r#"{"error": "thread 'main' panicked at src/put.rs"}"#,
        ] {
            assert!(shows_inside(body), "{body}");
        }
        for body in [r#"{"error": "photo.js: not a picture"}"#, r#"{"error": "id.png: 10 bytes are missing"}"#] {
            assert!(!shows_inside(body), "{body}");
        }
    }
}
