//! The pipe between writing a body and sending it, in which silence is never taken for the end.
//!
//! An ordinary channel ends when its sender is dropped, and a task that is cancelled drops its sender: the anchor
//! would see half a body, complete. Here the end is a message of its own, and a pipe without one breaks.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::timeout;

/// Where a body is written to.
pub(crate) enum Upload {
    /// On to the anchor, a few pieces ahead at most.
    Stream { pieces: mpsc::Sender<Piece>, patience: Duration },
    /// Into memory, against a budget that all requests share.
    Buffer(Buffer),
}

/// A body collected in memory, and its share of the budget.
pub(crate) struct Buffer {
    bytes: BytesMut,
    budget: Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
}

/// Why a piece was not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// The receiver is gone.
    TakesNoMore,
    /// The receiver did not take it in time.
    Silent,
    /// The budget is spent.
    OverBudget,
}

#[derive(Debug)]
pub(crate) enum Piece {
    Data(Bytes),
    End,
}

/// The body of a request to the anchor.
pub(crate) enum AnchorRequestBody {
    Whole(Full<Bytes>),
    Streamed(mpsc::Receiver<Piece>),
    Ended,
}

/// The writer was dropped before it said that the body ends.
#[derive(Debug)]
pub(crate) struct BrokenOff;

const PIECES_AHEAD: usize = 2;

/// A pipe to the anchor; a piece that is not taken within `patience` is given up.
pub(crate) fn pipe(patience: Duration) -> (Upload, AnchorRequestBody) {
    let (pieces, received) = mpsc::channel(PIECES_AHEAD);
    (Upload::Stream { pieces, patience }, AnchorRequestBody::Streamed(received))
}

impl Upload {
    /// A buffer that takes permits, one a byte, from the budget.
    pub(crate) fn buffer(budget: Arc<Semaphore>) -> Self {
        Self::Buffer(Buffer { bytes: BytesMut::new(), budget, held: None })
    }

    pub(crate) async fn send(&mut self, bytes: Bytes) -> Result<(), Stopped> {
        match self {
            Self::Stream { pieces, patience } => hand_over(pieces, Piece::Data(bytes), *patience).await,
            Self::Buffer(buffer) => buffer.add(&bytes),
        }
    }

    /// Says that the body is complete. Nothing else does.
    pub(crate) async fn end(&mut self) -> Result<(), Stopped> {
        match self {
            Self::Stream { pieces, patience } => hand_over(pieces, Piece::End, *patience).await,
            Self::Buffer(_) => Ok(()),
        }
    }
}

async fn hand_over(pieces: &mpsc::Sender<Piece>, piece: Piece, patience: Duration) -> Result<(), Stopped> {
    match timeout(patience, pieces.send(piece)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Stopped::TakesNoMore),
        Err(_) => Err(Stopped::Silent),
    }
}

impl Buffer {
    fn add(&mut self, bytes: &[u8]) -> Result<(), Stopped> {
        let size = u32::try_from(bytes.len()).map_err(|_| Stopped::OverBudget)?;
        let permit = Arc::clone(&self.budget).try_acquire_many_owned(size).map_err(|_| Stopped::OverBudget)?;
        match &mut self.held {
            Some(held) => held.merge(permit),
            None => self.held = Some(permit),
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// The body, and the hold on the budget to keep until it was sent.
    pub(crate) fn finish(self) -> (Bytes, Option<OwnedSemaphorePermit>) {
        (self.bytes.freeze(), self.held)
    }
}

impl AnchorRequestBody {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self::Whole(Full::new(bytes))
    }
}

impl Body for AnchorRequestBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        match &mut *self {
            Self::Whole(body) => Pin::new(body).poll_frame(cx).map_err(|never| match never {}),
            Self::Streamed(pieces) => match std::task::ready!(pieces.poll_recv(cx)) {
                Some(Piece::Data(bytes)) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
                Some(Piece::End) => {
                    *self = Self::Ended;
                    Poll::Ready(None)
                }
                None => Poll::Ready(Some(Err(BrokenOff))),
            },
            Self::Ended => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Streamed(_) => false,
            Self::Ended => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Streamed(_) => SizeHint::default(),
            Self::Ended => SizeHint::with_exact(0),
        }
    }
}

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body was broken off")
    }
}

impl std::error::Error for BrokenOff {}
