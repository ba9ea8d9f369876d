//! Ids that are not the caller's: unknown ones and other accounts'.

use crate::sep12::{CustomerId, Field};
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::client::Failure;
use crate::suite::context::Context;
use crate::suite::expect::answered;
use crate::suite::people::Customer;

use super::updates::with_id;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/unknown-id-is-not-accepted",
        title: "a PUT with an id that was never given out is not a success",
        requirements: &["unknown-id-is-refused"],
        run: Attempt::Anchor(|context| Box::pin(unknown_refused(context))),
    },
    Check {
        id: "put/unknown-id-is-404",
        title: "a PUT with an id that was never given out is answered 404",
        requirements: &["unknown-id-is-not-found"],
        run: Attempt::Anchor(|context| Box::pin(unknown_not_found(context))),
    },
    Check {
        id: "put/foreign-id-is-not-accepted",
        title: "a PUT with the id of another account's customer is not a success",
        requirements: &["foreign-id-is-refused"],
        run: Attempt::Anchor(|context| Box::pin(foreign_refused(context))),
    },
    Check {
        id: "put/foreign-id-is-404",
        title: "a PUT with the id of another account's customer is answered 404",
        requirements: &["foreign-id-is-not-found"],
        run: Attempt::Anchor(|context| Box::pin(foreign_not_found(context))),
    },
];

async fn unknown_refused(context: &mut Context) -> Finding {
    no_success(&ask_unknown(context).await??, "an unknown id")
}

async fn unknown_not_found(context: &mut Context) -> Finding {
    not_found(ask_unknown(context).await?, "an unknown id")
}

async fn foreign_refused(context: &mut Context) -> Finding {
    no_success(&ask_foreign(context).await??, "another account's id")
}

async fn foreign_not_found(context: &mut Context) -> Finding {
    not_found(ask_foreign(context).await?, "another account's id")
}

/// What came of the question itself, apart from what was needed to ask it.
type Asked = Result<Result<Answer, Failure>, NotKept>;

async fn ask_unknown(context: &mut Context) -> Asked {
    let known = context.customer();
    let id = context.register(&known).await?;
    let nobody = context.unknown_id(&id)?;
    let stranger = context.customer();
    Ok(ask(context, &stranger, &nobody).await)
}

async fn ask_foreign(context: &mut Context) -> Asked {
    let owner = context.customer();
    let id = context.register(&owner).await?;
    let stranger = context.customer();
    Ok(ask(context, &stranger, &id).await)
}

async fn ask(context: &Context, customer: &Customer, id: &CustomerId) -> Result<Answer, Failure> {
    let fields: Vec<Field> = with_id(customer, id, customer.fields.clone());
    context.put(fields).await
}

fn no_success(answer: &Answer, what: &str) -> Finding {
    if answer.is_success() {
        return Err(NotKept::broken(format!("a PUT with {what} is refused, best with 404"), answer.to_string()));
    }
    Ok(())
}

fn not_found(answer: Result<Answer, Failure>, what: &str) -> Finding {
    let expected = || format!("a PUT with {what} is answered 404");
    let answer = answered(answer, expected)?;
    if answer.status != 404 {
        return Err(NotKept::broken(expected(), answer.to_string()));
    }
    Ok(())
}
