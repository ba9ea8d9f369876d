//! A request as its parts: what a client means to send, how it is written, and what becomes of it.

use std::collections::{BTreeSet, HashSet};

use anchor_conformance::sep12::date::{DATE_FIELDS, is_calendar_date};
use anchor_conformance::sep12::registry::{self, Kind};
use anchor_conformance::sep12::{Field, File, Value};
use arbitrary::Arbitrary;
use serde_json::value::RawValue;

use crate::body::limits;
use crate::expected::{Expected, expected};
use crate::names::is_refused;

/// Stands in values; must be in no log and in no error.
pub const VALUE_MARK: &str = "SecretValue77";
/// Stands in names that no source defines; must be in no log.
pub const NAME_MARK: &str = "odd_name_77";

/// One `PUT /customer`.
#[derive(Arbitrary, Debug)]
pub struct Request {
    /// Which of [`SUBS`](crate::SUBS) sends it, by the remainder.
    pub caller: u8,
    pub encoding: Encoding,
    pub fields: Vec<Sent>,
    /// Whether the platform in front of the anchor collects bodies.
    pub buffered: bool,
    /// The size of the chunks; 0 sends a length instead.
    pub chunk: u8,
    pub harm: Harm,
    pub reply: Reply,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Json,
    Urlencoded,
    Multipart,
}

/// A field with choices from lists of what is likely to matter.
#[derive(Arbitrary, Debug)]
pub struct Sent {
    pub name: Name,
    pub value: Sample,
    /// In multipart: the part's file name and content type, by number.
    pub file_name: u8,
    pub content_type: u8,
}

#[derive(Arbitrary, Debug)]
pub enum Name {
    Known(u8),
    Free(String),
}

#[derive(Arbitrary, Debug)]
pub enum Sample {
    Known(u8),
    Free(String),
    Bytes(Vec<u8>),
    /// Only JSON can say it; its text elsewhere.
    Json(u8),
}

/// What goes wrong on the way.
#[derive(Arbitrary, Debug)]
pub enum Harm {
    None,
    /// The client stops behind so many bytes of the body.
    BrokenOff(u16),
    /// Bytes of the body are replaced.
    Replaced(Vec<(u16, u8)>),
}

/// What the anchor answers.
#[derive(Arbitrary, Debug)]
pub enum Reply {
    Id { status: u8, id: String },
    Error { status: u16, error: String },
    Raw { status: u8, body: Vec<u8> },
}

const NAMES: [&str; 28] = [
    "first_name",
    "last_name",
    "birth_date",
    "id_issue_date",
    "photo_id_front",
    "photo_proof_residence",
    "notary_approval_of_photo_id",
    "account",
    "memo",
    "memo_type",
    "id",
    "type",
    "transaction_id",
    "lang",
    "mobile_number_verification",
    "photo_id_front_file_id",
    "organization.name",
    "card.number",
    "email_address",
    "bank_account_number",
    "tax_id",
    "photo_id_back",
    "id_expiration_date",
    "video_selfie",
    "address",
    "",
    "__proto__",
    "photo_proof_of_income",
];

const VALUES: [&str; 20] = [
    "",
    "SecretValue77",
    "2000-02-29",
    "1999-02-30",
    "id",
    "hash",
    "text",
    "7",
    "007",
    "9223372036854775808",
    "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ",
    "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK",
    "CA3D5KRYM6CB7OWQ6TWYRR3Z4T7GNZLKERYNZGGA5SOAOPIFY6YQGAXE",
    "GCXKG6RN4ONIEPCMNFB732A436Z5PNDSRLGWK7GBLCMQLIFO4S7EYWVU",
    "SecretValue77\r\n--b\r\n\r\nx",
    "SecretValue77\r\n--b--\r\n",
    "\r\n--",
    "SecretValue77 \u{e9}\u{1f642}",
    "a&b=c+d%00",
    "sep31-sender",
];

const JSON: [&str; 10] = [
    "null",
    "true",
    "false",
    "0",
    "-1.50e+3",
    "12345678901234567890123",
    "[]",
    "{\"a\": \"SecretValue77\", \"a\": 1.0}",
    "[[null]]",
    "{}",
];

const FILE_NAMES: [Option<&str>; 7] = [
    None,
    None,
    Some(""),
    Some("front.jpg"),
    Some("a\"b\\c\r\nX: y"),
    Some("SecretValue77.png"),
    Some("../\u{e9}.pdf"),
];

