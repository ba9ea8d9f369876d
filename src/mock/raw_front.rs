//! The mock anchor on hyper: for the command line, and for what wiremock cannot show.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::{Request, Response};
use tokio::sync::watch;
use tokio::time::sleep;

use super::anchor::Anchor;
use super::answer::{Answer, Delivery};
use super::config::Config;
use super::decode::{Broken, Limits, decode};
use super::desk::deliver;
use super::received::{Received, ReceivedBody, query_pairs};
use crate::wire::listener::{Hangup, Listener, Options, serve};

/// Serves the anchor on a listener until `shutdown` ends; requests under way then have a second left.
pub async fn run(listener: impl Into<Listener>, anchor: Arc<Anchor>, shutdown: impl Future<Output = ()>) {
    let (stop, stopped) = watch::channel(());
    let options = Options { grace: Duration::from_secs(1), ..Options::default() };
    let told = Arc::clone(&anchor);
    let handle = move |request| handle(Arc::clone(&anchor), request, stopped.clone());
    let shutdown = async {
        shutdown.await;
        stop.send_replace(());
    };
    tokio::select! {
        () = serve(listener.into(), options, handle, shutdown) => {}
        () = deliver(told) => {}
    }
}

type AnswerBody = http_body_util::combinators::UnsyncBoxBody<Bytes, io::Error>;

async fn handle(
    anchor: Arc<Anchor>,
    request: Request<Incoming>,
    mut stopped: watch::Receiver<()>,
) -> Result<Response<AnswerBody>, Hangup> {
    let (mut received, body) = parse_head(request, anchor.config());
    let answer = if let Some(answer) = anchor.early_answer() {
        anchor.note(received);
        answer
    } else {
        received.body = decode(received.header("content-type"), chunks(body), Limits::of(anchor.config())).await;
        if matches!(received.body, ReceivedBody::Incomplete) {
            anchor.note(received);
            return Err(Hangup);
        }
        anchor.answer_in_time(received).await
    };
    sleep(answer.delay).await;
    match answer.delivery {
        Delivery::HangUp | Delivery::HangUpBeforeBody => Err(Hangup),
        Delivery::Silent => {
            let _ = stopped.changed().await;
            Err(Hangup)
        }
        Delivery::Whole | Delivery::BeforeBody | Delivery::Truncated | Delivery::Drip(_) => respond(answer),
    }
}

fn parse_head(request: Request<Incoming>, config: &Config) -> (Received, Incoming) {
    let (head, body) = request.into_parts();
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let received = Received {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: query_pairs(head.uri.query().unwrap_or_default(), config),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect(),
        body: ReceivedBody::Unread,
    };
    (received, body)
}

fn chunks(body: Incoming) -> impl Stream<Item = Result<Bytes, Broken>> + Send + Unpin {
    body.into_data_stream().map(|chunk| chunk.map_err(|_| Broken))
}

fn respond(answer: Answer) -> Result<Response<AnswerBody>, Hangup> {
    let mut response = Response::builder().status(answer.status);
    if !answer.body.is_empty() {
        response = response.header("content-length", answer.body.len());
    }
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(body(answer.body, answer.delivery)).map_err(|_| Hangup)
}

fn body(bytes: Vec<u8>, delivery: Delivery) -> AnswerBody {
    match delivery {
        Delivery::Truncated => {
            let half = Bytes::copy_from_slice(&bytes[..bytes.len() / 2]);
            // The pause lets the half be written before the error drops the connection.
            let broken = stream::once(async {
                tokio::task::yield_now().await;
                Err(io::Error::from(io::ErrorKind::ConnectionAborted))
            });
            StreamBody::new(stream::iter([Ok(Frame::data(half))]).chain(broken)).boxed_unsync()
        }
        Delivery::Drip(pause) => {
            let drops = stream::iter(bytes).then(move |byte| async move {
                sleep(pause).await;
                Ok(Frame::data(Bytes::copy_from_slice(&[byte])))
            });
            StreamBody::new(drops).boxed_unsync()
        }
        _ => Full::new(Bytes::from(bytes)).map_err(|never| match never {}).boxed_unsync(),
    }
}
