//! What SEP-12 has and the callback API has not: verification, callbacks and files. Who does not serve it is skipped.

use std::sync::Arc;

use hyper::Method;

use super::ids::known;
use crate::sep12::body::Multipart;
use crate::sep12::{Field, json};
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::expect::answered;
use crate::suite::platform::Context;
use crate::suite::platform::anchor::Heard;
use crate::suite::platform::compare::kept;
use crate::suite::platform::context::Seen;
use crate::suite::platform::wallet::Wallet;
use crate::suite::request::{Content, Encoding, Request};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "sep12/codes-in-put",
        title: "verification codes in a PUT reach the anchor with the customer's id",
        requirements: &["codes-reach-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(codes_in_put(context))),
    },
    Check {
        id: "sep12/verification",
        title: "codes sent to /customer/verification reach the anchor, if the platform serves it",
        requirements: &["codes-reach-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(verification(context))),
    },
    Check {
        id: "sep12/callback",
        title: "a callback URL reaches the anchor, if the platform serves /customer/callback",
        requirements: &["extras-work-where-served"],
        run: Attempt::Platform(|context| Box::pin(callback(context))),
    },
    Check {
        id: "sep12/files",
        title: "a file sent ahead reaches the anchor byte by byte, if the platform serves /customer/files",
        requirements: &["extras-work-where-served"],
        run: Attempt::Platform(|context| Box::pin(files(context))),
    },
];

/// A place that nobody serves.
const NOWHERE: &str = "/customer/nothing-that-sep-12-knows";

/// A request of an optional endpoint; skipped where there is none.
async fn asked(
    context: &Context,
    wallet: &Wallet,
    request: Request,
    asked: &str,
) -> Result<(Answer, Vec<Arc<Heard>>), NotKept> {
    let seen = context.ask(wallet.signed(request.clone())).await;
    served(context, wallet, request, seen, asked).await
}

/// The answer of an endpoint that the platform serves, and what the anchor got.
async fn served(
    context: &Context,
    wallet: &Wallet,
    request: Request,
    seen: Seen,
    asked: &str,
) -> Result<(Answer, Vec<Arc<Heard>>), NotKept> {
    let expected = || format!("{asked} is answered 2xx, or 404 if it is not served");
    let answer = answered(seen.answer, expected)?;
    if answer.is_success() {
        return Ok((answer, seen.heard));
    }
    let unserved = || NotKept::skip(format!("the platform does not serve {asked} ({})", answer.status));
    if matches!(answer.status.as_u16(), 404 | 405 | 410 | 501) {
        return Err(unserved());
    }
    // Some platforms answer otherwise where they serve nothing. That is not nice, but it is not this endpoint's fault.
    if seen.heard.is_empty() {
        let nowhere = context.ask(wallet.signed(Request { path: NOWHERE.to_owned(), ..request })).await;
        if nowhere.answer.is_ok_and(|nowhere| nowhere.status == answer.status) {
            return Err(unserved());
        }
    }
    Err(NotKept::broken(expected(), answer.to_string()))
}

fn at(method: Method, path: &str, fields: &[Field], encoding: &Encoding) -> Request {
    Request { content: Some(Content::write(fields.to_vec(), encoding)), ..Request::new(method, path) }
}

fn carries(heard: &[Arc<Heard>], fields: &[Field], asked: &str) -> Finding {
    let Some(heard) = heard.iter().find(|heard| !heard.fields().is_empty()) else {
        return Err(NotKept::broken(format!("{asked} reaches the anchor with its fields"), "the anchor got no field"));
    };
    kept(heard, fields, asked)
}

async fn codes_in_put(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let id = context.id();
    context.script(known(&id));
    let codes = [("id", id.as_str()), ("mobile_number_verification", "012345"), ("email_address_verification", "9")];
    let fields = codes.map(|(name, code)| Field::text(name, code));
    let seen = context.put(&wallet, &fields).await;
    let answer = answered(seen.answer, || "codes in a PUT are answered 2xx".to_owned())?;
    if !answer.is_success() {
        return Err(NotKept::broken("codes in a PUT are answered 2xx", answer.to_string()));
    }
    let puts: Vec<_> = seen.heard.into_iter().filter(|heard| heard.is_put()).collect();
    carries(&puts, &fields, "a PUT of codes")
}

/// The endpoint is deprecated: whoever refuses a request there as a whole sends the wallet to PUT /customer. Who accepts it
/// must not lose the code.
async fn verification(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let id = context.id();
    context.script(known(&id));
    let code = Field::text("mobile_number_verification", "012345");
    let fields = [Field::text("id", &id), code.clone()];
    let request = at(Method::PUT, "/customer/verification", &fields, &Encoding::Json);
    let asked = "PUT /customer/verification";
    let seen = context.ask(wallet.signed(request.clone())).await;
    if let Ok(answer) = &seen.answer
        && answer.status.is_client_error()
        && seen.heard.is_empty()
    {
        return Err(NotKept::skip(format!("the platform takes no codes at {asked} ({})", answer.status)));
    }
    let (answer, heard) = served(context, &wallet, request, seen, asked).await?;
    carries(&heard, &[code], asked)?;
    let expected = "the answer is that of GET /customer, with a status";
    answer.info().map(drop).map_err(|error| NotKept::broken(expected, format!("{error}: {answer}")))
}

async fn callback(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let url = format!("https://wallet.example/kyc/{}", context.mark());
    let fields = [Field::text("url", url)];
    let request = at(Method::PUT, "/customer/callback", &fields, &Encoding::Json);
    let (_, heard) = asked(context, &wallet, request, "PUT /customer/callback").await?;
    carries(&heard, &fields, "PUT /customer/callback")
}

async fn files(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let fields = [context.file("photo_id_front")].map(|field| Field { name: "file".to_owned(), ..field });
    let multipart = Encoding::Multipart(Multipart::default());
    let request = at(Method::POST, "/customer/files", &fields, &multipart);
    let (answer, heard) = asked(context, &wallet, request, "POST /customer/files").await?;
    carries(&heard, &fields, "POST /customer/files")?;
    let body = json::read(&answer.body).unwrap_or_default();
    if body["file_id"].is_string() {
        return Ok(());
    }
    Err(NotKept::broken("the wallet gets the anchor's file_id", answer.to_string()))
}
