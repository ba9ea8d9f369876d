//! A small pool of HTTP/1.1 connections to one server.
//!
//! Written on hyper's connection API for two reasons that its ready-made clients do not meet: a request is retried
//! only if the connection hands it back unsent, and an exchange that is given up resets its connection, so that the
//! server can never take half a body for a whole one. The second rule needs no call: dropping a [`Connection`] that
//! was not [put back](Pool::put_back) is a reset.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hyper::body::{Body, Incoming};
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::sync::{oneshot, watch};

use super::client_tls::ClientTls;
use super::connect::{ConnectError, connect};
use super::flushed::Flushed;
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
    sender: SendRequest<B>,
    reused: bool,
    #[cfg_attr(not(feature = "platform"), expect(dead_code, reason = "the suite's bodies are small"))]
    is_flushed: watch::Receiver<bool>,
    /// Whether no exchange is under way.
    finished: Arc<AtomicBool>,
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

struct Idle<B> {
    connection: Connection<B>,
    since: Instant,
}

/// How long a connection may lie unused: less than the shortest keep-alive in common use (Node's 5 s).
const IDLE_TIME: Duration = Duration::from_secs(4);
const MAX_IDLE: usize = 64;

impl<B> Pool<B>
where
    B: Body + Send + 'static,
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
    pub(crate) async fn send(&self, request: Request<B>) -> Result<(Response<Incoming>, Connection<B>), SendError> {
        let mut connection = match self.take_idle() {
            Some(connection) => connection,
            None => self.connect().await.map_err(SendError::Connect)?,
        };
        let mut sent = connection.send(request).await;
        if let Err(error) = &mut sent
            && connection.reused
            && let Some(unsent) = error.take_message()
        {
            connection = self.connect().await.map_err(SendError::Connect)?;
            sent = connection.send(unsent).await;
        }
        match sent {
            Ok(response) => Ok((response, connection)),
            Err(error) => {
                let error = error.into_error();
                // A server may turn us away before the request is under way; then only the driver was told why.
                let told = if error.is_canceled() { connection.ended.await.ok() } else { None };
                Err(self.failed(&told.unwrap_or(error)))
            }
        }
    }

    /// Keeps a connection for the next request; its response must have been read to the end.
    pub(crate) fn put_back(&self, mut connection: Connection<B>) {
        connection.reused = true;
        connection.finished.store(true, Ordering::Relaxed);
        let mut idle = self.idle.lock().expect("no code panics while it holds the pool");
        idle.retain(|idle| idle.since.elapsed() < IDLE_TIME && !idle.connection.sender.is_closed());
        if idle.len() < MAX_IDLE && !connection.sender.is_closed() {
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
        let connection = idle.pop()?.connection;
        connection.finished.store(false, Ordering::Relaxed);
        Some(connection)
    }

    async fn connect(&self) -> Result<Connection<B>, ConnectError> {
        let stream = connect(&self.target, &self.tls, self.connect_timeout).await?;
        let (stream, is_flushed) = Flushed::new(stream);
        let (sender, driver) = http1::Builder::new()
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| ConnectError::Tcp(std::io::Error::other(error)))?;
        let (alive, dropped) = oneshot::channel();
        let (tell, ended) = oneshot::channel();
        let finished = Arc::new(AtomicBool::new(false));
        tokio::spawn(drive(driver, dropped, Arc::clone(&finished), tell));
        Ok(Connection { sender, reused: false, is_flushed, finished, ended, _alive: alive })
    }
}

#[cfg(feature = "platform")]
impl<B> Connection<B> {
    /// Whether the whole request has gone out, as far as hyper was given it. Where not, no answer can be one to the whole.
    pub(crate) fn is_flushed(&self) -> bool {
        *self.is_flushed.borrow()
    }

    /// Ends when the whole request has gone out, or never can.
    pub(crate) async fn flushed(&mut self) {
        let _ = self.is_flushed.wait_for(|is_flushed| *is_flushed).await;
    }
}

impl<B: Body + 'static> Connection<B> {
    async fn send(&mut self, request: Request<B>) -> Result<Response<Incoming>, TrySendError<Request<B>>> {
        // A connection that was put back may need one more turn of its driver; if it is closed instead, sending
        // hands the request back.
        let _ = self.sender.ready().await;
        self.sender.try_send_request(request).await
    }
}

/// Keeps a connection going. When hyper is done with it while an exchange is under way, hyper's own verdict is not
/// enough (a body that broke off is no error to it once the caller was told): what the exchange makes of it counts.
async fn drive<B>(
    mut driver: http1::Connection<TokioIo<Flushed>, B>,
    mut dropped: oneshot::Receiver<()>,
    finished: Arc<AtomicBool>,
    tell: oneshot::Sender<hyper::Error>,
) where
    B: Body + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let ended = tokio::select! {
        result = poll_fn(|cx| driver.poll_without_shutdown(cx)) => Some(result),
        _ = &mut dropped => None,
    };
    let is_ended = ended.is_some();
    match ended {
        Some(Err(error)) => drop(tell.send(error)),
        // Somebody may be waiting for it.
        Some(Ok(_)) | None => drop(tell),
    }
    let stream = driver.into_parts().io.into_inner().stream;
    if is_ended && !finished.load(Ordering::Relaxed) {
        let _ = dropped.await;
    }
    if !finished.load(Ordering::Relaxed) {
        stream.reset();
    }
}
