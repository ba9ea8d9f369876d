//! The customer's id goes through unchanged, in both directions.

use std::sync::Arc;

use serde_json::json;

use crate::sep12::{CustomerId, Field};
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::platform::Context;
use crate::suite::platform::anchor::{Heard, Reply, status};
use crate::suite::platform::compare::{forwarded, shown};
use crate::suite::request::Request;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "id/comes-back",
        title: "the wallet gets the id that the anchor gave",
        requirements: &["id-comes-back"],
        run: Attempt::Platform(|context| Box::pin(back(context, |context| vec![context.id()]))),
    },
    Check {
        id: "id/number-like-comes-back",
        title: "an id that looks like a number comes back as text, with every digit",
        requirements: &["id-comes-back"],
        run: Attempt::Platform(|context| Box::pin(back(context, numbers))),
    },
    Check {
        id: "id/odd-characters-come-back",
        title: "ids with slashes, percent signs, quotes, blanks and other scripts come back",
        requirements: &["id-comes-back"],
        run: Attempt::Platform(|context| Box::pin(back(context, odd))),
    },
    Check {
        id: "id/long-comes-back",
        title: "an id of 500 characters comes back whole",
        requirements: &["id-comes-back"],
        run: Attempt::Platform(|context| Box::pin(back(context, |context| vec![long(context)]))),
    },
    Check {
        id: "id/comes-back-beside-a-file",
        title: "the wallet gets the anchor's id for a request with a file, too",
        requirements: &["id-comes-back"],
        run: Attempt::Platform(|context| Box::pin(back_with_file(context))),
    },
    Check {
        id: "id/reaches-the-anchor-in-put",
        title: "the id that a wallet sends with PUT reaches the anchor unchanged",
        requirements: &["id-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(through_put(context))),
    },
    Check {
        id: "id/reaches-the-anchor-in-get",
        title: "the id that a wallet asks by reaches the anchor unchanged",
        requirements: &["id-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(through_get(context))),
    },
    Check {
        id: "id/reaches-the-anchor-in-delete",
        title: "a customer is deleted by exactly the id that the anchor gave",
        requirements: &["id-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(through_delete(context))),
    },
];

/// Where an id has its own digits in these. No id is given out twice, not even by two runs: a platform may remember whose
/// it is.
const OWN: &str = "{}";
const NUMBERS: [&str; 5] = ["{}", "00{}", "{}90071992", "{}e5", "{}.0"];
const ODD: [&str; 9] = [
    " blanks around {} ",
    "a/{}/../c",
    "50%25{}",
    "a%2F{}",
    "\"{}\"",
    "back\\slash{}",
    "a b+c&d=e#f?{}",
    "Kundin-é-山-{}",
    "it's {};",
];
const LONG: usize = 500;

fn numbers(context: &mut Context) -> Vec<String> {
    of_shapes(context, &NUMBERS)
}

fn odd(context: &mut Context) -> Vec<String> {
    of_shapes(context, &ODD)
}

fn long(context: &mut Context) -> String {
    let id = context.id();
    let rest = "-0123456789abcdef".chars().cycle();
    id.chars().chain(rest).take(LONG).collect()
}

fn of_shapes(context: &mut Context, shapes: &[&str]) -> Vec<String> {
    shapes.iter().map(|shape| shape.replace(OWN, &context.dice.digits(12))).collect()
}

async fn back(context: &mut Context, ids: fn(&mut Context) -> Vec<String>) -> Finding {
    let wallet = context.wallet().await?;
    for id in &ids(context) {
        context.answer_puts(Reply::json(200, &json!({"id": id})));
        let fields = context.customer();
        let (answer, _) =
            forwarded(context.put(&wallet, &fields).await, &format!("a customer with the id {}", shown(id)))?;
        expect_id(&answer, id)?;
    }
    Ok(())
}

async fn back_with_file(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let ids = [vec![context.id()], of_shapes(context, &["00{}", "a/{}"])].concat();
    for id in &ids {
        context.answer_puts(Reply::json(202, &json!({"id": id})));
        let file = context.file("photo_id_front");
        let fields = context.customer_with([file]);
        let (answer, _) = forwarded(context.put(&wallet, &fields).await, "a customer with a file")?;
        expect_id(&answer, id)?;
    }
    Ok(())
}

pub(super) fn expect_id(answer: &Answer, id: &str) -> Finding {
    let expected = || format!("the wallet gets {}", shown(&json!({"id": id}).to_string()));
    match answer.id() {
        Ok(got) if got.as_str() == id => Ok(()),
        Ok(got) => Err(NotKept::broken(expected(), format!("the id {}", shown(got.as_str())))),
        Err(error) => Err(NotKept::broken(expected(), format!("{error}: {answer}"))),
    }
}

/// Ids of all kinds that are no other check's: an id may be all that a request has to know it by.
fn ids(context: &mut Context) -> Vec<String> {
    let ids = [vec![context.id()], numbers(context), odd(context)].concat();
    ids.iter().for_each(|id| context.claim(id));
    ids
}

/// Whoever is looked up has that id.
pub(super) fn known(id: &str) -> impl Fn(&Heard) -> Option<Reply> + Send + Sync + 'static {
    let id = id.to_owned();
    move |heard| heard.is_get().then(|| Reply::json(200, &status(Some(&id))))
}

async fn through_put(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    for id in &ids(context) {
        // A platform may ask first whose id it is.
        context.script(known(id));
        let file = context.file("photo_id_front");
        for more in [None, Some(file)] {
            let fields = context.customer_with([Field::text("id", id)].into_iter().chain(more));
            let asked = format!("PUT with the id {}", shown(id));
            let (_, heard) = forwarded(context.put(&wallet, &fields).await, &asked)?;
            expect_heard(heard.text("id"), id, &asked)?;
        }
    }
    Ok(())
}

async fn through_get(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    for id in &ids(context) {
        context.script(known(id));
        let seen = context.get(&wallet, &[("id", id)]).await;
        let asked = format!("GET by the id {}", shown(id));
        let heard: Vec<_> = seen.heard.iter().filter(|heard| heard.is_get()).collect();
        let asked_by = |heard: &&&Arc<Heard>| heard.text("id") == Some(id);
        let arrived = heard.iter().find(asked_by).or(heard.first()).and_then(|heard| heard.text("id"));
        expect_heard(arrived, id, &asked)?;
    }
    Ok(())
}

fn expect_heard(arrived: Option<&str>, id: &str, asked: &str) -> Finding {
    if arrived == Some(id) {
        return Ok(());
    }
    let arrived = arrived.map_or_else(|| "no id".to_owned(), shown);
    Err(NotKept::broken(format!("{asked} reaches the anchor with that id"), arrived))
}

async fn through_delete(context: &mut Context) -> Finding {
    for id in &ids(context) {
        let wallet = context.wallet().await?;
        context.script(known(id));
        let seen = context.delete(&wallet).await?;
        let deleted: Vec<String> = seen.heard.iter().filter_map(|heard| heard.deleted()).collect();
        if deleted.iter().any(|deleted| deleted == id) {
            continue;
        }
        let answer = match &seen.answer {
            Ok(answer) if matches!(answer.status.as_u16(), 404 | 405 | 501) && seen.heard.is_empty() => {
                return Err(NotKept::skip(format!("the platform serves no DELETE ({})", answer.status)));
            }
            Ok(answer) => answer.to_string(),
            Err(failure) => failure.to_string(),
        };
        let actual = if deleted.is_empty() { answer } else { format!("it was told to delete {}", deleted.join(", ")) };
        let path = CustomerId::try_from(id.clone()).map(|id| Request::delete(&id).path).unwrap_or_default();
        return Err(NotKept::broken(format!("the anchor gets DELETE {path} once for the wallet's customer"), actual));
    }
    Ok(())
}
