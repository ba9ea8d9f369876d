//! Step 8, reply: the anchor's answer becomes the client's.

use bytes::Bytes;
use hyper::header::{CONTENT_LENGTH, RETRY_AFTER, TRANSFER_ENCODING};
use hyper::http::response::Parts;
use hyper::{HeaderMap, StatusCode};
use memchr::memmem;

use super::refusal::Refusal;
use crate::sep12::answer::{read_error, read_id};
use crate::sep12::info::{Breach, CustomerInfo};
use crate::sep12::{CustomerId, file_info};

/// An anchor's complete answer.
#[derive(Debug)]
pub(crate) struct AnchorAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl AnchorAnswer {
    pub(crate) fn new(head: Parts, body: Bytes) -> Self {
        Self { status: head.status, headers: head.headers, body }
    }

    /// The body of a success that has one, as the callback API describes it; else what the answer means to the client.
    pub(crate) fn success(&self) -> Result<&Bytes, Refusal> {
        if is_success(self.status) { Ok(&self.body) } else { Err(refused(self)) }
    }
}

/// Whether the status promises a body as the callback API describes it.
pub(crate) fn is_success(status: StatusCode) -> bool {
    matches!(status, StatusCode::OK | StatusCode::CREATED | StatusCode::ACCEPTED)
}

/// A length and chunks at once: two readers could cut the answer at different places.
pub(crate) fn is_ambiguous(headers: &HeaderMap) -> bool {
    headers.contains_key(CONTENT_LENGTH) && headers.contains_key(TRANSFER_ENCODING)
}

/// The id in the answer to a `PUT /customer`, exactly as the anchor gave it.
pub(crate) fn customer_id(answer: &AnchorAnswer) -> Result<CustomerId, Refusal> {
    read_id(answer.success()?).map_err(Refusal::AnchorBrokeContract)
}

/// What the answer to a `GET /customer` breaks without being useless (SEP-12, customer GET).
pub(crate) fn customer_breaches(answer: &AnchorAnswer) -> Result<Vec<Breach>, Refusal> {
    let (_, breaches) = CustomerInfo::read(answer.success()?).map_err(Refusal::AnchorBrokeContract)?;
    Ok(breaches)
}

/// What the answer to a `POST /customer/files` breaks without being useless (SEP-12, customer files).
pub(crate) fn file_breaches(answer: &AnchorAnswer) -> Result<Vec<Breach>, Refusal> {
    file_info::read_file(answer.success()?).map_err(Refusal::AnchorBrokeFiles)
}

/// The same of a `GET /customer/files`.
pub(crate) fn files_breaches(answer: &AnchorAnswer) -> Result<Vec<Breach>, Refusal> {
    file_info::read_files(answer.success()?).map_err(Refusal::AnchorBrokeFiles)
}

/// What an answer other than success means to the client.
pub(crate) fn refused(answer: &AnchorAnswer) -> Refusal {
    let status = match answer.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            return Refusal::AnchorFailed(answer.status);
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => StatusCode::NOT_FOUND,
        same @ (StatusCode::CONFLICT | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::TOO_MANY_REQUESTS) => same,
        StatusCode::BAD_REQUEST => match tls_problem(&answer.body) {
            Some(problem) => return Refusal::AnchorWantsTls(problem),
            None => StatusCode::BAD_REQUEST,
        },
        other if other.is_client_error() => StatusCode::BAD_REQUEST,
        other => return Refusal::AnchorFailed(other),
    };
    let retry_after = answer.headers.get(RETRY_AFTER).filter(|_| status == StatusCode::TOO_MANY_REQUESTS);
    Refusal::AnchorRefused {
        status,
        anchor_status: answer.status,
        error: read_error(&answer.body),
        retry_after: retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned),
    }
}

/// A 400 that comes from the TLS front of an anchor and not from the anchor: nothing that a client could mend. The
/// words are those of Go's http server and of nginx.
fn tls_problem(body: &[u8]) -> Option<&'static str> {
    const NEEDS_HTTPS: &str = "it speaks TLS on this port: write https:// in --anchor";
    const PROBLEMS: [(&str, &str); 4] = [
        ("Client sent an HTTP request to an HTTPS server", NEEDS_HTTPS),
        ("The plain HTTP request was sent to HTTPS port", NEEDS_HTTPS),
        (
            "No required SSL certificate was sent",
            "it wants a client certificate: --anchor-client-cert FILE and --anchor-client-key FILE",
        ),
        ("The SSL certificate error", "it refuses the client certificate of --anchor-client-cert"),
    ];
    if body.first() == Some(&b'{') {
        return None;
    }
    PROBLEMS.into_iter().find(|(words, _)| memmem::find(body, words.as_bytes()).is_some()).map(|(_, problem)| problem)
}
