//! What the anchor answers, and in which manner.

use std::time::Duration;

use serde_json::json;

/// An answer to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status, 200 to 999.
    pub status: u16,
    /// The headers in order; a length need not be among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long the anchor waits before it answers.
    pub delay: Duration,
    /// How the answer is given.
    pub delivery: Delivery,
}

/// How an answer is given. All but [`Delivery::Whole`] need [`RawAnchor`](super::RawAnchor); the wiremock front answers 501
/// in their place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// After the request's body was read, in one piece.
    #[default]
    Whole,
    /// As soon as the request's headers are there; the body stays unread.
    BeforeBody,
    /// The request's body is read, then the connection is closed without an answer.
    HangUp,
    /// The connection is closed as soon as the request's headers are there.
    HangUpBeforeBody,
    /// The request's body is read, then nothing happens.
    Silent,
    /// The headers promise the whole body; the connection is closed after half of it.
    Truncated,
    /// The body comes byte by byte, with this pause after each.
    Drip(Duration),
    /// The connection is reset as soon as the request's headers are there.
    ResetBeforeBody,
    /// The connection is reset after the first piece of the request's body.
    ResetDuringBody,
    /// The request's body is read, then the connection is reset without an answer.
    ResetAfterBody,
    /// The connection is closed in the midst of the headers.
    TruncatedHeaders,
    /// The connection is reset in the midst of the headers.
    ResetInHeaders,
    /// The headers promise the whole body; the connection is reset after half of it.
    ResetInAnswer,
    /// The body is chunked, and the size of its second chunk is no number.
    MalformedChunk,
    /// The Content-Length is greater than the body is long; the connection stays open.
    LengthTooLong,
    /// The Content-Length is half of what the body is long; all of it comes, and the connection stays open.
    LengthTooShort,
    /// Bytes that are no HTTP.
    Garbage,
    /// The headers come byte by byte, with this pause before each.
    DripHeaders(Duration),
    /// The headers never end.
    EndlessHeaders,
    /// The body, chunks of spaces, never ends.
    EndlessBody,
}

impl Answer {
    /// No body, no headers.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), delay: Duration::ZERO, delivery: Delivery::Whole }
    }

    /// A body of that content type.
    #[must_use]
    pub fn raw(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::empty(status).with_header("content-type", content_type) }
    }

    /// A JSON body.
    #[must_use]
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::raw(status, "application/json", body.to_string())
    }

    /// `{"error": TEXT}` (SEP-12, errors).
    #[must_use]
    pub fn error(status: u16, text: &str) -> Self {
        Self::json(status, &json!({ "error": text }))
    }

    /// The body is read, then the connection is closed without an answer.
    #[must_use]
    pub fn hang_up() -> Self {
        Self::empty(500).with_delivery(Delivery::HangUp)
    }

    /// The body is read, then nothing happens.
    #[must_use]
    pub fn silent() -> Self {
        Self::empty(500).with_delivery(Delivery::Silent)
    }

    /// With one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// After that delay.
    #[must_use]
    pub fn with_delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Given in that manner.
    #[must_use]
    pub fn with_delivery(self, delivery: Delivery) -> Self {
        Self { delivery, ..self }
    }

    /// Whether it is given without reading the request's body.
    pub(super) fn is_early(&self) -> bool {
        self.delivery.is_early()
    }
}

impl Delivery {
    /// Whether anything of the answer can be seen.
    pub(super) fn shows_the_answer(self) -> bool {
        let reset = [Self::ResetBeforeBody, Self::ResetDuringBody, Self::ResetAfterBody];
        let nothing = [Self::HangUp, Self::HangUpBeforeBody, Self::Silent, Self::Garbage];
        !reset.contains(&self) && !nothing.contains(&self)
    }

    /// Whether the request's body is not read to its end.
    pub(super) fn is_early(self) -> bool {
        matches!(self, Self::BeforeBody | Self::HangUpBeforeBody | Self::ResetBeforeBody | Self::ResetDuringBody)
    }
}
