//! Error answers. Their texts name fields, never values.

use serde_json::{Map, Value as Json, json};

use super::json_type;
use crate::mock::answer::Answer;
use crate::mock::config::Config;
use crate::mock::faults::Fault;

/// Why a request is refused (SEP-12: details under `error`).
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    text: String,
    allow: Option<&'static str>,
    /// What [`Fault::ErrorQuotesValues`] gives away.
    value: Option<String>,
}

impl Refusal {
    pub(super) fn new(status: u16, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), allow: None, value: None }
    }

    /// 400 about one field.
    pub(super) fn of_field(name: &str, expected: &str, value: Option<&str>) -> Self {
        Self { value: value.map(str::to_owned), ..Self::new(400, format!("{name}: {expected}")) }
    }

    /// 405 with the methods that the path takes.
    pub(super) fn of_method(allow: &'static str, text: impl Into<String>) -> Self {
        Self { allow: Some(allow), ..Self::new(405, text) }
    }

    pub(super) fn answer(self, config: &Config) -> Answer {
        let has = |fault| config.faults.contains(&fault);
        let text = match self.value {
            Some(value) if has(Fault::ErrorQuotesValues) => format!("{}, not {value}", self.text),
            _ => self.text,
        };
        let answer = if has(Fault::HtmlErrorPage) {
            let page = format!("<!DOCTYPE html><html><body><h1>Error {}</h1></body></html>", self.status);
            Answer::raw(self.status, "text/html; charset=utf-8", page)
        } else {
            let body = if has(Fault::ErrorWithoutText) { Json::Object(Map::new()) } else { json!({ "error": text }) };
            Answer::raw(self.status, json_type(config), body.to_string())
        };
        match self.allow {
            Some(allow) => answer.with_header("allow", allow),
            None => answer,
        }
    }
}
