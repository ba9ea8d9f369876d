//! A deleted customer is gone, and does not come back.

use crate::sep12::Field;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::answered;
use crate::suite::people::Customer;

use super::known::{Blank, Deletion, Known, Sight, ask_to_delete, delete, is_busy, unlike};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "delete/customer-is-deleted",
        title: "DELETE of a customer is a success",
        requirements: &["customers-can-be-deleted"],
        run: Attempt::Anchor(|context| Box::pin(success(context))),
    },
    Check {
        id: "delete/gone-by-id",
        title: "a deleted customer is not shown by its id any more",
        requirements: &["deleted-is-gone"],
        run: Attempt::Anchor(|context| Box::pin(by_id(context))),
    },
    Check {
        id: "delete/gone-by-account",
        title: "a deleted customer is not shown by its account any more, with none of its types",
        requirements: &["deleted-is-gone"],
        run: Attempt::Anchor(|context| Box::pin(by_account(context))),
    },
    Check {
        id: "delete/deleted-id-is-404",
        title: "GET with the id of a deleted customer is answered 404",
        requirements: &["deleted-is-not-found"],
        run: Attempt::Anchor(|context| Box::pin(not_found(context))),
    },
    Check {
        id: "delete/created-again-is-new",
        title: "a customer that registers again after being deleted starts with nothing",
        requirements: &["deleted-data-does-not-return"],
        run: Attempt::Anchor(|context| Box::pin(created_again(context))),
    },
    Check {
        id: "delete/deleted-id-is-refused-by-put",
        title: "a PUT with the id of a deleted customer is not a success",
        requirements: &["unknown-id-is-refused"],
        run: Attempt::Anchor(|context| Box::pin(put_refused(context))),
    },
    Check {
        id: "delete/ids-are-not-reused",
        title: "new customers do not get the id of a deleted one",
        requirements: &["ids-are-not-reused"],
        run: Attempt::Anchor(|context| Box::pin(not_reused(context))),
    },
];

/// How many new customers get a chance to inherit an id.
const HEIRS: usize = 3;

async fn success(context: &mut Context) -> Finding {
    let customer = context.customer();
    let id = context.register(&customer).await?;
    let answer = ask_to_delete(context, &customer, &id).await?;
    if answer.is_success() {
        return Ok(());
    }
    if is_busy(&answer) {
        return Err(NotKept::inconclusive(format!("the anchor declines to delete the customer now: {answer}")));
    }
    Err(NotKept::broken("DELETE of a customer is answered 2xx", answer.to_string()))
}

async fn by_id(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let known = registered(context, &blank).await?;
    let deletion = delete(context, &known).await?;
    is_gone(context, &known.by_id(), &blank, deletion, "by its id").await
}

/// As every type that the run was told of, if the anchor lets one customer have them all.
async fn by_account(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let known = registered(context, &blank).await?;
    let mut looks = vec![(known.customer.query(), blank)];
    for survey in context.surveys.clone().iter().skip(1) {
        let customer = context.customer_of(known.customer.identity.clone(), survey);
        if context.put(customer.request_fields()).await?.is_success() {
            looks.push((customer.query(), Blank::look_as(context, survey).await?));
        }
    }
    let deletion = delete(context, &known).await?;
    for (parameters, blank) in looks {
        is_gone(context, &parameters, &blank, deletion, "by its account").await?;
    }
    Ok(())
}

async fn registered(context: &mut Context, blank: &Blank) -> Result<Known, NotKept> {
    let customer = context.customer();
    Known::register(context, customer, blank).await
}

/// A deletion that is only queued may take as long as the anchor likes.
pub(super) async fn is_gone(
    context: &Context,
    parameters: &[(String, String)],
    blank: &Blank,
    deletion: Deletion,
    how: &str,
) -> Finding {
    let Some(answer) = unlike(context, parameters, blank, Sight::Nothing).await? else { return Ok(()) };
    if blank.sight(&answer) == Sight::Unclear {
        return Err(NotKept::inconclusive(format!("GET /customer of a deleted customer cannot be read: {answer}")));
    }
    let waited = context.suite.settle.as_secs_f32();
    if deletion == Deletion::Queued {
        return Err(NotKept::inconclusive(format!(
            "DELETE was answered 202, and {waited} s later GET /customer {how} got {answer} (--settle waits longer)"
        )));
    }
    Err(NotKept::broken(
        format!("GET /customer {how} shows no more of a deleted customer than of one who never was"),
        format!("{waited} s after DELETE it got {answer} (--settle waits longer)"),
    ))
}

async fn not_found(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let known = registered(context, &blank).await?;
    known.delete_for_good(context, &blank).await?;
    let answer = context.get(&known.by_id()).await?;
    if matches!(answer.status.as_u16(), 404 | 410) {
        return Ok(());
    }
    Err(NotKept::broken("GET with the id of a deleted customer is answered 404", answer.to_string()))
}

/// Registers the same account with nothing, or else with half of what it had, and beside it somebody new with the same:
/// the two must not differ.
async fn created_again(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let old = registered(context, &blank).await?;
    old.delete_for_good(context, &blank).await?;
    let half = old.customer.fields.len() / 2;
    for count in [0, half] {
        let newcomer = first_fields(context.customer(), count);
        let answer = context.put(newcomer.request_fields()).await?;
        let Some(id) = answer.id().ok().filter(|_| answer.is_success()) else { continue };
        let blank = Blank::of(&context.settled(&newcomer, &id).await?);
        return compare(context, &first_fields(old.customer.clone(), count), &blank).await;
    }
    Err(NotKept::skip("the anchor takes no customer in parts, so what it kept could not be told from what it gets"))
}

async fn compare(context: &Context, again: &Customer, newcomer: &Blank) -> Finding {
    let answer = context.put(again.request_fields()).await?;
    let Some(_) = answer.id().ok().filter(|_| answer.is_success()) else {
        return Err(NotKept::skip(format!("the anchor does not register a deleted customer again: {answer}")));
    };
    match unlike(context, &again.query(), newcomer, Sight::Nothing).await? {
        None => Ok(()),
        Some(answer) => Err(NotKept::broken(
            "a customer that was deleted and registers again is shown like any other new one",
            format!("GET /customer got {answer}"),
        )),
    }
}

fn first_fields(customer: Customer, count: usize) -> Customer {
    let fields: Vec<Field> = customer.fields.into_iter().take(count).collect();
    Customer { fields, ..customer }
}

async fn put_refused(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let known = registered(context, &blank).await?;
    known.delete_for_good(context, &blank).await?;
    let mut fields = vec![Field::text("id", known.id.as_str())];
    fields.extend(known.customer.request_fields());
    let expected = || "a PUT with the id of a deleted customer is refused, best with 404".to_owned();
    let answer = answered(context.put(fields).await, expected)?;
    if answer.is_success() { Err(NotKept::broken(expected(), answer.to_string())) } else { Ok(()) }
}

/// The same account may get its id again; nobody else may. Other checks register customers at the same time, so the
/// heir may be one of theirs.
async fn not_reused(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let known = registered(context, &blank).await?;
    context.forget(&known.id);
    known.delete_for_good(context, &blank).await?;
    for _ in 0..HEIRS {
        let heir = context.customer();
        context.register(&heir).await?;
        if context.has_created(&known.id) {
            let actual = format!("one got the deleted customer's id {}", known.id);
            return Err(NotKept::broken("new accounts get ids that nobody had", actual));
        }
    }
    Ok(())
}
