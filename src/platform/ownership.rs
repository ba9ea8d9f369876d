//! Whose id is it? Asked of the anchor before a request with an `id`, if configured (`--verify-ownership`).
//!
//! The anchor's `GET /customer` by identity being right is the only assumption. A token with a memo or a muxed id is
//! one customer, so the look-up is by its identity and the id must be the one found. A token without one owns every
//! customer of its account: with a memo in the request the look-up is by that memo, without by id and account together.

use super::accept::Platform;
use super::identify::Identified;
use super::lookup::find_id;
use super::refusal::Refusal;
use super::trace::Trace;
use crate::sep12::Caller;

/// Fails unless the anchor says that the id, if there is one, is the caller's; asks only if configured.
pub(crate) async fn verify(
    platform: &Platform,
    identified: &Identified,
    id: Option<&str>,
    trace: &Trace,
) -> Result<(), Refusal> {
    let Platform { config, anchor, .. } = platform;
    let Some(id) = id.filter(|_| config.verify_ownership) else { return Ok(()) };
    let mut parameters = identified.identity.parameters();
    if matches!(identified.caller, Caller::Account(_)) && identified.identity.memo().is_none() {
        parameters.insert(0, ("id", id.to_owned()));
    }
    let customer_type = identified.customer_type.as_ref().or(config.lookup_type.as_ref());
    parameters.extend(customer_type.cloned().map(|customer_type| ("type", customer_type)));
    match find_id(anchor, &parameters, trace).await {
        Ok(Some(owned)) if owned.as_str() == id => Ok(()),
        Ok(_) => Err(Refusal::NotTheCallersId),
        // What the client can mend or wait out (an unknown type, too many requests) it is told as for the PUT itself.
        Err(refused @ (Refusal::AnchorRefused { .. } | Refusal::TooLarge { .. })) => Err(refused),
        Err(cause) => Err(Refusal::OwnershipUnknown(Box::new(cause))),
    }
}
