//! `PUT SEP12/customer/verification`, deprecated: codes go to the anchor as fields of `PUT /customer`, and the answer is
//! that of `GET /customer` (SEP-12, customer PUT verification).

use hyper::Request;
use hyper::body::Incoming;

use super::get_customer::{FORWARDED, show};
use super::put_customer::put_texts;
use crate::platform::accept::Platform;
use crate::platform::authenticate::authenticate;
use crate::platform::decode::{Part, decode, texts};
use crate::platform::identify::{Policy, identify, refuse_identity_in_query};
use crate::platform::ownership;
use crate::platform::record::Record;
use crate::platform::refusal::Refusal;
use crate::platform::respond::Answered;
use crate::sep12::registry;

pub(super) async fn answer(platform: &Platform, request: Request<Incoming>, record: &mut Record) -> Answered {
    let Platform { config, anchor, .. } = platform;
    let caller = authenticate(request.headers(), &config.wallet_tokens)?;
    refuse_identity_in_query(request.uri().query())?;
    let fields = texts(decode(request, registry::kind, &config.limits).await?).await?;
    let identified = identify(caller, Policy::of(config), fields)?;
    identified.finish()?;
    let Some(id) = identified.id.as_deref() else {
        return Err(Refusal::field("id", "must be sent: it names the customer whose fields are verified"));
    };
    check_codes(&identified.texts)?;
    ownership::verify(platform, &identified, Some(id), &record.trace).await?;
    let mut parameters = identified.parameters(&FORWARDED);
    let id = put_texts(anchor, identified, record).await?;
    for (_, value) in parameters.iter_mut().filter(|(name, _)| *name == "id") {
        *value = id.to_string();
    }
    show(anchor, &parameters, record).await
}

/// At least one code, and nothing that would change the customer.
fn check_codes(fields: &[Part]) -> Result<(), Refusal> {
    let mut codes = 0;
    for field in fields {
        match field {
            Part::Text { name, .. } if FORWARDED.contains(&name.as_str()) => {}
            Part::Text { name, .. } if name.ends_with("_verification") => codes += 1,
            Part::Json { name, .. } if name.ends_with("_verification") => {
                return Err(Refusal::field(name, "must be a string"));
            }
            Part::Text { name, .. } | Part::Json { name, .. } => {
                return Err(Refusal::field(name, "is no verification code; send it with PUT /customer"));
            }
            Part::File(_) => unreachable!("a request with a file was refused"),
        }
    }
    if codes == 0 { Err(Refusal::malformed("send at least one field named *_verification")) } else { Ok(()) }
}
