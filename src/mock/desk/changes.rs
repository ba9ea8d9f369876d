//! What a customer's own doing does to its case.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::case::{Case, Verdict};
use super::look::Look;
use super::magic::{self, Code};
use super::settings::Desk;
use crate::mock::config::Config;
use crate::mock::received::{ReceivedField, ReceivedValue};
use crate::sep12::{CustomerStatus, FieldStatus};

type Provided = BTreeMap<String, ReceivedValue>;

/// What the name of a field with a code ends with.
const CODE: &str = "_verification";

impl Look<'_> {
    /// The first wrong code among the fields that were sent.
    pub(in crate::mock) fn wrong_code<'b>(&self, sent: &'b [ReceivedField]) -> Option<&'b ReceivedField> {
        sent.iter().find(|ReceivedField { name, value }| {
            let field = name.strip_suffix(CODE).filter(|field| self.is_verified_field(field));
            field.is_some() && value.is_given() && magic::code(value).is_none()
        })
    }

    /// Whether the field waits for a code or has had it.
    fn is_verified_field(&self, name: &str) -> bool {
        let waits = self.field_status(name) == Some(FieldStatus::VerificationRequired);
        waits || self.case.verified.contains_key(name)
    }
}

/// A customer's PUT.
#[derive(Clone, Copy, Debug)]
pub(in crate::mock) struct Change<'a> {
    /// All fields before it.
    pub(in crate::mock) before: &'a Provided,
    /// All fields after it.
    pub(in crate::mock) after: &'a Provided,
    /// Those that it brought.
    pub(in crate::mock) sent: &'a [ReceivedField],
}

impl Case {
    /// Before a customer's values change: what cannot be undone is noted, so that other values do not undo it.
    pub(in crate::mock) fn settle(&mut self, config: &Config, desk: &Desk, provided: &Provided, now: SystemTime) {
        for (type_name, fields) in &config.types {
            let look = Look { desk, case: self, provided, type_name, fields, now };
            if look.status() == CustomerStatus::Rejected {
                let entry = self.types.entry(type_name.clone()).or_default();
                entry.verdict.get_or_insert(Verdict::Rejected(None));
            }
        }
    }

    /// After they have changed.
    pub(in crate::mock) fn note(&mut self, config: &Config, desk: &Desk, change: Change<'_>, now: SystemTime) {
        let has_changed = |name: &str, value| change.before.get(name) != Some(value) && !name.ends_with(CODE);
        let changed: BTreeMap<&str, &ReceivedValue> = change
            .after
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .filter(|(name, value)| has_changed(name, value))
            .collect();
        for (type_name, fields) in &config.types {
            let asked = Look { desk, case: self, provided: change.before, type_name, fields, now }.asked();
            let entry = self.types.entry(type_name.clone()).or_default();
            entry.marks.retain(|name, _| !changed.contains_key(name.as_str()));
            if changed.keys().any(|name| asked.contains_key(*name)) {
                entry.changed = Some(now);
                entry.verdict.take_if(|verdict| *verdict == Verdict::Accepted);
            }
        }
        self.verified.retain(|name, _| !changed.contains_key(name.as_str()));
        self.take_codes(config, desk, change, now);
    }

    fn take_codes(&mut self, config: &Config, desk: &Desk, change: Change<'_>, now: SystemTime) {
        let sent = change.sent.iter();
        let codes = sent.filter_map(|field| Some((field.name.strip_suffix(CODE)?, magic::code(&field.value)?)));
        for (name, code) in codes {
            let waits = config.types.iter().any(|(type_name, fields)| {
                let look = Look { desk, case: self, provided: change.after, type_name, fields, now };
                look.field_status(name) == Some(FieldStatus::VerificationRequired)
            });
            if waits {
                let accepted = if code == Code::Accept { now } else { now + desk.pause };
                self.verified.insert(name.to_owned(), accepted);
            }
        }
    }
}
