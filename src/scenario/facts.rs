//! What can be said of a request or an answer: short facts, each with a name, so that two sides can be put beside each
//! other.

use std::fmt::Write;

use super::anchor_receives::{AnchorRequest, FieldValue, Framing};
use super::client_gets::Answer;
use super::connection::ClientAnswer;
use super::json::quoted;
use crate::mock::{Received, ReceivedBody, ReceivedFile, ReceivedValue};
use crate::sep12;

/// Something that must be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Exactly(String),
    Containing(String),
    Any,
}

/// Names and values of one side, in the order in which they are shown.
pub(super) type ExpectedFacts = Vec<(String, Expected)>;
/// Names and values of the other side.
pub(super) type ReceivedFacts = Vec<(String, String)>;

/// The headers that every request to the anchor has or may have; all else must be named in the file.
const REQUEST_HEADERS: [&str; 7] =
    ["host", "accept", "content-type", "content-length", "transfer-encoding", "x-request-id", "traceparent"];
/// The headers that every request to the anchor must have.
const REQUIRED_HEADERS: [&str; 2] = ["x-request-id", "traceparent"];
/// The headers that every answer has or may have.
const ANSWER_HEADERS: [&str; 7] = [
    "content-type",
    "content-length",
    "date",
    "connection",
    "x-request-id",
    "access-control-allow-origin",
    "access-control-expose-headers",
];
/// The headers that every answer must have.
const REQUIRED_ANSWER_HEADERS: [&str; 2] = ["x-request-id", "access-control-allow-origin"];

const UNREAD: &str = "answered before it was read";

impl Expected {
    pub(super) fn matches(&self, received: &str) -> bool {
        match self {
            Self::Exactly(expected) => expected == received,
            Self::Containing(part) => received.contains(part.as_str()),
            Self::Any => true,
        }
    }
}

pub(super) fn of_expected_request(request: &AnchorRequest, ids: &[Option<String>]) -> ExpectedFacts {
    let mut facts = Vec::new();
    let mut add = |name: String, value: String| facts.push((name, Expected::Exactly(value)));
    add("request".to_owned(), format!("{} {}", request.method, request.path));
    for (name, value) in &request.query {
        add(format!("query {name}"), quoted(&value.resolve(ids)));
    }
    add("accept".to_owned(), "application/json".to_owned());
    if let Some(content_type) = &request.content_type {
        add("content type".to_owned(), content_type.clone());
    }
    if let Some(framing) = request.framing {
        add("framing".to_owned(), framing_text(framing).to_owned());
    }
    for (name, value) in &request.headers {
        add(format!("header {}", name.to_ascii_lowercase()), quoted(&value.resolve(ids)));
    }
    if request.unread {
        add("body".to_owned(), UNREAD.to_owned());
    }
    for (name, value) in &request.fields {
        add(format!("field {name}"), expected_value(value, ids));
    }
    for (name, file) in &request.files {
        let file = ReceivedFile::whole(
            Some(file.file_name.resolve(ids)),
            Some(file.content_type.clone()),
            file.content.resolve(ids).into(),
        );
        file_facts(name, &file).into_iter().for_each(|(name, value)| add(name, value));
    }
    if let Some(order) = &request.order {
        add("order".to_owned(), order.join(", "));
    }
    facts
}

/// The facts of a request that arrived; `order` and `framing` only where the file asks for them.
pub(super) fn of_received_request(received: &Received, asked: &AnchorRequest) -> ReceivedFacts {
    let mut facts = vec![("request".to_owned(), format!("{} {}", received.method, received.path))];
    facts.extend(received.query.iter().map(|(name, value)| (format!("query {name}"), quoted(value))));
    facts.extend(received.header("accept").map(|accept| ("accept".to_owned(), accept.to_owned())));
    facts.extend(content_type(received).map(|content_type| ("content type".to_owned(), content_type)));
    if asked.framing.is_some() {
        let framing = framing(received).map_or("neither or both", framing_text);
        facts.push(("framing".to_owned(), framing.to_owned()));
    }
    for (name, value) in &received.headers {
        let is_asked_for = asked.headers.keys().any(|asked| asked.eq_ignore_ascii_case(name));
        if is_asked_for || !REQUEST_HEADERS.contains(&name.as_str()) {
            facts.push((format!("header {name}"), quoted(value)));
        }
    }
    let missing = REQUIRED_HEADERS.iter().filter(|name| received.header(name).is_none());
    facts.extend(missing.map(|name| (format!("header {name}"), "missing".to_owned())));
    facts.extend(body_fact(&received.body).map(|body| ("body".to_owned(), body)));
    for field in received.fields() {
        match &field.value {
            ReceivedValue::Text(text) => facts.push((format!("field {}", field.name), quoted(text))),
            ReceivedValue::Json(json) => facts.push((format!("field {}", field.name), format!("JSON {}", json.get()))),
            ReceivedValue::File(file) => facts.extend(file_facts(&field.name, file)),
        }
    }
    if asked.order.is_some() {
        facts.push(("order".to_owned(), received.field_names().join(", ")));
    }
    facts
}

