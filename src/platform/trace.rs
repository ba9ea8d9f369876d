//! What ties a client's request, its log line and the anchor's request together.

use hyper::HeaderMap;
use uuid::Uuid;

/// The ids of one request.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    /// `X-Request-Id`, toward both sides.
    pub(crate) request_id: String,
    /// W3C trace context, toward the anchor.
    pub(crate) traceparent: String,
}

impl Trace {
    /// Continues the client's trace if it sent a well-formed one, and begins one otherwise. The request id is always
    /// our own.
    pub(crate) fn new(headers: &HeaderMap) -> Self {
        let id = Uuid::new_v4().simple().to_string();
        let received = headers.get("traceparent").and_then(|value| value.to_str().ok());
        let trace_id = received.and_then(trace_id).unwrap_or(&id);
        let span_id = &Uuid::new_v4().simple().to_string()[..16];
        Self { traceparent: format!("00-{trace_id}-{span_id}-01"), request_id: id }
    }
}

/// The trace id of a version 00 `traceparent`.
fn trace_id(traceparent: &str) -> Option<&str> {
    let lower_hex =
        |text: &str, len| text.len() == len && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let mut fields = traceparent.split('-');
    let (version, trace_id, parent, flags) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let well_formed = version == "00" && lower_hex(trace_id, 32) && lower_hex(parent, 16) && lower_hex(flags, 2);
    let zero = trace_id.bytes().all(|byte| byte == b'0');
    (well_formed && !zero && fields.next().is_none()).then_some(trace_id)
}
