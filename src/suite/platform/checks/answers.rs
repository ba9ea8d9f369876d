//! The anchor's answer to PUT: which ones are a success, and which must never look like one.

use serde_json::{Value, json};

use super::ids::expect_id;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::platform::Context;
use crate::suite::platform::anchor::Reply;
use crate::suite::platform::compare::{an_error, forwarded};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "id/200-and-202-are-success",
        title: "an anchor may answer 200 or 202",
        requirements: &["anchor-success-is-success"],
        run: Attempt::Platform(|context| Box::pin(success(context, &[200, 202]))),
    },
    Check {
        id: "id/201-is-success",
        title: "an anchor that answers 201 is understood",
        requirements: &["created-is-success"],
        run: Attempt::Platform(|context| Box::pin(success(context, &[201]))),
    },
    Check {
        id: "id/other-members-are-harmless",
        title: "members beside the id do not hide it",
        requirements: &["anchor-success-is-success"],
        run: Attempt::Platform(|context| Box::pin(more_members(context))),
    },
    Check {
        id: "id/success-as-sep-12-says",
        title: "the wallet gets 200 or 202 as application/json",
        requirements: &["success-has-its-form"],
        run: Attempt::Platform(|context| Box::pin(form(context))),
    },
    Check {
        id: "id/missing",
        title: "an anchor's success without an id is an error to the wallet",
        requirements: &["no-success-without-id"],
        run: Attempt::Platform(|context| Box::pin(broken(context, vec![json!({}), json!({"message": "stored"})]))),
    },
    Check {
        id: "id/not-a-text",
        title: "an id that is a number, a list or an object is an error to the wallet",
        requirements: &["no-success-without-id"],
        run: Attempt::Platform(|context| {
            Box::pin(broken(
                context,
                vec![json!({"id": 391}), json!({"id": ["391"]}), json!({"id": {"a": 1}}), json!({"id": true})],
            ))
        }),
    },
    Check {
        id: "id/null",
        title: "an id that is null is an error to the wallet",
        requirements: &["no-success-without-id"],
        run: Attempt::Platform(|context| Box::pin(broken(context, vec![json!({"id": null})]))),
    },
    Check {
        id: "id/empty",
        title: "an empty id is an error to the wallet",
        requirements: &["no-success-without-id"],
        run: Attempt::Platform(|context| Box::pin(broken(context, vec![json!({"id": ""})]))),
    },
    Check {
        id: "id/not-json",
        title: "an anchor's success that is no JSON object is an error to the wallet",
        requirements: &["no-success-without-id"],
        run: Attempt::Platform(|context| Box::pin(not_json(context))),
    },
];

async fn success(context: &mut Context, statuses: &[u16]) -> Finding {
    let wallet = context.wallet().await?;
    for status in statuses {
        let id = context.id();
        context.answer_puts(Reply::json(*status, &json!({"id": id})));
        let fields = context.customer();
        let (answer, _) =
            forwarded(context.put(&wallet, &fields).await, &format!("a customer that the anchor takes with {status}"))?;
        expect_id(&answer, &id)?;
    }
    Ok(())
}

async fn more_members(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let id = context.id();
    let body = json!({"customer": {"id": "other"}, "message": "stored", "id": id, "ids": ["x"], "zip": null});
    for content_type in ["application/json", "application/json; charset=UTF-8", "application/json;charset=utf-8"] {
        context.answer_puts(Reply::text(200, content_type, body.to_string()));
        let fields = context.customer();
        let (answer, _) = forwarded(context.put(&wallet, &fields).await, "a customer")?;
        expect_id(&answer, &id)?;
    }
    Ok(())
}

async fn form(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let fields = context.customer();
    let (answer, _) = forwarded(context.put(&wallet, &fields).await, "a customer")?;
    let content_type = answer.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("no type");
    let is_json = content_type.to_ascii_lowercase().starts_with("application/json");
    if is_json && matches!(answer.status.as_u16(), 200 | 202) {
        return Ok(());
    }
    Err(NotKept::broken("200 or 202 as application/json", format!("{} as {content_type}", answer.status)))
}

async fn broken(context: &mut Context, bodies: Vec<Value>) -> Finding {
    for body in bodies {
        refused_with(context, Reply::json(200, &body), &body.to_string()).await?;
    }
    Ok(())
}

async fn not_json(context: &mut Context) -> Finding {
    for (content_type, body) in [
        ("application/json", "391fb415"),
        ("application/json", "[\"391fb415\"]"),
        ("application/json", "\"391fb415\""),
        ("application/json", "{\"id\": \"391fb415\""),
        ("text/html", "<html><body>It works!</body></html>"),
        ("application/json", ""),
    ] {
        refused_with(context, Reply::text(200, content_type, body), body).await?;
    }
    Ok(())
}

/// In both encodings toward the anchor: platforms treat them apart.
async fn refused_with(context: &mut Context, reply: Reply, body: &str) -> Finding {
    let wallet = context.wallet().await?;
    let file = context.file("photo_id_front");
    context.answer_puts(reply);
    for more in [None, Some(file)] {
        let fields = context.customer_with(more);
        let asked = format!(
            "a customer for whom the anchor answers 200 with {}",
            if body.is_empty() { "nothing" } else { body }
        );
        an_error(context.put(&wallet, &fields).await, &asked)?;
    }
    Ok(())
}
