//! A customer as GET shows it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;

use super::Rules;
use super::verify::VERIFIED;
use crate::mock::config::{CustomerType, FieldSpec};
use crate::mock::faults::Fault;
use crate::mock::needs::REJECTED_NAME;
use crate::mock::received::ReceivedValue;
use crate::mock::store::{Customer, Record};
use crate::mock::variants::Variant;
use crate::sep12::info::{CustomerInfo, FieldInfo};
use crate::sep12::{CustomerId, CustomerStatus, FieldStatus};

type Provided = BTreeMap<String, ReceivedValue>;
type Infos = BTreeMap<String, FieldInfo>;

/// How many GETs say PROCESSING under [`Variant::AsynchronousAcceptance`] and [`Variant::LateRefusal`].
const PROCESSING_LOOKS: u32 = 2;
/// How long PROCESSING takes under [`Variant::ProcessingForAWhile`].
const PROCESSING_TIME: Duration = Duration::from_millis(300);
/// How many fields a stage has under [`Variant::StagedFields`].
const STAGE: usize = 2;

/// What is known about a customer while it is shown.
struct Standing {
    /// What is still to be asked for.
    missing: Infos,
    /// Whether nothing required is among it.
    complete: bool,
    /// Whether the anchor has not yet looked at the data.
    pending: bool,
}

impl Rules<'_> {
    pub(super) fn show_unregistered(&self, fields: &CustomerType) -> Json {
        let standing = self.standing(&Provided::new(), fields, false);
        let status = CustomerStatus::NeedsInfo;
        let fields = Some(standing.missing);
        self.spoilt(&CustomerInfo { id: None, status, fields, provided_fields: None, message: self.message(status) })
    }

    pub(super) fn show(&mut self, id: &str, fields: &CustomerType) -> Json {
        let looks = self.store.look(id);
        let Some((record, customer)) = self.store.record(id) else { return self.show_unregistered(fields) };
        let pending = self.is_pending(record, customer, fields, looks);
        let standing = self.standing(&customer.fields, fields, pending);
        let provided = self.provided(&customer.fields, fields, standing.complete && pending);
        let waits = provided.values().any(|field| field.status == Some(FieldStatus::VerificationRequired));
        let status = self.status(&standing, customer, waits);
        let is_shown = waits || !self.shows(Variant::NoProvidedFields);
        let info = CustomerInfo {
            id: CustomerId::try_from(customer.id.clone()).ok(),
            status,
            fields: self.asked(standing, status, &customer.fields, fields),
            provided_fields: is_shown.then_some(provided),
            message: self.message(status),
        };
        self.spoilt(&info)
    }

    pub(super) fn is_accepted(&self, id: &str, fields: &CustomerType) -> bool {
        self.store.record(id).is_some_and(|(_, customer)| self.standing(&customer.fields, fields, false).complete)
    }

    fn is_pending(&self, record: &Record, customer: &Customer, fields: &CustomerType, looks: u32) -> bool {
        let is_early = looks <= PROCESSING_LOOKS;
        let is_invalid = |(name, value): (&String, &ReceivedValue)| self.invalid(name, value, fields).is_some();
        self.shows(Variant::AsynchronousAcceptance) && is_early
            || self.shows(Variant::ProcessingForAWhile)
                && record.changed.elapsed().is_ok_and(|age| age < PROCESSING_TIME)
            || self.shows(Variant::LateRefusal) && is_early && customer.fields.iter().any(is_invalid)
    }

    fn standing(&self, provided: &Provided, fields: &CustomerType, pending: bool) -> Standing {
        let trusting = pending && self.shows(Variant::LateRefusal);
        let is_there =
            |name: &str| provided.get(name).is_some_and(|value| self.is_settled(name, value, fields, trusting));
        let lacks = |fields: &CustomerType| fields.iter().any(|(name, spec)| !spec.optional && !is_there(name));
        let last = if lacks(fields) { fields.clone() } else { self.with_last_questions(fields.clone()) };
        let complete = !lacks(&last);
        let missing = last.iter().filter(|(name, _)| !is_there(name));
        let missing = missing.map(|(name, spec)| (name.clone(), info(name, spec)));
        let missing = if self.shows(Variant::StagedFields) && !complete {
            missing.filter(|(_, info)| !info.optional).take(STAGE).collect()
        } else {
            missing.collect()
        };
        Standing { missing, complete, pending }
    }

    fn status(&self, standing: &Standing, customer: &Customer, waits: bool) -> CustomerStatus {
        let last_name = customer.fields.get("last_name").and_then(ReceivedValue::as_text);
        match () {
            () if self.shows(Variant::RejectsSome) && last_name == Some(REJECTED_NAME) => CustomerStatus::Rejected,
            () if self.has(Fault::AcceptedWithRequiredFields) => CustomerStatus::Accepted,
            () if !standing.complete || waits || self.has(Fault::StuckInNeedsInfo) => CustomerStatus::NeedsInfo,
            () if standing.pending => CustomerStatus::Processing,
            () => CustomerStatus::Accepted,
        }
    }

    /// The `fields` of the answer.
    fn asked(
        &self,
        standing: Standing,
        status: CustomerStatus,
        provided: &Provided,
        fields: &CustomerType,
    ) -> Option<Infos> {
        let is_accepted = status == CustomerStatus::Accepted;
        match status {
            CustomerStatus::Rejected => None,
            _ if is_accepted && self.shows(Variant::EmptyFieldsWhenAccepted) => Some(Infos::new()),
            _ if is_accepted && self.shows(Variant::OptionalFieldsWhenAccepted) => Some(standing.missing),
            _ if standing.complete && !self.has(Fault::StuckInNeedsInfo) => None,
            _ if self.has(Fault::ReceivedFieldsStillAsked) => {
                let received = fields.iter().filter(|(name, _)| provided.contains_key(*name));
                let received = received.map(|(name, spec)| (name.clone(), info(name, spec)));
                Some(received.chain(standing.missing).collect())
            }
            _ => Some(standing.missing),
        }
    }

    fn message(&self, status: CustomerStatus) -> Option<String> {
        let text = match status {
            CustomerStatus::Processing => "the data is being looked at",
            CustomerStatus::Rejected => "this customer cannot be accepted",
            _ if !self.shows(Variant::MessagesAlways) => return None,
            CustomerStatus::NeedsInfo => "more is needed",
            CustomerStatus::Accepted => "all is well",
        };
        Some(text.to_owned())
    }

    fn provided(&self, provided: &Provided, fields: &CustomerType, processing: bool) -> Infos {
        let given = provided.iter().filter(|(name, value)| value.is_given() && !name.ends_with("_verification"));
        let entry = |(name, value): (&String, &ReceivedValue)| {
            let spec = fields.get(name).cloned().unwrap_or_else(|| FieldSpec::unasked(name, value));
            let mut info = info(name, &spec);
            let error = self.invalid(name, value, fields).filter(|_| !processing);
            let status = match () {
                () if error.is_some() => FieldStatus::Rejected,
                () if name == VERIFIED && self.waits(provided) => FieldStatus::VerificationRequired,
                () if processing => FieldStatus::Processing,
                () => FieldStatus::Accepted,
            };
            let is_shown = !self.shows(Variant::NoFieldStatus) || status == FieldStatus::VerificationRequired;
            info.status = is_shown.then_some(status);
            info.error = error.map(str::to_owned);
            (name.clone(), info)
        };
        given.map(entry).collect()
    }
}

fn info(name: &str, spec: &FieldSpec) -> FieldInfo {
    spec.info(spec.description_of(name))
}
