//! `PUT /customer` (SEP-12, customer PUT): find or register the customer, merge the fields, answer the id.

use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use super::Rules;
use super::desk::Question;
use super::fields::{check_form, data, parameter};
use super::refusal::Refusal;
use super::target::Target;
use crate::mock::answer::Answer;
use crate::mock::config::CustomerType;
use crate::mock::faults::Fault;
use crate::mock::received::{Received, ReceivedField, ReceivedValue};
use crate::mock::store::CustomerKey;
use crate::mock::variants::Variant;

/// How long it takes to register a customer, and when its PUT is answered, under the faults and variants that need time.
const UNSEEN: Duration = Duration::from_millis(50);
const ANSWERED: Duration = Duration::from_millis(60);
/// How many PUTs it takes to bring out [`Fault::EighthPutNewId`].
const PUTS: u32 = 8;

impl Rules<'_> {
    pub(super) fn put(&mut self, received: &Received) -> Result<Answer, Refusal> {
        self.check_encoding(received)?;
        self.check_readable(received)?;
        check_form(received)?;
        self.verify_by_id_alone(received);
        let type_name = parameter(received, "type")?.filter(|name| !name.is_empty());
        let fields = self.customer_type(type_name, None)?;
        let target = self.target(received, type_name)?;
        let resolved = self.with_files(&target, received)?;
        let (sent, received) = (received, resolved.as_ref());
        self.stumble(received)?;
        self.check_size(received)?;
        self.check_values(received, &fields)?;
        self.check_code(received)?;
        self.check_codes_at_desk(&target, received)?;
        self.check_email(&target, received)?;
        self.check_progress(&target, received, &fields)?;
        let is_new = matches!(target, Target::New(_));
        let id = match target {
            Target::Phantom(id) => return Ok(self.id_answer(&id, type_name, &fields)),
            Target::Foreign(id) => {
                self.persist(&id, received);
                return Err(self.unknown_id());
            }
            Target::Behind(key) => {
                let id = self.registered(key, type_name);
                self.persist(&id, received);
                return Err(self.unknown_id());
            }
            Target::Known(id) => {
                let id = self.merged_by_email(id, received);
                self.updated(id)?
            }
            Target::New(key) => self.registered(key, type_name),
            Target::Chosen(id, key) => {
                self.store.insert(id.clone(), key);
                id
            }
        };
        let before = self.before_change(&id);
        self.persist(&id, received);
        self.after_change(&id, &before, received);
        self.keep_files(&id, sent);
        if !is_new {
            self.merge_by_phone(&id, received);
        }
        let answer = self.id_answer(&id, type_name, &fields);
        Ok(answer.with_delay(self.time_to_register(&id, is_new)))
    }

    /// The id of a customer that is about to be updated.
    fn updated(&mut self, id: String) -> Result<String, Refusal> {
        let Some((record, customer)) = self.store.record(&id) else { return Ok(id) };
        let is_fresh = record.fresh_until.is_some_and(|until| until > SystemTime::now());
        match () {
            () if is_fresh && self.shows(Variant::ConflictOnParallelPuts) => {
                Err(Refusal::new(409, "this customer is being registered; try again"))
            }
            () if is_fresh && self.has(Fault::AnswersFiveHundredOnParallelPuts) => Err(Refusal::internal()),
            () if self.has(Fault::EighthPutNewId) && record.puts + 1 == PUTS => {
                let key = customer.key.clone();
                Ok(self.store.create(key))
            }
            () if self.has(Fault::NewIdOnUpdate) => Ok(self.store.rename(&id).unwrap_or(id)),
            () => Ok(id),
        }
    }

    fn registered(&mut self, key: CustomerKey, type_name: Option<&str>) -> String {
        let graveyard = &mut self.store.graveyard;
        let returns = self.config.faults.contains(&Fault::DeletedDataReturns);
        let former = if returns { graveyard.exhume_by_key(&key) } else { None };
        let reuses = self.config.faults.contains(&Fault::DeletedIdReused);
        let free = if reuses { graveyard.exhume_latest() } else { None };
        let id = match free {
            Some(customer) => {
                self.store.insert(customer.id.clone(), key);
                customer.id
            }
            None => self.store.create(key),
        };
        if let (Some(former), Some(fields)) = (former, self.store.fields_mut(&id)) {
            *fields = former.fields;
        }
        if let Some(record) = self.store.record_mut(&id) {
            record.type_name = type_name.map(str::to_owned);
        }
        id
    }

    /// How long the answer takes, and what happens meanwhile.
    fn time_to_register(&mut self, id: &str, is_new: bool) -> Duration {
        let is_busy = self.shows(Variant::ConflictOnParallelPuts) || self.has(Fault::AnswersFiveHundredOnParallelPuts);
        let is_unseen = self.has(Fault::DoublePutTwoIds);
        if is_new && is_unseen {
            self.store.hide_for(id, UNSEEN);
        }
        if let (true, Some(record)) = (is_new && is_busy, self.store.record_mut(id)) {
            record.fresh_until = Some(SystemTime::now() + UNSEEN);
        }
        if is_unseen || is_new && is_busy { ANSWERED } else { Duration::ZERO }
    }

    /// The legal anchors that want something at once, or nothing anymore.
    fn check_progress(&self, target: &Target, received: &Received, fields: &CustomerType) -> Result<(), Refusal> {
        match target {
            Target::New(_) => self.check_first(received, fields),
            Target::Known(id) if self.shows(Variant::RefusesChanges) && self.is_accepted(id, fields) => {
                self.check_unchanged(id, received)
            }
            _ => Ok(()),
        }
    }

    fn check_first(&self, received: &Received, fields: &CustomerType) -> Result<(), Refusal> {
        if self.shows(Variant::RefusesAccountAlone) && data(received).next().is_none() {
            return Err(Refusal::new(400, "a customer is registered with at least one field"));
        }
        let is_sent = |name: &str| received.value(name).is_some_and(ReceivedValue::is_given);
        let missing = fields.iter().filter(|(name, spec)| !spec.optional && !is_sent(name));
        let missing: Vec<&str> = missing.map(|(name, _)| name.as_str()).collect();
        if self.shows(Variant::RefusesIncomplete) && !missing.is_empty() {
            return Err(Refusal::new(400, format!("missing: {}", missing.join(", "))));
        }
        Ok(())
    }

    fn check_unchanged(&self, id: &str, received: &Received) -> Result<(), Refusal> {
        let stored = self.store.record(id).map(|(_, customer)| &customer.fields);
        let differs = |field: &&ReceivedField| {
            stored.and_then(|stored| stored.get(&field.name)).is_some_and(|value| value != &field.value)
        };
        match data(received).find(differs) {
            Some(field) => Err(Refusal::of_field(&field.name, "cannot be changed once accepted", None)),
            None => Ok(()),
        }
    }

    fn id_answer(&mut self, id: &str, type_name: Option<&str>, fields: &CustomerType) -> Answer {
        let status = match () {
            () if self.shows(Variant::AnswersCreated) => 201,
            () if self.shows(Variant::AnswersAccepted) => 202,
            () => 200,
        };
        if self.has(Fault::AnswersBareId) {
            return Answer::raw(status, "text/plain", id);
        }
        if self.has(Fault::PutAnswersNoContent) {
            return Answer::empty(204);
        }
        let question = Question { type_name, lang: None };
        let mut body =
            if self.shows(Variant::PutAnswersInfo) { self.show_known(id, question, fields) } else { json!({}) };
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
        if self.has(Fault::PutAnswerInEnvelope) {
            body = json!({ "data": body });
        }
        self.json(status, &body)
    }
}
