//! What a PUT carries beside the identity, and whether it is valid.

use std::collections::BTreeSet;

use super::refusal::Refusal;
use crate::mock::config::CustomerType;
use crate::mock::faults::Fault;
use crate::mock::received::{Received, ReceivedField, ReceivedValue};
use crate::sep12::date::{DATE_FIELDS, is_calendar_date};
use crate::sep12::registry::{self, Kind};

use super::Rules;
use crate::mock::variants::Variant;

/// The parameters that say whom and what a request is about, and are no data of the customer (SEP-12, customer PUT).
const PARAMETERS: [&str; 7] = ["id", "account", "memo", "memo_type", "type", "transaction_id", "lang"];

const DATE: &str = "must be a calendar date, YYYY-MM-DD";
const CHOICE: &str = "must be one of the choices that GET /customer names";
const BINARY: &str = "must be a file part of a multipart body";

/// Files over this many bytes are too large for [`Variant::RefusesLargeFiles`].
const LARGE_FILE: u64 = 5_000_000;
/// Values of more bytes together are too large for [`Variant::RefusesLargeBodies`].
const LARGE_BODY: u64 = 1_000_000;

/// A text parameter; anything but text is refused.
pub(super) fn parameter<'a>(received: &'a Received, name: &str) -> Result<Option<&'a str>, Refusal> {
    match received.value(name) {
        None => Ok(None),
        Some(ReceivedValue::Text(text)) => Ok(Some(text)),
        Some(value) if !value.is_given() => Ok(None),
        Some(_) => Err(Refusal::of_field(name, "must be a text", None)),
    }
}

/// The parameters are texts, and no name comes twice.
pub(super) fn check_form(received: &Received) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    if let Some(field) = received.fields().iter().find(|field| !seen.insert(field.name.as_str())) {
        return Err(Refusal::of_field(&field.name, "must not come twice", None));
    }
    PARAMETERS.iter().try_for_each(|name| parameter(received, name).map(drop))
}

/// The customer's data, in the order received.
pub(super) fn data(received: &Received) -> impl Iterator<Item = &ReceivedField> {
    received.fields().iter().filter(|field| !PARAMETERS.contains(&field.name.as_str()))
}

impl Rules<'_> {
    /// Refuses values that cannot be right, unless they are to be refused later.
    pub(super) fn check_values(&self, received: &Received, fields: &CustomerType) -> Result<(), Refusal> {
        for field in data(received) {
            self.check_name(&field.name)?;
            if self.shows(Variant::DeferredValidation) || self.shows(Variant::LateRefusal) {
                continue;
            }
            if let Some(expected) = self.invalid(&field.name, &field.value, fields) {
                let stumbles = expected == DATE && self.has(Fault::AnswersFiveHundredOnInvalidDate)
                    || expected == CHOICE && self.has(Fault::AnswersFiveHundredOnOtherChoices);
                let refusal = Refusal::of_field(&field.name, expected, field.value.as_text());
                return Err(if stumbles { Refusal::internal() } else { refusal });
            }
        }
        Ok(())
    }

    /// What a value should have been.
    pub(super) fn invalid(&self, name: &str, value: &ReceivedValue, fields: &CustomerType) -> Option<&'static str> {
        let text = value.as_text().filter(|text| !text.is_empty())?;
        let choices = fields.get(name).and_then(|spec| spec.choices.as_ref());
        if DATE_FIELDS.contains(&name) && !is_calendar_date(text) && !self.has(Fault::AcceptsInvalidDate) {
            return Some(DATE);
        }
        let is_choice = choices.is_none_or(|choices| choices.iter().any(|choice| choice == text));
        if !is_choice && !self.has(Fault::AcceptsOtherChoices) {
            return Some(CHOICE);
        }
        (registry::kind(name) == Some(Kind::Binary)).then_some(BINARY)
    }

    /// What the variants with a limit do not take.
    pub(super) fn check_size(&self, received: &Received) -> Result<(), Refusal> {
        let is_large = |field: &&ReceivedField| field.value.length() > LARGE_FILE && field.value.as_file().is_some();
        if let (true, Some(field)) = (self.shows(Variant::RefusesLargeFiles), data(received).find(is_large)) {
            return Err(Refusal::new(413, format!("{}: must not exceed {LARGE_FILE} bytes", field.name)));
        }
        let total: u64 = data(received).map(|field| field.value.length()).sum();
        if total > LARGE_BODY && self.shows(Variant::RefusesLargeBodies) {
            return Err(Refusal::new(413, format!("the body must not exceed {LARGE_BODY} bytes")));
        }
        Ok(())
    }

    fn check_name(&self, name: &str) -> Result<(), Refusal> {
        if registry::kind(name).is_none() && self.shows(Variant::RefusesOtherNames) {
            return Err(Refusal::of_field(name, "not a name that SEP-9 or SEP-12 defines", None));
        }
        Ok(())
    }
}
