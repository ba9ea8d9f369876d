//! Nobody sees a customer who is not theirs, and nobody sees one who does not exist.

use std::collections::BTreeSet;

use crate::sep12::{CustomerId, Identity, Memo};
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::people::Customer;

use super::moments::{by_id, register_special};
use super::view::View;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/foreign-id-shows-nothing",
        title: "the id of another account's customer shows nothing of that customer",
        requirements: &["strangers-see-nothing"],
        run: Attempt::Anchor(|context| Box::pin(foreign_shows_nothing(context))),
    },
    Check {
        id: "get/foreign-id-is-404",
        title: "the id of another account's customer is answered 404",
        requirements: &["foreign-customer-is-not-found"],
        run: Attempt::Anchor(|context| Box::pin(foreign_not_found(context))),
    },
    Check {
        id: "get/foreign-memo-shows-nothing",
        title: "the id of a customer with another memo shows nothing of that customer",
        requirements: &["strangers-see-nothing"],
        run: Attempt::Anchor(|context| Box::pin(other_memo_shows_nothing(context))),
    },
    Check {
        id: "get/foreign-memo-is-404",
        title: "the id of a customer with another memo is answered 404",
        requirements: &["foreign-customer-is-not-found"],
        run: Attempt::Anchor(|context| Box::pin(other_memo_not_found(context))),
    },
    Check {
        id: "get/unknown-id-shows-nobody",
        title: "an id that was never given out shows nobody",
        requirements: &["unknown-customers-are-not-shown"],
        run: Attempt::Anchor(|context| Box::pin(unknown_shows_nobody(context))),
    },
    Check {
        id: "get/unknown-id-is-404",
        title: "an id that was never given out is answered 404",
        requirements: &["unknown-customer-is-not-found"],
        run: Attempt::Anchor(|context| Box::pin(unknown_not_found(context))),
    },
];

/// Somebody's id in the hands of somebody else.
struct Case {
    owner: Customer,
    id: CustomerId,
    stranger: Customer,
}

async fn foreign(context: &mut Context) -> Result<Case, NotKept> {
    let owner = context.customer();
    let id = context.register(&owner).await?;
    let stranger = context.customer();
    Ok(Case { owner, id, stranger })
}

async fn other_memo(context: &mut Context) -> Result<Case, NotKept> {
    let account = context.account();
    let memo = |number| Identity::of_memo(account, Memo::id(number));
    let (owner, id) = register_special(context, memo(1), "a memo").await?;
    let stranger = memo(2).ok_or_else(|| NotKept::skip("there is no customer with a memo"))?;
    Ok(Case { owner, id, stranger: context.customer_as(stranger) })
}

async fn unknown(context: &mut Context) -> Result<Case, NotKept> {
    let Case { owner, id, stranger } = foreign(context).await?;
    let id = context.unknown_id(&id)?;
    Ok(Case { owner, id, stranger })
}

async fn foreign_shows_nothing(context: &mut Context) -> Finding {
    let case = foreign(context).await?;
    shows_nothing(context, &case, "the id of another account's customer").await
}

async fn foreign_not_found(context: &mut Context) -> Finding {
    let case = foreign(context).await?;
    not_found(context, &case, "the id of another account's customer").await
}

async fn other_memo_shows_nothing(context: &mut Context) -> Finding {
    let case = other_memo(context).await?;
    shows_nothing(context, &case, "the id of a customer with another memo").await
}

async fn other_memo_not_found(context: &mut Context) -> Finding {
    let case = other_memo(context).await?;
    not_found(context, &case, "the id of a customer with another memo").await
}

async fn unknown_shows_nobody(context: &mut Context) -> Finding {
    let case = unknown(context).await?;
    shows_nothing(context, &case, "an id that was never given out").await
}

async fn unknown_not_found(context: &mut Context) -> Finding {
    let case = unknown(context).await?;
    not_found(context, &case, "an id that was never given out").await
}

/// Before the stranger is registered, and afterwards: an anchor may only then look at the id.
async fn shows_nothing(context: &Context, case: &Case, what: &str) -> Finding {
    about_the_stranger(context, case, what).await?;
    let registered = context.put(case.stranger.request_fields()).await?;
    if registered.is_success() { about_the_stranger(context, case, what).await } else { Ok(()) }
}

/// A refusal is right; a success is only if it says what it says of the stranger without the id.
async fn about_the_stranger(context: &Context, case: &Case, what: &str) -> Finding {
    let before = View::of(&context.get(&case.stranger.query()).await?);
    let answer = context.get(&by_id(&case.stranger, &case.id)).await?;
    let view = View::of(&answer);
    let expected = || format!("GET /customer with {what} is refused, best with 404, and shows nothing");
    let broken = || Err(NotKept::broken(expected(), answer.to_string()));
    if view.as_ref().is_some_and(|view| view.id.as_deref() == Some(case.id.as_str()))
        || gives_away(&answer, &case.owner, &context.common_values())
    {
        return broken();
    }
    if view == before || !answer.is_success() {
        return Ok(());
    }
    // The stranger may have changed meanwhile, being at work.
    let after = View::of(&context.get(&case.stranger.query()).await?);
    if view == after { Ok(()) } else { broken() }
}

/// Whether an answer holds a value that hardly anybody else has.
fn gives_away(answer: &Answer, owner: &Customer, common: &BTreeSet<&str>) -> bool {
    let body = String::from_utf8_lossy(&answer.body);
    let texts = owner.fields.iter().filter_map(|field| field.as_text());
    texts.filter(|text| is_telling(text) && !common.contains(text)).any(|text| body.contains(text))
}

/// Long enough, and no plain word.
fn is_telling(text: &str) -> bool {
    text.len() >= 9 && text.bytes().any(|byte| byte.is_ascii_digit() || byte == b'@')
}

async fn not_found(context: &Context, case: &Case, what: &str) -> Finding {
    let answer = context.get(&by_id(&case.stranger, &case.id)).await?;
    if answer.status == 404 {
        return Ok(());
    }
    Err(NotKept::broken(format!("GET /customer with {what} is answered 404"), answer.to_string()))
}

#[cfg(test)]
mod tests {
    use hyper::{HeaderMap, StatusCode};

    use super::*;
    use crate::sep12::{Account, Field};

    #[test]
    fn a_list_of_choices_gives_nobody_away() {
        let identity = Identity::of_account(Account::Classic([7; 32]));
        let fields = vec![Field::text("id_type", "passport-2013"), Field::text("id_number", "X98765432")];
        let owner = Customer { identity, customer_type: None, fields };
        let given_away = |body: &'static str, common: &[&str]| {
            let (status, headers) = (StatusCode::OK, HeaderMap::new());
            let answer = Answer { status, headers, body: body.into(), quoted: String::new() };
            gives_away(&answer, &owner, &common.iter().copied().collect())
        };
        let choices = r#"{"fields": {"id_type": {"choices": ["passport-2013", "id-card-2019"]}}}"#;
        assert!(!given_away(choices, &["passport-2013", "id-card-2019"]));
        assert!(given_away(choices, &[]));
        assert!(given_away(r#"{"error": "X98765432 is taken"}"#, &["passport-2013"]));
    }

    #[test]
    fn only_values_of_ones_own_give_somebody_away() {
        for text in ["alice.1f@example.com", "+12025550143", "1985-03-04"] {
            assert!(is_telling(text), "{text}");
        }
        for text in ["USA", "Placeholder", "10001", "male"] {
            assert!(!is_telling(text), "{text}");
        }
    }
}
