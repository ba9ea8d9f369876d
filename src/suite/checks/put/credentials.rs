//! Only the platform may write customers.

use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::request::{Encoding, Request, Shown};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "put/credentials-are-required",
    title: "a PUT without credentials, or with wrong ones, is refused",
    requirements: &["credentials-are-checked"],
    run: Attempt::Anchor(|context| Box::pin(required(context))),
}];

async fn required(context: &mut Context) -> Finding {
    if !context.suite.client.has_credentials() {
        return Err(NotKept::skip("no credentials are given with --auth"));
    }
    for (credentials, what) in [(Shown::None, "without credentials"), (Shown::Wrong, "with wrong ones")] {
        let customer = context.customer();
        let request = Request { credentials, ..Request::put(customer.text_fields(), &Encoding::Json) };
        let answer = context.send(request).await?;
        if !matches!(answer.status.as_u16(), 401 | 403) {
            return Err(NotKept::broken(format!("a PUT {what} is answered 401 or 403"), answer.to_string()));
        }
    }
    Ok(())
}
