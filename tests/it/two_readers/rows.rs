//! The odd bodies, from their files.

use std::path::Path;

use serde::Deserialize;

/// An encoding, its file, and who else reads it.
pub(super) struct Format {
    pub(super) name: &'static str,
    pub(super) file: &'static str,
    pub(super) other: &'static str,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Multipart,
    Json,
    Urlencoded,
    Query,
}

pub(super) const FORMATS: [Format; 4] = [
    Format { name: "multipart/form-data", file: "multipart.yaml", other: "multer", kind: Kind::Multipart },
    Format { name: "application/json", file: "json.yaml", other: "serde_json", kind: Kind::Json },
    Format {
        name: "application/x-www-form-urlencoded",
        file: "urlencoded.yaml",
        other: "form_urlencoded",
        kind: Kind::Urlencoded,
    },
    Format { name: "Query strings", file: "query.yaml", other: "form_urlencoded", kind: Kind::Query },
];

/// One odd body.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) what: String,
    pub(super) kind: Kind,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
    /// Why ours is right where they differ.
    pub(super) because: Option<String>,
}

/// A row as it is written. A body is given whole, or for multipart as the headers and the content of one part.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    what: String,
    content_type: Option<String>,
    body: Option<String>,
    /// The same where each character is one byte (Latin-1), for bodies that are not UTF-8.
    body_in_bytes: Option<String>,
    headers: Option<String>,
    #[serde(default)]
    content: String,
    because: Option<String>,
}

pub(super) fn rows(format: &Format) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bodies").join(format.file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let written: Vec<Written> =
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    written.into_iter().map(|written| written.row(format.kind)).collect()
}

impl Written {
    fn row(self, kind: Kind) -> Row {
        let content_type = self.content_type.unwrap_or_else(|| kind.content_type().to_owned());
        let body = match (self.body, self.body_in_bytes, self.headers) {
            (Some(body), None, None) => body.into_bytes(),
            (None, Some(body), None) => latin_1(&body),
            (None, None, Some(headers)) => part(&headers, &self.content).into_bytes(),
            _ => panic!("{}: one of body, body-in-bytes, headers", self.what),
        };
        Row { what: self.what, kind, content_type, body, because: self.because }
    }
}

impl Kind {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Multipart => "multipart/form-data; boundary=b",
            Self::Json => "application/json",
            Self::Urlencoded | Self::Query => "application/x-www-form-urlencoded",
        }
    }
}

fn part(headers: &str, content: &str) -> String {
    format!("--b\r\n{headers}\r\n\r\n{content}\r\n--b--\r\n")
}

fn latin_1(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(char).expect("one byte a character")).collect()
}
