//! The one accept loop: bounded headers, clean shutdown, and a close that does not cut off its own answer.
//!
//! A server that closes while request bytes are still unread makes the kernel send a reset, and the client may never
//! see the answer that explains it (a 413, say). So each connection ends as it does in nginx: the answer is written,
//! the sending side is shut down, and what the client still sends is read and thrown away, within bounds.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

use super::caught::{Panicked, caught};
use super::descriptors;
use super::guard::{Bounds, Guard};
use super::head::Breach;
use super::last_words::{self, LastWords};
use super::parting::{End, Parting};
use super::server_tls::ServerTls;
use super::stream::Stream;

/// A bound listener, plain or with TLS.
#[derive(Debug)]
pub struct Listener {
    tcp: TcpListener,
    tls: Option<ServerTls>,
}

/// What one connection may cost before a request is even known.
#[derive(Clone)]
pub(crate) struct Options {
    /// From the opening of a connection, or the end of the exchange before, to the end of a request's headers. A TLS
    /// handshake may take as long.
    pub(crate) header_timeout: Duration,
    /// How long a client may take nothing of an answer.
    pub(crate) write_timeout: Duration,
    /// The size of all headers together, request line included, in bytes; at least 8192.
    pub(crate) max_header_bytes: usize,
    /// The number of headers.
    pub(crate) max_headers: usize,
    /// What is said to a client whose bytes are no request.
    pub(crate) last_words: LastWords,
    /// How many connections are served at once. More wait in the system's queue until one ends.
    pub(crate) max_connections: usize,
    /// How long requests under way may go on after shutdown was asked for.
    pub(crate) grace: Duration,
    /// Asked as each connection is accepted: whether it is reset at once, unread.
    pub(crate) turns_away: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            max_header_bytes: 32 * 1024,
            max_headers: 100,
            last_words: last_words::as_json,
            max_connections: descriptors::connections(),
            grace: Duration::from_secs(30),
            turns_away: None,
        }
    }
}

/// A handler's way to drop the connection without an answer. [`Parting`] are another.
#[derive(Debug)]
pub(crate) struct Hangup;

impl From<Hangup> for Parting {
    fn from(Hangup: Hangup) -> Self {
        Self::default()
    }
}

/// How much a closing connection still reads, and for how long.
const LINGER_BYTES: u64 = 16 * 1024 * 1024;
const LINGER_TIME: Duration = Duration::from_secs(2);
/// How long a new connection may take to its first request when the server stops: it is on its way, as a rule.
const FIRST_REQUEST: Duration = Duration::from_secs(1);
/// How far hyper may read beyond a head: no head reaches its own bound, which has no answer of ours.
const READ_AHEAD: usize = 16 * 1024;
/// The pause after a failed accept: out of descriptors, most likely.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