const CONTENT_TYPES: [Option<&str>; 6] = [
    None,
    None,
    Some("text/plain"),
    Some("image/jpeg"),
    Some("application/octet-stream"),
    Some("Text/Plain; charset=utf-8"),
];

/// The content type of a multipart body.
pub const MULTIPART: &str = "multipart/form-data; boundary=b";
const BOUNDARY: &str = "b";

impl Request {
    /// The body as it is written when nothing goes wrong, and its content type.
    #[must_use]
    pub fn written(&self) -> (&'static str, Vec<u8>) {
        match self.encoding {
            Encoding::Json => {
                let member = |sent: &Sent| format!("{}:{}", quoted(&self.name(sent)), sent.value.as_json());
                let members: Vec<String> = self.fields.iter().map(member).collect();
                ("application/json", format!("{{{}}}", members.join(",")).into_bytes())
            }
            Encoding::Urlencoded => {
                let escaped = |bytes: &[u8]| form_urlencoded::byte_serialize(bytes).collect::<String>();
                let pair = |sent: &Sent| {
                    format!("{}={}", escaped(self.name(sent).as_bytes()), escaped(&sent.value.as_bytes()))
                };
                let pairs: Vec<String> = self.fields.iter().map(pair).collect();
                ("application/x-www-form-urlencoded", pairs.join("&").into_bytes())
            }
            Encoding::Multipart => (MULTIPART, self.multipart()),
        }
    }

    fn multipart(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for sent in &self.fields {
            let mut head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"", in_quotes(&self.name(sent)));
            if let Some(file_name) = sent.file_name() {
                head.push_str(&format!("; filename=\"{}\"", in_quotes(file_name)));
            }
            if let Some(content_type) = sent.content_type() {
                head.push_str(&format!("\r\nContent-Type: {content_type}"));
            }
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(&sent.value.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        body
    }

    /// What the anchor must get of the body as it is written, or which answers of the platform are right.
    #[must_use]
    pub fn expected(&self) -> Option<Expected> {
        let mut wrong = BTreeSet::new();
        let mut fields = Vec::new();
        let mut seen = HashSet::new();
        let (mut text_size, limits) = (0, limits());
        for sent in &self.fields {
            let name = self.name(sent);
            // A value with a delimiter in it is another body altogether.
            if self.encoding == Encoding::Multipart && has_delimiter(&sent.value.as_bytes()) {
                return None;
            }
            if !seen.insert(name.clone()) {
                wrong.insert(400);
            }
            if is_refused(&name) || (self.encoding == Encoding::Multipart && has_control(&name)) {
                wrong.insert(400);
            }
            text_size += name.len();
            let field = match self.decoded(sent, name) {
                Ok(Some(field)) => field,
                Ok(None) => continue,
                Err(()) => {
                    wrong.insert(400);
                    continue;
                }
            };
            let text = match &field.value {
                Value::Text(text) => text,
                Value::Json(raw) => raw.get(),
                Value::File(_) => "",
            };
            text_size += text.len();
            if text.len() > limits.string_field {
                wrong.insert(413);
            }
            let is_text = field.as_file().is_none();
            if is_text && DATE_FIELDS.contains(&field.name.as_str()) && !text.is_empty() && !is_calendar_date(text) {
                wrong.insert(400);
            }
            fields.push(field);
        }
        let (_, body) = self.written();
        let is_large =
            text_size > limits.all_strings || self.fields.len() > limits.fields || body.len() > limits.all_strings;
        let has_long_name = seen.iter().any(|name| name.len() > 150);
        if is_large || has_long_name {
            // Which limit is met first is not told anew here.
            return None;
        }
        let expected = expected(self.caller(), &fields);
        Some(match expected {
            Err(statuses) => Err(wrong.into_iter().chain(statuses).collect()),
            Ok(_) if !wrong.is_empty() => Err(wrong),
            Ok(fields) => Ok(fields),
        })
    }

    #[must_use]
    pub fn caller(&self) -> usize {
        usize::from(self.caller) % crate::SUBS.len()
    }

    fn name(&self, sent: &Sent) -> String {
        match &sent.name {
            Name::Known(number) => NAMES[usize::from(*number) % NAMES.len()].to_owned(),
            // In a part's header a percent sign can begin an escape; and what marks values marks no name.
            Name::Free(text) => format!("{NAME_MARK}{}", text.replace('%', "_").replace(VALUE_MARK, "_")),
        }
    }

    /// The field as the platform must read it; nothing if it counts as not provided.
    fn decoded(&self, sent: &Sent, name: String) -> Result<Option<Field>, ()> {
        let kind = registry::kind(&name);
        if self.encoding != Encoding::Multipart {
            let value = match (&sent.value, self.encoding) {
                (Sample::Json(number), Encoding::Json) => match json(*number) {
                    "null" => return Ok(None),
                    raw if raw.starts_with(['{', '[']) => {
                        Value::Json(RawValue::from_string(raw.to_owned()).expect("the list holds JSON"))
                    }
                    literal => Value::Text(literal.to_owned()),
                },
                (value, Encoding::Json) => Value::Text(String::from_utf8_lossy(&value.as_bytes()).into_owned()),
                (value, _) => Value::Text(String::from_utf8(value.as_bytes()).map_err(|_| ())?),
            };
            return if kind == Some(Kind::Binary) { Err(()) } else { Ok(Some(Field { name, value })) };
        }
        let bytes = sent.value.as_bytes();
        let (file_name, content_type) = (sent.file_name(), sent.content_type());
        if file_name == Some("") && bytes.is_empty() {
            return Ok(None);
        }
        let looks_binary = file_name.is_some()
            || content_type.is_some_and(|content_type| !content_type.to_ascii_lowercase().starts_with("text/"));
        if kind.map_or(looks_binary, |kind| kind == Kind::Binary) {
            let file_name = file_name.filter(|file_name| !file_name.is_empty()).unwrap_or(&name).to_owned();
            let content_type = content_type.unwrap_or("application/octet-stream").to_owned();
            let file = File { file_name: Some(file_name), content_type: Some(content_type), bytes: bytes.into() };
            return Ok(Some(Field::file(name, file)));
        }
        let text = String::from_utf8(bytes).map_err(|_| ())?;
        Ok(Some(Field::text(name, text)))
    }
}

impl Sent {
    fn file_name(&self) -> Option<&'static str> {
        FILE_NAMES[usize::from(self.file_name) % FILE_NAMES.len()]
    }

