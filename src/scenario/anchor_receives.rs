//! What must arrive at the anchor.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::content::Content;
use super::shaped::{self, Shaped};
use super::text::Text;

/// What the anchor must receive because of one step.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub(super) enum AnchorReceives {
    Word(NoRequest),
    One(Box<AnchorRequest>),
    Many(Vec<AnchorRequest>),
}

/// Nothing, more or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NoRequest {
    /// Not even the beginning of a request.
    Nothing,
    /// No request, or one that breaks off before its end.
    NothingComplete,
}

/// A request that the anchor must receive.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct AnchorRequest {
    /// The method; PUT if it is left out.
    pub(super) method: String,
    /// The path; `/customer` if it is left out.
    pub(super) path: String,
    /// The query's names and values; none if it is left out.
    pub(super) query: BTreeMap<String, Text>,
    /// The content type without a boundary.
    pub(super) content_type: Option<String>,
    /// How the end of the body is told; not looked at if it is left out.
    pub(super) framing: Option<Framing>,
    /// Headers beside those that every request has.
    pub(super) headers: BTreeMap<String, Text>,
    /// All fields that are no files, identity included.
    pub(super) fields: BTreeMap<String, FieldValue>,
    /// All files.
    pub(super) files: BTreeMap<String, File>,
    /// The names of all fields and files in order; not looked at if it is left out.
    pub(super) order: Option<Vec<String>>,
    /// The anchor answers before it reads the body.
    pub(super) unread: bool,
}

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Framing {
    /// By a Content-Length.
    Length,
    /// By chunks.
    Chunked,
}

/// A field's value: a text, or a nested JSON value to the letter.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub(super) enum FieldValue {
    Text(Text),
    Json(JsonKeys),
}

/// A nested JSON value.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct JsonKeys {
    /// Its text, to the letter.
    pub(super) json: Text,
}

/// A file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "FileKeys")]
#[schemars(with = "FileKeys")]
pub(super) struct File {
    pub(super) file_name: Text,
    pub(super) content_type: String,
    pub(super) content: Content,
}

/// A file. Exactly one of `text`, `base64` and `size` is its content.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FileKeys {
    /// Its name.
    file_name: Text,
    /// Its content type.
    content_type: String,
    /// The content as text.
    text: Option<Text>,
    /// The content in base64.
    base64: Option<String>,
    /// So many bytes of the line `anchor-conformance`, repeated.
    size: Option<usize>,
}

impl AnchorReceives {
    pub(super) fn requests(&self) -> &[AnchorRequest] {
        match self {
            Self::Word(_) => &[],
            Self::One(request) => std::slice::from_ref(request),
            Self::Many(requests) => requests,
        }
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.requests().iter().flat_map(AnchorRequest::texts)
    }

    /// Whether a request that breaks off may arrive.
    pub(super) fn tolerates_broken_off(&self) -> bool {
        matches!(self, Self::Word(NoRequest::NothingComplete))
    }
}

impl AnchorRequest {
    fn texts(&self) -> impl Iterator<Item = &Text> {
        let fields = self.fields.values().map(|value| match value {
            FieldValue::Text(text) => text,
            FieldValue::Json(keys) => &keys.json,
        });
        fields.chain(self.query.values()).chain(self.headers.values())
    }
}

impl Default for AnchorRequest {
    fn default() -> Self {
        Self {
            method: "PUT".to_owned(),
            path: "/customer".to_owned(),
            query: BTreeMap::new(),
            content_type: None,
            framing: None,
            headers: BTreeMap::new(),
            fields: BTreeMap::new(),
            files: BTreeMap::new(),
            order: None,
            unread: false,
        }
    }
}

impl TryFrom<FileKeys> for File {
    type Error = String;

    fn try_from(keys: FileKeys) -> Result<Self, String> {
        let content = Content::of(keys.text, keys.base64.as_deref(), keys.size)?;
        Ok(Self { file_name: keys.file_name, content_type: keys.content_type, content })
    }
}

impl Shaped for AnchorReceives {
    type Map = AnchorRequest;

    const EXPECTED: &'static str = "`nothing`, `nothing-complete`, a request (`content-type`, `fields`, ...) or a list of \
        requests";

    fn word(word: &str) -> Result<Self, String> {
        match word {
            "nothing" => Ok(Self::Word(NoRequest::Nothing)),
            "nothing-complete" => Ok(Self::Word(NoRequest::NothingComplete)),
            _ => Err(format!("unexpected `{word}`; this must be {}", Self::EXPECTED)),
        }
    }

    fn map(request: AnchorRequest) -> Self {
        Self::One(Box::new(request))
    }

    fn list(requests: Vec<AnchorRequest>) -> Option<Self> {
        Some(Self::Many(requests))
    }
}

impl Shaped for FieldValue {
    type Map = JsonKeys;

    const EXPECTED: &'static str = "a text (numbers, `true` and `null` in quotes) or `{json: TEXT}`";

    fn word(text: &str) -> Result<Self, String> {
        Text::parse(text).map(Self::Text)
    }

    fn map(keys: JsonKeys) -> Self {
        Self::Json(keys)
    }
}

impl<'de> Deserialize<'de> for AnchorReceives {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shaped::read(deserializer)
    }
}

impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shaped::read(deserializer)
    }
}
