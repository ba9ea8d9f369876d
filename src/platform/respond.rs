//! The client's answer: `application/json`, also for what went wrong.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ALLOW, CONTENT_TYPE, DATE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use hyper::{Request, Response, StatusCode};
use serde_json::json;

use super::cors::open_to_all;
use super::record::Record;
use super::refusal::Refusal;
use crate::wire::last_words;

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

/// The answer to bytes that are no request: a line in the log, and the headers of every answer.
pub(crate) fn refuse_unread(status: StatusCode, problem: &'static str) -> Response<String> {
    let record = Record::new(&Request::new(()), None);
    let request_id = record.trace.request_id.parse().expect("hexadecimal digits");
    record.finish(Some(status), Some(problem));
    let mut response = last_words::as_json(status, problem);
    let date = httpdate::fmt_http_date(std::time::SystemTime::now());
    response.headers_mut().insert(DATE, date.parse().expect("ASCII"));
    response.headers_mut().insert("x-request-id", request_id);
    open_to_all(response.headers_mut());
    response
}
