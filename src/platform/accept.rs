//! Step 1, accept: a request comes off the wire, goes through the steps, and its answer and one log line come out.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use hyper::{Request, Response, StatusCode};
use serde_json::json;

use super::authenticate::authenticate;
use super::config::Config;
use super::decode::decode;
use super::encode::{self, Tally};
use super::forward::Anchor;
use super::identify::{Policy, identify, refuse_identity_in_query};
use super::ownership;
use super::refusal::Refusal;
use super::reply::customer_id;
use super::route::{Endpoint, route};
use super::trace::Trace;
use crate::sep12::CustomerId;
use crate::wire::listener::Hangup;

/// What all requests share.
pub(crate) struct Platform {
    pub(crate) config: Config,
    pub(crate) anchor: Anchor,
}

/// What the log says of a request; nothing that the client chose.
struct Record {
    trace: Trace,
    began: Instant,
    endpoint: &'static str,
    anchor_content_type: &'static str,
    tally: Tally,
}

/// Answers one request.
pub(crate) async fn accept(
    platform: Arc<Platform>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Hangup> {
    let mut record = Record {
        trace: Trace::new(request.headers()),
        began: Instant::now(),
        endpoint: "unknown",
        anchor_content_type: "none",
        tally: Tally::default(),
    };
    let answered = match route(request.method(), request.uri().path(), &platform.config.sep12_path) {
        Ok(endpoint) => {
            record.endpoint = endpoint.name();
            match endpoint {
                Endpoint::Health => Ok(respond(StatusCode::OK, &json!({"status": "ok"}))),
                Endpoint::PutCustomer => put_customer(&platform, request, &mut record)
                    .await
                    .map(|id| respond(StatusCode::ACCEPTED, &json!({"id": id}))),
            }
        }
        Err(refusal) => Err(refusal),
    };
    record.finish(answered)
}

async fn put_customer(
    platform: &Platform,
    request: Request<Incoming>,
    record: &mut Record,
) -> Result<CustomerId, Refusal> {
    let Platform { config, anchor } = platform;
    let caller = authenticate(request.headers(), &config.wallet_tokens)?;
    refuse_identity_in_query(request.uri().query())?;
    let mut fields = decode(request, &config.limits).await?;
    let lead = fields.lead().await?;
    let identified = identify(caller, Policy::of(config), lead.texts)?;
    if lead.file.is_none() {
        identified.finish()?;
    }
    if config.verify_ownership {
        ownership::verify(anchor, caller, &identified, &record.trace).await?;
    }
    let answer = match lead.file {
        None => {
            record.anchor_content_type = "application/json";
            record.tally.text_fields = identified.texts.len();
            anchor.put_json(encode::json(&identified), &record.trace).await?
        }
        Some(file) => {
            record.anchor_content_type = "multipart/form-data";
            anchor.put_multipart(identified, file, fields, &record.trace, &mut record.tally).await?
        }
    };
    customer_id(&answer)
}

fn respond(status: StatusCode, body: &serde_json::Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, "application/json".parse().expect("a valid header"));
    response
}

fn refuse(refusal: &Refusal) -> Option<Response<Full<Bytes>>> {
    let mut response = respond(refusal.status()?, &json!({"error": refusal.message()}));
    let (name, value) = match refusal {
        Refusal::NoToken | Refusal::BadToken(_) | Refusal::BadSub => (WWW_AUTHENTICATE, "Bearer"),
        Refusal::UnknownMethod { allow } => (ALLOW, *allow),
        Refusal::AnchorRefused { retry_after: Some(retry_after), .. } => (RETRY_AFTER, retry_after.as_str()),
        _ => return Some(response),
    };
    response.headers_mut().insert(name, value.parse().expect("it was a header or is a constant"));
    Some(response)
}

impl Record {
    fn finish(self, answered: Result<Response<Full<Bytes>>, Refusal>) -> Result<Response<Full<Bytes>>, Hangup> {
        let (response, detail) = match &answered {
            Ok(_) => (answered.ok(), None),
            Err(refusal) => (refuse(refusal), Some(refusal.detail())),
        };
        self.log(response.as_ref().map(Response::status), detail.as_deref());
        let mut response = response.ok_or(Hangup)?;
        let request_id = self.trace.request_id.parse().expect("hexadecimal digits");
        response.headers_mut().insert("x-request-id", request_id);
        Ok(response)
    }

    fn log(&self, status: Option<StatusCode>, detail: Option<&str>) {
        let Self { trace, began, endpoint, anchor_content_type, tally } = self;
        let status = status.map_or(0, |status| status.as_u16());
        let duration_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let Tally { text_fields, files, file_bytes } = *tally;
        let request_id = trace.request_id.as_str();
        macro_rules! log {
            ($level:ident) => {
                tracing::$level!(
                    request_id,
                    endpoint,
                    status,
                    duration_us,
                    anchor_content_type,
                    text_fields,
                    files,
                    file_bytes,
                    detail,
                    "request"
                )
            };
        }
        match status {
            500.. => log!(warn),
            _ => log!(info),
        }
    }
}
