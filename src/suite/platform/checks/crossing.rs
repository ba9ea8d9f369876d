//! Many customers at a time: each gets its own answer.

use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::client::{Failure, Transcript};
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
    for put in heard.iter().filter(|heard| heard.is_put() && heard.is_complete()) {
        let (Some(mark), account) = (put.text("last_name"), put.text("account")) else { continue };
        let owner = owners.iter().find_map(|(own, account)| (own == mark).then_some(account.as_deref()));
        if owner.is_some_and(|owner| owner != account) {
            let expected =
                format!("the customer {mark} reaches the anchor with account={}", owner.flatten().unwrap_or("?"));
            return Err(NotKept::broken(expected, format!("account={}", account.unwrap_or("(none)"))));
        }
    }
    Ok(())
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
    let marks: Vec<String> = customers.iter().map(|one| one.mark.clone()).collect();
    let (answers, _) = all_at_once(context, customers).await?;
    for (mark, answer) in answers {
        let answer = match answer {
            Ok(answer) if matches!(answer.status.as_u16(), 429 | 503 | 504) => continue,
            Ok(answer) => answer,
            Err(failure) => return Err(NotKept::broken("64 requests at a time are answered", failure.to_string())),
        };
        if answer.is_success() && is_own(&mark, &answer) {
            continue;
        }
        let body = String::from_utf8_lossy(&answer.body);
        let other = marks.iter().find(|other| **other != mark && body.contains(other.as_str()));
        let expected = format!("the customer {mark} gets its own answer");
        let actual = other.map_or_else(|| answer.to_string(), |other| format!("it gets the answer of {other}"));
        return Err(NotKept::broken(expected, actual));
    }
    Ok(())
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
