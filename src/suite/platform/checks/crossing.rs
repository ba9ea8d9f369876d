//! Many customers at a time: each gets its own answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::client::{Failure, Transcript};
use crate::suite::expect::answered;
use crate::suite::platform::Context;
use crate::suite::platform::anchor::{Heard, Reply};
use crate::suite::platform::context::{get, put};
use crate::suite::platform::wallet::Wallet;
use crate::suite::request::Request;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "privacy/ids-never-cross",
        title: "of 64 customers that register at the same time each gets its own id",
        requirements: &["answers-never-cross"],
        run: Attempt::Platform(|context| Box::pin(ids(context))),
    },
    Check {
        id: "privacy/answers-never-cross",
        title: "of 64 customers that ask at the same time each gets its own answer",
        requirements: &["answers-never-cross"],
        run: Attempt::Platform(|context| Box::pin(statuses(context))),
    },
    Check {
        id: "privacy/fields-never-cross",
        title: "of customers that register at the same time each reaches the anchor with its own fields and identity",
        requirements: &["requests-never-cross"],
        run: Attempt::Platform(|context| Box::pin(fields(context))),
    },
];

const CUSTOMERS: usize = 64;
/// How often each of them asks: connections are used again.
const ROUNDS: usize = 2;
/// Fewer customers cannot be mistaken for each other.
const ENOUGH: usize = 2;

struct One {
    wallet: Wallet,
    /// What is in its request and in the answer that it must get.
    mark: String,
    request: Request,
}

async fn ids(context: &mut Context) -> Finding {
    let customers = customers(context).await?;
    // The id is what the customer says of itself, so that an answer shows whose it is.
    context.script(|heard| {
        let mark = heard.text("last_name").filter(|_| heard.is_put())?;
        Some(Reply::json(200, &json!({"id": format!("id-of-{mark}")})))
    });
    own_answers(context, customers, |mark, answer| answer.id().is_ok_and(|id| id.as_str() == format!("id-of-{mark}")))
        .await
}

/// The wallets get what the anchor says of the account that they ask for.
async fn statuses(context: &mut Context) -> Finding {
    context.suite.tokens.needs_several()?;
    let mut customers = Vec::new();
    for _ in 0..CUSTOMERS {
        let wallet = context.wallet().await?;
        let mark = wallet.account().map(|account| account.to_string()).unwrap_or_default();
        customers.push(One { request: get(&[]), mark, wallet });
    }
    context.script(|heard| {
        let account = heard.text("account").filter(|_| heard.is_get())?;
        Some(Reply::json(200, &json!({"id": format!("id-of-{account}"), "status": "ACCEPTED"})))
    });
    own_answers(context, customers, |mark, answer| String::from_utf8_lossy(&answer.body).contains(mark)).await
}

async fn fields(context: &mut Context) -> Finding {
    context.suite.tokens.needs_several()?;
    let customers = customers(context).await?;
    let owners: Vec<(String, Option<String>)> = customers
        .iter()
        .map(|one| (one.mark.clone(), one.wallet.account().map(|account| account.to_string())))
        .collect();
    let (_, heard) = all_at_once(context, customers).await?;
    let puts = heard.iter().filter(|heard| heard.is_put() && heard.is_complete());
    own_accounts(puts.map(|put| (put.text("last_name"), put.text("account"))), &owners)
}

/// Judges the marks and accounts that reached the anchor.
fn own_accounts<'a>(
    puts: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>,
    owners: &[(String, Option<String>)],
) -> Finding {
    let mut seen = BTreeSet::new();
    for (mark, account) in puts {
        let owner = owners.iter().find(|(own, _)| Some(own.as_str()) == mark);
        let Some((mark, owner)) = owner.map(|(mark, owner)| (mark, owner.as_deref())) else { continue };
        if owner != account {
            let expected = format!("the customer {mark} reaches the anchor with account={}", owner.unwrap_or("?"));
            return Err(NotKept::broken(expected, format!("account={}", account.unwrap_or("(none)"))));
        }
        seen.insert(mark);
    }
    if seen.len() >= ENOUGH {
        return Ok(());
    }
    Err(NotKept::inconclusive(format!("of {} customers {} reached the anchor", owners.len(), seen.len())))
}

/// Every third of them sends a file. With one token given, all are the same customer, of different names.
async fn customers(context: &mut Context) -> Result<Vec<One>, NotKept> {
    let mut customers = Vec::new();
    for number in 0..CUSTOMERS {
        let wallet = context.wallet().await?;
        let file = (number % 3 == 0).then(|| context.file("photo_id_front"));
        let fields = context.customer_with(file);
        let mark = fields.iter().find(|field| field.name == "last_name").and_then(|field| field.as_text());
        let mark = mark.unwrap_or_default().to_owned();
        customers.push(One { wallet, mark, request: put(&fields) });
    }
    Ok(customers)
}

async fn own_answers(context: &Context, customers: Vec<One>, is_own: impl Fn(&str, &Answer) -> bool) -> Finding {
    let (answers, _) = all_at_once(context, customers).await?;
    all_own(answers, is_own)
}

