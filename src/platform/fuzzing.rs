//! The platform's way from a body to a body and from an answer to an answer, in memory and without a socket.

use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, StatusCode};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

use super::authenticate;
use super::call::{Call, IdentityIn};
use super::config::{Limits, MuxedAs};
use super::decode::{FieldStream, Part, fields, query};
use super::encode::{self, Multipart};
use super::identify::{Policy, identify};
use super::refusal::Refusal;
use super::reply::{AnchorAnswer, customer_breaches, customer_id, file_breaches, files_breaches};
use super::tally::Tally;
use super::upload::Upload;
use crate::sep10::token::Verifier;
use crate::sep12::registry;
use crate::sep12::{Caller, Field, File, Value};

/// A refusal as its three readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The client's status; `None` when nobody is left.
    pub status: Option<u16>,
    /// What the client reads.
    pub message: String,
    /// What the log gets.
    pub detail: String,
}

/// What goes to the anchor.
#[derive(Clone, Debug)]
pub struct Forwarded {
    /// Of the request to the anchor.
    pub content_type: String,
    /// The whole body.
    pub body: Bytes,
}

/// An endpoint whose answer the platform reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// `PUT /customer`.
    PutCustomer,
    /// `GET /customer`.
    GetCustomer,
    /// `POST /customer/files`.
    PostFile,
    /// `GET /customer/files`.
    GetFiles,
}

/// The fields of a body that comes in these pieces.
///
/// # Errors
///
/// As the platform refuses it.
pub fn decode(content_type: &str, pieces: &[&[u8]], limits: &Limits) -> Result<Vec<Field>, Refused> {
    now(async {
        let mut stream = open(content_type, pieces, limits).await?;
        let mut decoded = Vec::new();
        while let Some(part) = stream.next().await? {
            decoded.push(owned(part, &mut stream).await?);
        }
        Ok(decoded)
    })
}

/// What the anchor gets for a `PUT /customer` of this caller.
///
/// # Errors
///
/// As the platform refuses it.
pub fn forward(sub: &str, content_type: &str, pieces: &[&[u8]], limits: &Limits) -> Result<Forwarded, Refused> {
    now(async {
        let caller: Caller = sub.parse().map_err(|_| Refusal::BadSub)?;
        let mut stream = open(content_type, pieces, limits).await?;
        let lead = stream.lead().await?;
        let policy = Policy { muxed_as: MuxedAs::Account, strict_memos: false, verify_ownership: false };
        let identified = identify(caller, policy, lead.texts)?;
        let Some(file) = lead.file else {
            identified.finish()?;
            let body = encode::json(&identified, IdentityIn::Body);
            return Ok(Forwarded { content_type: "application/json".to_owned(), body });
        };
        let mut tally = Tally::default();
        let mut multipart = Multipart::new(&Call::put_customer(), &mut tally);
        let content_type = multipart.content_type();
        let mut upload = Upload::buffer(Semaphore::new(Semaphore::MAX_PERMITS).into());
        multipart.write(identified, file, stream, &mut upload).await?;
        let Upload::Buffer(buffer) = upload else { unreachable!("it was made a buffer") };
        Ok(Forwarded { content_type, body: buffer.finish().0 })
    })
}

/// The parameters of these names in a query.
///
/// # Errors
///
/// As the platform refuses it.
pub fn parameters(text: &str, names: &[&str], limits: &Limits) -> Result<Vec<Field>, Refused> {
    let parts = query(Some(text), names, limits).map_err(|refusal| told(&refusal))?;
    Ok(parts.into_iter().map(text_field).collect())
}

/// The caller of a request with this `Authorization`.
///
/// # Errors
///
/// As the platform refuses it.
pub fn authenticated(authorization: &[u8], tokens: &Verifier) -> Result<Caller, Refused> {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(authorization) {
        headers.insert(hyper::header::AUTHORIZATION, value);
    }
    authenticate::authenticate(&headers, tokens).map_err(|refusal| told(&refusal))
}

/// What the client gets for an anchor's answer: the id, or the body that passes through, and the rules that it breaks.
///
/// # Errors
///
/// As the platform refuses it.
pub fn reply(asked: Asked, status: u16, retry_after: &[u8], body: &[u8]) -> Result<(Bytes, Vec<String>), Refused> {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(retry_after) {
        headers.insert(HeaderName::from_static("retry-after"), value);
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
    let answer = AnchorAnswer { status, headers, body: Bytes::copy_from_slice(body) };
    read_answer(asked, &answer).map_err(|refusal| {
        // It must be writable as a response, whatever the anchor said.
        let _ = super::respond::refuse(&refusal);
        told(&refusal)
    })
}

fn read_answer(asked: Asked, answer: &AnchorAnswer) -> Result<(Bytes, Vec<String>), Refusal> {
    let breaches = match asked {
        Asked::PutCustomer => return Ok((String::from(customer_id(answer)?).into(), Vec::new())),
        Asked::GetCustomer => customer_breaches(answer)?,
        Asked::PostFile => file_breaches(answer)?,
        Asked::GetFiles => files_breaches(answer)?,
    };
    Ok((answer.body.clone(), breaches.into_iter().map(|breach| breach.place).collect()))
}

async fn open(content_type: &str, pieces: &[&[u8]], limits: &Limits) -> Result<FieldStream, Refusal> {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(content_type) {
        headers.insert(CONTENT_TYPE, value);
    }
    let pieces = pieces.iter().map(|piece| Bytes::copy_from_slice(piece)).collect();
    fields(&headers, super::decode::ClientBody::new(Pieces(pieces), limits)?, registry::kind, limits).await
}

async fn owned(part: Part, stream: &mut FieldStream) -> Result<Field, Refusal> {
    let Part::File(head) = part else { return Ok(text_field(part)) };
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    let (file_name, content_type) = (Some(head.file_name), Some(head.content_type));
    Ok(Field::file(head.name, File { file_name, content_type, bytes: bytes.into() }))
}

fn text_field(part: Part) -> Field {
    match part {
        Part::Text { name, value } => Field::text(name, value),
        Part::Json { name, value } => Field { name, value: Value::Json(value) },
        Part::File(_) => unreachable!("a file has its content on the stream"),
    }
}

fn told(refusal: &Refusal) -> Refused {
    Refused {
        status: refusal.status().map(|status| status.as_u16()),
        message: refusal.message(),
        detail: refusal.detail(),
    }
}

/// Runs what never waits: all of the body is there.
fn now<T>(work: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refused> {
    thread_local! {
        /// The decoders limit the time of each read, for which they need a clock.
        static CLOCK: Runtime = Builder::new_current_thread().enable_time().build().expect("a clock");
    }
    CLOCK.with(|clock| {
        let _entered = clock.enter();
        match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => done.map_err(|refusal| told(&refusal)),
            Poll::Pending => panic!("a body from memory was waited for"),
        }
    })
}

/// A body in memory.
struct Pieces(VecDeque<Bytes>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
    }
}
