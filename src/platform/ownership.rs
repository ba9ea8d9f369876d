//! Whose id is it? Asked of the anchor before a request with an `id`, if configured (`--verify-ownership`).
//!
//! The anchor's `GET /customer` by identity being right is the only assumption. A token with a memo or a muxed id is
//! one customer, so the look-up is by its identity and the id must be the one found. A token without one owns every
//! customer of its account: with a memo in the request the look-up is by that memo, without by id and account together.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::forward::Anchor;
use super::identify::Identified;
use super::refusal::Refusal;
use super::reply::{is_success, refused};
use super::trace::Trace;
use crate::sep12::Caller;
use crate::sep12::info::CustomerInfo;

/// Fails unless the anchor says that the request's `id` is the caller's.
pub(crate) async fn verify(
    anchor: &Anchor,
    caller: Caller,
    identified: &Identified,
    trace: &Trace,
) -> Result<(), Refusal> {
    let Some(id) = &identified.id else { return Ok(()) };
    let mut parameters = identified.identity.parameters();
    if matches!(caller, Caller::Account(_)) && identified.identity.memo().is_none() {
        parameters.insert(0, ("id", id.clone()));
    }
    parameters.extend(identified.customer_type.clone().map(|customer_type| ("type", customer_type)));
    match look_up(anchor, &parameters, trace).await {
        Ok(owned) if owned.as_deref() == Some(id) => Ok(()),
        Ok(_) => Err(Refusal::NotTheCallersId),
        // What the client can mend or wait out (an unknown type, too many requests) it is told as for the PUT itself.
        Err(refused @ Refusal::AnchorRefused { .. }) => Err(refused),
        Err(cause) => Err(Refusal::OwnershipUnknown(Box::new(cause))),
    }
}

/// The id that the anchor knows for these parameters; `None` if it knows none.
async fn look_up(
    anchor: &Anchor,
    parameters: &[(&'static str, String)],
    trace: &Trace,
) -> Result<Option<String>, Refusal> {
    let query: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    let answer = anchor.get(&format!("/customer?{}", query.join("&")), trace).await?;
    if matches!(answer.status.as_u16(), 404 | 410) {
        return Ok(None);
    }
    if !is_success(answer.status) {
        return Err(refused(&answer));
    }
    let (info, _) = CustomerInfo::read(&answer.body).map_err(Refusal::AnchorBrokeContract)?;
    Ok(info.id.map(String::from))
}