    fn content_type(&self) -> Option<&'static str> {
        CONTENT_TYPES[usize::from(self.content_type) % CONTENT_TYPES.len()]
    }
}

impl Sample {
    fn as_bytes(&self) -> Vec<u8> {
        match self {
            Self::Known(number) => VALUES[usize::from(*number) % VALUES.len()].as_bytes().to_vec(),
            Self::Free(text) => format!("{VALUE_MARK}{text}").into_bytes(),
            Self::Bytes(bytes) => [VALUE_MARK.as_bytes(), bytes].concat(),
            Self::Json(number) => json(*number).as_bytes().to_vec(),
        }
    }

    fn as_json(&self) -> String {
        match self {
            Self::Json(number) => json(*number).to_owned(),
            other => quoted(&String::from_utf8_lossy(&other.as_bytes())),
        }
    }
}

impl Reply {
    /// Status and body.
    #[must_use]
    pub fn written(&self) -> (u16, Vec<u8>) {
        match self {
            Self::Id { status, id } => (200 + u16::from(status % 3), format!("{{\"id\":{}}}", quoted(id)).into_bytes()),
            Self::Error { status, error } => {
                (400 + status % 200, format!("{{\"error\":{}}}", quoted(error)).into_bytes())
            }
            Self::Raw { status, body } => (200 + u16::from(status % 3), body.clone()),
        }
    }

    /// The status that the client must get; with 202 the id, if it is known.
    #[must_use]
    pub fn expected(&self) -> (Option<u16>, Option<&str>) {
        match self {
            Self::Id { id, .. } if id.is_empty() => (Some(502), None),
            Self::Id { id, .. } => (Some(202), Some(id)),
            Self::Error { .. } => {
                let status = match self.written().0 {
                    401 | 403 | 415 | 500.. => 502,
                    404 | 410 => 404,
                    same @ (409 | 413 | 429) => same,
                    _ => 400,
                };
                (Some(status), None)
            }
            Self::Raw { .. } => (None, None),
        }
    }
}

fn json(number: u8) -> &'static str {
    JSON[usize::from(number) % JSON.len()]
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

fn in_quotes(text: &str) -> String {
    text.replace('"', "%22").replace('\\', "%5C").replace('\r', "%0D").replace('\n', "%0A")
}

fn has_delimiter(bytes: &[u8]) -> bool {
    let delimiter = format!("\r\n--{BOUNDARY}");
    [b"\r\n", bytes].concat().windows(delimiter.len()).any(|window| window == delimiter.as_bytes())
}

/// A character that a header cannot hold and nothing escapes.
fn has_control(name: &str) -> bool {
    name.chars().any(|char| char.is_control() && !['\r', '\n', '\t'].contains(&char))
}
