//! The suite's reading of a target that may be hostile, in memory and without a socket.

use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use hyper::client::conn::http1;
use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;

use super::answer::{Answer, one_line};
use super::client::{Client, Failure, read, received};
use super::context::{Context, Suite};
use super::curl::curl;
use super::discovery::Survey;
use super::options::Options;
use super::pace::Pace;
use super::people::Inventor;
use super::request::{Content, Encoding, Request};
use crate::sep10::credentials::Credentials;
use crate::sep12::body::Multipart;
use crate::sep12::{Account, CustomerId, Identity};

pub use super::platform::anchor::fuzzing as anchor_side;

/// What the suite makes of an answer.
#[derive(Debug)]
pub struct Reading {
    /// The status.
    pub status: u16,
    /// The body, which came whole.
    pub body: Bytes,
    /// The answer in a sentence.
    pub told: String,
    /// The id, if there is one.
    pub id: Option<String>,
    /// The text of an error, if there is one.
    pub error: Option<String>,
    /// What a report has of it, as JSON.
    pub recorded: String,
}

/// Reads the bytes that a target sends for a request, from the status line on.
///
/// # Errors
///
/// What a report says of an answer that cannot be read.
pub fn read_answer(raw: Vec<u8>) -> Result<Reading, String> {
    SUITE.with(|(runtime, suite)| {
        let request = Request::get(&[("account".to_owned(), "G".to_owned())]);
        let message = suite.client.message(&request).expect("a short path");
        let redactor = suite.client.redactor();
        let answered = async {
            let peer = Peer { answer: raw, read: 0, asked: false, reader: None };
            let (mut sender, connection) =
                http1::handshake(peer).await.map_err(|error| Failure::Dropped(error.to_string()))?;
            let answer = async {
                let response = sender.send_request(message).await;
                read(response.map_err(|error| Failure::Dropped(error.to_string()))?).await
            };
            let (mut answer, mut connection) = (pin!(answer), pin!(connection));
            tokio::select! {
                biased;
                answer = &mut answer => return answer,
                _ = &mut connection => {}
            }
            answer.await
        };
        let mut answer = runtime.block_on(answered).map_err(|failure| failure.to_string())?;
        answer.quoted = one_line(&redactor.quoted(&answer.body));
        Pace::new().slow_down(&answer.headers, Instant::now());
        Ok(Reading {
            status: answer.status.as_u16(),
            told: answer.to_string(),
            id: answer.id().ok().map(String::from),
            error: answer.error(),
            recorded: serde_json::to_string(&received(&answer, redactor)).expect("a record is JSON"),
            body: answer.body,
        })
    })
}

/// The requests that follow upon an answer to `GET /customer` and one to `PUT`: a customer with all that is asked for,
/// and look-ups and a deletion by the id. Each as the size of its body and its command line.
#[must_use]
pub fn follow(info: &[u8], id: &str) -> Vec<(usize, String)> {
    SUITE.with(|(_, suite)| {
        let answer = Answer {
            status: hyper::StatusCode::OK,
            headers: hyper::HeaderMap::new(),
            body: Bytes::copy_from_slice(info),
            quoted: String::new(),
        };
        let mut survey = Survey::default();
        survey.add_fields(answer.info().ok().and_then(|info| info.fields).as_ref(), &suite.inventor);
        let mut context = Context::new(Arc::clone(suite), Arc::from([survey.clone()]), 1, "fuzzing");
        let identity = Identity::of_account(Account::Classic([1; 32]));
        let customer = context.everything_of(identity, &survey);
        let encoding = if customer.has_files() { Encoding::Multipart(Multipart::default()) } else { Encoding::Json };
        let mut requests = vec![Request::put_content(Content::write(customer.request_fields(), &encoding))];
        if let Ok(id) = CustomerId::try_from(id.to_owned()) {
            let mut parameters = customer.query();
            parameters.push(("id".to_owned(), id.as_str().to_owned()));
            requests.extend([Request::get(&parameters), Request::delete(&id)]);
        }
        requests.iter().filter_map(|request| sent(&suite.client, request)).collect()
    })
}

fn sent(client: &Client, request: &Request) -> Option<(usize, String)> {
    let (parts, _) = client.message(request).ok()?.into_parts();
    let sent = client.record(request, &parts);
    let size = request.content.as_ref().map_or(0, |content| content.bytes.len());
    Some((size, curl(request, &sent.url, &Credentials::None, &[])))
}

thread_local! {
    static SUITE: (Runtime, Arc<Suite>) = {
        let options = Options::new("http://anchor.example".parse().expect("a base URL"));
        let suite = Suite {
            client: Client::new(&options).expect("no roots are given"),
            inventor: Inventor::default(),
            seed: 1,
            year: 2026,
            settle: Duration::ZERO,
            cases: 1,
            identities: Vec::new(),
            created: Mutex::default(),
        };
        (Builder::new_current_thread().enable_time().build().expect("a clock"), Arc::new(suite))
    };
}

/// The other end of a connection, which answers the first byte with all that it has to say, and closes.
struct Peer {
    answer: Vec<u8>,
    read: usize,
    asked: bool,
    reader: Option<Waker>,
}

impl Read for Peer {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.asked {
            self.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let rest = &self.answer[self.read..];
        let taken = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..taken]);
        self.read += taken;
        Poll::Ready(Ok(()))
    }
}

impl Write for Peer {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut TaskContext<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.asked = true;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