pub(super) fn of_expected_answer(answer: &Answer, ids: &[Option<String>]) -> ExpectedFacts {
    let body = answer.body.as_ref().map(|body| body.resolve(ids));
    let mut facts = vec![("status".to_owned(), Expected::Exactly(answer.status.0.to_string()))];
    if body.as_deref() != Some("") {
        facts.push(("content type".to_owned(), Expected::Exactly("application/json".to_owned())));
    }
    for (name, value) in &answer.headers {
        facts.push((format!("header {}", name.to_ascii_lowercase()), Expected::Exactly(quoted(value))));
    }
    if let Some(body) = body {
        facts.push(("body".to_owned(), Expected::Exactly(quoted(&body))));
        return facts;
    }
    if let Some(customer) = &answer.customer {
        facts.extend(customer.expected());
        return facts;
    }
    if let Some(json) = &answer.json {
        let members = members(json.resolve(ids).as_bytes()).unwrap_or_default();
        facts.extend(members.into_iter().map(|(name, value)| (name, Expected::Exactly(value))));
        return facts;
    }
    let exactly = |text: &super::text::Text| Expected::Exactly(quoted(&text.resolve(ids)));
    let (member, value) = match (&answer.id, &answer.error, &answer.error_contains) {
        (Some(id), ..) => ("id", exactly(id)),
        (None, Some(error), _) => ("error", exactly(error)),
        (None, None, Some(part)) => ("error", Expected::Containing(inner(&quoted(&part.resolve(ids))))),
        (None, None, None) if (200..300).contains(&answer.status.0) => ("id", Expected::Any),
        (None, None, None) => ("error", Expected::Any),
    };
    facts.push((member.to_owned(), value));
    facts
}

/// The facts of an answer; its body to the letter where the file states it so.
pub(super) fn of_received_answer(answer: &ClientAnswer, asked: Option<&Answer>) -> ReceivedFacts {
    let mut facts = vec![("status".to_owned(), answer.status.to_string())];
    for (name, value) in &answer.headers {
        if name == "content-type" {
            facts.push(("content type".to_owned(), value.clone()));
        } else if !ANSWER_HEADERS.contains(&name.as_str()) {
            facts.push((format!("header {name}"), quoted(value)));
        }
    }
    let missing = REQUIRED_ANSWER_HEADERS.iter().filter(|name| !answer.headers.iter().any(|(other, _)| other == *name));
    facts.extend(missing.map(|name| (format!("header {name}"), "missing".to_owned())));
    if asked.is_some_and(|asked| asked.body.is_some()) {
        facts.push(("body".to_owned(), quoted(&String::from_utf8_lossy(&answer.body))));
        return facts;
    }
    if let Some(customer) = asked.and_then(|asked| asked.customer.as_ref()) {
        facts.extend(customer.received(&answer.body));
        return facts;
    }
    match members(&answer.body) {
        Some(members) => facts.extend(members),
        None => facts
            .push(("body".to_owned(), format!("no JSON object: {}", quoted(&String::from_utf8_lossy(&answer.body))))),
    }
    facts
}

fn members(body: &[u8]) -> Option<ReceivedFacts> {
    let Ok(serde_json::Value::Object(members)) = sep12::json::read(body) else { return None };
    Some(members.into_iter().map(|(name, value)| (name, value.to_string())).collect())
}

/// A text in JSON without its quotes.
fn inner(quoted: &str) -> String {
    quoted[1..quoted.len() - 1].to_owned()
}

fn expected_value(value: &FieldValue, ids: &[Option<String>]) -> String {
    match value {
        FieldValue::Text(text) => quoted(&text.resolve(ids)),
        FieldValue::Json(keys) => format!("JSON {}", keys.json.resolve(ids)),
    }
}

fn file_facts(name: &str, file: &ReceivedFile) -> ReceivedFacts {
    let text = |text: &Option<String>| text.as_deref().map_or_else(|| "none".to_owned(), quoted);
    vec![
        (format!("file {name}, name"), text(&file.file_name)),
        (format!("file {name}, type"), text(&file.content_type)),
        (format!("file {name}, bytes"), file.length.to_string()),
        (format!("file {name}, sha256"), hex(&file.sha256)),
    ]
}

fn hex(hash: &[u8]) -> String {
    hash.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The content type, without a multipart's boundary, which is new in every request.
fn content_type(received: &Received) -> Option<String> {
    let content_type = received.header("content-type")?;
    match content_type.split_once("; boundary=") {
        Some((media_type @ "multipart/form-data", _)) => Some(media_type.to_owned()),
        _ => Some(content_type.to_owned()),
    }
}

fn framing(received: &Received) -> Option<Framing> {
    match (received.header("content-length"), received.header("transfer-encoding")) {
        (Some(_), None) => Some(Framing::Length),
        (None, Some("chunked")) => Some(Framing::Chunked),
        _ => None,
    }
}

fn framing_text(framing: Framing) -> &'static str {
    match framing {
        Framing::Length => "Content-Length",
        Framing::Chunked => "Transfer-Encoding: chunked",
    }
}

/// What is to be said of a body beside its fields.
fn body_fact(body: &ReceivedBody) -> Option<String> {
    match body {
        ReceivedBody::Empty | ReceivedBody::Json(_) | ReceivedBody::Multipart(_) => None,
        ReceivedBody::Undecodable { reason } => Some(reason.clone()),
        ReceivedBody::TooLarge => Some("larger than the anchor takes".to_owned()),
        ReceivedBody::Incomplete => Some("broken off".to_owned()),
        ReceivedBody::Unread => Some(UNREAD.to_owned()),
    }
}
