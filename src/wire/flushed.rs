//! A stream that tells whether all that was written to it has gone out.
//!
//! hyper flushes the stream below it only when its own buffer is empty. So a write that no flush has followed means that
//! a part of the request is still here, and whatever the peer says by then, it has not read the whole.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;

use super::stream::Stream;

/// A stream, and the end of a channel that says `true` while nothing is left to be written.
pub(crate) struct Flushed {
    pub(crate) stream: Stream,
    is_flushed: watch::Sender<bool>,
}

impl Flushed {
    pub(crate) fn new(stream: Stream) -> (Self, watch::Receiver<bool>) {
        let (is_flushed, told) = watch::channel(true);
        (Self { stream, is_flushed }, told)
    }

    fn tell(&self, is_flushed: bool) {
        self.is_flushed.send_if_modified(|told| std::mem::replace(told, is_flushed) != is_flushed);
    }
}

impl AsyncRead for Flushed {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Flushed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.tell(false);
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.tell(true);
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
        self.tell(false);
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
