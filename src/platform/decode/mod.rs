//! Step 4, decode: JSON, urlencoded and multipart become one thing, a stream of fields.
//!
//! Text comes whole, because it is small and bounded; a file comes as its head and then chunk by chunk. The rules that
//! hold for every field whatever its encoding are in [`rules`].

mod body;
mod json;
mod multipart;
mod names;
mod parameters;
mod query;
mod rules;
mod urlencoded;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE};
use hyper::{HeaderMap, Request};
use serde_json::value::RawValue;

pub(super) use self::body::ClientBody;
use self::multipart::MultipartFields;
use self::parameters::Parameters;
pub(crate) use self::query::query;
use super::config::Limits;
use super::refusal::Refusal;
use crate::sep12::registry::Kind;

/// The lazy twin of [`Field`](crate::sep12::Field): a file is only its head, its content follows on the stream.
#[derive(Debug)]
pub(crate) enum Part {
    Text { name: String, value: String },
    Json { name: String, value: Box<RawValue> },
    File(FileHead),
}

/// What is known of a file before its content.
#[derive(Debug)]
pub(crate) struct FileHead {
    pub(crate) name: String,
    pub(crate) file_name: String,
    pub(crate) content_type: String,
}

/// The type of a field of this name; `None` if it is nobody's name.
pub(crate) type KindOf = fn(&str) -> Option<Kind>;

/// The fields of one request, in the order received.
pub(crate) enum FieldStream {
    Read(std::vec::IntoIter<Part>),
    Multipart(Box<MultipartFields>),
}

/// The fields up to the first file: what decides the content type toward the anchor.
pub(crate) struct Lead {
    pub(crate) texts: Vec<Part>,
    pub(crate) file: Option<FileHead>,
}

const SUPPORTED: &str =
    "Content-Type must be application/json, application/x-www-form-urlencoded or multipart/form-data";

/// Opens the body of a request as a stream of fields.
pub(crate) async fn decode(
    request: Request<Incoming>,
    kind_of: KindOf,
    limits: &Limits,
) -> Result<FieldStream, Refusal> {
    let (head, body) = request.into_parts();
    fields(&head.headers, ClientBody::new(body, limits)?, kind_of, limits).await
}

/// The same where a request may go without a body: then its headers do not count either.
pub(crate) async fn decode_if_any(
    request: Request<Incoming>,
    kind_of: KindOf,
    limits: &Limits,
) -> Result<FieldStream, Refusal> {
    let (head, body) = request.into_parts();
    let mut body = ClientBody::new(body, limits)?;
    if body.is_empty().await? {
        return Ok(FieldStream::Read(Vec::new().into_iter()));
    }
    fields(&head.headers, body, kind_of, limits).await
}

pub(super) async fn fields(
    headers: &HeaderMap,
    body: ClientBody,
    kind_of: KindOf,
    limits: &Limits,
) -> Result<FieldStream, Refusal> {
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(Refusal::UnsupportedMediaType("Content-Encoding is not supported; send the body as it is"));
    }
    let content_type = content_type(headers)?;
    match content_type.value.as_str() {
        "application/json" => Ok(FieldStream::Read(json::read(body, kind_of, limits).await?.into_iter())),
        "application/x-www-form-urlencoded" => {
            Ok(FieldStream::Read(urlencoded::read(body, kind_of, limits).await?.into_iter()))
        }
        "multipart/form-data" => {
            Ok(FieldStream::Multipart(Box::new(MultipartFields::new(&content_type, body, kind_of, limits)?)))
        }
        _ => Err(Refusal::UnsupportedMediaType(SUPPORTED)),
    }
}

fn content_type(headers: &HeaderMap) -> Result<Parameters, Refusal> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Refusal::UnsupportedMediaType(SUPPORTED));
    };
    let value = value.to_str().map_err(|_| Refusal::UnsupportedMediaType(SUPPORTED))?;
    let content_type =
        Parameters::parse(value).map_err(|problem| Refusal::malformed(format!("Content-Type: {problem}")))?;
    if content_type.is_utf_8() {
        Ok(content_type)
    } else {
        Err(Refusal::UnsupportedMediaType("the charset must be utf-8"))
    }
}

impl FieldStream {
    /// The next field. The file before it must have been read to its end.
    pub(crate) async fn next(&mut self) -> Result<Option<Part>, Refusal> {
        match self {
            Self::Read(parts) => Ok(parts.next()),
            Self::Multipart(fields) => fields.next().await,
        }
    }

    /// The next piece of the file that [`next`](Self::next) returned last; `None` at its end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Refusal> {
        match self {
            Self::Read(_) => Ok(None),
            Self::Multipart(fields) => fields.chunk().await,
        }
    }

    /// All fields up to the first file.
    pub(crate) async fn lead(&mut self) -> Result<Lead, Refusal> {
        let mut texts = Vec::new();
        while let Some(part) = self.next().await? {
            match part {
                Part::File(file) => return Ok(Lead { texts, file: Some(file) }),
                text => texts.push(text),
            }
        }
        Ok(Lead { texts, file: None })
    }
}

/// All fields of a request that takes no file.
pub(crate) async fn texts(mut fields: FieldStream) -> Result<Vec<Part>, Refusal> {
    let lead = fields.lead().await?;
    match lead.file {
        None => Ok(lead.texts),
        Some(file) => Err(Refusal::field(&file.name, "is a file, which this request does not take")),
    }
}

/// A JSON or urlencoded body whole, bounded as text.
async fn read_text_body(mut body: ClientBody, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let mut whole = Vec::new();
    while let Some(chunk) = body.chunk().await? {
        if whole.len() + chunk.len() > limits.all_strings {
            return Err(rules::too_much_text(limits));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}
