//! `PUT SEP12/customer`: a customer's fields go to the anchor, and its id comes back (SEP-12, customer PUT).

use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use serde_json::json;

use crate::platform::accept::Platform;
use crate::platform::authenticate::authenticate;
use crate::platform::call::Call;
use crate::platform::decode::decode;
use crate::platform::encode;
use crate::platform::forward::Anchor;
use crate::platform::identify::{Identified, Policy, identify, refuse_identity_in_query};
use crate::platform::ownership;
use crate::platform::record::Record;
use crate::platform::refusal::Refusal;
use crate::platform::reply::customer_id;
use crate::platform::respond::{Answered, respond};
use crate::sep12::{CustomerId, registry};

pub(super) async fn answer(platform: &Platform, request: Request<Incoming>, record: &mut Record) -> Answered {
    let Platform { config, anchor, .. } = platform;
    let caller = authenticate(request.headers(), &config.wallet_tokens)?;
    refuse_identity_in_query(request.uri().query())?;
    let mut fields = decode(request, registry::kind, &config.limits).await?;
    let lead = fields.lead().await?;
    let identified = identify(caller, Policy::of(config), lead.texts)?;
    if lead.file.is_none() {
        identified.finish()?;
    }
    ownership::verify(platform, &identified, identified.id.as_deref(), &record.trace).await?;
    let id = match lead.file {
        None => put_texts(anchor, identified, record).await?,
        Some(file) => {
            record.anchor_content_type = "multipart/form-data";
            let call = Call::put_customer();
            let sent = anchor.send_multipart(&call, identified, file, fields, &record.trace, &mut record.tally);
            customer_id(&sent.await?)?
        }
    };
    Ok(respond(StatusCode::ACCEPTED, json!({"id": id}).to_string()))
}

/// The same without a file; the id exactly as the anchor gave it.
pub(super) async fn put_texts(
    anchor: &Anchor,
    identified: Identified,
    record: &mut Record,
) -> Result<CustomerId, Refusal> {
    record.anchor_content_type = "application/json";
    record.tally.texts(&identified.texts);
    let call = Call::put_customer();
    let body = encode::json(&identified, call.identity);
    // The texts would be held twice for as long as the anchor takes.
    drop(identified);
    customer_id(&anchor.send_json(&call, body, &record.trace).await?)
}
