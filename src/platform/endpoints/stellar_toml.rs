//! `GET /.well-known/stellar.toml`: where everything is (SEP-1).

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response};

use crate::platform::accept::Platform;
use crate::platform::respond::Answered;
use crate::platform::route::AUTH_PATH;
use crate::platform::web_auth::Origin;
use crate::sep1::StellarToml;

pub(super) fn answer(platform: &Platform, request: &Request<Incoming>) -> Answered {
    let authenticator = platform.authenticator()?;
    let web_auth = &authenticator.web_auth;
    let origin = Origin::of(authenticator, request.headers())?;
    let file = StellarToml {
        network_passphrase: web_auth.network.passphrase().to_owned(),
        signing_key: web_auth.key.public_key(),
        web_auth_endpoint: origin.url(AUTH_PATH),
        kyc_server: origin.url(&platform.config.sep12_path),
        documentation: web_auth.documentation.clone(),
        currencies: web_auth.currencies.clone(),
    };
    let mut response = Response::new(Full::new(Bytes::from(file.to_text())));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(response)
}
