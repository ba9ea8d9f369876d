//! What an answer to GET says, texts for people aside, so that two answers can be compared.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value as Json;

use crate::sep12::json;
use crate::suite::answer::Answer;

/// Who is shown, where they stand, and which fields are missing and there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct View {
    pub(super) id: Option<String>,
    pub(super) status: Option<String>,
    pub(super) fields: BTreeSet<String>,
    pub(super) provided: BTreeSet<String>,
}

impl View {
    /// What a success says; `None` for everything else.
    pub(super) fn of(answer: &Answer) -> Option<Self> {
        let json = json::read(&answer.body).ok().filter(Json::is_object)?;
        let text = |name: &str| json[name].as_str().map(str::to_owned);
        let names = |name: &str| json[name].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        answer.is_success().then(|| Self {
            id: text("id"),
            status: text("status"),
            fields: names("fields"),
            provided: names("provided_fields"),
        })
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.status.as_deref().unwrap_or("no status"))?;
        match &self.id {
            Some(id) => write!(f, ", id {id}")?,
            None => f.write_str(", no id")?,
        }
        for (what, names) in [("fields", &self.fields), ("provided_fields", &self.provided)] {
            if !names.is_empty() {
                write!(f, ", {what} {}", listed(names))?;
            }
        }
        Ok(())
    }
}

/// Names in a sentence.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use hyper::{HeaderMap, StatusCode};

    use super::*;

    fn view(status: StatusCode, body: &'static str) -> Option<String> {
        let answer = Answer { status, headers: HeaderMap::new(), body: body.into(), quoted: String::new() };
        View::of(&answer).map(|view| view.to_string())
    }

    #[test]
    fn a_success_is_told_without_its_texts() {
        let body = r#"{"id": "1", "status": "NEEDS_INFO", "message": "hm", "fields": {"b": {}, "a": {}}}"#;
        assert_eq!(view(StatusCode::OK, body).as_deref(), Some("NEEDS_INFO, id 1, fields a, b"));
        assert_eq!(view(StatusCode::OK, "{}").as_deref(), Some("no status, no id"));
        assert_eq!(view(StatusCode::OK, "[]"), None);
        assert_eq!(view(StatusCode::NOT_FOUND, body), None);
    }
}
