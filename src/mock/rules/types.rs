//! The fields of a customer type (SEP-12, type specification).

use super::Rules;
use super::refusal::Refusal;
use crate::mock::config::{CustomerType, FieldSpec};
use crate::mock::desk::Language;
use crate::mock::faults::Fault;
use crate::mock::received::ReceivedValue;
use crate::mock::variants::Variant;

const SEXES: [&str; 3] = ["male", "female", "other"];

impl Rules<'_> {
    pub(super) fn customer_type(&self, name: Option<&str>, lang: Option<&str>) -> Result<CustomerType, Refusal> {
        let default = if self.shows(Variant::TypeRequired) { None } else { self.config.default_type.as_deref() };
        let Some(name) = name.or(default) else {
            return Err(Refusal::new(400, "type: missing; this anchor needs to know the type of customer"));
        };
        let usual = || self.config.types.get(default.filter(|_| self.has(Fault::UnknownTypeIsDefault))?);
        let Some(found) = self.config.types.get(name).or_else(usual) else {
            let stumbles = self.has(Fault::AnswersFiveHundredOnUnknownType);
            let refusal = Refusal::new(400, "type: this anchor does not know this type of customer");
            return Err(if stumbles { Refusal::internal() } else { refusal });
        };
        Ok(found.iter().map(|(name, spec)| (name.clone(), self.worded(name, spec.clone(), lang))).collect())
    }

    /// The same, and what is asked for in the end.
    pub(super) fn with_last_questions(&self, mut fields: CustomerType) -> CustomerType {
        if self.shows(Variant::AsksForMore) {
            let birth_date = fields.entry("birth_date".to_owned());
            birth_date.or_insert_with(|| FieldSpec::required("birth_date")).optional = false;
        }
        fields
    }

    /// The type's fields as a customer is asked for them that is already registered.
    pub(super) fn type_shown(&self, id: &str, asked: CustomerType) -> Result<CustomerType, Refusal> {
        match self.store.record(id) {
            Some((record, _)) if self.has(Fault::StatusIgnoresType) => {
                self.customer_type(record.type_name.as_deref(), None)
            }
            _ => Ok(asked),
        }
    }

    fn worded(&self, name: &str, spec: FieldSpec, lang: Option<&str>) -> FieldSpec {
        let spec = if name == "sex" && self.shows(Variant::OffersChoices) { spec.with_choices(&SEXES) } else { spec };
        if self.desk().is_some() {
            let description = Some(Language::of_tag(lang).description(name, &spec));
            return FieldSpec { description, ..spec };
        }
        match lang {
            Some(lang) if self.shows(Variant::Translates) => {
                FieldSpec { description: Some(format!("{} ({lang})", spec.description_of(name))), ..spec }
            }
            _ => spec,
        }
    }

    /// Whether a value is there that is not to be asked for again.
    pub(super) fn is_settled(&self, name: &str, value: &ReceivedValue, fields: &CustomerType, trusting: bool) -> bool {
        value.is_given() && (trusting || self.invalid(name, value, fields).is_none())
    }
}
