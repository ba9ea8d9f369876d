//! `GET SEP12/customer`: what the anchor still needs, and where a customer's KYC stands (SEP-12, customer GET).

use hyper::body::Incoming;
use hyper::{Request, StatusCode};

use crate::platform::accept::Platform;
use crate::platform::authenticate::authenticate;
use crate::platform::call::{Call, Parameters};
use crate::platform::decode::query;
use crate::platform::forward::Anchor;
use crate::platform::identify::{Policy, identify};
use crate::platform::ownership;
use crate::platform::record::Record;
use crate::platform::reply::customer_breaches;
use crate::platform::respond::{Answered, respond};

/// What a client may ask by.
const PARAMETERS: [&str; 7] = ["id", "account", "memo", "memo_type", "type", "transaction_id", "lang"];
/// What goes to the anchor beside the identity, in this order.
pub(super) const FORWARDED: [&str; 4] = ["id", "type", "transaction_id", "lang"];

pub(super) async fn answer(platform: &Platform, request: &Request<Incoming>, record: &mut Record) -> Answered {
    let Platform { config, anchor, .. } = platform;
    let caller = authenticate(request.headers(), &config.wallet_tokens)?;
    let parameters = query(request.uri().query(), &PARAMETERS, &config.limits)?;
    let identified = identify(caller, Policy::of(config), parameters)?;
    identified.finish()?;
    ownership::verify(platform, &identified, identified.id.as_deref(), &record.trace).await?;
    show(anchor, &identified.parameters(&FORWARDED), record).await
}

/// What the anchor answers, unchanged, if a client can go on with it.
pub(super) async fn show(anchor: &Anchor, parameters: &Parameters, record: &mut Record) -> Answered {
    let answer = anchor.send(&Call::get_customer(parameters)?, &record.trace).await?;
    record.note(&customer_breaches(&answer)?);
    Ok(respond(StatusCode::OK, answer.body))
}
