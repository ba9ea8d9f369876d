//! The client's answer: `application/json`, also for what went wrong.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use hyper::{Response, StatusCode};
use serde_json::json;

use super::refusal::Refusal;

/// What an endpoint comes to.
pub(crate) type Answered = Result<Response<Full<Bytes>>, Refusal>;

/// An answer whose body is JSON already.
pub(crate) fn respond(status: StatusCode, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The answer to a request that failed; `None` when there is nobody left to answer.
pub(crate) fn refuse(refusal: &Refusal) -> Option<Response<Full<Bytes>>> {
    let mut response = respond(refusal.status()?, json!({"error": refusal.message()}).to_string());
    let (name, value) = match refusal {
        Refusal::NoToken | Refusal::BadToken(_) | Refusal::BadSub => (WWW_AUTHENTICATE, "Bearer"),
        Refusal::UnknownMethod { allow } => (ALLOW, *allow),
        Refusal::AnchorRefused { retry_after: Some(retry_after), .. } => (RETRY_AFTER, retry_after.as_str()),
        _ => return Some(response),
    };
    response.headers_mut().insert(name, value.parse().expect("it was a header or is a constant"));
    Some(response)
}
