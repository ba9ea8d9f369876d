//! `PUT /customer` (SEP-12, customer PUT): find or register the customer, merge the fields, answer the id.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::claim::Claim;
use super::fields::{check_form, data, parameter};
use super::refusal::Refusal;
use super::{Rules, readable};
use crate::mock::answer::Answer;
use crate::mock::config::CustomerType;
use crate::mock::faults::Fault;
use crate::mock::received::{Received, ReceivedBody, ReceivedField, ReceivedValue};
use crate::mock::store::CustomerKey;
use crate::mock::variants::Variant;

/// How long a new customer is not found under [`Fault::DoublePutTwoIds`], and when its PUT is answered.
const UNSEEN: Duration = Duration::from_millis(50);
const ANSWERED: Duration = Duration::from_millis(60);

/// Whom a PUT is about.
enum Target {
    Known(String),
    New(CustomerKey),
    /// An id that was never given out, which [`Fault::AcceptsUnknownId`] does not mind.
    Phantom(String),
}

impl Rules<'_> {
    pub(super) fn put(&mut self, received: &Received) -> Result<Answer, Refusal> {
        self.check_encoding(received)?;
        readable(received)?;
        check_form(received)?;
        let type_name = parameter(received, "type")?.filter(|name| !name.is_empty());
        let fields = self.customer_type(type_name)?.clone();
        let target = self.target(received, type_name)?;
        self.stumble(received)?;
        self.check_values(received, &fields)?;
        self.check_progress(&target, received, &fields)?;
        let is_new = matches!(target, Target::New(_));
        let id = match target {
            Target::Phantom(id) => return Ok(self.id_answer(&id, &fields)),
            Target::Known(id) if self.has(Fault::NewIdOnUpdate) => self.store.rename(&id).unwrap_or(id),
            Target::Known(id) => id,
            Target::New(key) => self.store.create(key),
        };
        self.persist(&id, received);
        let answer = self.id_answer(&id, &fields);
        if self.has(Fault::DoublePutTwoIds) {
            if is_new {
                self.store.hide_for(&id, UNSEEN);
            }
            return Ok(answer.with_delay(ANSWERED));
        }
        Ok(answer)
    }

    /// The faults that lie in how a body is sent.
    fn check_encoding(&self, received: &Received) -> Result<(), Refusal> {
        let content_type = received.header("content-type").unwrap_or_default();
        let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        let is_json = essence.trim().eq_ignore_ascii_case("application/json");
        if self.has(Fault::RejectsCharset) && is_json && !parameters.is_empty()
            || self.has(Fault::CaseSensitiveContentType) && essence.bytes().any(|byte| byte.is_ascii_uppercase())
        {
            return Err(Refusal::new(415, "this content type is not supported"));
        }
        if self.has(Fault::RejectsChunked) && received.header("content-length").is_none() {
            return Err(Refusal::new(411, "a Content-Length is needed"));
        }
        if self.has(Fault::AnswersFiveHundredOnMultipart) && matches!(received.body, ReceivedBody::Multipart(_)) {
            return Err(Refusal::new(500, "internal error"));
        }
        Ok(())
    }

    /// SEP-12, id vs. account and memo: the id if there is one, and then account and memo must agree with it.
    fn target(&self, received: &Received, type_name: Option<&str>) -> Result<Target, Refusal> {
        let claim = Claim::read(|name| received.text(name))?;
        self.check_number(claim.as_ref())?;
        let key = claim.map(|claim| self.put_key(&claim, received, type_name));
        let id = received.text("id").filter(|id| !id.is_empty());
        match (id, key) {
            (None, None) => Err(Refusal::new(400, "account: missing; a customer is named by account or id")),
            (None, Some(key)) => Ok(self
                .store
                .by_key(&key)
                .map_or_else(|| Target::New(key.clone()), |customer| Target::Known(customer.id.clone()))),
            (Some(_), None) if self.has(Fault::IdAloneRefused) => Err(Refusal::new(400, "account: missing")),
            (Some(id), key) => match self.store.by_id(id) {
                None if self.has(Fault::AcceptsUnknownId) => Ok(Target::Phantom(id.to_owned())),
                None => Err(self.unknown_id()),
                Some(customer) => {
                    let is_foreign = key.is_some_and(|key| key != customer.key);
                    let refused = is_foreign && !self.has(Fault::ForeignIdUpdated);
                    if refused { Err(self.unknown_id()) } else { Ok(Target::Known(id.to_owned())) }
                }
            },
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

    /// The legal anchors that want everything at once, or nothing anymore.
    fn check_progress(&self, target: &Target, received: &Received, fields: &CustomerType) -> Result<(), Refusal> {
        let is_sent = |name: &str| received.value(name).is_some_and(ReceivedValue::is_given);
        match target {
            Target::New(_) if self.shows(Variant::RefusesIncomplete) => {
                let missing = fields.iter().filter(|(name, spec)| !spec.optional && !is_sent(name));
                let missing: Vec<&str> = missing.map(|(name, _)| name.as_str()).collect();
                if missing.is_empty() {
                    return Ok(());
                }
                Err(Refusal::new(400, format!("missing: {}", missing.join(", "))))
            }
            Target::Known(id) if self.shows(Variant::RefusesChanges) && self.is_accepted(id, fields) => {
                let stored = self.store.by_id(id).map(|customer| &customer.fields);
                let differs = |field: &&ReceivedField| {
                    stored.and_then(|stored| stored.get(&field.name)).is_some_and(|value| value != &field.value)
                };
                match data(received).find(differs) {
                    Some(field) => Err(Refusal::of_field(&field.name, "cannot be changed once accepted", None)),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    fn persist(&mut self, id: &str, received: &Received) {
        let is_multipart = matches!(received.body, ReceivedBody::Multipart(_));
        let forgets_all = self.has(Fault::ForgetsFields) || self.has(Fault::IgnoresMultipartFields) && is_multipart;
        let is_stored = |field: &&ReceivedField| {
            let is_null = matches!(&field.value, ReceivedValue::Json(json) if json.get() == "null");
            let is_lost = self.has(Fault::DropsFiles) && field.value.as_file().is_some()
                || self.has(Fault::DropsDottedNames) && field.name.contains('.');
            !is_null && !is_lost && !forgets_all
        };
        let fields: BTreeMap<String, ReceivedValue> =
            data(received).filter(is_stored).map(|field| (field.name.clone(), field.value.clone())).collect();
        let replaces = self.has(Fault::UpdateReplaces);
        if let Some(stored) = self.store.fields_mut(id) {
            if replaces {
                stored.clear();
            }
            stored.extend(fields);
        }
    }

    fn id_answer(&mut self, id: &str, fields: &CustomerType) -> Answer {
        let status = match () {
            () if self.shows(Variant::AnswersCreated) => 201,
            () if self.shows(Variant::AnswersAccepted) => 202,
            () => 200,
        };
        if self.has(Fault::AnswersBareId) {
            return Answer::raw(status, "text/plain", id);
        }
        let mut body = if self.shows(Variant::PutAnswersInfo) { self.show(id, fields) } else { json!({}) };
        body["id"] = match () {
            () if self.has(Fault::IdEmpty) => json!(""),
            () if self.has(Fault::IdIsNumber) => id.parse::<u64>().map_or_else(|_| json!(id), |number| json!(number)),
            () => json!(id),
        };
        if self.shows(Variant::ExtraMembers) {
            body["created_at"] = json!("2024-02-29T12:00:00Z");
            body["links"] = json!([{ "rel": "self", "href": "/customer" }]);
        }
        if let (true, Json::Object(members)) = (self.has(Fault::NoId), &mut body) {
            members.remove("id");
        }
        self.json(status, &body)
    }
}
