//! One customer, two encodings: what can be sent as JSON can be sent as multipart.

use crate::sep12::body::Multipart;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::request::Encoding;

use super::values::{TEXTS, free_texts, renamed};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "put/multipart-takes-what-json-takes",
    title: "a name in any script that is accepted as JSON is accepted as multipart",
    requirements: &["multipart-takes-what-json-takes"],
    run: Attempt::Anchor(|context| Box::pin(same_values(context))),
}];

const PLAIN: &str = "Plain";

/// The very same customer twice, so that nothing but the encoding differs.
async fn same_values(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let names = free_texts(&context.customer());
    match taken(context, &names, PLAIN).await? {
        [Ok(()), Ok(())] => {}
        [Err(refusal), _] => {
            return Err(NotKept::skip(format!("the anchor takes no such customer as JSON: {refusal}")));
        }
        [_, Err(refusal)] => {
            return Err(NotKept::skip(format!("the anchor takes no customer without files as multipart: {refusal}")));
        }
    }
    for text in TEXTS {
        if let [Ok(()), Err(refusal)] = taken(context, &names, text).await? {
            let shown = names.join(", ");
            let expected = format!("{shown} \"{text}\" as multipart is answered 2xx, because it is as JSON");
            return Err(NotKept::broken(expected, refusal));
        }
    }
    Ok(())
}

/// What became of a customer with that text as JSON, and then again as multipart; a crash is another check's business.
async fn taken(context: &mut Context, names: &[&str], text: &str) -> Result<[Result<(), String>; 2], NotKept> {
    let customer = renamed(context, names, text);
    let mut taken = [Ok(()), Ok(())];
    for (encoding, taken) in [Encoding::Json, Encoding::Multipart(Multipart::default())].iter().zip(&mut taken) {
        let answer = context.put_as(customer.text_fields(), encoding).await?;
        if answer.status.is_server_error() {
            return Err(NotKept::inconclusive(format!("{} \"{text}\" got {answer}", names.join(", "))));
        }
        if !answer.is_success() {
            *taken = Err(answer.to_string());
        }
    }
    Ok(taken)
}
