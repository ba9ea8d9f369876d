//! Reading the members of a request, whatever way they were sent in.

use std::collections::BTreeMap;

use axum::body::{Bytes, to_bytes};
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, request::Parts};
use serde_json::Value;

use crate::routes::Fail;
use crate::{App, rules};

const LIMIT: usize = 32 << 20;

#[derive(Default)]
pub struct Form {
    pub texts: BTreeMap<String, String>,
    pub files: BTreeMap<String, Bytes>,
}

/// Members of a query or of a urlencoded body; empty ones count as not sent.
pub fn pairs(encoded: &[u8]) -> BTreeMap<String, String> {
    let pairs = form_urlencoded::parse(encoded).into_owned();
    pairs.filter(|(_, value)| !value.is_empty()).collect()
}

/// Reads the body of a request. No body is an empty form.
pub async fn read(app: &App, request: Request) -> Result<Form, Fail> {
    let (parts, body) = request.into_parts();
    // Read beyond the limit, so that a refusal reaches a client still sending.
    let body = to_bytes(body, 8 * LIMIT).await.map_err(|_| Fail::bad("the body cannot be read"))?;
    if app.is("body-limit-2mb") && body.len() > 2 << 20 {
        let text = "Failed to buffer the request body: length limit exceeded";
        return Err(Fail::plain(StatusCode::PAYLOAD_TOO_LARGE, text));
    }
    if body.len() > LIMIT {
        return Err(Fail::new(StatusCode::PAYLOAD_TOO_LARGE, "a request may have 32 MB at most"));
    }
    if body.is_empty() {
        return Ok(Form::default());
    }
    let header = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = header.unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let mut form = match media.as_str() {
        "" | "application/json" => json(app, &body)?,
        "multipart/form-data" => multipart(app, parts, body).await?,
        "application/x-www-form-urlencoded" => Form { texts: pairs(&body), ..Form::default() },
        other => return Err(Fail::bad(format!("content of type '{other}' is not understood"))),
    };
    let own = |name: String| {
        let name = rules::canonical(&name);
        let whole = !app.is("dotted-names-lost");
        if whole { name.into() } else { name.split('.').next().unwrap_or("").to_owned() }
    };
    form.texts = form.texts.into_iter().map(|(name, text)| (own(name), text)).collect();
    form.files = form.files.into_iter().map(|(name, file)| (own(name), file)).collect();
    Ok(form)
}

fn json(app: &App, body: &[u8]) -> Result<Form, Fail> {
    let object = match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err(Fail::bad("the body is not a JSON object")),
        Err(problem) => return Err(Fail::bad(format!("the body is not JSON: {problem}"))),
    };
    let mut form = Form::default();
    for (name, value) in object {
        let known = rules::is_file(rules::canonical(&name)).is_some();
        if app.is("deny-unknown-fields") && (!known || name == "transaction_id") {
            let text = "Failed to deserialize the JSON body into the target type: unknown field";
            return Err(Fail::plain(StatusCode::UNPROCESSABLE_ENTITY, format!("{text} `{name}`")));
        }
        let text = match value {
            Value::Null => continue,
            Value::String(text) if text.is_empty() => continue,
            Value::String(text) => text,
            Value::Array(_) | Value::Object(_) if known => {
                return Err(Fail::bad(format!("'{name}' has to be a string")));
            }
            other => other.to_string(),
        };
        form.texts.insert(name, text);
    }
    Ok(form)
}

async fn multipart(app: &App, parts: Parts, body: Bytes) -> Result<Form, Fail> {
    let broken = |problem: String| Fail::bad(format!("the multipart body is broken: {problem}"));
    let request = Request::from_parts(parts, body.into());
    let reader = Multipart::from_request(request, &()).await;
    let mut reader = reader.map_err(|problem| broken(problem.body_text()))?;
    let mut form = Form::default();
    while let Some(part) = reader.next_field().await.map_err(|e| broken(e.body_text()))? {
        let Some(name) = part.name().map(str::to_owned) else {
            continue;
        };
        let file = looks_like_file(app, &name, &part);
        let latin = part
            .content_type()
            .is_some_and(|content| content.to_ascii_lowercase().replace('"', "").contains("charset=iso-8859-1"));
        let bytes = part.bytes().await.map_err(|e| broken(e.body_text()))?;
        if bytes.is_empty() {
            continue;
        }
        if file {
            form.files.insert(name, bytes);
            if app.is("multipart-stops-at-file") {
                break;
            }
        } else if latin {
            form.texts.insert(name, bytes.iter().copied().map(char::from).collect());
        } else if app.is("panic-non-utf8") {
            form.texts.insert(name, String::from_utf8(bytes.to_vec()).unwrap());
        } else if let Ok(text) = String::from_utf8(bytes.to_vec()) {
            form.texts.insert(name, text);
        } else if rules::is_file(rules::canonical(&name)).is_none() {
            form.files.insert(name, bytes);
        } else {
            return Err(Fail::bad(format!("'{name}' is not UTF-8 text")));
        }
    }
    Ok(form)
}

/// A name that is known decides; else a filename or a content that is no text.
fn looks_like_file(app: &App, name: &str, part: &Field<'_>) -> bool {
    let named = part.file_name().is_some();
    if app.is("panic-non-utf8") && !named {
        return false;
    }
    let content = part.content_type().unwrap_or("text/plain").to_ascii_lowercase();
    let other = named || !content.starts_with("text/");
    rules::is_file(rules::canonical(name)).unwrap_or(other)
}
