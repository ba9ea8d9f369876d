//! `GET /customer` and `DELETE /customer/{account}`: what the wallet asks and what it gets to see.

use serde_json::{Value, json};

use super::ids::known;
use crate::sep12::{self, Caller};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::expect::answered;
use crate::suite::platform::Context;
use crate::suite::platform::anchor::{Heard, Reply, status};
use crate::suite::request::{Content, Request};
use hyper::Method;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "sep12/get-shows-what-is-needed",
        title: "the wallet sees which fields the anchor asks for",
        requirements: &["status-reaches-the-wallet"],
        run: Attempt::Platform(|context| Box::pin(shows(context, vec![needs_info()]))),
    },
    Check {
        id: "sep12/get-shows-every-status",
        title: "the wallet sees each of SEP-12's statuses, with message and provided fields",
        requirements: &["status-reaches-the-wallet"],
        run: Attempt::Platform(|context| {
            let bodies = statuses(&context.id());
            Box::pin(shows(context, bodies))
        }),
    },
    Check {
        id: "sep12/get-type",
        title: "the type that a wallet asks for reaches the anchor",
        requirements: &["questions-reach-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(asks(context, &[("type", "sep31-receiver")]))),
    },
    Check {
        id: "sep12/get-lang-and-transaction",
        title: "the language and the transaction that a wallet asks for reach the anchor",
        requirements: &["optional-questions-reach-the-anchor"],
        run: Attempt::Platform(|context| {
            let id = context.id();
            Box::pin(async move { asks(context, &[("type", "sep6"), ("transaction_id", &id), ("lang", "es")]).await })
        }),
    },
    Check {
        id: "sep12/delete",
        title: "a wallet's DELETE reaches the anchor as DELETE of the customer's id, and is answered 2xx",
        requirements: &["deletion-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(delete(context))),
    },
    Check {
        id: "sep12/delete-by-memo",
        title: "the memo of a DELETE decides which of the account's customers the anchor is asked for",
        requirements: &["deletion-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(delete_by_memo(context))),
    },
    Check {
        id: "sep12/failed-delete-is-no-success",
        title: "a DELETE that the anchor refuses is no success to the wallet",
        requirements: &["deletion-is-told-truly"],
        run: Attempt::Platform(|context| Box::pin(failed_delete(context))),
    },
    Check {
        id: "sep12/delete-of-nobody",
        title: "a DELETE of a customer whom the anchor does not know is a 404",
        requirements: &["unknown-customers-are-not-found"],
        run: Attempt::Platform(|context| Box::pin(delete_nobody(context))),
    },
];

fn needs_info() -> Value {
    json!({"status": "NEEDS_INFO", "fields": {
        "email_address": {"type": "string", "description": "E-mail", "optional": true},
        "id_type": {"type": "string", "description": "Ausweis \u{5c71}", "choices": ["Passport", "State ID"]},
        "photo_id_front": {"type": "binary", "description": "A clear photo"},
        "favourite_colour": {"type": "string", "description": "Not in SEP-9"}
    }})
}

fn statuses(id: &str) -> Vec<Value> {
    let provided =
        |status: &str| json!({"mobile_number": {"type": "string", "description": "phone", "status": status}});
    vec![
        json!({"id": id, "status": "ACCEPTED", "provided_fields": provided("ACCEPTED")}),
        json!({"id": id, "status": "PROCESSING", "message": "Two days.", "provided_fields": provided("PROCESSING")}),
        json!({"id": id, "status": "REJECTED", "message": "This person is on a \"list\"."}),
        json!({"id": id, "status": "NEEDS_INFO", "fields": {"tax_id": {"type": "string", "description": "Tax id"}},
            "provided_fields": provided("VERIFICATION_REQUIRED")}),
    ]
}

/// Everything that SEP-12 names must be there; what is beside it may be left out.
async fn shows(context: &mut Context, bodies: Vec<Value>) -> Finding {
    let wallet = context.wallet().await?;
    for body in bodies {
        let given = body.clone();
        context.script(move |heard| heard.is_get().then(|| Reply::json(200, &given)));
        let expected = || format!("the wallet gets 200 with {body}");
        let answer = answered(context.get(&wallet, &[]).await.answer, expected)?;
        let got = sep12::json::read(&answer.body).ok().filter(|_| answer.status.as_u16() == 200);
        if !got.is_some_and(|got| covers(&got, &body)) {
            return Err(NotKept::broken(expected(), answer.to_string()));
        }
    }
    Ok(())
}

/// Whether a value has everything that another has.
fn covers(got: &Value, given: &Value) -> bool {
    match (got, given) {
        (Value::Object(got), Value::Object(given)) => {
            given.iter().all(|(name, given)| got.get(name).is_some_and(|got| covers(got, given)))
        }
        _ => got == given,
    }
}

async fn asks(context: &mut Context, parameters: &[(&str, &str)]) -> Finding {
    let wallet = context.wallet().await?;
    let seen = context.get(&wallet, parameters).await;
    let words: Vec<_> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let expected = || format!("the anchor gets GET /customer with {}", words.join(" and "));
    let Some(heard) = seen.heard.iter().rev().find(|heard| heard.is_get()) else {
        let answer = answered(seen.answer, expected)?;
        return Err(NotKept::broken(expected(), format!("the anchor gets nothing; the wallet gets {answer}")));
    };
    for (name, value) in parameters {
        if heard.text(name) != Some(value) {
            return Err(NotKept::broken(expected(), format!("{name}={}", heard.text(name).unwrap_or("(none)"))));
        }
    }
    Ok(())
}

fn unserved(status: u16) -> NotKept {
    NotKept::skip(format!("the platform serves no DELETE ({status})"))
}

async fn delete(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let id = context.id();
    context.script(known(&id));
    let seen = context.delete(&wallet).await?;
    let expected = || format!("the anchor gets DELETE /customer/{id}, and the wallet 2xx");
    let answer = answered(seen.answer, expected)?;
    if matches!(answer.status.as_u16(), 404 | 405 | 501) && seen.heard.is_empty() {
        return Err(unserved(answer.status.as_u16()));
    }
    let deleted = seen.heard.iter().filter_map(|heard| heard.deleted()).any(|deleted| deleted == id);
    if deleted && answer.is_success() {
        return Ok(());
    }
    let heard: Vec<_> = seen.heard.iter().map(|heard| heard.summary()).collect();
    Err(NotKept::broken(expected(), format!("the anchor gets {}, the wallet {answer}", heard.join(", "))))
}

/// Whoever deletes one customer must not delete the owner of the account.
async fn delete_by_memo(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let Some(Caller::Account(account)) = wallet.caller else {
        return Err(NotKept::skip("the token given is not one of an account without memo"));
    };
    let id = context.id();
    context.script(known(&id));
    let memo = context.dice.digits(14);
    let body = json!({"memo": memo, "memo_type": "id"}).to_string();
    let content = Some(Content::raw("application/json", body));
    let request = Request { content, ..Request::new(Method::DELETE, format!("/customer/{account}")) };
    let seen = context.ask(wallet.signed(request)).await;
    let muxed = memo.parse().ok().and_then(|memo| account.with_muxed_id(memo)).map(|muxed| muxed.to_string());
    let is_other = |heard: &&std::sync::Arc<Heard>| {
        heard.is_get() && heard.text("memo") != Some(&memo) && heard.text("account") != muxed.as_deref()
    };
    let was_deleted = seen.heard.iter().any(|heard| heard.deleted().is_some());
    match seen.heard.iter().find(is_other).filter(|_| was_deleted) {
        None => Ok(()),
        Some(heard) => Err(NotKept::broken(
            format!("a DELETE with memo={memo} makes the platform look for the customer of that memo"),
            format!("it looked for memo={} and deleted whom it found", heard.text("memo").unwrap_or("(none)")),
        )),
    }
}

async fn failed_delete(context: &mut Context) -> Finding {
    for status_code in [400, 403, 404, 500] {
        let wallet = context.wallet().await?;
        let id = context.id();
        context.script(move |heard| {
            let reply = if heard.is_get() {
                Reply::json(200, &status(Some(&id)))
            } else {
                Reply::json(status_code, &json!({"error": "no"}))
            };
            Some(reply)
        });
        let seen = context.delete(&wallet).await?;
        let was_told = seen.heard.iter().any(|heard| heard.method == "DELETE");
        let expected = || format!("a DELETE for which the anchor answers {status_code} is answered 4xx or 5xx");
        let answer = answered(seen.answer, expected)?;
        if !was_told && matches!(answer.status.as_u16(), 404 | 405 | 501) {
            return Err(unserved(answer.status.as_u16()));
        }
        if answer.is_success() {
            return Err(NotKept::broken(expected(), answer.to_string()));
        }
    }
    Ok(())
}

async fn delete_nobody(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    context.script(|heard| {
        let reply = if heard.is_get() {
            Reply::json(200, &status(None))
        } else {
            Reply::json(404, &json!({"error": "customer not found"}))
        };
        Some(reply)
    });
    let expected = || "a DELETE of a customer whom the anchor does not know is answered 404".to_owned();
    let answer = answered(context.delete(&wallet).await?.answer, expected)?;
    match answer.status.as_u16() {
        404 => Ok(()),
        405 | 501 => Err(unserved(answer.status.as_u16())),
        _ => Err(NotKept::broken(expected(), answer.to_string())),
    }
}
