//! The faults that lie in how a body is sent, and those that a value of some kind brings out.

use super::Rules;
use super::fields::data;
use super::refusal::Refusal;
use crate::mock::faults::Fault;
use crate::mock::received::{Received, ReceivedBody, ReceivedField, ReceivedFile, ReceivedValue};
use crate::mock::variants::Variant;
use crate::sep12::registry;

/// Files over this many bytes break [`Fault::AnswersFiveHundredOnLargeFile`].
const BREAKING_FILE: u64 = 1024 * 1024;
/// Texts over this many characters break [`Fault::AnswersFiveHundredOnLongValue`].
const BREAKING_TEXT: usize = 255;
/// More fields than these break [`Fault::AnswersFiveHundredOnManyFields`].
const MANY: usize = 30;

impl Rules<'_> {
    pub(super) fn check_encoding(&self, received: &Received) -> Result<(), Refusal> {
        let content_type = received.header("content-type").unwrap_or_default();
        let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        let is_json = essence.trim().eq_ignore_ascii_case("application/json");
        if self.has(Fault::RejectsCharset) && is_json && !parameters.is_empty()
            || self.has(Fault::CaseSensitiveContentType) && essence.bytes().any(|byte| byte.is_ascii_uppercase())
        {
            return Err(Refusal::new(415, "this content type is not supported"));
        }
        if self.has(Fault::RejectsQuotedBoundary) && parameters.to_ascii_lowercase().contains("boundary=\"") {
            return Err(Refusal::new(400, "the boundary does not occur in the body"));
        }
        if received.header("content-length").is_none() {
            if self.has(Fault::RejectsChunked) {
                return Err(Refusal::new(400, "the body is empty"));
            }
            if self.shows(Variant::LengthRequired) {
                return Err(Refusal::new(411, "a Content-Length is needed"));
            }
        }
        if self.has(Fault::AnswersFiveHundredOnMultipart) && matches!(received.body, ReceivedBody::Multipart(_)) {
            return Err(Refusal::internal());
        }
        Ok(())
    }

    pub(super) fn stumble(&self, received: &Received) -> Result<(), Refusal> {
        let fields = || data(received);
        if self.has(Fault::AnswersFiveHundredOnIdentityAlone) && fields().next().is_none()
            || self.has(Fault::AnswersFiveHundredOnManyFields) && fields().count() > MANY
            || fields().any(|field| self.stumbles_over(field))
        {
            return Err(Refusal::internal());
        }
        let mut files = fields().filter_map(|field| field.value.as_file());
        if files.any(|file| {
            self.has(Fault::NeedsFileName) && file.file_name.is_none()
                || self.has(Fault::NeedsPartContentType) && file.content_type.is_none()
        }) {
            return Err(Refusal::new(400, "a file must have a file name and a content type"));
        }
        Ok(())
    }

    fn stumbles_over(&self, field: &ReceivedField) -> bool {
        let is_unknown = registry::kind(&field.name).is_none();
        self.has(Fault::AnswersFiveHundredOnUnknownName) && is_unknown
            || self.has(Fault::AnswersFiveHundredOnDottedName) && field.name.contains('.')
            || match &field.value {
                ReceivedValue::Text(text) => self.stumbles_over_text(text),
                ReceivedValue::File(file) => self.stumbles_over_file(file),
                ReceivedValue::Json(json) => {
                    self.has(Fault::AnswersFiveHundredOnNestedValue) && json.get().starts_with(['[', '{'])
                }
            }
    }

    fn stumbles_over_text(&self, text: &str) -> bool {
        self.has(Fault::AnswersFiveHundredOnNonAscii) && !text.is_ascii()
            || self.has(Fault::AnswersFiveHundredOnFourBytes) && text.chars().any(|letter| letter.len_utf8() == 4)
            || self.has(Fault::AnswersFiveHundredOnApostrophe) && text.contains('\'')
            || self.has(Fault::AnswersFiveHundredOnLongValue) && text.chars().count() > BREAKING_TEXT
            || self.has(Fault::AnswersFiveHundredOnEmptyValue) && text.is_empty()
    }

    fn stumbles_over_file(&self, file: &ReceivedFile) -> bool {
        let has_hyphens = || file.bytes.as_ref().is_some_and(|bytes| bytes.windows(4).any(|four| four == b"\r\n--"));
        let is_text = file.bytes.as_ref().is_some_and(|bytes| std::str::from_utf8(bytes).is_ok());
        self.has(Fault::AnswersFiveHundredOnLargeFile) && file.length > BREAKING_FILE
            || self.has(Fault::AnswersFiveHundredOnEmptyFile) && file.length == 0
            || self.has(Fault::AnswersFiveHundredOnFileName)
                && file.file_name.as_ref().is_some_and(|name| !name.is_ascii())
            || self.has(Fault::BinaryTreatedAsText) && !is_text
            || self.has(Fault::AnswersFiveHundredOnHyphens) && has_hyphens()
    }
}
