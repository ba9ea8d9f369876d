//! Step 1, accept: a request comes off the wire, goes through the steps, and its answer and one log line come out.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};

use super::config::{Config, InvalidRoots};
use super::cors::open_to_all;
use super::endpoints;
use super::forward::Anchor;
use super::record::Record;
use super::refusal::Refusal;
use super::respond::refuse;
use super::route::route;
use super::web_auth::Authenticator;
use crate::wire::listener::Hangup;

/// What all requests share.
pub(crate) struct Platform {
    pub(crate) config: Config,
    pub(crate) anchor: Anchor,
    authenticator: Option<Authenticator>,
}

impl Platform {
    pub(crate) fn new(config: Config) -> Result<Self, InvalidRoots> {
        let anchor = Anchor::new(&config)?;
        let authenticator = config.web_auth.clone().map(|web_auth| Authenticator::new(web_auth, &config));
        Ok(Self { anchor, authenticator: authenticator.transpose()?, config })
    }

    /// For the endpoints that are there only with it.
    pub(crate) fn authenticator(&self) -> Result<&Authenticator, Refusal> {
        self.authenticator.as_ref().ok_or(Refusal::UnknownPath)
    }
}

/// Answers one request.
pub(crate) async fn accept(
    platform: Arc<Platform>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Hangup> {
    let mut record = Record::new(&request, platform.config.observer.as_ref());
    let answered = match route(request.method(), request.uri().path(), &platform.config) {
        Ok(endpoint) => {
            record.endpoint = endpoint.name();
            endpoints::answer(endpoint, &platform, request, &mut record).await
        }
        Err(refusal) => Err(refusal),
    };
    let (response, detail) = match answered {
        Ok(response) => (Some(response), None),
        Err(refusal) => (refuse(&refusal), Some(refusal.detail())),
    };
    let request_id = record.trace.request_id.parse().expect("hexadecimal digits");
    record.finish(response.as_ref().map(Response::status), detail.as_deref());
    let mut response = response.ok_or(Hangup)?;
    response.headers_mut().insert("x-request-id", request_id);
    open_to_all(response.headers_mut());
    Ok(response)
}
