//! `GET /customer` (SEP-12, customer GET): where the customer stands, and what is still needed.

use serde_json::{Value as Json, json};

use super::Rules;
use super::claim::Claim;
use super::desk::Question;
use super::refusal::Refusal;
use crate::mock::answer::Answer;
use crate::mock::faults::Fault;
use crate::mock::received::Received;
use crate::mock::store::CustomerKey;

impl Rules<'_> {
    pub(super) fn get(&mut self, received: &Received) -> Result<Answer, Refusal> {
        if !self.has(Fault::GetCached) {
            return self.look_up(received);
        }
        let query = format!("{:?}", received.query);
        if let Some(answer) = self.store.cache.get(&query) {
            return Ok(answer.clone());
        }
        let answer = self.look_up(received)?;
        self.store.cache.insert(query, answer.clone());
        Ok(answer)
    }

    fn look_up(&mut self, received: &Received) -> Result<Answer, Refusal> {
        let given = |name| received.query_value(name).filter(|value| !value.is_empty());
        if self.has(Fault::AnswersFiveHundredWithoutParameters) && received.query.is_empty()
            || self.has(Fault::AnswersFiveHundredOnLang) && given("lang").is_some()
            || self.has(Fault::AnswersFiveHundredOnTransaction) && given("transaction_id").is_some()
        {
            return Err(Refusal::internal());
        }
        let type_name = given("type");
        let question = Question { type_name, lang: given("lang") };
        let fields = self.customer_type(type_name, question.lang)?;
        let claim = self.claim_of_get(received)?;
        let key = claim.map(|claim| self.key(&claim, type_name));
        let found = match (given("id"), key) {
            (Some(_), None) if self.has(Fault::GetNeedsAccount) => {
                return Err(Refusal::new(400, "account: missing"));
            }
            (Some(id), key) => self.found_by_id(id, key.as_ref())?,
            (None, Some(key)) => self.found_by_key(key)?,
            (None, None) if self.has(Fault::GetShowsLatest) => self.store.latest().map(|customer| customer.id.clone()),
            (None, None) => None,
        };
        let body = match found {
            Some(id) if self.has(Fault::GetByAccountAsksForAll) && given("id").is_none() => {
                let mut body = self.show_unregistered(&fields);
                body["id"] = json!(id);
                body
            }
            Some(id) => {
                let fields = self.type_shown(&id, fields)?;
                self.show_known(&id, question, &fields)
            }
            None => self.show_nobody(question, &fields),
        };
        Ok(self.shown(&body))
    }

    /// SEP-12, customer GET, errors: an unknown id, or one of another account, is 404.
    fn found_by_id(&self, id: &str, key: Option<&CustomerKey>) -> Result<Option<String>, Refusal> {
        let Some(customer) = self.store.by_id(id) else {
            let is_deleted = || self.store.graveyard.find(id).is_some();
            let is_shown = self.has(Fault::UnknownIdShownAsNew) || self.has(Fault::DeletedIdShownAsNew) && is_deleted();
            return if is_shown { Ok(None) } else { Err(self.unknown_id()) };
        };
        let is_foreign = key.is_some_and(|key| self.is_foreign(key, customer, Fault::ForeignMemoShown));
        if is_foreign && !self.has(Fault::ForeignIdShown) {
            return Err(self.foreign_id(customer));
        }
        Ok(Some(id.to_owned()))
    }

    fn found_by_key(&mut self, key: CustomerKey) -> Result<Option<String>, Refusal> {
        let known = self.store.by_key(&key).map(|customer| customer.id.clone());
        match known {
            None if self.has(Fault::NotFoundForUnregistered) => Err(Refusal::new(404, "no such customer")),
            None => Ok(self.has(Fault::GetRegistersCustomer).then(|| self.store.create(key))),
            known => Ok(known),
        }
    }

    /// What a customer is found under.
    pub(super) fn key(&self, claim: &Claim, type_name: Option<&str>) -> CustomerKey {
        let mut key = claim.key(self.config);
        if self.has(Fault::IdDiffersByType) {
            key.apart = type_name.unwrap_or_default().to_owned();
        }
        key
    }

    fn shown(&self, body: &Json) -> Answer {
        match () {
            () if self.has(Fault::GetAnswersHtml) => {
                Answer::raw(200, "text/html; charset=utf-8", "<!DOCTYPE html><html><body>Welcome</body></html>")
            }
            () if self.has(Fault::GetAnswersArray) => self.json(200, &json!([body])),
            () => self.json(200, body),
        }
    }
}
