//! `PUT SEP12/customer/callback`: where the anchor shall tell of changes (SEP-12, customer callback PUT).
//!
//! SEP-12 asks for a URL and restricts it no further, so `http` passes too: whom to call is the anchor's to decide. What
//! could be read as two different hosts, or is no URL at all, does not pass.

use hyper::body::Incoming;
use hyper::{Request, StatusCode, Uri};

use crate::platform::accept::Platform;
use crate::platform::authenticate::authenticate;
use crate::platform::call::Call;
use crate::platform::decode::{Part, decode, texts};
use crate::platform::encode;
use crate::platform::identify::{Policy, identify, refuse_identity_in_query};
use crate::platform::ownership;
use crate::platform::record::Record;
use crate::platform::refusal::Refusal;
use crate::platform::reply::{is_success, refused};
use crate::platform::respond::{Answered, respond};
use crate::sep12::registry;

pub(super) async fn answer(platform: &Platform, request: Request<Incoming>, record: &mut Record) -> Answered {
    let Platform { config, anchor, .. } = platform;
    let caller = authenticate(request.headers(), &config.wallet_tokens)?;
    refuse_identity_in_query(request.uri().query())?;
    let fields = texts(decode(request, registry::kind, &config.limits).await?).await?;
    let mut identified = identify(caller, Policy::of(config), fields)?;
    match identified.text("url") {
        None => return Err(Refusal::field("url", "must be sent, as a string")),
        Some(url) if !is_callback_url(url) => {
            return Err(Refusal::field("url", "must be an http or https URL without user name and fragment"));
        }
        Some(_) => {}
    }
    ownership::verify(platform, &identified, identified.id.as_deref(), &record.trace).await?;
    let call = Call::put_callback(&identified.parameters(&["id"]))?;
    identified.texts.retain(|field| !matches!(field, Part::Text { name, .. } if name == "id"));
    record.anchor_content_type = "application/json";
    record.tally.texts(&identified.texts);
    let answer = anchor.send_json(&call, encode::json(&identified, call.identity), &record.trace).await?;
    if is_success(answer.status) || answer.status == StatusCode::NO_CONTENT {
        return Ok(respond(StatusCode::OK, "{}"));
    }
    Err(refused(&answer))
}

fn is_callback_url(url: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte);
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let Some(authority) = uri.authority() else { return false };
    let has_port = authority.as_str().len() > authority.host().len();
    url.bytes().all(plain)
        && matches!(uri.scheme_str(), Some("http" | "https"))
        && !authority.host().is_empty()
        && !authority.as_str().contains('@')
        && (!has_port || authority.port_u16().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_the_web_are_taken() {
        for url in [
            "https://wallet.example/kyc?customer=1&x=%20",
            "http://127.0.0.1:8000/",
            "https://[::1]:443",
            "HTTPS://wallet.example",
            "https://xn--bcher-kva.example",
        ] {
            assert!(is_callback_url(url), "{url}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        for url in [
            "wallet.example",
            "/kyc",
            "//wallet.example",
            "ftp://wallet.example",
            "javascript:alert(1)",
            "https://",
            "https:///kyc",
            "https://:443/",
            "https://wallet.example:/",
            "https://wallet.example:99999/",
            "https://wallet.example@elsewhere.example/",
            "https://wallet.example\\@elsewhere.example/",
            "https://wallet.example/#here",
            "https://wallet.example/a b",
            "https://wallet.example/\r\nX: y",
            " https://wallet.example/",
            "https://bücher.example/",
        ] {
            assert!(!is_callback_url(url), "{url}");
        }
    }
}
