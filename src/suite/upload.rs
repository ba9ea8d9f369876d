//! A request body, with a length or in chunks.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::request::Content;

/// The bytes that are still to be sent.
#[derive(Default)]
pub(crate) struct Upload {
    pieces: VecDeque<Bytes>,
    left: u64,
    chunked: bool,
    breaks_off: bool,
    pause: Option<Pin<Box<Sleep>>>,
}

/// How long what was sent has to get across before the sender breaks off: without it, none of it is written at all.
const PAUSE: Duration = Duration::from_millis(100);
/// Small enough that a chunked body has several chunks.
const CHUNK: usize = 4096;

impl Upload {
    pub(crate) fn new(bytes: &Bytes, chunked: bool) -> Self {
        let size = if chunked { CHUNK } else { bytes.len().max(1) };
        let starts = (0..bytes.len()).step_by(size);
        let pieces = starts.map(|start| bytes.slice(start..bytes.len().min(start + size))).collect();
        Self { pieces, left: bytes.len() as u64, chunked, breaks_off: false, pause: None }
    }

    /// The body of a request.
    pub(crate) fn of(content: &Content) -> Self {
        let Some(cut) = content.cut else { return Self::new(&content.bytes, content.chunked) };
        let sent = content.bytes.slice(..cut.min(content.bytes.len()));
        Self { breaks_off: true, left: content.bytes.len() as u64, ..Self::new(&sent, content.chunked) }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        let piece = this.pieces.pop_front();
        if piece.is_none() && this.breaks_off {
            let pause = this.pause.get_or_insert_with(|| Box::pin(sleep(PAUSE)));
            return pause.as_mut().poll(cx).map(|()| Some(Err(io::Error::from(io::ErrorKind::ConnectionAborted))));
        }
        this.left -= piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty() && !self.chunked && !self.breaks_off
    }

    fn size_hint(&self) -> SizeHint {
        if self.chunked { SizeHint::new() } else { SizeHint::with_exact(self.left) }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_sender_breaks_off_only_when_what_it_sent_had_time_to_get_across() {
        let content = Content { cut: Some(2), ..Content::raw("text/plain", "abcd") };
        let (begun, mut upload) = (Instant::now(), Upload::of(&content));
        let sent = upload.frame().await.expect("a frame").expect("no error yet").into_data();
        assert_eq!(sent.expect("data"), "ab");
        assert!(upload.frame().await.expect("a frame").is_err());
        assert!(begun.elapsed() >= PAUSE);
    }
}
