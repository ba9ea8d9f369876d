//! An anchor that fails: an error to the wallet, in time, and nothing in it that is none of its business.

use std::time::Duration;

use serde_json::{Value, json};

use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::client::Failure;
use crate::suite::platform::Context;
use crate::suite::platform::anchor::{Delivery, Reply};
use crate::suite::platform::compare::an_error;
use crate::suite::platform::context::{get, put};
use crate::suite::request::{Request, Tries};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "errors/anchor-5xx",
        title: "the anchor's 5xx is a 5xx to the wallet",
        requirements: &["failures-blame-the-server"],
        run: Attempt::Platform(|context| {
            Box::pin(server_errors(context, vec![Reply::json(500, &json!({"error": "no"})), Reply::empty(503)]))
        }),
    },
    Check {
        id: "errors/anchor-hangs-up",
        title: "an anchor that drops the connection is a 5xx to the wallet",
        requirements: &["failures-blame-the-server"],
        run: Attempt::Platform(|context| {
            Box::pin(server_errors(context, vec![Reply::empty(200).delivered(Delivery::HangUp)]))
        }),
    },
    Check {
        id: "errors/anchor-breaks-off",
        title: "an anchor's answer that breaks off is a 5xx to the wallet",
        requirements: &["failures-blame-the-server"],
        run: Attempt::Platform(|context| {
            let whole = json!({"id": context.id(), "status": "ACCEPTED"});
            Box::pin(server_errors(context, vec![Reply::json(200, &whole).delivered(Delivery::Half)]))
        }),
    },
    Check {
        id: "errors/anchor-is-silent",
        title: "an anchor that does not answer is a 5xx to the wallet, and not for ever",
        requirements: &["silence-has-an-end"],
        run: Attempt::Platform(|context| Box::pin(silent(context))),
    },
    Check {
        id: "errors/get-that-breaks-sep-12",
        title: "an anchor's GET answer that no wallet could read is an error to the wallet",
        requirements: &["unusable-status-is-an-error"],
        run: Attempt::Platform(|context| Box::pin(broken_status(context))),
    },
    Check {
        id: "errors/no-internals",
        title: "what a failing anchor tells of its inside does not reach the wallet",
        requirements: &["internals-stay-inside"],
        run: Attempt::Platform(|context| Box::pin(internals(context))),
    },
    Check {
        id: "errors/no-customer-data",
        title: "what a failing anchor repeats of the customer's data does not reach the wallet",
        requirements: &["errors-repeat-no-data"],
        run: Attempt::Platform(|context| Box::pin(customer_data(context))),
    },
];

async fn server_errors(context: &mut Context, replies: Vec<Reply>) -> Finding {
    let wallet = context.wallet().await?;
    for reply in replies {
        let file = context.file("photo_id_front");
        let (text, with_file) = (context.customer(), context.customer_with([file]));
        let status = reply.status;
        let what = match reply.delivery {
            Delivery::HangUp => "drops the connection".to_owned(),
            Delivery::Half => "breaks off its answer".to_owned(),
            Delivery::Whole | Delivery::After(_) => format!("answers {status}"),
        };
        context.script(move |_| Some(reply.clone()));
        for (asked, request) in [("PUT", put(&text)), ("PUT with a file", put(&with_file)), ("GET", get(&[]))] {
            let asked = format!("{asked} while the anchor {what}");
            let seen = context.ask(wallet.signed(Request { tries: Tries::Once, ..request })).await;
            let answer = an_error(seen, &asked)?;
            if !answer.status.is_server_error() {
                return Err(NotKept::broken(format!("{asked} is answered 5xx"), answer.to_string()));
            }
        }
    }
    Ok(())
}

/// How long a platform waits is its own affair: without being told, the check cannot tell long from for ever.
async fn silent(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let pause = context.suite.patience + Duration::from_secs(5);
    let reply = Reply::json(200, &json!({"id": context.id()}));
    context.answer_puts(reply.delivered(Delivery::After(pause)));
    let fields = context.customer();
    let seen = context.ask(wallet.signed(Request { tries: Tries::Once, ..put(&fields) })).await;
    if let (Err(Failure::TimedOut(limit)), None) = (&seen.answer, context.suite.anchor_timeout) {
        return Err(NotKept::inconclusive(format!(
            "the platform waits for its anchor for more than {} s; say how long with --anchor-timeout SECONDS",
            limit.as_secs()
        )));
    }
    let answer = an_error(seen, "a PUT that the anchor does not answer")?;
    if answer.status.is_server_error() {
        return Ok(());
    }
    Err(NotKept::broken("a PUT that the anchor does not answer is answered 5xx", answer.to_string()))
}

async fn broken_status(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    for (content_type, body) in [
        ("text/html", "<html><body>It works!</body></html>".to_owned()),
        ("application/json", "[]".to_owned()),
        ("application/json", "{\"status\": \"ACCEPTED\"".to_owned()),
        ("application/json", json!({"id": context.id(), "fields": {}}).to_string()),
        ("application/json", json!({"status": "DONE"}).to_string()),
        ("application/json", json!({"status": Value::Null}).to_string()),
    ] {
        let asked = format!("GET while the anchor answers 200 with {body}");
        context.script(move |_| Some(Reply::text(200, content_type, body.clone())));
        an_error(context.get(&wallet, &[]).await, &asked)?;
    }
    Ok(())
}

async fn internals(context: &mut Context) -> Finding {
    let secret = context.mark();
    let trace = format!("java.lang.NullPointerException at org.example.{secret}.put(Customers.java:42)");
    let replies = vec![
        Reply::text(500, "text/plain", trace.clone()),
        Reply::json(500, &json!({"error": trace, "stack": [trace]})),
        Reply::text(200, "text/html", format!("<pre>{trace}</pre>")),
        Reply::empty(200).delivered(Delivery::HangUp),
    ];
    let traces = ["\\n    at ", "Traceback (most", ".java:", ".mjs:", ".js:", ".rs:"].map(str::to_owned);
    let secrets: Vec<_> = [secret, context.suite.anchor.to_string()].into_iter().chain(traces).collect();
    not_repeated(context, replies, &secrets, "anything of anchor's or platform's inside").await
}

async fn customer_data(context: &mut Context) -> Finding {
    let number = format!("ID{}", context.dice.digits(14));
    context.claim(&number);
    let body = json!({"error": format!("duplicate key: id_number={number}"), "id_number": number});
    let replies = vec![Reply::json(500, &body), Reply::json(200, &body)];
    not_repeated(context, replies, std::slice::from_ref(&number), "the customer's data").await
}

async fn not_repeated(context: &mut Context, replies: Vec<Reply>, secrets: &[String], what: &str) -> Finding {
    let wallet = context.wallet().await?;
    for reply in replies {
        context.script(move |_| Some(reply.clone()));
        let data = secrets[0].clone();
        let fields = context.customer_with([crate::sep12::Field::text("id_number", data)]);
        let file = context.file("photo_id_front");
        let with_file: Vec<_> = fields.iter().cloned().chain([file]).collect();
        for request in [put(&fields), put(&with_file), get(&[])] {
            let seen = context.ask(wallet.signed(Request { tries: Tries::Once, ..request })).await;
            let answer = an_error(seen, "a request while the anchor fails")?;
            let body = String::from_utf8_lossy(&answer.body);
            if let Some(secret) = secrets.iter().find(|secret| body.contains(secret.as_str())) {
                return Err(NotKept::broken(format!("an error without {what}"), format!("{answer} has {secret}")));
            }
        }
    }
    Ok(())
}