/// A platform may be too busy for most of them.
fn all_own(answers: Answers, is_own: impl Fn(&str, &Answer) -> bool) -> Finding {
    let marks: BTreeSet<String> = answers.iter().map(|(mark, _)| mark.clone()).collect();
    let mut served = BTreeSet::new();
    let mut busy = None;
    for (mark, answer) in answers {
        let answer = match answered(answer, || format!("{CUSTOMERS} requests at a time are answered")) {
            Ok(answer) if matches!(answer.status.as_u16(), 503 | 504) => {
                busy.get_or_insert_with(|| answer.to_string());
                continue;
            }
            Ok(answer) => answer,
            Err(NotKept::Inconclusive { reason }) => {
                busy.get_or_insert(reason);
                continue;
            }
            Err(broken) => return Err(broken),
        };
        if answer.is_success() && is_own(&mark, &answer) {
            served.insert(mark);
            continue;
        }
        let body = String::from_utf8_lossy(&answer.body);
        let other = marks.iter().find(|other| **other != mark && body.contains(other.as_str()));
        let expected = format!("the customer {mark} gets its own answer");
        let actual = other.map_or_else(|| answer.to_string(), |other| format!("it gets the answer of {other}"));
        return Err(NotKept::broken(expected, actual));
    }
    match busy {
        Some(reason) if served.len() < ENOUGH => {
            let (total, served) = (marks.len(), served.len());
            Err(NotKept::inconclusive(format!("of {total} customers {served} got an answer of their own: {reason}")))
        }
        _ => Ok(()),
    }
}

type Answers = Vec<(String, Result<Answer, Failure>)>;

async fn all_at_once(context: &Context, customers: Vec<One>) -> Result<(Answers, Vec<Arc<Heard>>), NotKept> {
    drop(context.mailbox.take_heard());
    let transcript = Arc::new(Transcript::default());
    let mut under_way = JoinSet::new();
    for One { wallet, mark, request } in customers {
        let (suite, transcript) = (Arc::clone(&context.suite), Arc::clone(&transcript));
        under_way.spawn(async move {
            let request = wallet.signed(request);
            let mut answers = Vec::new();
            for _ in 0..ROUNDS {
                answers.push((mark.clone(), suite.client.send(&request, &transcript).await));
            }
            answers
        });
    }
    let answers = under_way.join_all().await.into_iter().flatten().collect();
    let forwarded = context.mailbox.take_forwarded();
    context.transcript().extend(transcript.take());
    context.transcript().forwarded(forwarded);
    Ok((answers, context.mailbox.take_heard()))
}

#[cfg(test)]
mod tests {
    use hyper::{HeaderMap, StatusCode};

    use super::*;

    type Outcome = Result<(u16, &'static str), Failure>;

    /// What is found if the customers a, b and so on get these answers, in which an own one names the customer.
    fn found(outcomes: &[Outcome]) -> Finding {
        let answer = |(status, body): (u16, &'static str)| Answer {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::new(),
            body: body.into(),
            quoted: String::new(),
        };
        let answers = ["a", "b", "c"].into_iter().zip(outcomes);
        let answers = answers.map(|(mark, outcome)| (mark.to_owned(), outcome.clone().map(answer))).collect();
        all_own(answers, |mark, answer| answer.body == mark)
    }

    fn is_open(finding: &Finding) -> bool {
        matches!(finding, Err(NotKept::Inconclusive { .. }))
    }

    fn is_broken(finding: &Finding) -> bool {
        matches!(finding, Err(NotKept::Broken { .. }))
    }

    #[test]
    fn a_busy_platform_is_not_held_to_have_mixed_answers_up() {
        let unreachable = || Err(Failure::Unreachable("refused".to_owned()));
        for busy in [Err(Failure::RateLimited), Err(Failure::GaveUp), unreachable(), Ok((503, "")), Ok((504, ""))] {
            assert!(is_open(&found(&[busy.clone(), busy.clone(), busy.clone()])), "{busy:?}");
            assert!(is_open(&found(&[Ok((200, "a")), busy.clone(), busy.clone()])), "{busy:?}: one is alone");
            assert_eq!(found(&[Ok((200, "a")), busy.clone(), Ok((202, "c"))]), Ok(()), "{busy:?}");
            assert!(is_broken(&found(&[busy.clone(), Ok((200, "a")), busy.clone()])), "{busy:?}: mixed up");
        }
        assert!(is_broken(&found(&[Ok((200, "a")), Err(Failure::Dropped("reset".to_owned())), Ok((200, "c"))])));
        assert!(is_broken(&found(&[Ok((200, "a")), Ok((500, "")), Ok((200, "c"))])));
    }

    #[test]
    fn who_does_not_reach_the_anchor_proves_nothing() {
        let owners = [("a", "GA"), ("b", "GB")].map(|(mark, account)| (mark.to_owned(), Some(account.to_owned())));
        let judged = |puts: &[(&'static str, &'static str)]| {
            own_accounts(puts.iter().map(|(mark, account)| (Some(*mark), Some(*account))), &owners)
        };
        assert_eq!(judged(&[("a", "GA"), ("b", "GB"), ("a", "GA")]), Ok(()));
        for few in [&[][..], &[("a", "GA"), ("a", "GA")], &[("x", "GA"), ("y", "GB")]] {
            assert!(is_open(&judged(few)), "{few:?}");
        }
        assert!(is_broken(&judged(&[("a", "GB")])));
    }
}
