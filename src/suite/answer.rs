//! An anchor's answer, and how it is told to a reader.

use std::fmt;

use bytes::Bytes;
use hyper::{HeaderMap, StatusCode};

use crate::sep12::CustomerId;
use crate::sep12::answer::{InvalidAnswer, read_error, read_id};
use crate::sep12::info::CustomerInfo;

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The beginning of the body for a sentence, without credentials and on one line.
    pub(crate) quoted: String,
}

/// How much of a body stands in a sentence.
const QUOTED_CHARS: usize = 160;

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    pub(crate) fn id(&self) -> Result<CustomerId, InvalidAnswer> {
        read_id(&self.body)
    }

    pub(crate) fn error(&self) -> Option<String> {
        read_error(&self.body)
    }

    /// The customer that it shows.
    pub(crate) fn info(&self) -> Result<CustomerInfo, InvalidAnswer> {
        CustomerInfo::read(&self.body).map(|(info, _)| info)
    }
}

impl fmt::Display for Answer {
    /// `400 Bad Request with {"error": "..."}`, on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.quoted.as_str() {
            "" => write!(f, "{} with an empty body", self.status),
            quoted => write!(f, "{} with {quoted}", self.status),
        }
    }
}

/// The beginning of a text, on one line.
pub(crate) fn one_line(text: &str) -> String {
    let text = text.trim();
    let plain = |char: char| if char.is_control() { ' ' } else { char };
    let rest = if text.chars().nth(QUOTED_CHARS).is_some() { "..." } else { "" };
    text.chars().take(QUOTED_CHARS).map(plain).chain(rest.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_on_one_short_line() {
        let answer = |status, body: &str| {
            Answer { status, headers: HeaderMap::new(), body: Bytes::new(), quoted: one_line(body) }.to_string()
        };
        assert_eq!(answer(StatusCode::BAD_REQUEST, "{\n}"), "400 Bad Request with { }");
        assert_eq!(answer(StatusCode::NO_CONTENT, " "), "204 No Content with an empty body");
        assert!(answer(StatusCode::OK, &"é".repeat(500)).ends_with("é..."));
    }
}
