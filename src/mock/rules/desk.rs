//! What the rules ask the desk, if there is one.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::Rules;
use super::refusal::Refusal;
use super::target::Target;
use crate::mock::config::CustomerType;
use crate::mock::desk::{Case, Change, Desk, Language, Look};
use crate::mock::received::{Received, ReceivedValue};
use crate::mock::store::CustomerKey;
use crate::sep12::info::CustomerInfo;

type Provided = BTreeMap<String, ReceivedValue>;

/// For what and in what language a customer is asked about.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) type_name: Option<&'a str>,
    pub(super) lang: Option<&'a str>,
}

impl Rules<'_> {
    pub(super) fn desk(&self) -> Option<&Desk> {
        self.config.desk.as_ref()
    }

    /// The customer as the desk sees it; `None` without a desk.
    pub(super) fn info_at_desk(&self, id: &str, question: Question<'_>, fields: &CustomerType) -> Option<CustomerInfo> {
        let desk = self.desk()?;
        let (record, customer) = self.store.record(id)?;
        let type_name = question.type_name.or(self.config.default_type.as_deref())?;
        let (case, provided) = (&record.desk, &customer.fields);
        let look = Look { desk, case, provided, type_name, fields, now: self.now };
        Some(look.info(id, Language::of_tag(question.lang)))
    }

    /// A registered customer, by the desk if there is one.
    pub(super) fn show_known(&mut self, id: &str, question: Question<'_>, fields: &CustomerType) -> Json {
        match self.info_at_desk(id, question, fields) {
            Some(info) => self.spoilt(&info),
            None => self.show(id, fields),
        }
    }

    /// Somebody unknown.
    pub(super) fn show_nobody(&self, question: Question<'_>, fields: &CustomerType) -> Json {
        let mut body = self.show_unregistered(fields);
        if self.desk().is_some() {
            body["message"] = json!(Language::of_tag(question.lang).more_needed());
        }
        body
    }

    /// SEP-12, verification: a wrong code is 400, and nothing of its request is kept.
    pub(super) fn check_codes_at_desk(&self, target: &Target, received: &Received) -> Result<(), Refusal> {
        let Some(desk) = self.desk() else { return Ok(()) };
        let known = match target {
            Target::Known(id) => self.store.record(id),
            _ => None,
        };
        let new = Case::default();
        let case = known.map_or(&new, |(record, _)| &record.desk);
        let mut provided = known.map(|(_, customer)| customer.fields.clone()).unwrap_or_default();
        provided.extend(received.fields().iter().map(|field| (field.name.clone(), field.value.clone())));
        let wrong = self.config.types.iter().find_map(|(type_name, fields)| {
            let look = Look { desk, case, provided: &provided, type_name, fields, now: self.now };
            look.wrong_code(received.fields())
        });
        wrong.map_or(Ok(()), |field| {
            Err(Refusal::of_field(&field.name, "not the code that was sent", field.value.as_text()))
        })
    }

    /// Before the fields of a PUT are kept; returns those that are there.
    pub(super) fn before_change(&mut self, id: &str) -> Provided {
        let (Some(desk), Some(record)) = (&self.config.desk, self.store.record_mut(id)) else {
            return Provided::new();
        };
        let provided = record.customer().fields.clone();
        record.desk.settle(self.config, desk, &provided, self.now);
        provided
    }

    /// After they are.
    pub(super) fn after_change(&mut self, id: &str, before: &Provided, received: &Received) {
        let (Some(desk), Some(record)) = (&self.config.desk, self.store.record_mut(id)) else { return };
        let after = record.customer().fields.clone();
        let change = Change { before, after: &after, sent: received.fields() };
        record.desk.note(self.config, desk, change, self.now);
    }

    /// The customer that the query or the body names: an id, or the key of somebody who may not be registered.
    pub(super) fn named(&self, received: &Received) -> Result<Named, Refusal> {
        let value = |name: &str| received.query_value(name).or_else(|| received.text(name));
        let key = self.claim(value)?.map(|claim| self.key(&claim, None));
        match (value("id").filter(|id| !id.is_empty()), key) {
            (Some(id), key) => {
                let own = self.store.by_id(id).filter(|customer| key.is_none_or(|key| key == customer.key));
                own.map(|customer| Named::Known(customer.id.clone())).ok_or_else(|| self.unknown_id())
            }
            (None, Some(key)) => Ok(match self.store.by_key(&key) {
                Some(customer) => Named::Known(customer.id.clone()),
                None => Named::Unregistered(key),
            }),
            (None, None) => Ok(Named::Nobody),
        }
    }
}

/// Whom a request names.
pub(super) enum Named {
    Known(String),
    Unregistered(CustomerKey),
    Nobody,
}
