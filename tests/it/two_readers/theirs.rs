//! What the other readers make of a body, taken as the platform takes fields: what is a file, what is text, what is
//! not provided (`docs/platform.md`, fields).

use std::convert::Infallible;

use anchor_conformance::sep12::registry::{self, Kind as FieldKind};
use futures_util::stream;
use multer::{Constraints, Multipart, SizeLimit};
use serde_json::{Map, Value};

use super::rows::{Kind, Row};
use super::{Content, Reading};

/// The names of a query that mean something (`docs/platform.md`, endpoints), but for the identity.
const PARAMETERS: [&str; 4] = ["id", "type", "transaction_id", "lang"];

pub(super) async fn read(row: &Row) -> Reading {
    match row.kind {
        Kind::Multipart => multipart(row).await.unwrap_or_else(|error| Reading::Refused(error.to_string())),
        Kind::Json => json(row),
        Kind::Urlencoded => Reading::Fields(pairs(row).collect()),
        Kind::Query => Reading::Fields(pairs(row).filter(|(name, _)| PARAMETERS.contains(&name.as_str())).collect()),
    }
}

async fn multipart(row: &Row) -> multer::Result<Reading> {
    let boundary = multer::parse_boundary(&row.content_type)?;
    let body = stream::iter([Ok::<_, Infallible>(row.body.clone())]);
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(1 << 20));
    let mut parts = Multipart::with_constraints(body, boundary, limits);
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await? {
        fields.extend(field(part).await?);
    }
    Ok(Reading::Fields(fields))
}

async fn field(part: multer::Field<'_>) -> multer::Result<Option<(String, Content)>> {
    let name = part.name().unwrap_or("(no name)").to_owned();
    let file_name = part.file_name().map(str::to_owned);
    let content_type =
        part.headers().get("content-type").map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let content_type = content_type.filter(|value| !value.is_empty());
    let is_file = match registry::kind(&name) {
        Some(kind) => kind == FieldKind::Binary,
        None => file_name.is_some() || content_type.as_ref().is_some_and(|value| !value.starts_with("text/")),
    };
    if !is_file && file_name.as_deref() != Some("") {
        return Ok(Some((name, Content::Text(part.text().await?))));
    }
    let bytes = part.bytes().await?.to_vec();
    if file_name.as_deref() == Some("") && bytes.is_empty() {
        return Ok(None);
    }
    let file_name = file_name.filter(|file_name| !file_name.is_empty()).unwrap_or_else(|| name.clone());
    let content_type = content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    Ok(Some((name, Content::File { file_name, content_type, bytes })))
}

/// Scalars are their text, null is not provided.
fn json(row: &Row) -> Reading {
    let members: Map<String, Value> = match serde_json::from_slice(&row.body) {
        Ok(members) => members,
        Err(error) => return Reading::Refused(error.to_string()),
    };
    let mut fields: Vec<_> = members
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| match value {
            Value::String(text) => (name, Content::Text(text)),
            Value::Array(_) | Value::Object(_) => (name, Content::Nested(value.to_string())),
            scalar => (name, Content::Text(scalar.to_string())),
        })
        .collect();
    fields.sort_by(|one, other| one.0.cmp(&other.0));
    Reading::Fields(fields)
}

fn pairs(row: &Row) -> impl Iterator<Item = (String, Content)> {
    form_urlencoded::parse(&row.body).map(|(name, value)| (name.into_owned(), Content::Text(value.into_owned())))
}
