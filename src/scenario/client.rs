//! What the client of a scenario sends.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::content::Content;
use super::json::Json;
use super::raw::Raw;
use super::text::Text;
use super::token::Token;

/// A request to the platform.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "RequestKeys")]
#[schemars(with = "RequestKeys")]
pub(super) struct Request {
    pub(super) token: Token,
    pub(super) method: String,
    pub(super) path: Text,
    pub(super) query: Option<Text>,
    pub(super) headers: BTreeMap<String, Text>,
    pub(super) body: Body,
    pub(super) chunked: bool,
    pub(super) stops: Option<Stop>,
    pub(super) raw: Option<RawClient>,
}

/// A client of bytes: nothing but these and the token counts.
#[derive(Clone, Debug)]
pub(super) struct RawClient {
    pub(super) raw: Raw,
    pub(super) drip: Option<Duration>,
    pub(super) waits: bool,
}

/// How a client stops in the middle of its body, after so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It closes the connection.
    BreakOff(usize),
    /// It sends no more, and waits.
    Stall(usize),
}

/// A request to the platform. At most one of `json`, `json-text`, `urlencoded`, `multipart` and `body`; or `raw`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RequestKeys {
    /// The wallet's token; one for `${G}` if it is left out.
    #[serde(default)]
    token: Token,
    /// The method; PUT if it is left out.
    method: Option<String>,
    /// The path; `/sep12/customer` if it is left out.
    path: Option<Text>,
    /// The query, as it stands in the request.
    query: Option<Text>,
    /// Further headers.
    #[serde(default)]
    headers: BTreeMap<String, Text>,
    /// A body of application/json, written in YAML.
    json: Option<Json>,
    /// A body of application/json, to the letter.
    json_text: Option<Text>,
    /// A body of application/x-www-form-urlencoded: pairs of name and value.
    urlencoded: Option<Vec<(Text, Text)>>,
    /// A body of multipart/form-data.
    multipart: Option<Vec<Part>>,
    /// Any other body.
    body: Option<RawBody>,
    /// Send the body in chunks, without a length.
    #[serde(default)]
    chunked: bool,
    /// Close the connection after so many bytes of the body.
    break_off_after: Option<usize>,
    /// Send no more after so many bytes of the body, and wait for an answer.
    stall_after: Option<usize>,
    /// In place of all but the token: the bytes of a whole connection, message by message.
    raw: Option<Raw>,
    /// With `raw`: wait so many milliseconds before each byte.
    drip_ms: Option<u64>,
    /// With `raw`: do not close the sending side after the last byte.
    #[serde(default)]
    waits: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Body {
    None,
    Json(Json),
    JsonText(Text),
    Urlencoded(Vec<(Text, Text)>),
    Multipart(Vec<Part>),
    Raw { content_type: Option<String>, content: Content },
}

/// One part of a multipart body. Exactly one of `text`, `base64` and `size` is its content.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "PartKeys")]
#[schemars(with = "PartKeys")]
pub(super) struct Part {
    pub(super) disposition: Disposition,
    pub(super) content_type: Option<String>,
    pub(super) content: Content,
}

#[derive(Clone, Debug)]
pub(super) enum Disposition {
    Named { name: Text, file_name: Option<Text> },
    Raw(String),
}

/// One part of a multipart body. Exactly one of `text`, `base64` and `size` is its content.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct PartKeys {
    /// The field's name.
    name: Option<Text>,
    /// The file's name, sent as browsers do.
    file_name: Option<Text>,
    /// In place of `name` and `file-name`: the Content-Disposition to the letter.
    disposition: Option<String>,
    /// The part's content type.
    content_type: Option<String>,
    /// The content as text.
    text: Option<Text>,
    /// The content in base64.
    base64: Option<String>,
    /// So many bytes of the line `anchor-conformance`, repeated.
    size: Option<usize>,
}

/// A body to the letter. Exactly one of `text`, `base64` and `size` is its content.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RawBody {
    /// The request's content type; none if it is left out.
    content_type: Option<String>,
    /// The content as text.
    text: Option<Text>,
    /// The content in base64.
    base64: Option<String>,
    /// So many bytes of the line `anchor-conformance`, repeated.
    size: Option<usize>,
}

impl TryFrom<RequestKeys> for Request {
    type Error = String;

