//! Whom a PUT is about (SEP-12, ID vs. account and memo).

use super::Rules;
use super::claim::Claim;
use super::refusal::Refusal;
use crate::mock::faults::Fault;
use crate::mock::received::{Received, ReceivedBody, ReceivedValue};
use crate::mock::store::{Customer, CustomerKey};

/// The customer of a PUT.
pub(super) enum Target {
    Known(String),
    New(CustomerKey),
    /// An id that [`Fault::UnknownIdCreates`] lets the client choose.
    Chosen(String, CustomerKey),
    /// An id that some faults only seem to write to.
    Phantom(String),
    /// Another's id, which [`Fault::ForeignPutWrittenAnyway`] only seems to refuse.
    Foreign(String),
    /// Somebody beside an unknown id, whom [`Fault::UnknownIdRegisters`] only seems to refuse.
    Behind(CustomerKey),
}

impl Rules<'_> {
    /// The id if there is one, and then account and memo must agree with it.
    pub(super) fn target(&mut self, received: &Received, type_name: Option<&str>) -> Result<Target, Refusal> {
        let claim = self.claim(|name| received.text(name))?;
        let key = claim.map(|claim| self.put_key(&claim, received, type_name));
        let id = received.text("id").filter(|id| !id.is_empty());
        match (id, key) {
            (None, None) => Err(Refusal::new(400, "account: missing; a customer is named by account or id")),
            (None, Some(key)) => Ok(self.target_by_key(key, received)),
            (Some(_), None) if self.has(Fault::IdAloneRefused) => Err(Refusal::new(400, "account: missing")),
            (Some(_), None) if self.has(Fault::AnswersFiveHundredOnIdAlone) => Err(Refusal::internal()),
            (Some(id), key) => self.target_by_id(id, key),
        }
    }

    fn put_key(&self, claim: &Claim, received: &Received, type_name: Option<&str>) -> CustomerKey {
        let is_multipart = matches!(received.body, ReceivedBody::Multipart(_));
        let mut key = self.key(claim, type_name);
        if self.has(Fault::IdDiffersByEncoding) && is_multipart {
            key.apart.push_str(" multipart");
        }
        key
    }

    fn target_by_key(&self, key: CustomerKey, received: &Received) -> Target {
        match self.store.by_key(&key).or_else(|| self.taken_for_new(received)) {
            Some(customer) => Target::Known(customer.id.clone()),
            None => Target::New(key),
        }
    }

    fn target_by_id(&mut self, id: &str, key: Option<CustomerKey>) -> Result<Target, Refusal> {
        if self.has(Fault::PutResurrectsDeleted) {
            self.resurrect(id);
        }
        let Some(customer) = self.store.by_id(id) else { return self.target_by_unknown_id(id, key) };
        if !key.is_some_and(|key| self.is_foreign(&key, customer, Fault::ForeignMemoUpdated)) {
            return Ok(Target::Known(id.to_owned()));
        }
        match () {
            () if self.has(Fault::ForeignIdUpdated) => Ok(Target::Known(id.to_owned())),
            () if self.has(Fault::ForeignPutAnswersOk) => Ok(Target::Phantom(id.to_owned())),
            () if self.has(Fault::ForeignPutWrittenAnyway) => Ok(Target::Foreign(id.to_owned())),
            () => Err(self.foreign_id(customer)),
        }
    }

    fn target_by_unknown_id(&self, id: &str, key: Option<CustomerKey>) -> Result<Target, Refusal> {
        let newcomer = key.filter(|key| self.store.by_key(key).is_none());
        match newcomer {
            _ if self.has(Fault::AcceptsUnknownId) => Ok(Target::Phantom(id.to_owned())),
            Some(key) if self.has(Fault::UnknownIdCreates) => Ok(Target::Chosen(id.to_owned(), key)),
            Some(key) if self.has(Fault::UnknownIdRegisters) => Ok(Target::Behind(key)),
            _ => Err(self.unknown_id()),
        }
    }

    fn resurrect(&mut self, id: &str) {
        if let Some(customer) = self.store.graveyard.exhume(id) {
            self.store.insert(id.to_owned(), customer.key);
            self.store.fields_mut(id).into_iter().for_each(|fields| fields.clone_from(&customer.fields));
        }
    }

    /// Whether the customer is somebody else's; `blind` makes the memo count for nothing.
    pub(super) fn is_foreign(&self, key: &CustomerKey, customer: &Customer, blind: Fault) -> bool {
        if self.has(blind) { key.account != customer.key.account } else { *key != customer.key }
    }

    /// SEP-12, errors.
    pub(super) fn unknown_id(&self) -> Refusal {
        let status = match () {
            () if self.has(Fault::AnswersFiveHundredOnUnknownId) => 500,
            () if self.has(Fault::AnswersFourHundredOnUnknownId) => 400,
            () => 404,
        };
        Refusal::new(status, "no customer of this account has this id")
    }

    /// SEP-12, errors: the same as for an id that does not exist.
    pub(super) fn foreign_id(&self, customer: &Customer) -> Refusal {
        if self.has(Fault::ForbiddenOnForeignId) {
            return Refusal::new(403, "this customer is not of this account");
        }
        if self.has(Fault::ForeignIdErrorShowsCustomer) {
            return Refusal::new(404, format!("this is the id of another customer: {}", texts_of(customer)));
        }
        self.unknown_id()
    }
}

/// What a faulty anchor tells of a customer.
pub(super) fn texts_of(customer: &Customer) -> String {
    let texts: Vec<&str> = customer.fields.values().filter_map(ReceivedValue::as_text).collect();
    texts.join(", ")
}
