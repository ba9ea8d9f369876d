//! Whether the whole of a request has gone out.
//!
//! Its body tells when hyper has taken all of it, and the stream when it was flushed. hyper drops a body once the end of it
//! is in its buffer, and then flushes: so a flush behind that means that nothing of the request is left here, and whatever
//! the peer has said before, it cannot have read the whole.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;

use super::stream::Stream;

/// What one connection tells of the request that it sends.
#[derive(Clone)]
pub(crate) struct Outgoing(watch::Sender<Progress>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// hyper may take more of the body.
    Taking,
    /// hyper has the end of it.
    Taken,
    /// All of it has gone out.
    Out,
    /// The connection has ended before that.
    Over,
}

/// A stream that tells when it is flushed.
pub(crate) struct Flushed {
    pub(crate) stream: Stream,
    outgoing: Outgoing,
}

/// A body that tells when hyper needs it no more.
pub(crate) struct Tracked<B> {
    body: B,
    _end: End,
}

struct End(Outgoing);

impl Outgoing {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(Progress::Taking))
    }

    pub(crate) fn stream(&self, stream: Stream) -> Flushed {
        Flushed { stream, outgoing: self.clone() }
    }

    /// The body of the next request.
    pub(crate) fn body<B>(&self, body: B) -> Tracked<B> {
        self.0.send_replace(Progress::Taking);
        Tracked { body, _end: End(self.clone()) }
    }

    /// The connection has ended.
    pub(crate) fn end(&self) {
        self.step(&[Progress::Taking, Progress::Taken], Progress::Over);
    }

    fn step(&self, from: &[Progress], to: Progress) {
        self.0.send_if_modified(|progress| {
            let is_step = from.contains(progress);
            if is_step {
                *progress = to;
            }
            is_step
        });
    }
}

#[cfg(feature = "platform")]
impl Outgoing {
    pub(crate) fn is_out(&self) -> bool {
        *self.0.borrow() == Progress::Out
    }

    /// Ends when the whole request has gone out, or never can.
    pub(crate) async fn out(&self) {
        let is_decided = |progress: &Progress| matches!(progress, Progress::Out | Progress::Over);
        let _ = self.0.subscribe().wait_for(is_decided).await;
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.0.step(&[Progress::Taking], Progress::Taken);
    }
}

impl<B> Tracked<B> {
    pub(crate) fn into_inner(self) -> B {
        self.body
    }
}

impl<B: Body + Unpin> Body for Tracked<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl AsyncRead for Flushed {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Flushed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.outgoing.step(&[Progress::Taken], Progress::Out);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