impl Listener {
    /// One that speaks TLS and nothing else.
    #[must_use]
    pub fn with_tls(tcp: TcpListener, tls: ServerTls) -> Self {
        Self { tcp, tls: Some(tls) }
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// When the system cannot tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// `https` or `http`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}

impl From<TcpListener> for Listener {
    fn from(tcp: TcpListener) -> Self {
        Self { tcp, tls: None }
    }
}

/// Serves `handle` on every connection until `shutdown` ends, then waits for requests under way.
pub(crate) async fn serve<H, F, B, E>(
    listener: Listener,
    options: Options,
    handle: H,
    shutdown: impl Future<Output = ()>,
) where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<B>, E>> + Send + 'static,
    E: Into<Parting> + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (stop, stopped) = watch::channel(());
    let places = Arc::new(Semaphore::new(options.max_connections.min(Semaphore::MAX_PERMITS)));
    let mut shutdown = pin!(shutdown);
    let start = |tcp, place: OwnedSemaphorePermit| {
        let serving = connection(tcp, listener.tls.clone(), options.clone(), handle.clone(), stopped.clone());
        drop(tokio::spawn(async move {
            serving.await;
            drop(place);
        }));
    };
    loop {
        let next = async {
            // One that is accepted without a place would be held, and one that is turned away would come again at once.
            let place = Arc::clone(&places).acquire_owned().await.expect("nobody closes it");
            (listener.tcp.accept().await, place)
        };
        tokio::select! {
            (accepted, place) = next => match accepted {
                Ok((tcp, _)) => start(tcp, place),
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            () = &mut shutdown => break,
        }
    }
    // Whoever is connected already would be reset with the listener.
    while let Ok(place) = Arc::clone(&places).try_acquire_owned()
        && let Ok(Ok((tcp, _))) = timeout(Duration::ZERO, listener.tcp.accept()).await
    {
        start(tcp, place);
    }
    drop(listener);
    drop(stopped);
    stop.send_replace(());
    let _ = timeout(options.grace, stop.closed()).await;
}

async fn connection<H, F, B, E>(
    tcp: TcpStream,
    tls: Option<ServerTls>,
    options: Options,
    handle: H,
    mut stopped: watch::Receiver<()>,
) where
    H: Fn(Request<Incoming>) -> F,
    F: Future<Output = Result<Response<B>, E>>,
    E: Into<Parting>,
    B: Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    if options.turns_away.is_some_and(|turns_away| turns_away()) {
        return Stream::Plain(tcp).reset();
    }
    let _ = tcp.set_nodelay(true);
    let mut opening = pin!(timeout(options.header_timeout, opened(tcp, tls, options.last_words)));
    let opened = tokio::select! {
        biased;
        opened = &mut opening => opened.ok().flatten(),
        _ = stopped.changed() => {
            stopped.mark_changed();
            timeout(FIRST_REQUEST, opening).await.ok().and_then(Result::ok).flatten()
        }
    };
    let Some(stream) = opened else { return };
    let (begun, panicked) = (AtomicBool::new(false), AtomicBool::new(false));
    let bounds = Bounds { head_bytes: options.max_header_bytes, headers: options.max_headers };
    let service = service_fn(|request: Request<Incoming>| {
        begun.store(true, Ordering::Relaxed);
        let has_body = !request.body().is_end_stream();
        let answer = caught(handle(request));
        let panicked = &panicked;
        Box::pin(async move {
            let answer = match answer.await {
                Ok(answer) => answer.map_err(Into::<Parting>::into),
                Err(Panicked) => {
                    panicked.store(true, Ordering::Relaxed);
                    Err(Parting::default())
                }
            };
            if has_body {
                // A body that was not read to its end closes the connection. hyper notices on its next turn only, and
                // must before it writes the answer: else that would not say so, and the client would send its next
                // request in vain.
                tokio::task::yield_now().await;
            }
            answer
        })
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(options.header_timeout)
        .max_buf_size(options.max_header_bytes.max(8192) + READ_AHEAD)
        .max_headers(options.max_headers)
        .half_close(true)
        .serve_connection(TokioIo::new(Guard::new(stream, bounds, options.write_timeout)), service);
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break ended,
            Ok(()) = stopped.changed() => {
                let begun = poll_fn(|cx| match connection.poll_without_shutdown(cx) {
                    Poll::Ready(ended) => Poll::Ready(Some(ended)),
                    Poll::Pending if begun.load(Ordering::Relaxed) => Poll::Ready(None),
                    Poll::Pending => Poll::Pending,
                });
                match timeout(FIRST_REQUEST, begun).await {
                    Ok(Some(ended)) => break ended,
                    Ok(None) | Err(_) => std::pin::Pin::new(&mut connection).graceful_shutdown(),
                }
            }
        }
    };
    let mut guard = connection.into_parts().io.into_inner();
    let words = match (ended, guard.breach_of_head()) {
        (Err(_), _) if panicked.load(Ordering::Relaxed) => Some(PANICKED),
        (Err(error), _) if error.is_user() => {
            let Some(parting) = Parting::of(&error) else { return };
            // A shutdown does not wait for words without an end.
            tokio::select! {
                biased;
                () = hang_up(guard.into_inner(), parting) => {}
                _ = stopped.changed() => {}
            }
            return;
        }
        (_, Some(breach)) => Some(breach),
        (Err(error), None) if error.is_timeout() && guard.is_within_head() => Some(HEADERS_TOO_SLOW),
        (Ok(()), None) => None,
        (Err(error), None) if error.is_parse() => None,
        // Closed in good order, it would stay with the system for as long as the client likes.
        (Err(_), None) if guard.is_stuck() => return guard.into_inner().reset(),
        (Err(_), None) => return,
    };
    if let Some(Breach { status, problem }) = words {
        last_words::say(&mut guard, &(options.last_words)(status, problem)).await;
    }
    linger(guard.into_inner()).await;
}

const HEADERS_TOO_SLOW: Breach = Breach::new(StatusCode::REQUEST_TIMEOUT, "the request headers came too slowly");
/// For a handler that panicked; one that can say more has caught its panics itself.
const PANICKED: Breach = Breach::new(StatusCode::INTERNAL_SERVER_ERROR, "internal error");

async fn hang_up(mut stream: Stream, last: &Parting) {
    let said = last.say(&mut stream).await;
    match last.end {
        End::Reset => stream.reset(),
        End::Closed if said.is_ok() => linger(stream).await,
        End::LeftOpen if said.is_ok() => {
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        }
        End::Dropped | End::Closed | End::LeftOpen => {}
    }
}

/// After the handshake, if there is one; `None` if it failed.
async fn opened(tcp: TcpStream, tls: Option<ServerTls>, last_words: LastWords) -> Option<Stream> {
    let Some(tls) = tls else { return Some(Stream::Plain(tcp)) };
    let mut first = [0];
    if tcp.peek(&mut first).await.ok()? == 1 && first[0].is_ascii_uppercase() {
        let mut stream = Stream::Plain(tcp);
        last_words::say(&mut stream, &last_words(StatusCode::BAD_REQUEST, NOT_TLS)).await;
        linger(stream).await;
        return None;
    }
    let stream = tls.acceptor().accept(tcp).await.ok()?;
    Some(Stream::Tls(Box::new(stream.into())))
}

/// To a client that begins with a method instead of a handshake.
const NOT_TLS: &str = "this port speaks https; ask with https://";

/// What still comes is not decrypted any more: nobody reads it.
async fn linger(mut stream: Stream) {
    let read_off = async {
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.into_tcp().take(LINGER_BYTES), &mut tokio::io::sink()).await
    };
    let _ = timeout(LINGER_TIME, read_off).await;
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt, Full};
    use tokio::sync::oneshot;

    use super::*;

    /// What a client gets for these bytes from a server that panics on `POST`, with what was sent.
    async fn answers(requests: &[&str]) -> Vec<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (stop, stopped) = oneshot::channel::<()>();
        let handle = |request: Request<Incoming>| async move {
            let posted = request.method() == hyper::Method::POST;
            let body = request.into_body().collect().await.expect("a whole body").to_bytes();
            assert!(!posted, "{body:?}");
            Ok::<_, Hangup>(Response::new(Full::new(body)))
        };
        let server = tokio::spawn(serve(listener.into(), Options::default(), handle, async { drop(stopped.await) }));
        let mut answers = Vec::new();
        for request in requests {
            let mut stream = TcpStream::connect(address).await.expect("it listens");
            stream.write_all(request.as_bytes()).await.expect("it reads");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("an answer and the end");
            answers.push(answer);
        }
        drop(stop);
        server.await.expect("it lives");
        answers
    }

    #[tokio::test]
    async fn a_panic_is_answered_500_without_its_words_and_harms_no_other_connection() {
        let requests = [
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nAda",
            "PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\nconnection: close\r\n\r\nAda",
            "PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nfirstPOST / HTTP/1.1\r\nhost: x\r\n\r\n",
        ];
        let [panicked, next, pipelined] = answers(&requests).await.try_into().expect("an answer a request");
        let says_so = |answer: &str| answer.ends_with("\r\n\r\n{\"error\":\"internal error\"}");
        assert!(panicked.starts_with("HTTP/1.1 500 ") && says_so(&panicked), "{panicked}");
        assert!(next.starts_with("HTTP/1.1 200 OK\r\n") && next.ends_with("Ada"), "{next}");
        assert!(pipelined.contains("first") && says_so(&pipelined), "{pipelined}");
        let body = panicked.split_once("\r\n\r\n").expect("a head").1;
        assert!(panicked.contains(&format!("content-length: {}\r\n", body.len())));
    }

    async fn answer(_: Request<Incoming>) -> Result<Response<Full<bytes::Bytes>>, Hangup> {
        Ok(Response::new(Full::default()))
    }

    async fn served_although_it_stops(request: &str, turns: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let mut client = TcpStream::connect(listener.local_addr().expect("bound")).await.expect("it listens");
        let serving = tokio::spawn(serve(listener.into(), Options::default(), answer, std::future::ready(())));
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        client.write_all(request.as_bytes()).await.expect("writable");
        let mut answers = String::new();
        client.read_to_string(&mut answers).await.expect("an answer and the end");
        drop(client);
        serving.await.expect("it stops");
        answers
    }

    #[tokio::test]
    async fn whoever_is_connected_when_the_server_stops_is_served_once() {
        let request = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";
        for turns in [0, 1, 2, 100] {
            let answers = served_although_it_stops(request, turns).await;
            assert!(answers.starts_with("HTTP/1.1 200 OK\r\n"), "after {turns} turns: {answers}");
        }
    }
}
