//! `DELETE SEP12/customer/{account}`: SEP-12 deletes by account and memo, the callback API by id (SEP-12, customer
//! DELETE).
//!
//! The customer is looked up first. An `id` of the client's is refused rather than passed over: whoever sends one means
//! that customer, and another would be deleted.

use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use percent_encoding::percent_decode_str;

use crate::platform::accept::Platform;
use crate::platform::authenticate::authenticate;
use crate::platform::call::Call;
use crate::platform::decode::{decode_if_any, texts};
use crate::platform::identify::{Policy, account_must_match, identify, refuse_identity_in_query};
use crate::platform::lookup::find_id;
use crate::platform::record::Record;
use crate::platform::refusal::Refusal;
use crate::platform::reply::refused;
use crate::platform::respond::{Answered, respond};
use crate::sep12::registry;

pub(super) async fn answer(
    platform: &Platform,
    account: &str,
    request: Request<Incoming>,
    record: &mut Record,
) -> Answered {
    let Platform { config, anchor, .. } = platform;
    let caller = authenticate(request.headers(), &config.wallet_tokens)?;
    account_must_match(caller, &percent_decode_str(account).decode_utf8_lossy())?;
    refuse_identity_in_query(request.uri().query())?;
    let fields = texts(decode_if_any(request, registry::kind, &config.limits).await?).await?;
    let identified = identify(caller, Policy::of(config), fields)?;
    if identified.id.is_some() {
        return Err(Refusal::field(
            "id",
            "is not what a customer is deleted by; send 'memo' if one account holds many",
        ));
    }
    let mut parameters = identified.identity.parameters();
    parameters.extend(config.lookup_type.clone().map(|lookup_type| ("type", lookup_type)));
    let id = find_id(anchor, &parameters, &record.trace).await?.ok_or(Refusal::NoSuchCustomer)?;
    let answer = anchor.send(&Call::delete_customer(&id)?, &record.trace).await?;
    match answer.status {
        // The callback API has 204; 200 is SEP-12's own, and 202 says that the deletion waits in a queue.
        StatusCode::OK | StatusCode::ACCEPTED | StatusCode::NO_CONTENT => Ok(respond(StatusCode::OK, "{}")),
        _ => Err(refused(&answer)),
    }
}
