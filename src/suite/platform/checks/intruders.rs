//! Whoever claims to be somebody else is refused, and nothing of it reaches the anchor.

use std::sync::Arc;

use super::ids::known;
use crate::sep12::body::Multipart;
use crate::sep12::{Account, CustomerId, Field};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::platform::Context;
use crate::suite::platform::anchor::Heard;
use crate::suite::platform::compare::{an_error, refused};
use crate::suite::platform::context::put;
use crate::suite::platform::tokens::Holder;
use crate::suite::request::{Content, Encoding, Request};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "identity/other-account-is-refused",
        title: "a PUT for another account than the token's is refused",
        requirements: &["others-are-refused"],
        run: Attempt::Wallet(|context| Box::pin(other_account(context))),
    },
    Check {
        id: "identity/other-memo-is-refused",
        title: "a PUT for another memo than the token's is refused",
        requirements: &["others-are-refused"],
        run: Attempt::Wallet(|context| Box::pin(other_memo(context))),
    },
    Check {
        id: "identity/other-account-in-get-is-refused",
        title: "a GET for another account or memo than the token's is refused",
        requirements: &["others-are-refused"],
        run: Attempt::Wallet(|context| Box::pin(other_in_get(context))),
    },
    Check {
        id: "identity/other-account-in-delete-is-refused",
        title: "a DELETE of another account is refused",
        requirements: &["others-are-refused"],
        run: Attempt::Wallet(|context| Box::pin(other_in_delete(context))),
    },
    Check {
        id: "identity/other-account-behind-a-file",
        title: "another account behind a file never reaches the anchor in a whole request",
        requirements: &["others-are-refused"],
        run: Attempt::Platform(|context| Box::pin(behind_a_file(context))),
    },
    Check {
        id: "identity/account-twice",
        title: "of two accounts in one request none but the token's reaches the anchor",
        requirements: &["others-are-refused"],
        run: Attempt::Platform(|context| Box::pin(twice(context))),
    },
    Check {
        id: "identity/other-account-in-the-query",
        title: "another account in the query of a PUT changes nothing",
        requirements: &["others-are-refused"],
        run: Attempt::Platform(|context| Box::pin(in_query(context))),
    },
];

async fn other_account(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let other = context.foreign_account();
    let file = context.file("photo_id_front");
    for more in [None, Some(file)] {
        let mut fields = context.customer_with(more);
        fields.insert(0, Field::text("account", other.to_string()));
        refused(context.put(&wallet, &fields).await, "a PUT for another account")?;
    }
    Ok(())
}

async fn other_memo(context: &mut Context) -> Finding {
    for (holder, memo) in [(Holder::Memo(600), "601"), (Holder::Muxed(600), "601")] {
        let wallet = context.wallet_as(holder).await?;
        let file = context.file("photo_id_front");
        for more in [None, Some(file)] {
            let mut fields = context.customer_with(more);
            fields.insert(0, Field::text("memo", memo));
            fields.insert(1, Field::text("memo_type", "id"));
            refused(context.put(&wallet, &fields).await, "a PUT for another memo")?;
        }
    }
    Ok(())
}

/// What matters is that the anchor is never asked about the other one.
async fn other_in_get(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let other = context.foreign_account().to_string();
    let seen = context.get(&wallet, &[("account", &other)]).await;
    not_asked_about(&seen.heard, |heard| heard.text("account") == Some(&other), "a GET for another account")?;
    refused(seen, "a GET for another account")?;
    if context.suite.tokens.is_one_customer() {
        return Ok(());
    }
    let wallet = context.wallet_as(Holder::Memo(700)).await?;
    let seen = context.get(&wallet, &[("memo", "701")]).await;
    not_asked_about(&seen.heard, |heard| heard.text("memo") == Some("701"), "a GET for another memo")?;
    refused(seen, "a GET for another memo").map(drop)
}

pub(super) fn not_asked_about(heard: &[Arc<Heard>], is_other: impl Fn(&Heard) -> bool, asked: &str) -> Finding {
    match heard.iter().find(|heard| is_other(heard)) {
        None => Ok(()),
        Some(_) => Err(NotKept::broken(format!("{asked} does not reach the anchor"), "the anchor was asked about it")),
    }
}

async fn other_in_delete(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let other = context.foreign_account().to_string();
    // Known to the anchor, so that nothing but the platform stands before the deletion.
    let known_id = context.id();
    context.script(known(&known_id));
    let id = CustomerId::try_from(other).map_err(|error| NotKept::inconclusive(error.to_string()))?;
    refused(context.ask(wallet.signed(Request::delete(&id))).await, "a DELETE of another account").map(drop)
}

async fn behind_a_file(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let other = context.foreign_account();
    let file = context.file("photo_id_front");
    let mut fields = context.customer_with([file]);
    fields.push(Field::text("account", other.to_string()));
    let asked = "a PUT with another account behind a file";
    let seen = context.ask_and_wait(wallet.signed(put(&fields))).await;
    never_whole(&seen.heard, &other, asked)?;
    an_error(seen, asked).map(drop)
}

/// The platform may refuse it, or take the token's own; the first or the last of two is a gamble.
async fn twice(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let Some(own) = wallet.account() else {
        return Err(NotKept::skip("the token given does not tell its account"));
    };
    let other = context.foreign_account();
    let mark = context.mark();
    for pair in [[own, other], [other, own]] {
        let [first, second] = pair.map(|account| account.to_string());
        let json = format!(r#"{{"account":"{first}","account":"{second}","last_name":"{mark}"}}"#);
        let form = format!("account={first}&account={second}&last_name={mark}");
        let parts = [Field::text("account", first), Field::text("account", second), Field::text("last_name", &mark)];
        for content in [
            Content::raw("application/json", json),
            Content::raw("application/x-www-form-urlencoded", form),
            Content::write(parts.to_vec(), &Encoding::Multipart(Multipart::default())),
        ] {
            let asked = format!("a PUT with two accounts as {}", content.content_type);
            let seen = context.put_content(&wallet, content).await;
            never_whole(&seen.heard, &other, &asked)?;
        }
    }
    Ok(())
}

async fn in_query(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let other = context.foreign_account();
    let fields = context.customer();
    let request = put(&fields);
    let request = Request { path: format!("{}?account={other}&memo=5", request.path), ..request };
    let seen = context.ask(wallet.signed(request)).await;
    never_whole(&seen.heard, &other, "a PUT with another account in its query")
}

/// No whole request at the anchor names that account.
fn never_whole(heard: &[Arc<Heard>], other: &Account, asked: &str) -> Finding {
    let other = other.to_string();
    let names = |heard: &&Arc<Heard>| {
        let in_fields = heard.fields().iter().any(|field| field.name == "account" && field.text() == Some(&other));
        heard.is_complete() && (in_fields || heard.query.iter().any(|(_, value)| *value == other))
    };
    match heard.iter().find(names) {
        None => Ok(()),
        Some(heard) => Err(NotKept::broken(
            format!("{asked}: no whole request at the anchor names the other account"),
            format!("the anchor got {} with account={other}", heard.summary()),
        )),
    }
}
