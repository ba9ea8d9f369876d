//! What the anchor does with a request: SEP-12 and the callback API, with the configured faults and variants.

mod claim;
mod fields;
mod get;
mod put;
mod refusal;
mod route;
mod show;

use std::time::Duration;

use serde_json::{Map, Value as Json};

pub(super) use claim::Claim;
use refusal::Refusal;
use route::Endpoint;

use super::answer::Answer;
use super::config::{Config, CustomerType};
use super::faults::Fault;
use super::received::{Received, ReceivedBody};
use super::store::Store;
use super::variants::Variant;

/// The settings and the customers, for the time of one request.
struct Rules<'a> {
    config: &'a Config,
    store: &'a mut Store,
}

/// How long a queued deletion takes.
const DELETION: Duration = Duration::from_millis(200);
/// One request of so many is refused by [`Variant::RateLimited`].
const RATE: u64 = 20;

/// Answers a request; `number` counts the requests so far, this one included.
pub(super) fn answer(config: &Config, store: &mut Store, received: &Received, number: u64) -> Answer {
    store.sweep();
    let mut rules = Rules { config, store };
    if rules.shows(Variant::RateLimited) && number.is_multiple_of(RATE) {
        return Refusal::new(429, "too many requests").answer(config).with_header("retry-after", "1");
    }
    rules.route(received).unwrap_or_else(|refusal| refusal.answer(config))
}

impl Rules<'_> {
    fn route(&mut self, received: &Received) -> Result<Answer, Refusal> {
        self.authenticate(received)?;
        match route::endpoint(&received.method, &received.path, &self.config.prefix)? {
            Endpoint::Get => self.get(received),
            Endpoint::Put => self.put(received),
            Endpoint::Delete(id) => self.delete(&id),
        }
    }

    fn authenticate(&self, received: &Received) -> Result<(), Refusal> {
        let Some(key) = &self.config.api_key else { return Ok(()) };
        if self.has(Fault::IgnoresCredentials) || received.header("x-api-key") == Some(key) {
            return Ok(());
        }
        let status = if self.shows(Variant::ForbiddenForBadCredentials) { 403 } else { 401 };
        Err(Refusal::new(status, "the header X-Api-Key is missing or wrong"))
    }

    /// Callback API, `DELETE /customer/{id}`.
    fn delete(&mut self, id: &str) -> Result<Answer, Refusal> {
        if self.store.by_id(id).is_none() && !self.has(Fault::DeleteUnknownSucceeds) {
            return Err(self.unknown_id());
        }
        if self.shows(Variant::DeletionQueued) {
            self.store.remove_after(id, DELETION);
        } else if !self.has(Fault::DeleteDoesNothing) {
            self.store.remove(id);
        }
        if self.shows(Variant::DeleteAnswersOk) {
            return Ok(self.json(200, &Json::Object(Map::new())));
        }
        Ok(Answer::empty(204))
    }

    /// SEP-12, errors: the same for an id that does not exist and for one of another account.
    fn unknown_id(&self) -> Refusal {
        let status = if self.has(Fault::AnswersFiveHundredOnUnknownId) { 500 } else { 404 };
        Refusal::new(status, "no customer of this account has this id")
    }

    /// The type's fields (SEP-12, type specification).
    fn customer_type(&self, name: Option<&str>) -> Result<&CustomerType, Refusal> {
        let default = if self.shows(Variant::TypeRequired) { None } else { self.config.default_type.as_deref() };
        let Some(name) = name.or(default) else {
            return Err(Refusal::new(400, "type: missing; this anchor needs to know the type of customer"));
        };
        let found = self.config.types.get(name);
        found.ok_or_else(|| Refusal::new(400, "type: this anchor does not know this type of customer"))
    }

    fn has(&self, fault: Fault) -> bool {
        self.config.faults.contains(&fault)
    }

    fn shows(&self, variant: Variant) -> bool {
        self.config.variants.contains(&variant)
    }

    fn json(&self, status: u16, body: &Json) -> Answer {
        Answer::raw(status, json_type(self.config), body.to_string())
    }
}

fn json_type(config: &Config) -> &'static str {
    if config.variants.contains(&Variant::CharsetInAnswers) {
        "application/json; charset=utf-8"
    } else {
        "application/json"
    }
}

/// Whether the body could be read at all.
fn readable(received: &Received) -> Result<(), Refusal> {
    match &received.body {
        ReceivedBody::Json(_) | ReceivedBody::Multipart(_) => Ok(()),
        ReceivedBody::TooLarge => Err(Refusal::new(413, "the body is larger than this anchor takes")),
        ReceivedBody::Empty => Err(Refusal::new(400, "the body is empty; send at least account or id")),
        ReceivedBody::Incomplete | ReceivedBody::Unread => Err(Refusal::new(400, "the body is incomplete")),
        ReceivedBody::Undecodable { reason } => {
            let known = ["application/json", "multipart/form-data"];
            let is_known = received.content_type().is_some_and(|essence| known.contains(&essence.as_str()));
            Err(Refusal::new(if is_known { 400 } else { 415 }, reason))
        }
    }
}
