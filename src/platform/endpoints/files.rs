//! `POST` and `GET SEP12/customer/files`: files apart from the fields that refer to them (SEP-12, customer files).

use hyper::body::Incoming;
use hyper::{Request, StatusCode};

use crate::platform::accept::Platform;
use crate::platform::authenticate::authenticate;
use crate::platform::call::Call;
use crate::platform::decode::{decode, query};
use crate::platform::identify::{Policy, identify, refuse_identity_in_query};
use crate::platform::ownership;
use crate::platform::record::Record;
use crate::platform::refusal::Refusal;
use crate::platform::reply::{file_breaches, files_breaches};
use crate::platform::respond::{Answered, respond};
use crate::sep12::registry::{self, Kind};

/// What a client may ask by.
const PARAMETERS: [&str; 5] = ["file_id", "customer_id", "account", "memo", "memo_type"];

/// The file goes on to the anchor while it comes in.
pub(super) async fn post(platform: &Platform, request: Request<Incoming>, record: &mut Record) -> Answered {
    let Platform { config, anchor, .. } = platform;
    let caller = authenticate(request.headers(), &config.wallet_tokens)?;
    refuse_identity_in_query(request.uri().query())?;
    let mut fields = decode(request, kind, &config.limits).await?;
    let lead = fields.lead().await?;
    let identified = identify(caller, Policy::of(config), lead.texts)?;
    let file = match lead.file {
        Some(file) if file.name == "file" => file,
        Some(other) => return Err(Refusal::field(&other.name, "is not the file; its part is named 'file'")),
        None => return Err(Refusal::field("file", "must be sent, as multipart/form-data")),
    };
    ownership::verify(platform, &identified, identified.id.as_deref(), &record.trace).await?;
    let call = Call::post_file(&identified.identity.parameters())?;
    record.anchor_content_type = "multipart/form-data";
    let sent = anchor.send_multipart(&call, identified, file, fields, &record.trace, &mut record.tally);
    let answer = sent.await?;
    record.note(&file_breaches(&answer)?);
    Ok(respond(StatusCode::OK, answer.body))
}

/// Which files the anchor has.
pub(super) async fn get(platform: &Platform, request: &Request<Incoming>, record: &mut Record) -> Answered {
    let Platform { config, anchor, .. } = platform;
    let caller = authenticate(request.headers(), &config.wallet_tokens)?;
    let parameters = query(request.uri().query(), &PARAMETERS, &config.limits)?;
    let identified = identify(caller, Policy::of(config), parameters)?;
    let customer_id = identified.text("customer_id");
    if customer_id.is_none() && identified.text("file_id").is_none() {
        return Err(Refusal::malformed("ask by 'file_id' or by 'customer_id'"));
    }
    ownership::verify(platform, &identified, customer_id, &record.trace).await?;
    let call = Call::get_files(&identified.parameters(&["file_id", "customer_id"]))?;
    let answer = anchor.send(&call, &record.trace).await?;
    record.note(&files_breaches(&answer)?);
    Ok(respond(StatusCode::OK, answer.body))
}

/// `file` is binary here, whatever its part looks like.
fn kind(name: &str) -> Option<Kind> {
    if name == "file" { Some(Kind::Binary) } else { registry::kind(name) }
}
