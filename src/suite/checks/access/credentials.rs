//! Only the platform may read and delete customers, and a refused request does nothing.

use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::checks::delete::known::{Blank, Known, Sight};
use crate::suite::context::Context;
use crate::suite::expect::answered;
use crate::suite::request::{Encoding, Request, Shown};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/credentials-are-required",
        title: "a GET without credentials, or with wrong ones, is refused",
        requirements: &["credentials-are-checked"],
        run: Attempt::Anchor(|context| Box::pin(get_refused(context))),
    },
    Check {
        id: "delete/credentials-are-required",
        title: "a DELETE without credentials, or with wrong ones, is refused",
        requirements: &["credentials-are-checked"],
        run: Attempt::Anchor(|context| Box::pin(delete_refused(context))),
    },
    Check {
        id: "put/refused-credentials-write-nothing",
        title: "a PUT without credentials, or with wrong ones, registers nobody",
        requirements: &["refused-credentials-change-nothing"],
        run: Attempt::Anchor(|context| Box::pin(nothing_written(context))),
    },
    Check {
        id: "delete/refused-credentials-delete-nothing",
        title: "a DELETE without credentials, or with wrong ones, deletes nobody",
        requirements: &["refused-credentials-change-nothing"],
        run: Attempt::Anchor(|context| Box::pin(nothing_deleted(context))),
    },
];

const OTHERS: [(Shown, &str); 2] = [(Shown::None, "without credentials"), (Shown::Wrong, "with wrong credentials")];

async fn get_refused(context: &mut Context) -> Finding {
    needs_credentials(context)?;
    let customer = context.customer();
    let id = context.register(&customer).await?;
    let mut parameters = vec![("id".to_owned(), id.as_str().to_owned())];
    parameters.extend(customer.query());
    refused(context, &Request::get(&parameters)).await
}

async fn delete_refused(context: &mut Context) -> Finding {
    needs_credentials(context)?;
    let customer = context.customer();
    let id = context.register(&customer).await?;
    refused(context, &Request::delete(&id)).await
}

fn needs_credentials(context: &Context) -> Finding {
    if context.suite.client.has_credentials() {
        return Ok(());
    }
    Err(NotKept::skip("no credentials are given with --auth"))
}

async fn refused(context: &Context, request: &Request) -> Finding {
    for (credentials, what) in OTHERS {
        let expected = || format!("a {} {what} is answered 401 or 403", request.method);
        let answer = context.send(Request { credentials, ..request.clone() }).await;
        let answer = answered(answer, expected)?;
        if !matches!(answer.status.as_u16(), 401 | 403) {
            return Err(NotKept::broken(expected(), answer.to_string()));
        }
    }
    Ok(())
}

async fn nothing_written(context: &mut Context) -> Finding {
    needs_credentials(context)?;
    context.needs_acceptance()?;
    let blank = Blank::look(context).await?;
    let mut refused = Vec::new();
    for (credentials, what) in OTHERS {
        let customer = context.customer();
        let request = Request::put(customer.text_fields(), &Encoding::Json);
        let answer = context.send(Request { credentials, ..request }).await?;
        refused.push((customer, what, answer));
    }
    context.linger().await;
    for (customer, what, answer) in refused {
        let seen = context.get(&customer.query()).await?;
        if blank.sight(&seen) == Sight::Data {
            let expected = format!("a PUT {what} registers nobody");
            return Err(NotKept::broken(expected, format!("PUT got {answer}, and then GET got {seen}")));
        }
    }
    Ok(())
}

async fn nothing_deleted(context: &mut Context) -> Finding {
    needs_credentials(context)?;
    let blank = Blank::look(context).await?;
    let mut all = Vec::new();
    for (credentials, what) in OTHERS {
        let customer = context.customer();
        let known = Known::register(context, customer, &blank).await?;
        context.send(Request { credentials, ..Request::delete(&known.id) }).await?;
        all.push((known, format!("DELETE {what}")));
    }
    Known::all_remain(context, &blank, &all).await
}
