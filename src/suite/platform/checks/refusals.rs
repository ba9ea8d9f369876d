//! What the anchor's refusals mean to the wallet: something that it can act on.

use std::fmt;

use hyper::StatusCode;
use serde_json::json;

use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::expect::answered;
use crate::suite::platform::Context;
use crate::suite::platform::anchor::Reply;
use crate::suite::platform::context::{get, put};
use crate::suite::request::{Request, Tries};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "errors/anchor-400",
        title: "the anchor's 400 is the wallet's 400",
        requirements: &["refusals-reach-the-wallet"],
        run: Attempt::Platform(|context| Box::pin(status(context, &[400], Right::OneOf(&[400])))),
    },
    Check {
        id: "errors/anchor-404",
        title: "the anchor's 404 is the wallet's 404",
        requirements: &["refusals-reach-the-wallet"],
        run: Attempt::Platform(|context| Box::pin(status(context, &[404], Right::OneOf(&[404])))),
    },
    Check {
        id: "errors/anchor-error-text",
        title: "the anchor's error text for 400 and 404 reaches the wallet",
        requirements: &["error-texts-reach-the-wallet"],
        run: Attempt::Platform(|context| Box::pin(texts(context))),
    },
    Check {
        id: "errors/anchor-409-413-422",
        title: "the anchor's 409, 413 and 422 are a 4xx to the wallet",
        requirements: &["other-refusals-blame-the-request"],
        run: Attempt::Platform(|context| Box::pin(status(context, &[409, 413, 422], Right::ClientError))),
    },
    Check {
        id: "errors/anchor-429",
        title: "the anchor's 429 is a 429 or a 503 to the wallet",
        requirements: &["busy-anchors-are-told"],
        run: Attempt::Platform(|context| Box::pin(status(context, &[429], Right::OneOf(&[429, 503])))),
    },
    Check {
        id: "errors/retry-after",
        title: "when to come back, as the anchor's 429 says, reaches the wallet with its 429",
        requirements: &["busy-anchors-are-told"],
        run: Attempt::Platform(|context| Box::pin(retry_after(context))),
    },
    Check {
        id: "errors/anchor-refuses-the-platform",
        title: "that the anchor refuses the platform's credentials is no 401 or 403 to the wallet",
        requirements: &["credentials-are-kept-apart"],
        run: Attempt::Platform(|context| Box::pin(status(context, &[401, 403], Right::ServerError))),
    },
    Check {
        id: "errors/anchor-4xx-is-no-success",
        title: "no refusal of the anchor is a success to the wallet",
        requirements: &["no-refusal-is-a-success"],
        run: Attempt::Platform(|context| Box::pin(no_success(context))),
    },
    Check {
        id: "errors/are-json",
        title: "errors are JSON with an error text",
        requirements: &["errors-are-told-as-json"],
        run: Attempt::Platform(|context| Box::pin(are_json(context))),
    },
];

/// What the wallet may get.
#[derive(Clone, Copy)]
enum Right {
    OneOf(&'static [u16]),
    ClientError,
    ServerError,
}

impl Right {
    fn has(self, status: StatusCode) -> bool {
        match self {
            Self::OneOf(statuses) => statuses.contains(&status.as_u16()),
            Self::ClientError => status.is_client_error(),
            Self::ServerError => status.is_server_error(),
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneOf(statuses) => f.write_str(&statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ")),
            Self::ClientError => f.write_str("4xx"),
            Self::ServerError => f.write_str("5xx"),
        }
    }
}

/// The wallet's answers to a PUT of text, a PUT of a file, and a GET, while the anchor answers that to everything.
async fn answers(context: &mut Context, reply: Reply) -> Result<Vec<(&'static str, Answer)>, NotKept> {
    let wallet = context.wallet().await?;
    let file = context.file("photo_id_front");
    let (text, with_file) = (context.customer(), context.customer_with([file]));
    let status = reply.status;
    context.script(move |_| Some(reply.clone()));
    let mut answers = Vec::new();
    for (asked, request) in [("PUT", put(&text)), ("PUT with a file", put(&with_file)), ("GET", get(&[]))] {
        let seen = context.ask(wallet.signed(Request { tries: Tries::Once, ..request })).await;
        let answer = answered(seen.answer, || format!("{asked} is answered although the anchor answers {status}"))?;
        answers.push((asked, answer));
    }
    Ok(answers)
}

async fn status(context: &mut Context, given: &[u16], right: Right) -> Finding {
    for status in given {
        let reply = Reply::json(*status, &json!({"error": "an invented refusal"}));
        for (asked, answer) in answers(context, reply).await? {
            if right.has(answer.status) {
                continue;
            }
            let expected = format!("the wallet gets {right} for its {asked} if the anchor answers {status}");
            return Err(NotKept::broken(expected, answer.to_string()));
        }
    }
    Ok(())
}

async fn retry_after(context: &mut Context) -> Finding {
    let busy = Reply::json(429, &json!({"error": "too many requests"}));
    let busy = Reply {
        headers: vec![("content-type", "application/json".to_owned()), ("retry-after", "7".to_owned())],
        ..busy
    };
    for (asked, answer) in answers(context, busy).await? {
        if answer.status.as_u16() == 429 && !answer.headers.contains_key("retry-after") {
            let expected = format!("the wallet's {asked} is answered 429 with Retry-After");
            return Err(NotKept::broken(expected, "429 without it"));
        }
    }
    Ok(())
}

async fn texts(context: &mut Context) -> Finding {
    for status in [400, 404] {
        let text = format!("'photo_id_front' cannot be decoded ({}).", context.mark());
        let reply = Reply::json(status, &json!({"error": text}));
        for (asked, answer) in answers(context, reply).await? {
            if !answer.error().is_some_and(|error| error.contains(&text) && !error.contains("\"error\"")) {
                let expected = format!("the wallet gets the error text {text:?} for its {asked}");
                return Err(NotKept::broken(expected, answer.to_string()));
            }
        }
    }
    Ok(())
}

async fn no_success(context: &mut Context) -> Finding {
    // With an id, as if it were a success: some platforms look at nothing else.
    let body = json!({"id": context.id(), "status": "ACCEPTED", "error": "no"});
    for status in [400, 404, 409, 410, 422, 451, 500, 503] {
        for (asked, answer) in answers(context, Reply::json(status, &body)).await? {
            let is_error = answer.status.is_client_error() || answer.status.is_server_error();
            if !is_error {
                let expected = format!("the wallet gets 4xx or 5xx for its {asked} if the anchor answers {status}");
                return Err(NotKept::broken(expected, answer.to_string()));
            }
        }
    }
    Ok(())
}

async fn are_json(context: &mut Context) -> Finding {
    for reply in [
        Reply::json(400, &json!({"error": "no"})),
        Reply::text(400, "text/html", "<html><body>Bad Request</body></html>"),
        Reply::text(404, "text/plain", "page not found"),
        Reply::empty(500),
    ] {
        let status = reply.status;
        for (asked, answer) in answers(context, reply).await? {
            if answer.error().is_none() {
                let expected =
                    format!("the wallet gets {{\"error\": TEXT}} for its {asked} if the anchor answers {status}");
                return Err(NotKept::broken(expected, answer.to_string()));
            }
        }
    }
    Ok(())
}
