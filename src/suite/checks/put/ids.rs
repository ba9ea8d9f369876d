//! Ids that are not the caller's: unknown ones and other accounts'.

use crate::sep12::{CustomerId, Field};
use crate::suite::answer::Answer;
use crate::suite::check::{Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::people::Customer;

use super::updates::with_id;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/unknown-id-is-not-accepted",
        title: "a PUT with an id that was never given out is not a success",
        requirements: &["unknown-id-is-refused"],
        run: |context| Box::pin(unknown_refused(context)),
    },
    Check {
        id: "put/unknown-id-is-404",
        title: "a PUT with an id that was never given out is answered 404",
        requirements: &["unknown-id-is-not-found"],
        run: |context| Box::pin(unknown_not_found(context)),
    },
    Check {
        id: "put/foreign-id-is-not-accepted",
        title: "a PUT with the id of another account's customer is not a success",
        requirements: &["foreign-id-is-refused"],
        run: |context| Box::pin(foreign_refused(context)),
    },
    Check {
        id: "put/foreign-id-is-404",
        title: "a PUT with the id of another account's customer is answered 404",
        requirements: &["foreign-id-is-not-found"],
        run: |context| Box::pin(foreign_not_found(context)),
    },
];

async fn unknown_refused(context: &mut Context) -> Finding {
    no_success(&ask_unknown(context).await?, "an unknown id")
}

async fn unknown_not_found(context: &mut Context) -> Finding {
    not_found(&ask_unknown(context).await?, "an unknown id")
}

async fn foreign_refused(context: &mut Context) -> Finding {
    no_success(&ask_foreign(context).await?, "another account's id")
}

async fn foreign_not_found(context: &mut Context) -> Finding {
    not_found(&ask_foreign(context).await?, "another account's id")
}

/// An id of the anchor's own making, changed so that it is nobody's: a strict anchor may check the form first.
async fn ask_unknown(context: &mut Context) -> Result<Answer, NotKept> {
    let known = context.customer();
    let id = context.register(&known).await?;
    let nobody = CustomerId::try_from(altered(id.as_str(), context.dice.below(1 << 20)));
    let nobody = nobody.map_err(|error| NotKept::inconclusive(error.to_string()))?;
    let stranger = context.customer();
    ask(context, &stranger, &nobody).await
}

async fn ask_foreign(context: &mut Context) -> Result<Answer, NotKept> {
    let owner = context.customer();
    let id = context.register(&owner).await?;
    let stranger = context.customer();
    ask(context, &stranger, &id).await
}

async fn ask(context: &Context, customer: &Customer, id: &CustomerId) -> Result<Answer, NotKept> {
    let fields: Vec<Field> = with_id(customer, id, customer.fields.clone());
    Ok(context.put(fields).await?)
}

/// The same form, with every digit (or, if there is none, every letter) turned on.
fn altered(id: &str, by: u64) -> String {
    let turn = |first: char, count: u8, char: char| {
        let step = u8::try_from(1 + by % u64::from(count - 1)).unwrap_or(1);
        char::from((char as u8 - first as u8 + step) % count + first as u8)
    };
    let digits: Vec<usize> = id.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).collect();
    let first_kept = digits.first().copied();
    let has_digits = digits.len() > 1;
    let change = |(at, char): (usize, char)| match char {
        '0'..='9' if has_digits && Some(at) != first_kept => turn('0', 10, char),
        'a'..='z' if !has_digits => turn('a', 26, char),
        'A'..='Z' if !has_digits => turn('A', 26, char),
        _ => char,
    };
    let altered: String = id.char_indices().map(change).collect();
    if altered == id { format!("{id}{}", 10 + by) } else { altered }
}

fn no_success(answer: &Answer, what: &str) -> Finding {
    if answer.is_success() {
        return Err(NotKept::broken(format!("a PUT with {what} is refused, best with 404"), answer.to_string()));
    }
    Ok(())
}

fn not_found(answer: &Answer, what: &str) -> Finding {
    if answer.status != 404 {
        return Err(NotKept::broken(format!("a PUT with {what} is answered 404"), answer.to_string()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_altered_id_keeps_its_form_and_is_another() {
        for by in [0, 1, 8, 9, 24, 1_000_000] {
            let altered = |id| altered(id, by);
            assert_eq!(altered("391fb415-c223-4608-b2f5-dd1e91e3a986").len(), 36);
            for id in ["391fb415-c223", "00042", "7", "abc", "é", "x1"] {
                assert_ne!(altered(id), id, "{id} {by}");
            }
        }
        assert_eq!(altered("00042", 0), "01153");
    }
}
