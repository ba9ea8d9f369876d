//! `GET` and `POST /auth`: a challenge, and a token for the signed challenge (SEP-10).

use std::time::Duration;

use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use serde_json::json;

use crate::platform::accept::Platform;
use crate::platform::authenticate::unix_time;
use crate::platform::config::Limits;
use crate::platform::decode::{Part, decode, query};
use crate::platform::refusal::Refusal;
use crate::platform::respond::{Answered, respond};
use crate::platform::route::AUTH_PATH;
use crate::platform::web_auth::Origin;
use crate::sep10::ClientAccount;
use crate::sep10::session::Session;

/// What a challenge is asked for by. `client_domain` is not among them: SEP-10 lets a server leave it aside.
const PARAMETERS: [&str; 3] = ["account", "memo", "home_domain"];

pub(super) fn challenge(platform: &Platform, request: &Request<Incoming>) -> Answered {
    let authenticator = platform.authenticator()?;
    let server = Origin::of(authenticator, request.headers())?.server()?;
    let parameters = query(request.uri().query(), &PARAMETERS, &platform.config.limits)?;
    let given = |name| text(&parameters, name);
    let account = given("account").ok_or_else(|| Refusal::field("account", "is missing; name it in the query"))?;
    let client =
        ClientAccount::requested(account, given("memo")).map_err(|error| Refusal::malformed(error.to_string()))?;
    if given("home_domain").is_some_and(|domain| !domain.eq_ignore_ascii_case(server.home_domain.as_str())) {
        return Err(Refusal::ForeignHomeDomain(server.home_domain.to_string()));
    }
    let challenge = json!({
        "transaction": server.issue(client, unix_time()),
        "network_passphrase": authenticator.web_auth.network.passphrase(),
    });
    Ok(respond(StatusCode::OK, challenge.to_string()))
}

pub(super) async fn token(platform: &Platform, request: Request<Incoming>) -> Answered {
    let authenticator = platform.authenticator()?;
    let origin = Origin::of(authenticator, request.headers())?;
    let (server, issuer) = (origin.server()?, origin.url(AUTH_PATH));
    let fields = decode(request, |_| None, &limits(&platform.config.limits)).await?.lead().await?.texts;
    let transaction = text(&fields, "transaction");
    let transaction = transaction.ok_or_else(|| Refusal::field("transaction", "is missing; it must be base64 XDR"))?;
    let challenge = server.open(transaction, unix_time()).map_err(|refusal| Refusal::malformed(refusal.to_string()))?;
    let authority = authenticator.ledger.authority(challenge.client().base()).await?;
    let authenticated =
        challenge.authenticate(&authority).map_err(|refusal| Refusal::malformed(refusal.to_string()))?;
    let now = unix_time();
    authenticator.use_up(&authenticated, now)?;
    let session = Session::new(
        &authenticated,
        issuer.as_str(),
        &server.home_domain,
        now,
        authenticator.web_auth.session.as_secs(),
    );
    let token = session.sign(&platform.config.wallet_tokens.secret);
    Ok(respond(StatusCode::OK, json!({"token": token}).to_string()))
}

/// Who asks has no token yet: what they may send is bounded by what a signed challenge needs.
fn limits(config: &Limits) -> Limits {
    Limits {
        body: config.body.min(64 * 1024),
        string_field: config.string_field.min(32 * 1024),
        all_strings: config.all_strings.min(64 * 1024),
        fields: config.fields.min(16),
        idle_time: config.idle_time.min(Duration::from_secs(10)),
        body_time: config.body_time.min(Duration::from_secs(20)),
        ..config.clone()
    }
}

/// A text that is not empty.
fn text<'a>(parts: &'a [Part], wanted: &str) -> Option<&'a str> {
    parts.iter().find_map(|part| match part {
        Part::Text { name, value } if name == wanted && !value.is_empty() => Some(value.as_str()),
        _ => None,
    })
}
