//! The client's body, bounded in size and time.

use std::error::Error as _;
use std::io;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Body;
use tokio::time::timeout;

use crate::platform::config::Limits;
use crate::platform::refusal::Refusal;
use crate::wire::head::Breach;

/// A body that refuses to be too large or too slow. Only the time spent waiting for the client counts, so that a slow
/// anchor is never held against it.
pub(in crate::platform) struct ClientBody {
    /// Boxed, so that the decoders can also be given a body from memory.
    body: UnsyncBoxBody<Bytes, hyper::Error>,
    limit: u64,
    read: u64,
    peeked: Option<Bytes>,
    idle_time: Duration,
    time_left: Duration,
}

impl ClientBody {
    pub(in crate::platform) fn new(
        body: impl Body<Data = Bytes, Error = hyper::Error> + Send + 'static,
        limits: &Limits,
    ) -> Result<Self, Refusal> {
        if body.size_hint().lower() > limits.body {
            return Err(too_large(limits.body));
        }
        Ok(Self {
            body: body.boxed_unsync(),
            limit: limits.body,
            read: 0,
            peeked: None,
            idle_time: limits.idle_time,
            time_left: limits.body_time,
        })
    }

    /// Whether it ends without a single byte.
    pub(super) async fn is_empty(&mut self) -> Result<bool, Refusal> {
        self.peeked = self.chunk().await?;
        Ok(self.peeked.is_none())
    }

    /// The next bytes, never empty; `None` at the end of a complete body.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Refusal> {
        if let Some(chunk) = self.peeked.take() {
            return Ok(Some(chunk));
        }
        loop {
            let Some(frame) = self.frame().await? else { return Ok(None) };
            let Ok(chunk) = frame.into_data() else { continue };
            self.read += chunk.len() as u64;
            if self.read > self.limit {
                return Err(too_large(self.limit));
            }
            if !chunk.is_empty() {
                return Ok(Some(chunk));
            }
        }
    }

    async fn frame(&mut self) -> Result<Option<hyper::body::Frame<Bytes>>, Refusal> {
        let asked = Instant::now();
        let frame = timeout(self.idle_time.min(self.time_left), self.body.frame()).await;
        self.time_left = self.time_left.saturating_sub(asked.elapsed());
        frame.map_err(|_| Refusal::ClientTooSlow)?.transpose().map_err(|error| broken_off(&error))
    }
}

fn too_large(limit: u64) -> Refusal {
    Refusal::TooLarge { what: "bytes in the request body", limit }
}

/// A malformed chunk can still be answered; a connection that is gone cannot.
fn broken_off(error: &hyper::Error) -> Refusal {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>()).and_then(io::Error::get_ref);
    match cause.and_then(|cause| cause.downcast_ref::<Breach>()) {
        Some(breach) => Refusal::malformed(breach.problem),
        None => Refusal::ClientGone,
    }
}
