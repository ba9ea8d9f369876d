//! What the anchor side answers, and how it gets across.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{self, Frame, SizeHint};
use serde_json::Value;

use crate::sep12::answer::read_id;

/// One answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
    pub(crate) delivery: Delivery,
}

/// How an answer gets across.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Whole,
    /// After a while.
    After(Duration),
    /// The connection is dropped instead.
    HangUp,
    /// Half of the body, and then the connection is dropped.
    Half,
}

const OWN_ID: usize = 12;

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", body.to_string())
    }

    pub(crate) fn text(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self { status, headers, body: body.into(), delivery: Delivery::Whole }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), delivery: Delivery::Whole }
    }

    pub(crate) fn delivered(self, delivery: Delivery) -> Self {
        Self { delivery, ..self }
    }

    /// The id that it gives.
    pub(super) fn given_id(&self) -> Option<String> {
        let is_success = (200..300).contains(&self.status);
        is_success.then(|| read_id(&self.body).ok().map(String::from)).flatten()
    }

    /// The same, if that is long enough to be nobody else's.
    pub(super) fn id(&self) -> Option<String> {
        self.given_id().filter(|id| id.len() >= OWN_ID)
    }

    pub(super) fn into_body(self) -> ReplyBody {
        let is_half = self.delivery == Delivery::Half;
        let sent = if is_half { self.body.slice(..self.body.len() / 2) } else { self.body.clone() };
        ReplyBody { left: Some(sent).filter(|sent| !sent.is_empty()), length: self.body.len() as u64, is_half }
    }
}

/// An answer's body, which may break off.
pub(super) struct ReplyBody {
    left: Option<Bytes>,
    length: u64,
    is_half: bool,
}

impl body::Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(sent) = self.left.take() {
            return Poll::Ready(Some(Ok(Frame::data(sent))));
        }
        if !self.is_half {
            return Poll::Ready(None);
        }
        // One more turn, so that the half is written before the connection is dropped.
        if self.length > 0 {
            self.length = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionAborted))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_none() && !self.is_half
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
