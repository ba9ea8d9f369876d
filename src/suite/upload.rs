//! A request body, with a length or in chunks.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// The bytes that are still to be sent.
pub(crate) struct Upload {
    pieces: VecDeque<Bytes>,
    left: u64,
    chunked: bool,
}

/// Small enough that a chunked body has several chunks.
const CHUNK: usize = 4096;

impl Upload {
    pub(crate) fn new(bytes: &Bytes, chunked: bool) -> Self {
        let size = if chunked { CHUNK } else { bytes.len().max(1) };
        let starts = (0..bytes.len()).step_by(size);
        let pieces = starts.map(|start| bytes.slice(start..bytes.len().min(start + size))).collect();
        Self { pieces, left: bytes.len() as u64, chunked }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        let piece = this.pieces.pop_front();
        this.left -= piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty() && !self.chunked
    }

    fn size_hint(&self) -> SizeHint {
        if self.chunked { SizeHint::new() } else { SizeHint::with_exact(self.left) }
    }
}
