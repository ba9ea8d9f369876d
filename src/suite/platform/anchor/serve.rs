//! The anchor side's listener.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Request, Response};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::heard::Heard;
use super::mailbox::{Desk, Mailbox};
use super::reply::{Delivery, Reply, ReplyBody};
use crate::wire::listener::{Hangup, Listener, Options, serve};
use crate::wire::redactor::Redactor;
use crate::wire::transcript::{Forwarded, Received, Sent};

/// A running anchor side; it stops when dropped.
pub(crate) struct AnchorSide {
    pub(crate) address: SocketAddr,
    pub(crate) url: Arc<str>,
    pub(crate) desk: Arc<Desk>,
    task: JoinHandle<()>,
}

/// More than any check sends.
const LONGEST_BODY: usize = 16 * 1024 * 1024;
/// A longer body than this waits while so many of the kind are being read.
const LONG_BODY: usize = 1024 * 1024;
const LONG_BODIES: usize = 16;
/// More than any platform needs that checks send requests to.
const CONNECTIONS: usize = 512;
/// How much of a body is kept for reports; a little more than they show.
const RECORDED: usize = 20 * 1024;

impl AnchorSide {
    /// Serves on a listener that is bound. The redactor is the run's: a platform may send on what it must keep.
    ///
    /// # Errors
    ///
    /// If the listener cannot tell its address.
    pub(crate) fn start(listener: Listener, redactor: Redactor) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let desk = Arc::new(Desk::default());
        let default = Options::default();
        let max_connections = default.max_connections.min(CONNECTIONS);
        let options = Options { grace: Duration::ZERO, max_connections, ..default };
        let long = Arc::new(Semaphore::new(LONG_BODIES));
        let handler = Arc::clone(&desk);
        let url: Arc<str> = format!("{}://{address}", listener.scheme()).into();
        let base = Arc::clone(&url);
        let handle = move |request| {
            handle(Arc::clone(&handler), Arc::clone(&base), redactor.clone(), Arc::clone(&long), request)
        };
        let task = tokio::spawn(serve(listener, options, handle, std::future::pending()));
        Ok(Self { address, url, desk, task })
    }
}

impl Drop for AnchorSide {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn handle(
    desk: Arc<Desk>,
    base: Arc<str>,
    redactor: Redactor,
    long: Arc<Semaphore>,
    request: Request<Incoming>,
) -> Result<Response<ReplyBody>, Hangup> {
    let (head, body) = request.into_parts();
    let (raw, error) = read(body, &long).await;
    let heard = Heard::new(&head, raw, error.is_none());
    let Some(mailbox) = desk.find(&heard) else {
        return match error {
            None => respond(Reply::text(404, "application/json", r#"{"error": "nobody knows this customer"}"#)),
            Some(_) => Err(Hangup),
        };
    };
    let mut sent = sent(&base, &head, &heard.raw, &redactor);
    if !desk.can_record(sent.size()) {
        (sent.headers, sent.body) = (Vec::new(), None);
    }
    mailbox.begin();
    let heard = mailbox.put(heard);
    if error.is_some() {
        mailbox.end(Forwarded { request: sent, response: None, error });
        return Err(Hangup);
    }
    let reply = mailbox.answer(&heard);
    if let Some(id) = reply.id() {
        desk.claim(id, &mailbox);
    }
    answer(&mailbox, sent, reply, &redactor).await
}

async fn answer(
    mailbox: &Mailbox,
    request: Sent,
    reply: Reply,
    redactor: &Redactor,
) -> Result<Response<ReplyBody>, Hangup> {
    if let Delivery::After(pause) = reply.delivery {
        sleep(pause).await;
    }
    let error = match reply.delivery {
        Delivery::HangUp => Some("the suite dropped the connection on purpose".to_owned()),
        Delivery::Half => Some("the suite dropped the connection on purpose, within its answer".to_owned()),
        Delivery::Whole | Delivery::After(_) => None,
    };
    let response = (reply.delivery != Delivery::HangUp).then(|| received(&reply, redactor));
    mailbox.end(Forwarded { request, response, error });
    if reply.delivery == Delivery::HangUp { Err(Hangup) } else { respond(reply) }
}

/// The body as far as it came, and why it is not whole.
async fn read(mut body: Incoming, long: &Semaphore) -> (Bytes, Option<String>) {
    let mut bytes = BytesMut::new();
    let mut place = None;
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend_from_slice(frame.data_ref().map_or(&[], AsRef::as_ref)),
            Err(error) => return (bytes.freeze(), Some(format!("the request broke off: {error}"))),
        }
        if bytes.len() > LONGEST_BODY {
            return (bytes.freeze(), Some("the request is longer than anything that was sent".to_owned()));
        }
        if bytes.len() > LONG_BODY && place.is_none() {
            place = long.acquire().await.ok();
        }
    }
    (bytes.freeze(), None)
}

fn respond(reply: Reply) -> Result<Response<ReplyBody>, Hangup> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    response.body(reply.into_body()).map_err(|_| Hangup)
}

fn sent(base: &str, head: &Parts, raw: &Bytes, redactor: &Redactor) -> Sent {
    Sent {
        method: redactor.text(head.method.as_str().as_bytes()),
        url: redactor.text(format!("{base}{}", head.uri).as_bytes()),
        headers: redactor.headers(&head.headers),
        body: redactor.body(&raw[..raw.len().min(RECORDED)]),
    }
}

fn received(reply: &Reply, redactor: &Redactor) -> Received {
    let told = |value: &String| redactor.text(value.as_bytes());
    let headers = reply.headers.iter().map(|(name, value)| ((*name).to_owned(), told(value))).collect();
    Received { status: reply.status, headers, body: redactor.body(&reply.body) }
}