    fn try_from(mut keys: RequestKeys) -> Result<Self, String> {
        let raw_client = keys.raw_client()?;
        let raw = keys.body.map(RawBody::into_body).transpose()?;
        let bodies = [
            keys.json.map(Body::Json),
            keys.json_text.map(Body::JsonText),
            keys.urlencoded.map(Body::Urlencoded),
            keys.multipart.map(Body::Multipart),
            raw,
        ];
        let mut bodies = bodies.into_iter().flatten();
        let body = bodies.next().unwrap_or(Body::None);
        if bodies.next().is_some() {
            return Err("only one of `json`, `json-text`, `urlencoded`, `multipart` and `body` can be there".to_owned());
        }
        let stops = match (keys.break_off_after, keys.stall_after) {
            (None, None) => None,
            (Some(after), None) => Some(Stop::BreakOff(after)),
            (None, Some(after)) => Some(Stop::Stall(after)),
            _ => return Err("only one of `break-off-after` and `stall-after` can be there".to_owned()),
        };
        Ok(Self {
            token: keys.token,
            method: keys.method.unwrap_or_else(|| "PUT".to_owned()),
            path: keys.path.map_or_else(|| Text::parse("/sep12/customer"), Ok)?,
            query: keys.query,
            headers: keys.headers,
            body,
            chunked: keys.chunked,
            stops,
            raw: raw_client,
        })
    }
}

impl RequestKeys {
    fn raw_client(&mut self) -> Result<Option<RawClient>, String> {
        let drip = self.drip_ms.map(Duration::from_millis);
        let Some(raw) = self.raw.take() else {
            let alone = drip.is_none() && !self.waits;
            return if alone { Ok(None) } else { Err("`drip-ms` and `waits` go with `raw`".to_owned()) };
        };
        let bodies =
            [self.json.is_some(), self.json_text.is_some(), self.urlencoded.is_some(), self.multipart.is_some()];
        let head = [self.method.is_some(), self.path.is_some(), self.query.is_some(), !self.headers.is_empty()];
        let manner = [self.body.is_some(), self.chunked, self.break_off_after.is_some(), self.stall_after.is_some()];
        if [bodies, head, manner].as_flattened().contains(&true) {
            return Err("`raw` states all that is sent; only `token`, `drip-ms` and `waits` go with it".to_owned());
        }
        Ok(Some(RawClient { raw, drip, waits: self.waits }))
    }
}

impl RawBody {
    fn into_body(self) -> Result<Body, String> {
        let content = Content::of(self.text, self.base64.as_deref(), self.size)?;
        Ok(Body::Raw { content_type: self.content_type, content })
    }
}

impl TryFrom<PartKeys> for Part {
    type Error = String;

    fn try_from(keys: PartKeys) -> Result<Self, String> {
        let disposition = match (keys.name, keys.file_name, keys.disposition) {
            (Some(name), file_name, None) => Disposition::Named { name, file_name },
            (None, None, Some(disposition)) => Disposition::Raw(disposition),
            _ => return Err("a part has either a `name` (and a `file-name`) or a `disposition`".to_owned()),
        };
        let content = Content::of(keys.text, keys.base64.as_deref(), keys.size)?;
        Ok(Self { disposition, content_type: keys.content_type, content })
    }
}

impl Request {
    pub(super) fn texts(&self) -> Vec<&Text> {
        let head = self.headers.values().chain(&self.query).chain([&self.path]);
        let raw = self.raw.iter().flat_map(|client| client.raw.texts());
        head.chain(self.body.texts()).chain(raw).collect()
    }

    /// How many bytes it asks for without writing them down.
    pub(super) fn asked(&self) -> usize {
        let repeated = self.raw.as_ref().map_or(0, |client| client.raw.repeated());
        let texts = self.texts().into_iter().map(Text::asked);
        texts.chain([self.body.size(), repeated]).fold(0, usize::saturating_add)
    }
}

impl Body {
    fn texts(&self) -> Vec<&Text> {
        match self {
            Self::None => Vec::new(),
            Self::Json(json) => json.texts(),
            Self::JsonText(text) => vec![text],
            Self::Urlencoded(pairs) => pairs.iter().flat_map(|(name, value)| [name, value]).collect(),
            Self::Multipart(parts) => parts.iter().flat_map(Part::texts).collect(),
            Self::Raw { content, .. } => content.text().into_iter().collect(),
        }
    }

    /// The sum of every `size`.
    fn size(&self) -> usize {
        match self {
            Self::Multipart(parts) => parts.iter().map(|part| part.content.size()).fold(0, usize::saturating_add),
            Self::Raw { content, .. } => content.size(),
            _ => 0,
        }
    }
}

impl Part {
    fn texts(&self) -> impl Iterator<Item = &Text> {
        let (name, file_name) = match &self.disposition {
            Disposition::Named { name, file_name } => (Some(name), file_name.as_ref()),
            Disposition::Raw(_) => (None, None),
        };
        [name, file_name, self.content.text()].into_iter().flatten()
    }
}
