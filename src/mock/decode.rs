//! From headers and a stream of bytes to a [`ReceivedBody`].
//!
//! Deliberately not the platform's decoders: one bug must not hide at both ends.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::config::Config;
use super::part;
use super::received::{ReceivedBody, ReceivedField, ReceivedValue, media_type};

/// How much is read, and how much is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Files up to this many bytes are kept.
    pub(super) keep_file_bytes: u64,
    /// The most that is read of one body.
    pub(super) max_body: Option<u64>,
}

impl Limits {
    pub(super) fn of(config: &Config) -> Self {
        Self { keep_file_bytes: config.keep_file_bytes, max_body: config.max_body }
    }
}

/// Why a body has no fields.
#[derive(Debug)]
pub(super) enum Failure {
    /// The bytes are not what the content type says.
    Undecodable(String),
    /// There are more than [`Limits::max_body`].
    TooLarge,
}

/// Reads a body to its very end: only then is it known to be complete.
///
/// A part's file is hashed and counted as it comes, and kept only up to the limit.
pub(super) async fn decode<S>(content_type: Option<&str>, body: S, limits: Limits) -> ReceivedBody
where
    S: Stream<Item = Result<Bytes, Broken>> + Send + Unpin,
{
    let mut source = Source { stream: body, read: 0, end: None };
    let decoded = match content_type.map(media_type).as_deref() {
        Some("application/json") => json(&mut source, limits).await.map(ReceivedBody::Json),
        Some("multipart/form-data") => {
            part::read_all(content_type.unwrap_or_default(), &mut source, limits).await.map(ReceivedBody::Multipart)
        }
        _ => {
            Err(Failure::Undecodable("the content type is neither application/json nor multipart/form-data".to_owned()))
        }
    };
    if matches!(decoded, Err(Failure::TooLarge)) || !source.drain(limits.max_body).await {
        return ReceivedBody::TooLarge;
    }
    match decoded {
        _ if source.end == Some(End::Broken) => ReceivedBody::Incomplete,
        _ if source.read == 0 => ReceivedBody::Empty,
        Ok(body) => body,
        Err(Failure::Undecodable(reason)) => ReceivedBody::Undecodable { reason },
        Err(Failure::TooLarge) => ReceivedBody::TooLarge,
    }
}

/// The same for a body that is already in memory.
pub(super) fn decode_whole(content_type: Option<&str>, body: &[u8], limits: Limits) -> ReceivedBody {
    let body = stream::iter([Ok(Bytes::copy_from_slice(body))]);
    let decoded = decode(content_type, body, limits).now_or_never();
    decoded
        .unwrap_or_else(|| ReceivedBody::Undecodable { reason: "the decoder waits for more than the body".to_owned() })
}

/// The connection broke off.
#[derive(Debug)]
pub(super) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body broke off")
    }
}

impl std::error::Error for Broken {}

/// A body that remembers how much came, and how it ended.
pub(super) struct Source<S> {
    stream: S,
    read: u64,
    end: Option<End>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Clean,
    Broken,
}

impl<S: Stream<Item = Result<Bytes, Broken>> + Unpin> Source<S> {
    /// Reads and drops the rest; false if the whole exceeds the limit.
    async fn drain(&mut self, max_body: Option<u64>) -> bool {
        let fits = |read| max_body.is_none_or(|max| read <= max);
        while fits(self.read) && self.next().await.is_some() {}
        fits(self.read)
    }
}

impl<S: Stream<Item = Result<Bytes, Broken>> + Unpin> Stream for Source<S> {
    type Item = Result<Bytes, Broken>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.end.is_some() {
            return Poll::Ready(None);
        }
        let polled = self.stream.poll_next_unpin(cx);
        match &polled {
            Poll::Ready(Some(Ok(bytes))) => self.read += bytes.len() as u64,
            Poll::Ready(Some(Err(Broken))) => self.end = Some(End::Broken),
            Poll::Ready(None) => self.end = Some(End::Clean),
            Poll::Pending => {}
        }
        polled
    }
}

async fn json<S>(source: &mut Source<S>, limits: Limits) -> Result<Vec<ReceivedField>, Failure>
where
    S: Stream<Item = Result<Bytes, Broken>> + Send + Unpin,
{
    let mut text = Vec::new();
    while let Some(Ok(bytes)) = source.next().await {
        text.extend_from_slice(&bytes);
        if limits.max_body.is_some_and(|max| text.len() as u64 > max) {
            return Err(Failure::TooLarge);
        }
    }
    read_object(&text)
}

fn read_object(text: &[u8]) -> Result<Vec<ReceivedField>, Failure> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let read = deserializer.deserialize_map(Members).and_then(|fields| deserializer.end().map(|()| fields));
    read.map_err(|error| {
        let place = (error.line(), error.column());
        Failure::Undecodable(format!("not a JSON object (line {}, column {})", place.0, place.1))
    })
}

/// Keeps every member, duplicates and number texts included.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<ReceivedField>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(name) = map.next_key()? {
            let value = member_value(map.next_value()?).map_err(serde::de::Error::custom)?;
            fields.push(ReceivedField { name, value });
        }
        Ok(fields)
    }
}

fn member_value(raw: Box<RawValue>) -> serde_json::Result<ReceivedValue> {
    if raw.get().starts_with('"') {
        serde_json::from_str(raw.get()).map(ReceivedValue::Text)
    } else {
        Ok(ReceivedValue::Json(raw))
    }
}
