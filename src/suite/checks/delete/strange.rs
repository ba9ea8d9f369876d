//! Ids that no anchor gives out: made up, long, or meant to mean something else.

use crate::sep12::CustomerId;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::answered;
use crate::suite::request::Request;
use crate::suite::unknown_id::may_be_counted;

use super::known::{Blank, Known};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "delete/strange-ids-are-answered",
        title: "made-up ids with any character, long ones too, are answered without a 5xx",
        requirements: &["strange-ids-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(no_crash(context))),
    },
    Check {
        id: "delete/strange-ids-delete-nobody",
        title: "made-up ids delete nobody, neither patterns nor parts of an id",
        requirements: &["deletion-spares-others"],
        run: Attempt::Anchor(|context| Box::pin(nobody_deleted(context))),
    },
];

/// Paths, escapes, other scripts, and what URLs, databases and programs give a meaning to. None is `..`: a proxy may
/// take it for a step up, and DELETE would mean something else than a customer there.
pub(in crate::suite::checks) const STRANGE_IDS: [&str; 23] = [
    "../customer",
    "/",
    "a/b",
    "a/../b",
    "%",
    "100%",
    "%2F",
    "%2e%2e",
    "é",
    "山田 太郎",
    "👩‍👩‍👧",
    "a b",
    "a+b",
    "a?b=c",
    "a#b",
    "a;b=c",
    "a:b@c",
    "*",
    "%%",
    "' OR '1'='1",
    "<script>",
    "null",
    "-1",
];
/// Below what servers take for a request line.
const LONG: usize = 4000;
/// Parts of a shorter id may be somebody else's.
const LONG_ENOUGH: usize = 16;

async fn no_crash(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    for id in strange_ids() {
        delete_strange(context, &id).await?;
    }
    Ok(())
}

fn strange_ids() -> Vec<String> {
    let mut ids: Vec<String> = STRANGE_IDS.map(str::to_owned).to_vec();
    ids.extend(["9".repeat(LONG), "é".repeat(LONG / 6)]);
    ids
}

async fn delete_strange(context: &Context, id: &str) -> Finding {
    let Ok(id) = CustomerId::try_from(id.to_owned()) else { return Ok(()) };
    let expected = || "DELETE of a made-up id is answered, best with 404, and not with 5xx".to_owned();
    let answer = answered(context.send(Request::delete(&id)).await, expected)?;
    if answer.status.is_server_error() {
        return Err(NotKept::broken(expected(), answer.to_string()));
    }
    Ok(())
}

/// Nobody has such an id, so nobody may go, whatever the answers are.
async fn nobody_deleted(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let mut bystanders = Vec::new();
    for _ in 0..2 {
        let customer = context.customer();
        let bystander = Known::register(context, customer, &blank).await?;
        bystanders.push((bystander, "DELETE of ids that are not its own".to_owned()));
    }
    let known = bystanders[0].0.id.clone();
    let unknown = context.unknown_id(&known)?;
    let ids = strange_ids().into_iter().chain(near(known.as_str())).chain([unknown.into()]);
    for id in ids {
        if let Ok(id) = CustomerId::try_from(id) {
            context.send(Request::delete(&id)).await.ok();
        }
    }
    Known::all_remain(context, &blank, &bystanders).await
}

/// More than an id, and less of it.
fn near(id: &str) -> Vec<String> {
    let mut ids = vec![format!("{id}x"), format!("{id} OR 1=1"), format!("{id},{id}")];
    let chars: Vec<char> = id.chars().collect();
    if chars.len() >= LONG_ENOUGH && !may_be_counted(id) {
        let part = |count: usize| chars[..count].iter().collect::<String>();
        ids.extend([part(chars.len() / 2), part(chars.len() - 1), format!("{}%", part(chars.len() - 4))]);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_an_id_is_not_the_id() {
        for id in ["7", "391fb415-c223-4608-b2f5-dd1e91e3a986", "é/山 %"] {
            assert!(near(id).iter().all(|near| near != id && !near.is_empty()));
        }
        for id in ["7", "my-own-prefix-of-customer-17"] {
            assert_eq!(near(id).len(), 3, "a part of {id} may be somebody's");
        }
    }
}
