//! Queries written in other ways, and queries that make little sense.

use std::fmt::Write;

use crate::sep12::{CustomerId, Identity};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::shown_or_declined;
use crate::suite::people::Customer;
use crate::suite::request::Request;

use super::lookups::agree;
use super::moments::{by_id, with};
use super::view::View;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/percent-encoded-query",
        title: "a query whose characters are all percent-encoded is the same query",
        requirements: &["queries-are-decoded"],
        run: Attempt::Anchor(|context| Box::pin(percent_encoded(context))),
    },
    Check {
        id: "get/with-lang",
        title: "with `lang` a customer has the same status and fields as without",
        requirements: &["lang-changes-texts-only"],
        run: Attempt::Anchor(|context| Box::pin(with_lang(context))),
    },
    Check {
        id: "get/odd-languages",
        title: "a language that nobody speaks is answered, or declined with 4xx",
        requirements: &["unusual-queries-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(odd_languages(context))),
    },
    Check {
        id: "get/odd-ids",
        title: "ids with reserved characters or of odd length are answered, or declined with 4xx",
        requirements: &["unusual-queries-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(odd_ids(context))),
    },
    Check {
        id: "get/odd-identities",
        title: "accounts and memos that are none are answered, or declined with 4xx",
        requirements: &["unusual-queries-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(odd_identities(context))),
    },
];

const LANGUAGES: [&str; 7] = ["", "xx", "DE", "pt-BR", "en-US,en;q=0.5", "../../etc/passwd", "日本語"];
const IDS: [&str; 7] =
    ["a/b?c#d&account=e", "../customer", "100% sure+", "' OR '1'='1", "{\"a\":[1]}", "山田\u{7f}", "-1"];
const LONG_ID: usize = 2000;

async fn percent_encoded(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    for parameters in [by_id(&customer, &id), customer.query()] {
        let plain = context.get(&parameters).await?;
        let Some(plain) = View::of(&plain).filter(|view| view.id.is_some()) else {
            return Err(NotKept::inconclusive(format!("GET /customer does not show the customer: {plain}")));
        };
        let answer = context.send(every_byte_encoded(&parameters)).await?;
        if View::of(&answer).is_none_or(|view| view.id != plain.id) {
            let expected = format!("the percent-encoded query shows the customer that the plain one does: {plain}");
            return Err(NotKept::broken(expected, answer.to_string()));
        }
    }
    Ok(())
}

/// As RFC 3986 allows for every character of a value.
fn every_byte_encoded(parameters: &[(String, String)]) -> Request {
    let mut path = "/customer".to_owned();
    for (at, (name, value)) in parameters.iter().enumerate() {
        let _ = write!(path, "{}{name}=", if at == 0 { '?' } else { '&' });
        for byte in value.bytes() {
            let _ = write!(path, "%{byte:02X}");
        }
    }
    Request { path, ..Request::get(&[]) }
}

/// English is what SEP-12 takes for granted, so every anchor has it.
async fn with_lang(context: &mut Context) -> Finding {
    let nobody = context.customer();
    same_in_english(context, &nobody.query()).await?;
    let customer = context.customer();
    let id = context.register(&customer).await?;
    same_in_english(context, &by_id(&customer, &id)).await
}

async fn same_in_english(context: &Context, parameters: &[(String, String)]) -> Finding {
    let english = with(parameters.to_vec(), "lang", "en");
    agree(context, parameters, &english, ["without lang", "with lang=en"]).await
}

async fn odd_languages(context: &mut Context) -> Finding {
    let customer = context.customer();
    for language in LANGUAGES {
        let answer = context.get(&with(customer.query(), "lang", language)).await;
        shown_or_declined(answer, &format!("GET /customer with lang={language:?}"))?;
    }
    Ok(())
}

async fn odd_ids(context: &mut Context) -> Finding {
    let customer = context.customer();
    let long = "x".repeat(LONG_ID);
    for text in IDS.into_iter().chain([long.as_str()]) {
        let Ok(id) = CustomerId::try_from(text.to_owned()) else { continue };
        let answer = context.get(&by_id(&customer, &id)).await;
        let shown: String = text.chars().take(40).collect();
        shown_or_declined(answer, &format!("GET /customer with id={shown:?}"))?;
    }
    Ok(())
}

async fn odd_identities(context: &mut Context) -> Finding {
    let parameters: [&[(&str, &str)]; 9] = [
        &[("account", "")],
        &[("account", "GNOTANACCOUNT")],
        &[("account", "../../etc/passwd")],
        &[("memo", "1")],
        &[("memo", "18446744073709551616"), ("memo_type", "id")],
        &[("memo", "-1"), ("memo_type", "id")],
        &[("memo", "not a hash"), ("memo_type", "hash")],
        &[("memo", "1"), ("memo_type", "colour")],
        &[("memo_type", "id")],
    ];
    for (at, odd) in parameters.into_iter().enumerate() {
        let customer = one_of(context, at);
        let query = customer.into_iter().flat_map(|customer| customer.query());
        let query: Vec<_> = odd.iter().fold(query.collect(), |query, (name, value)| with(query, name, value));
        let told: Vec<_> = odd.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        shown_or_declined(context.get(&query).await, &format!("GET /customer with {}", told.join(" and ")))?;
    }
    Ok(())
}

/// Nobody for the queries whose account is odd or missing; then an account that is used for nothing else.
fn one_of(context: &mut Context, at: usize) -> Option<Customer> {
    const WITHOUT_ACCOUNT: usize = 4;
    let identity = Identity::of_account(context.account());
    (at >= WITHOUT_ACCOUNT).then(|| context.customer_as(identity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_a_value_can_be_encoded() {
        let parameters = [("id".to_owned(), "a-é".to_owned()), ("type".to_owned(), "1".to_owned())];
        assert_eq!(every_byte_encoded(&parameters).path, "/customer?id=%61%2D%C3%A9&type=%31");
    }
}
