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
use super::raw_answer::parting;
use super::received::{Received, ReceivedBody, query_pairs};
use crate::wire::listener::{Listener, Options, serve};
use crate::wire::parting::Parting;

/// Serves the anchor on a listener until `shutdown` ends; requests under way then have a second left.
pub async fn run(listener: impl Into<Listener>, anchor: Arc<Anchor>, shutdown: impl Future<Output = ()>) {
    let (stop, stopped) = watch::channel(());
    let gate = Arc::clone(&anchor);
    let turns_away: Option<Arc<dyn Fn() -> bool + Send + Sync>> = Some(Arc::new(move || gate.refuses()));
    let options = Options { grace: Duration::from_secs(1), turns_away, ..Options::default() };
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
) -> Result<Response<AnswerBody>, Parting> {
    let (received, mut body) = parse_head(request, anchor.config());
    let answer = answer(&anchor, received, &mut body).await.ok_or_else(Parting::default)?;
    sleep(answer.delay).await;
    match answer.delivery {
        Delivery::Whole | Delivery::BeforeBody | Delivery::Drip(_) => respond(answer),
        Delivery::Silent => {
            let _ = stopped.changed().await;
            Err(Parting::default())
        }
        Delivery::ResetDuringBody => {
            let _ = body.frame().await;
            Err(parting(&answer))
        }
        _ => Err(parting(&answer)),
    }
}

/// The anchor's answer, with what befalls the request; `None` if its body broke off.
async fn answer(anchor: &Arc<Anchor>, mut received: Received, body: &mut Incoming) -> Option<Answer> {
    let met = anchor.meet_troubles(&received);
    let early = match met.delivery {
        Some(delivery) if delivery.is_early() => Some(Answer::empty(500)),
        _ => anchor.early_answer(),
    };
    let answer = if let Some(answer) = early {
        anchor.note(received);
        answer
    } else {
        let chunks = chunks(body, met.per_byte);
        received.body = decode(received.header("content-type"), chunks, Limits::of(anchor.config())).await;
        if matches!(received.body, ReceivedBody::Incomplete) {
            anchor.note(received);
            return None;
        }
        match met.answer {
            Some(_) => {
                anchor.note(received);
                Answer::empty(500)
            }
            None => anchor.answer_in_time(received).await,
        }
    };
    Some(met.change(answer))
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

fn chunks(body: &mut Incoming, per_byte: Duration) -> impl Stream<Item = Result<Bytes, Broken>> + Send + Unpin {
    let slowly = move |chunk: Result<Bytes, _>| async move {
        let bytes = chunk.as_ref().map_or(0, Bytes::len);
        sleep(per_byte.saturating_mul(u32::try_from(bytes).unwrap_or(u32::MAX))).await;
        chunk.map_err(|_| Broken)
    };
    Box::pin(body.into_data_stream().then(slowly))
}

fn respond(answer: Answer) -> Result<Response<AnswerBody>, Parting> {
    let mut response = Response::builder().status(answer.status);
    if !answer.body.is_empty() {
        response = response.header("content-length", answer.body.len());
    }
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(body(answer.body, answer.delivery)).map_err(|_| Parting::default())
}

fn body(bytes: Vec<u8>, delivery: Delivery) -> AnswerBody {
    match delivery {
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
