//! A customer as GET shows it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::Rules;
use crate::mock::config::{CustomerType, FieldSpec};
use crate::mock::faults::Fault;
use crate::mock::received::ReceivedValue;
use crate::mock::variants::Variant;
use crate::sep12::info::{CustomerInfo, FieldInfo};
use crate::sep12::registry::{self, Kind};
use crate::sep12::{CustomerId, CustomerStatus, FieldStatus};

type Provided = BTreeMap<String, ReceivedValue>;
type Infos = BTreeMap<String, FieldInfo>;

/// How many GETs say PROCESSING under [`Variant::AsynchronousAcceptance`].
const PROCESSING_LOOKS: u32 = 2;
/// How many fields a stage has under [`Variant::StagedFields`].
const STAGE: usize = 2;
/// The one field that [`Variant::VerificationRequired`] wants verified.
const VERIFIED: &str = "mobile_number";

impl Rules<'_> {
    pub(super) fn show_unregistered(&self, fields: &CustomerType) -> Json {
        let (missing, _) = self.missing(&Provided::new(), fields);
        let info = CustomerInfo {
            id: None,
            status: CustomerStatus::NeedsInfo,
            fields: Some(missing),
            provided_fields: None,
            message: None,
        };
        self.spoilt(&info)
    }

    pub(super) fn show(&mut self, id: &str, fields: &CustomerType) -> Json {
        let looks = self.store.look(id);
        let Some(customer) = self.store.by_id(id) else { return self.show_unregistered(fields) };
        let (missing, complete) = self.missing(&customer.fields, fields);
        let processing = complete && self.shows(Variant::AsynchronousAcceptance) && looks <= PROCESSING_LOOKS;
        let provided = self.provided(&customer.fields, fields, processing);
        let waits = provided.values().any(|field| field.status == Some(FieldStatus::VerificationRequired));
        let status = match () {
            () if self.has(Fault::AcceptedWithRequiredFields) => CustomerStatus::Accepted,
            () if !complete || waits => CustomerStatus::NeedsInfo,
            () if processing => CustomerStatus::Processing,
            () => CustomerStatus::Accepted,
        };
        let info = CustomerInfo {
            id: CustomerId::try_from(customer.id.clone()).ok(),
            status,
            fields: (!complete).then_some(missing),
            provided_fields: (waits || !self.shows(Variant::NoProvidedFields)).then_some(provided),
            message: processing.then(|| "the data is being looked at".to_owned()),
        };
        self.spoilt(&info)
    }

    pub(super) fn is_accepted(&self, id: &str, fields: &CustomerType) -> bool {
        self.store.by_id(id).is_some_and(|customer| self.missing(&customer.fields, fields).1)
    }

    /// What is still to be asked for, and whether nothing required is among it.
    fn missing(&self, provided: &Provided, fields: &CustomerType) -> (Infos, bool) {
        let is_there = |name: &str| {
            let value = provided.get(name).filter(|value| value.is_given());
            value.is_some_and(|value| self.invalid(name, value, fields).is_none())
        };
        let missing = || fields.iter().filter(|(name, _)| !is_there(name));
        let complete = missing().all(|(_, spec)| spec.optional);
        let infos = missing().map(|(name, spec)| (name.clone(), info(name, spec)));
        if self.shows(Variant::StagedFields) && !complete {
            return (infos.filter(|(_, info)| !info.optional).take(STAGE).collect(), complete);
        }
        (infos.collect(), complete)
    }

    fn provided(&self, provided: &Provided, fields: &CustomerType, processing: bool) -> Infos {
        let given = provided.iter().filter(|(name, value)| value.is_given() && !name.ends_with("_verification"));
        let entry = |(name, value): (&String, &ReceivedValue)| {
            let mut info = fields.get(name).map_or_else(|| info(name, &spec_of(name, value)), |spec| info(name, spec));
            let error = self.invalid(name, value, fields);
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

    /// SEP-12, verification: whether the code is still to come.
    fn waits(&self, provided: &Provided) -> bool {
        let code = provided.get("mobile_number_verification");
        self.shows(Variant::VerificationRequired) && !code.is_some_and(ReceivedValue::is_given)
    }

    /// The answer with the faults that lie in its form.
    fn spoilt(&self, info: &CustomerInfo) -> Json {
        let mut body = json!(info);
        if self.has(Fault::LowerCaseStatus) {
            body["status"] = json!(body["status"].as_str().map(str::to_lowercase));
        }
        if let (true, Some(fields)) = (self.has(Fault::FieldsAsArray), body["fields"].as_object()) {
            let entry = |(name, field): (&String, &Json)| json!({ "name": name, "field": field });
            body["fields"] = fields.iter().map(entry).collect();
        }
        if let Json::Object(members) = &mut body {
            if self.has(Fault::NoStatus) {
                members.remove("status");
            }
            if self.has(Fault::NeedsInfoWithoutFields) {
                members.remove("fields");
            }
        }
        body
    }
}

fn info(name: &str, spec: &FieldSpec) -> FieldInfo {
    let from_name = || name.replace(['_', '.'], " ");
    FieldInfo {
        kind: spec.kind,
        description: spec.description.clone().unwrap_or_else(from_name),
        choices: spec.choices.clone(),
        optional: spec.optional,
        status: None,
        error: None,
    }
}

/// A field that the type does not ask for.
fn spec_of(name: &str, value: &ReceivedValue) -> FieldSpec {
    let kind = if value.as_file().is_some() { Kind::Binary } else { Kind::String };
    FieldSpec { kind: registry::kind(name).unwrap_or(kind), ..FieldSpec::optional(name) }
}
