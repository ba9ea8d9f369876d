//! A small pool of HTTP/1.1 connections to one server.
//!
//! Written on hyper's connection API for two reasons that its ready-made clients do not meet: a request is retried
//! only if the connection hands it back unsent, and an exchange that is given up resets its connection, so that the
//! server can never take half a body for a whole one. The second rule needs no call: dropping a [`Connection`] is a
//! reset, unless it is [put back](Pool::put_back).
//!
//! A server may answer before it has read the request, and then the end of that is still on its way when the next one
//! follows. So a connection that has had an answer is never reset again, and a request that may break off in its midst
//! is [sent alone](Pool::send_alone).

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hyper::body::{Body, Incoming};
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response, Version};
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

use super::client_tls::ClientTls;
use super::connect::{ConnectError, connect};
use super::outgoing::{Flushed, Outgoing, Tracked};
use super::target::Target;
use super::tls_trouble::explain_alert;

/// Connections to one server.
pub(crate) struct Pool<B> {
    target: Target,
    tls: ClientTls,
    connect_timeout: Duration,
    idle: Mutex<Vec<Idle<B>>>,
}

/// One connection, in use.
pub(crate) struct Connection<B> {
    sender: SendRequest<Tracked<B>>,
    outgoing: Outgoing,
    /// Whether the server speaks HTTP/1.1: to any other, hyper writes the next request as HTTP/1.0.
    speaks_1_1: bool,
    /// Whether it is closed in the end, and not reset: what it carried before may not have been read.
    spared: Arc<AtomicBool>,
    /// What the connection came to an end by, if that was an error.
    ended: oneshot::Receiver<hyper::Error>,
    _alive: oneshot::Sender<()>,
}

/// Why an exchange failed.
#[derive(Debug)]
pub(crate) enum SendError {
    Connect(ConnectError),
    /// What broke, and what may be the cause.
    Exchange(String),
}

/// The answer, and the connection that it came on.
type Exchanged<B> = Result<(Response<Incoming>, Connection<B>), SendError>;

type Sent<B> = Result<Response<Incoming>, TrySendError<Request<Tracked<B>>>>;

struct Idle<B> {
    connection: Connection<B>,
    since: Instant,
}

/// How long a connection may lie unused: less than the shortest keep-alive in common use (Node's 5 s).
const IDLE_TIME: Duration = Duration::from_secs(4);
const MAX_IDLE: usize = 64;

impl<B> Pool<B>
where
    B: Body + Unpin + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    pub(crate) fn new(target: Target, tls: ClientTls, connect_timeout: Duration) -> Self {
        Self { target, tls, connect_timeout, idle: Mutex::default() }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// Sends a request on an idle connection or a new one; once more on a new one if it was handed back unsent.
    pub(crate) async fn send(&self, request: Request<B>) -> Exchanged<B> {
        let Some(mut connection) = self.take_idle() else { return self.send_alone(request).await };
        let mut sent = connection.send(request).await;
        if let Err(error) = &mut sent
            && let Some(unsent) = error.take_message()
        {
            return self.send_alone(unsent.map(Tracked::into_inner)).await;
        }
        self.exchanged(sent, connection).await
    }

    /// Sends a request on a new connection, on which there is nothing else that would be lost with it.
    pub(crate) async fn send_alone(&self, request: Request<B>) -> Exchanged<B> {
        let mut connection = self.connect().await.map_err(SendError::Connect)?;
        let sent = connection.send(request).await;
        self.exchanged(sent, connection).await
    }

    async fn exchanged(&self, sent: Sent<B>, mut connection: Connection<B>) -> Exchanged<B> {
        match sent {
            Ok(response) => {
                connection.speaks_1_1 = response.version() == Version::HTTP_11;
                Ok((response, connection))
            }
            Err(error) => {
                let error = error.into_error();
                // A server may turn us away before the request is under way; then only the driver was told why.
                let told = if error.is_canceled() { connection.ended.await.ok() } else { None };
                Err(self.failed(&told.unwrap_or(error)))
            }
        }
    }

    /// Keeps a connection for the next request, or closes it in good order if it can have none; its response must have
    /// been read to the end.
    pub(crate) fn put_back(&self, connection: Connection<B>) {
        connection.spared.store(true, Ordering::Relaxed);
        let mut idle = self.idle.lock().expect("no code panics while it holds the pool");
        idle.retain(|idle| idle.since.elapsed() < IDLE_TIME && !idle.connection.sender.is_closed());
        if idle.len() < MAX_IDLE && connection.speaks_1_1 && !connection.sender.is_closed() {
            idle.push(Idle { connection, since: Instant::now() });
        }
    }

    fn failed(&self, error: &hyper::Error) -> SendError {
        if let Some(problem) = explain_alert(error, &self.tls) {
            return SendError::Connect(ConnectError::Tls(problem));
        }
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
        let is_other_protocol = error.is_parse() && !self.target.is_tls();
        let hint =
            if is_other_protocol { " (if the server speaks TLS on this port, write https:// in the URL)" } else { "" };
        SendError::Exchange(format!("{error}{cause}{hint}"))
    }

    fn take_idle(&self) -> Option<Connection<B>> {
        let mut idle = self.idle.lock().expect("no code panics while it holds the pool");
        idle.retain(|idle| idle.since.elapsed() < IDLE_TIME && !idle.connection.sender.is_closed());
        Some(idle.pop()?.connection)
    }

    async fn connect(&self) -> Result<Connection<B>, ConnectError> {
        let stream = connect(&self.target, &self.tls, self.connect_timeout).await?;
        let outgoing = Outgoing::new();
        let (sender, driver) = http1::Builder::new()
            .handshake(TokioIo::new(outgoing.stream(stream)))
            .await
            .map_err(|error| ConnectError::Tcp(std::io::Error::other(error)))?;
        let (alive, dropped) = oneshot::channel();
        let (tell, ended) = oneshot::channel();
        let spared = Arc::new(AtomicBool::new(false));
        tokio::spawn(drive(driver, dropped, Arc::clone(&spared), outgoing.clone(), tell));
        Ok(Connection { sender, outgoing, speaks_1_1: true, spared, ended, _alive: alive })
    }
}

