//! Where a customer stands for a type at a time: a pure function of its values, its case, and the clock.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::case::{Case, Mark, TypeCase, Verdict};
use super::magic::{self, Act, Review};
use super::settings::Desk;
use super::words::{Language, Text};
use crate::mock::config::{CustomerType, FieldSpec};
use crate::mock::received::ReceivedValue;
use crate::sep12::info::{CustomerInfo, FieldInfo};
use crate::sep12::{CustomerId, CustomerStatus, FieldStatus};

type Provided = BTreeMap<String, ReceivedValue>;
type Infos = BTreeMap<String, FieldInfo>;

/// What is asked for after a while, by the field that had the magic value.
const ASKED_OF_PERSON: &str = "tax_id";
const ASKED_OF_ORGANIZATION: &str = "organization.director_name";

/// A customer, looked at.
#[derive(Clone, Copy, Debug)]
pub(in crate::mock) struct Look<'a> {
    pub(in crate::mock) desk: &'a Desk,
    pub(in crate::mock) case: &'a Case,
    pub(in crate::mock) provided: &'a Provided,
    pub(in crate::mock) type_name: &'a str,
    pub(in crate::mock) fields: &'a CustomerType,
    pub(in crate::mock) now: SystemTime,
}

impl Look<'_> {
    pub(in crate::mock) fn status(&self) -> CustomerStatus {
        match self.verdict() {
            Some(Verdict::Accepted) => return CustomerStatus::Accepted,
            Some(Verdict::Rejected(_)) => return CustomerStatus::Rejected,
            Some(Verdict::Processing) => return CustomerStatus::Processing,
            None => {}
        }
        let has = |status| self.asked().keys().any(|name| self.field_status(name) == Some(status));
        let review = self.review().map(|(_, review)| review);
        let is_decided = self.is_after_pause();
        match review {
            Some(Review::Reject) => CustomerStatus::Rejected,
            _ if !self.is_complete() || has(FieldStatus::VerificationRequired) => CustomerStatus::NeedsInfo,
            Some(Review::RejectLater) if is_decided => CustomerStatus::Rejected,
            Some(Review::Hold) => CustomerStatus::Processing,
            Some(Review::AcceptLater | Review::RejectLater) if !is_decided => CustomerStatus::Processing,
            _ if has(FieldStatus::Processing) => CustomerStatus::Processing,
            _ => CustomerStatus::Accepted,
        }
    }

    /// What GET answers.
    pub(in crate::mock) fn info(&self, id: &str, language: Language) -> CustomerInfo {
        let status = self.status();
        let missing = self.missing(language);
        let is_asked = status == CustomerStatus::NeedsInfo && !missing.is_empty();
        CustomerInfo {
            id: CustomerId::try_from(id.to_owned()).ok(),
            status,
            fields: is_asked.then_some(missing),
            provided_fields: Some(self.provided_infos(status, language)),
            message: self.message(status, language),
        }
    }

    /// When the customer may stand differently although nothing happens.
    pub(in crate::mock) fn next_change(&self) -> Option<SystemTime> {
        let review = self.review().and_then(|_| self.type_case()?.changed).map(|changed| changed + self.desk.pause);
        review.into_iter().chain(self.case.verified.values().copied()).filter(|time| *time > self.now).min()
    }

    fn type_case(&self) -> Option<&TypeCase> {
        self.case.types.get(self.type_name)
    }

    fn verdict(&self) -> Option<&Verdict> {
        self.type_case()?.verdict.as_ref()
    }

    fn is_after_pause(&self) -> bool {
        let changed = self.type_case().and_then(|case| case.changed);
        changed.is_none_or(|changed| changed + self.desk.pause <= self.now)
    }

    /// The magic value in a field that the type asks for, and that field.
    fn review(&self) -> Option<(&str, Review)> {
        self.fields.keys().find_map(|name| match magic::act(name, self.provided.get(name)?)? {
            Act::Review(review) => Some((name.as_str(), review)),
            _ => None,
        })
    }

    /// All that the type asks for: its own fields, those that somebody asked for, and the one that magic asks for.
    pub(super) fn asked(&self) -> CustomerType {
        let mut asked = self.fields.clone();
        let by_decision = self.type_case().into_iter().flat_map(|case| &case.asked).map(String::as_str);
        let by_magic = match self.review() {
            Some((name, Review::AskLater)) if self.is_after_pause() => {
                Some(if name.starts_with("organization.") { ASKED_OF_ORGANIZATION } else { ASKED_OF_PERSON })
            }
            _ => None,
        };
        for name in by_decision.chain(by_magic) {
            asked.entry(name.to_owned()).or_insert_with(|| FieldSpec::required(name)).optional = false;
        }
        asked
    }

    fn is_complete(&self) -> bool {
        self.asked().iter().all(|(name, spec)| spec.optional && !self.is_refused(name) || self.is_settled(name))
    }

    fn is_settled(&self, name: &str) -> bool {
        self.provided.get(name).is_some_and(ReceivedValue::is_given) && !self.is_refused(name)
    }

    fn is_refused(&self, name: &str) -> bool {
        self.field_status(name) == Some(FieldStatus::Rejected)
    }

    /// Where a field stands by itself, whatever becomes of the customer; `None` if it was not given.
    pub(super) fn field_status(&self, name: &str) -> Option<FieldStatus> {
        let value = self.provided.get(name).filter(|value| value.is_given())?;
        let mark = self.type_case().and_then(|case| case.marks.get(name));
        let act = magic::act(name, value);
        let waits = act == Some(Act::Verify) || mark == Some(&Mark::VerificationRequired);
        Some(match self.case.verified.get(name) {
            _ if act == Some(Act::RejectField) || matches!(mark, Some(Mark::Rejected(_))) => FieldStatus::Rejected,
            None if waits => FieldStatus::VerificationRequired,
            Some(from) if *from > self.now => FieldStatus::Processing,
            _ => FieldStatus::Accepted,
        })
    }

    fn missing(&self, language: Language) -> Infos {
        let missing = self.asked().into_iter().filter(|(name, _)| !self.is_settled(name));
        missing
            .map(|(name, spec)| {
                // What was refused keeps the customer from going on, so it is not optional anymore.
                let spec = FieldSpec { optional: spec.optional && !self.is_refused(&name), ..spec };
                let info = spec.info(language.description(&name, &spec));
                (name, info)
            })
            .collect()
    }

    fn provided_infos(&self, status: CustomerStatus, language: Language) -> Infos {
        let asked = self.asked();
        let given = self.provided.iter().filter(|(name, value)| value.is_given() && !name.ends_with("_verification"));
        let entry = |(name, value): (&String, &ReceivedValue)| {
            let spec = asked.get(name).cloned().unwrap_or_else(|| FieldSpec::unasked(name, value));
            let mut info = spec.info(language.description(name, &spec));
            info.status = self.status_shown(name, status);
            info.error = (info.status == Some(FieldStatus::Rejected)).then(|| self.error(name, language));
            (name.clone(), info)
        };
        given.map(entry).collect()
    }

    /// SEP-12 lets an anchor keep to itself which field made it reject the customer.
    fn status_shown(&self, name: &str, customer: CustomerStatus) -> Option<FieldStatus> {
        match (customer, self.field_status(name)?) {
            (CustomerStatus::Rejected, _) => None,
            (CustomerStatus::Accepted, _) => Some(FieldStatus::Accepted),
            (CustomerStatus::Processing, _) => Some(FieldStatus::Processing),
            (CustomerStatus::NeedsInfo, status) => Some(status),
        }
    }

    fn error(&self, name: &str, language: Language) -> String {
        match self.type_case().and_then(|case| case.marks.get(name)) {
            Some(Mark::Rejected(error)) => error.clone(),
            _ => language.text(Text::FieldRejected).to_owned(),
        }
    }

    fn message(&self, status: CustomerStatus, language: Language) -> Option<String> {
        let text = match (status, self.verdict()) {
            (CustomerStatus::Rejected, Some(Verdict::Rejected(Some(message)))) => return Some(message.clone()),
            (CustomerStatus::Rejected, _) => Text::Rejected,
            (CustomerStatus::Processing, _) => Text::Processing,
            (CustomerStatus::NeedsInfo, _) if self.is_complete() => Text::CodeNeeded,
            (CustomerStatus::NeedsInfo, _) => Text::MoreNeeded,
            (CustomerStatus::Accepted, _) => return None,
        };
        Some(language.text(text).to_owned())
    }
}
