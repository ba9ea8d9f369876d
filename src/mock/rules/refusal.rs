//! Error answers. Their texts name fields, never values.

use serde_json::{Map, Value as Json, json};

use super::json_type;
use crate::mock::answer::Answer;
use crate::mock::config::Config;
use crate::mock::faults::Fault;
use crate::mock::variants::Variant;

/// Why a request is refused (SEP-12: details under `error`).
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    /// Not told if it is empty.
    text: String,
    allow: Option<&'static str>,
    /// Whether it is about the value of a field.
    is_of_field: bool,
    /// What [`Fault::ErrorQuotesValues`] gives away.
    value: Option<String>,
}

impl Refusal {
    pub(super) fn new(status: u16, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), allow: None, is_of_field: false, value: None }
    }

    /// 400 about one field.
    pub(super) fn of_field(name: &str, expected: &str, value: Option<&str>) -> Self {
        Self { is_of_field: true, value: value.map(str::to_owned), ..Self::new(400, format!("{name}: {expected}")) }
    }

    /// 405 with the methods that the path takes.
    pub(super) fn of_method(allow: &'static str, text: impl Into<String>) -> Self {
        Self { allow: Some(allow), ..Self::new(405, text) }
    }

    /// What an anchor says that has stumbled.
    pub(super) fn internal() -> Self {
        Self::new(500, "internal error")
    }

    pub(super) fn answer(self, config: &Config) -> Answer {
        let status = self.status_under(config);
        let text = match self.value {
            Some(value) if config.faults.contains(&Fault::ErrorQuotesValues) => format!("{}, not {value}", self.text),
            _ => self.text,
        };
        let answer = if config.faults.contains(&Fault::HtmlErrorPage) {
            let page = format!("<!DOCTYPE html><html><body><h1>Error {status}</h1></body></html>");
            Answer::raw(status, "text/html; charset=utf-8", page)
        } else {
            Answer::raw(status, json_type(config), body(&text, config).to_string())
        };
        match self.allow {
            Some(allow) => answer.with_header("allow", allow),
            None => answer,
        }
    }

    fn status_under(&self, config: &Config) -> u16 {
        match self.status {
            400 | 404 if config.faults.contains(&Fault::AnswersOkWithError) => 200,
            400 if self.is_of_field && config.variants.contains(&Variant::UnprocessableValues) => 422,
            status => status,
        }
    }
}

fn body(text: &str, config: &Config) -> Json {
    let has = |fault| config.faults.contains(&fault);
    let mut body = match () {
        () if has(Fault::ErrorWithoutText) || text.is_empty() => Json::Object(Map::new()),
        () if has(Fault::ErrorEmpty) => json!({ "error": "" }),
        () if has(Fault::ErrorAsObject) => json!({ "error": { "message": text } }),
        () => json!({ "error": text }),
    };
    if has(Fault::ErrorWithStackTrace) {
        body["stack"] = json!("Error\n    at putCustomer (/srv/anchor/src/customers.js:42:11)");
    }
    if config.variants.contains(&Variant::ErrorExtraMembers) {
        body["code"] = json!("invalid_request");
        body["details"] = json!([]);
    }
    body
}