#[cfg(feature = "platform")]
impl<B> Connection<B> {
    /// What has become of the request. As long as it is not out, no answer can be one to the whole.
    pub(crate) fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }
}

impl<B: Body + Unpin + 'static> Connection<B> {
    async fn send(&mut self, request: Request<B>) -> Sent<B> {
        // A connection that was put back may need one more turn of its driver; if it is closed instead, sending
        // hands the request back.
        let _ = self.sender.ready().await;
        self.sender.try_send_request(request.map(|body| self.outgoing.body(body))).await
    }
}

/// Keeps a connection going. When hyper is done with it while an exchange is under way, hyper's own verdict is not
/// enough (a body that broke off is no error to it once the caller was told): what the exchange makes of it counts.
async fn drive<B>(
    mut driver: http1::Connection<TokioIo<Flushed>, Tracked<B>>,
    mut dropped: oneshot::Receiver<()>,
    spared: Arc<AtomicBool>,
    outgoing: Outgoing,
    tell: oneshot::Sender<hyper::Error>,
) where
    B: Body + Unpin + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let ended = tokio::select! {
        result = poll_fn(|cx| driver.poll_without_shutdown(cx)) => Some(result),
        _ = &mut dropped => None,
    };
    outgoing.end();
    let is_ended = ended.is_some();
    match ended {
        Some(Err(error)) => drop(tell.send(error)),
        // Somebody may be waiting for it.
        Some(Ok(_)) | None => drop(tell),
    }
    let stream = driver.into_parts().io.into_inner().stream;
    if is_ended && !spared.load(Ordering::Relaxed) {
        let _ = dropped.await;
    }
    if !spared.load(Ordering::Relaxed) {
        stream.reset();
    }
}

#[cfg(all(test, feature = "platform"))]
mod tests {
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use bytes::Bytes;
    use hyper::body::Frame;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    use super::*;
    use crate::wire::client_tls::{Advice, tls};

    /// A body that comes as the test wants it.
    struct Pieces(mpsc::Receiver<&'static str>);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.0.poll_recv(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece.into()))))
        }
    }

    #[tokio::test]
    async fn a_request_is_out_only_when_hyper_has_had_its_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let tls = tls(None, None, Advice { trust: "", show: "" }).expect("no roots are given");
        let pool = Pool::new(url.parse().expect("a URL"), tls, Duration::from_secs(5));
        let (pieces, body) = mpsc::channel(1);
        pieces.send("the beginning").await.expect("hyper takes it later");
        let answered = async {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut read = String::new();
            while !read.contains("the beginning\r\n") {
                read.push(stream.read_u8().await.expect("more of it").into());
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("writable");
            stream
        };
        let request = Request::put("/").header("host", "x").body(Pieces(body)).expect("valid");
        let (sent, mut stream) = tokio::join!(pool.send(request), answered);
        let (_, connection) = sent.expect("an answer");
        assert!(!connection.outgoing().is_out(), "it was flushed, and yet there is more to come");
        pieces.send("the end").await.expect("hyper listens");
        drop(pieces);
        connection.outgoing().out().await;
        assert!(connection.outgoing().is_out());
        let mut rest = Vec::new();
        while !rest.ends_with(b"the end\r\n0\r\n\r\n") {
            rest.push(stream.read_u8().await.expect("it has all gone out"));
        }
    }
}
