//! `GET /customer` (SEP-12, customer GET): where the customer stands, and what is still needed.

use super::Rules;
use super::claim::Claim;
use super::refusal::Refusal;
use crate::mock::answer::Answer;
use crate::mock::faults::Fault;
use crate::mock::received::Received;
use crate::mock::store::CustomerKey;

impl Rules<'_> {
    pub(super) fn get(&mut self, received: &Received) -> Result<Answer, Refusal> {
        let type_name = received.query_value("type").filter(|name| !name.is_empty());
        let fields = self.customer_type(type_name)?.clone();
        let claim = Claim::read(|name| received.query_value(name))?;
        self.check_number(claim.as_ref())?;
        let key = claim.map(|claim| self.key(&claim, type_name));
        let id = received.query_value("id").filter(|id| !id.is_empty());
        let found = match id {
            Some(id) => Some(self.found_by_id(id, key.as_ref())?),
            None => key.and_then(|key| self.found_by_key(key)),
        };
        let body = match found {
            Some(id) => self.show(&id, &fields),
            None => self.show_unregistered(&fields),
        };
        Ok(self.json(200, &body))
    }

    /// SEP-12, customer GET, errors: an unknown id, or one of another account, is 404.
    fn found_by_id(&self, id: &str, key: Option<&CustomerKey>) -> Result<String, Refusal> {
        let customer = self.store.by_id(id).ok_or_else(|| self.unknown_id())?;
        let is_foreign = key.is_some_and(|key| *key != customer.key);
        if is_foreign && !self.has(Fault::ForeignIdShown) {
            return Err(self.unknown_id());
        }
        Ok(id.to_owned())
    }

    fn found_by_key(&mut self, key: CustomerKey) -> Option<String> {
        let known = self.store.by_key(&key).map(|customer| customer.id.clone());
        known.or_else(|| self.has(Fault::GetRegistersCustomer).then(|| self.store.create(key)))
    }

    /// What a customer is found under.
    pub(super) fn key(&self, claim: &Claim, type_name: Option<&str>) -> CustomerKey {
        let mut key = claim.key(self.config);
        if self.has(Fault::IdDiffersByType) {
            key.apart = type_name.unwrap_or_default().to_owned();
        }
        key
    }

    /// [`Fault::SignedMemoIds`].
    pub(super) fn check_number(&self, claim: Option<&Claim>) -> Result<(), Refusal> {
        let is_beyond = claim.and_then(Claim::number).is_some_and(|number| i64::try_from(number).is_err());
        if is_beyond && self.has(Fault::SignedMemoIds) {
            return Err(Refusal::new(500, "internal error"));
        }
        Ok(())
    }
}
