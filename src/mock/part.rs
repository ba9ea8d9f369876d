//! The parts of a `multipart/form-data` body (RFC 7578), read with multer.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use multer::{Constraints, Multipart, SizeLimit};
use sha2::{Digest, Sha256};

use super::decode::{Broken, Failure, Limits, Source};
use super::received::{ReceivedField, ReceivedFile, ReceivedValue, media_type};

/// Reads the parts up to the closing boundary.
pub(super) async fn read_all<S>(
    content_type: &str,
    source: &mut Source<S>,
    limits: Limits,
) -> Result<Vec<ReceivedField>, Failure>
where
    S: Stream<Item = Result<Bytes, Broken>> + Send + Unpin,
{
    let size = SizeLimit::new().whole_stream(limits.max_body.unwrap_or(u64::MAX));
    let constraints = Constraints::new().size_limit(size);
    let source = EndApart { source, has_waited: false };
    let mut parts = Multipart::with_constraints(source, boundary(content_type)?, constraints);
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await? {
        fields.push(read(part, limits).await?);
    }
    Ok(fields)
}

/// A body whose end comes in a poll of its own once it had to be waited for. multer polls twice for the first boundary
/// and looks only at what the first poll brought: a body that comes whole between the two would have no boundary
/// (<https://github.com/rwf2/multer/pull/70>).
struct EndApart<'s, S> {
    source: &'s mut Source<S>,
    has_waited: bool,
}

impl<S: Stream<Item = Result<Bytes, Broken>> + Unpin> Stream for EndApart<'_, S> {
    type Item = Result<Bytes, Broken>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.source.poll_next_unpin(cx);
        let comes_at_once = matches!(polled, Poll::Ready(None)) && std::mem::take(&mut self.has_waited);
        if comes_at_once {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.has_waited |= polled.is_pending();
        polled
    }
}

/// One boundary, and not an empty one: two parsers must not be able to disagree about it.
fn boundary(content_type: &str) -> Result<String, Failure> {
    let is_boundary = |parameter: &&str| parameter.trim_start().to_ascii_lowercase().starts_with("boundary=");
    if content_type.split(';').filter(is_boundary).count() > 1 {
        return Err(Failure::Undecodable("the content type has more than one boundary".to_owned()));
    }
    match multer::parse_boundary(content_type) {
        Ok(boundary) if !boundary.is_empty() => Ok(boundary),
        _ => Err(Failure::Undecodable("the content type has no boundary".to_owned())),
    }
}

async fn read(mut part: multer::Field<'_>, limits: Limits) -> Result<ReceivedField, Failure> {
    let disposition = part.headers().get("content-disposition");
    if disposition.is_none_or(|value| std::str::from_utf8(value.as_bytes()).is_err()) {
        return Err(Failure::Undecodable("a part has no content disposition in UTF-8".to_owned()));
    }
    let name = part.name().map(unescape);
    let name = name.ok_or_else(|| Failure::Undecodable("a part has no name".to_owned()))?;
    let file_name = part.file_name().map(unescape);
    let content_type = part.headers().get("content-type");
    let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let is_text = content_type.as_deref().is_none_or(|content_type| media_type(content_type) == "text/plain");
    if file_name.is_none() && is_text {
        let text = String::from_utf8(part.bytes().await?.into());
        let text = text.map_err(|_| Failure::Undecodable("a text part is not UTF-8".to_owned()))?;
        return Ok(ReceivedField { name, value: ReceivedValue::Text(text) });
    }
    let mut content = Content::new(limits.keep_file_bytes);
    while let Some(chunk) = part.chunk().await? {
        content.push(&chunk);
    }
    Ok(ReceivedField { name, value: ReceivedValue::File(content.finish(file_name, content_type)) })
}

/// A file's content as it comes.
struct Content {
    keep: u64,
    length: u64,
    hash: Sha256,
    kept: BytesMut,
}

impl Content {
    fn new(keep: u64) -> Self {
        Self { keep, length: 0, hash: Sha256::new(), kept: BytesMut::new() }
    }

    fn push(&mut self, chunk: &[u8]) {
        self.length += chunk.len() as u64;
        self.hash.update(chunk);
        if self.length <= self.keep {
            self.kept.extend_from_slice(chunk);
        } else {
            self.kept = BytesMut::new();
        }
    }

    fn finish(self, file_name: Option<String>, content_type: Option<String>) -> ReceivedFile {
        let bytes = (self.length <= self.keep).then(|| self.kept.freeze());
        ReceivedFile { file_name, content_type, length: self.length, sha256: self.hash.finalize().into(), bytes }
    }
}

impl ReceivedFile {
    /// A file whose content is at hand.
    #[must_use]
    pub fn whole(file_name: Option<String>, content_type: Option<String>, bytes: Bytes) -> Self {
        let sha256 = Sha256::digest(&bytes).into();
        Self { file_name, content_type, length: bytes.len() as u64, sha256, bytes: Some(bytes) }
    }
}

/// Undoes what a form encoder does to quotes, backslashes and line ends in names; a percent sign before anything else
/// stands for itself.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, escape) = rest.split_at(at);
        plain.push_str(before);
        let code = escape.get(..3).map(str::to_ascii_uppercase);
        let (letter, length) = match code.as_deref() {
            Some("%22") => ('"', 3),
            Some("%5C") => ('\\', 3),
            Some("%0D") => ('\r', 3),
            Some("%0A") => ('\n', 3),
            _ => ('%', 1),
        };
        plain.push(letter);
        rest = &escape[length..];
    }
    plain.push_str(rest);
    plain
}

impl From<multer::Error> for Failure {
    fn from(error: multer::Error) -> Self {
        match error {
            multer::Error::StreamSizeExceeded { .. } => Self::TooLarge,
            multer::Error::IncompleteFieldData { .. }
            | multer::Error::IncompleteStream
            | multer::Error::IncompleteHeaders => {
                Self::Undecodable("the multipart body has no closing boundary".to_owned())
            }
            _ => Self::Undecodable("the multipart body is malformed".to_owned()),
        }
    }
}
