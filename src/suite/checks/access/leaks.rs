//! Refusals say nothing about anybody's data.

use std::collections::BTreeSet;

use crate::sep12::{CustomerId, Field};
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::people::Customer;
use crate::suite::request::Request;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/errors-show-no-data",
        title: "refusals of PUT show no data of the customer whose id was sent",
        requirements: &["refusals-show-no-customer"],
        run: Attempt::Anchor(|context| Box::pin(put(context))),
    },
    Check {
        id: "delete/errors-show-no-data",
        title: "answers to DELETE show no data of the customer",
        requirements: &["refusals-show-no-customer"],
        run: Attempt::Anchor(|context| Box::pin(delete(context))),
    },
];

/// A value that short may stand in a text by chance.
const TELLING: usize = 6;
/// What people are called; the names that the suite invents stand in no text by chance.
const NAMES: [&str; 5] = ["first_name", "last_name", "given_name", "family_name", "organization.name"];
/// What anchors most often take for a person's mark.
const SHARED: &str = "email_address";

/// With its id: as an update, and as a request that is wrong in itself. Without: as somebody with the same address.
async fn put(context: &mut Context) -> Finding {
    let (owner, id) = owner(context).await?;
    let stranger = context.customer();
    for extra in [None, Some(Field::text("birth_date", "no date"))] {
        let mut fields = vec![Field::text("id", id.as_str())];
        fields.extend(stranger.identity_fields());
        fields.extend(extra);
        let answer = context.put(fields.clone()).await?;
        nothing_told(context, &answer, &owner, &fields)?;
    }
    let mut namesake = stranger;
    namesake.set(owner.fields.iter().find(|field| field.name == SHARED).cloned().unwrap_or_else(no_address));
    let answer = context.put(namesake.request_fields()).await?;
    nothing_told(context, &answer, &owner, &namesake.request_fields())?;
    no_id_told(&answer, &id)
}

/// Whoever learns an id can try what it opens.
fn no_id_told(answer: &Answer, id: &CustomerId) -> Finding {
    let id = id.as_str();
    let is_told = id.len() >= TELLING && String::from_utf8_lossy(&answer.body).contains(id);
    if is_told && !answer.is_success() {
        let actual = format!("{answer}, which has the id of another customer in it");
        return Err(NotKept::broken("a refusal without the id of another customer", actual));
    }
    Ok(())
}

fn no_address() -> Field {
    Field::text(SHARED, "nobody@example.com")
}

/// The success, the second try, and the try with an id that only begins like the customer's.
async fn delete(context: &mut Context) -> Finding {
    let (owner, id) = owner(context).await?;
    let near = CustomerId::try_from(format!("{id}x")).map_err(|error| NotKept::inconclusive(error.to_string()))?;
    for id in [&near, &id, &id] {
        let answer = context.send(Request::delete(id)).await?;
        nothing_told(context, &answer, &owner, &[])?;
    }
    Ok(())
}

async fn owner(context: &mut Context) -> Result<(Customer, CustomerId), NotKept> {
    let owner = context.customer();
    let id = context.register(&owner).await?;
    Ok((owner, id))
}

fn nothing_told(context: &Context, answer: &Answer, owner: &Customer, sent: &[Field]) -> Finding {
    match value_of(answer, owner, sent, &context.common_values()) {
        None => Ok(()),
        Some(name) => Err(NotKept::broken(
            "an answer without a customer's data",
            format!("{answer}, which has the {name} of the customer in it"),
        )),
    }
}

/// The name of a value that an answer shows of a customer, if it was not sent with the request. Only values that no
/// text has by chance count: names, and what has a digit or an @, unless they are common to many.
fn value_of(answer: &Answer, owner: &Customer, sent: &[Field], common: &BTreeSet<&str>) -> Option<String> {
    let text = String::from_utf8_lossy(&answer.body);
    let sent = |value: &str| sent.iter().filter_map(Field::as_text).any(|sent| sent.contains(value));
    let is_rare = |name: &str, value: &str| {
        NAMES.contains(&name) || value.contains(|char: char| char.is_ascii_digit() || char == '@')
    };
    let is_told = |field: &&Field| {
        let value = field.as_text().unwrap_or_default();
        let is_the_owners = value.len() >= TELLING && is_rare(&field.name, value) && !common.contains(value);
        is_the_owners && text.contains(value) && !sent(value)
    };
    owner.fields.iter().find(is_told).map(|field| field.name.clone())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use hyper::{HeaderMap, StatusCode};

    use super::*;
    use crate::sep12::{Account, Identity};

    #[test]
    fn a_value_is_told_only_if_it_is_the_owners_alone() {
        let identity = Identity::of_account(Account::Classic([7; 32]));
        let fields = [
            ("last_name", "Sampleton"),
            ("email_address", "a7@example.com"),
            ("city", "Denver"),
            ("id_type", "passport-2013"),
        ];
        let fields = fields.map(|(name, value)| Field::text(name, value)).to_vec();
        let owner = Customer { identity, customer_type: None, fields };
        let told = |body: &'static str, sent: &[Field]| {
            let body = Bytes::from_static(body.as_bytes());
            let answer =
                Answer { status: StatusCode::NOT_FOUND, headers: HeaderMap::new(), body, quoted: String::new() };
            value_of(&answer, &owner, sent, &BTreeSet::from(["passport-2013"]))
        };
        let mail = r#"{"error": "taken by a7@example.com"}"#;
        assert_eq!(told(mail, &[]).as_deref(), Some("email_address"));
        assert_eq!(told(mail, &[Field::text("email_address", "a7@example.com")]), None);
        assert_eq!(told(r#"{"error": "it is Ms. Sampleton's"}"#, &[]).as_deref(), Some("last_name"));
        assert_eq!(told(r#"{"error": "nobody in Denver"}"#, &[]), None);
        assert_eq!(told(r#"{"error": "id_type: passport-2013, id-card-2019 or none"}"#, &[]), None);
    }
}
