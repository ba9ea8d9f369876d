//! What the anchor does with a request: SEP-12 and the callback API, with the configured faults and variants.

mod access;
mod route;

mod claim;
mod memo;
mod scope;
mod types;

mod get;
mod show;
mod spoil;

mod fields;
mod persist;
mod put;
mod shared;
mod stumble;
mod target;
mod verify;

mod delete;

mod callback;
mod desk;
mod files;

mod finish;
mod refusal;

use std::time::{Duration, Instant, SystemTime};

use serde_json::Value as Json;

pub(super) use claim::Claim;
use refusal::Refusal;
use route::Endpoint;
pub(super) use scope::Scope;

use super::answer::Answer;
use super::config::Config;
use super::faults::Fault;
use super::received::{Received, ReceivedBody};
use super::store::Store;
use super::variants::Variant;

/// The settings and the customers, for the time of one request.
struct Rules<'a> {
    config: &'a Config,
    store: &'a mut Store,
    /// The time at the desk.
    now: SystemTime,
}

/// One request of so many is refused by [`Variant::RateLimited`].
const RATE: u64 = 20;
/// So many requests a second are not refused by [`Variant::RateLimitedPerSecond`].
const PACE: u32 = 25;

/// Answers a request; `number` counts the requests so far, this one included, and `now` is the time at the desk.
pub(super) fn answer(config: &Config, store: &mut Store, received: &Received, number: u64, now: SystemTime) -> Answer {
    store.sweep();
    let mut rules = Rules { config, store, now };
    let answer = if rules.is_too_fast(number) {
        Refusal::new(429, "too many requests").answer(config).with_header("retry-after", "1")
    } else {
        rules.admit(received).unwrap_or_else(|refusal| refusal.answer(config))
    };
    finish::finish(answer, received, config)
}

impl Rules<'_> {
    fn is_too_fast(&mut self, number: u64) -> bool {
        self.shows(Variant::RateLimited) && number.is_multiple_of(RATE)
            || self.shows(Variant::RateLimitedPerSecond) && self.is_ahead_of_pace()
    }

    fn is_ahead_of_pace(&mut self) -> bool {
        let now = Instant::now();
        let current = self.store.pace.filter(|(from, _)| now - *from < Duration::from_secs(1));
        let (from, requests) = current.unwrap_or((now, 0));
        self.store.pace = Some((from, requests + 1));
        requests >= PACE
    }

    fn admit(&mut self, received: &Received) -> Result<Answer, Refusal> {
        match self.turned_away(received) {
            Some(answer) => {
                if self.has(Fault::RefusedCredentialsStillAct) {
                    // What comes of it is not told.
                    let _ = self.route(received);
                }
                Ok(answer)
            }
            None => self.route(received),
        }
    }

    fn route(&mut self, received: &Received) -> Result<Answer, Refusal> {
        match route::endpoint(&received.method, &received.path, self.config)? {
            Endpoint::Get => self.get(received),
            Endpoint::Put => self.put(received),
            Endpoint::Delete(path_id) => self.delete(path_id),
            Endpoint::PutCallback => self.put_callback(received),
            Endpoint::PostFile => self.post_file(received),
            Endpoint::GetFiles => self.get_files(received),
        }
    }

    /// Whether the body could be read at all.
    fn check_readable(&self, received: &Received) -> Result<(), Refusal> {
        match &received.body {
            ReceivedBody::Json(_) | ReceivedBody::Multipart(_) => Ok(()),
            ReceivedBody::TooLarge => Err(Refusal::new(413, "the body is larger than this anchor takes")),
            ReceivedBody::Empty => Err(Refusal::new(400, "the body is empty; send at least account or id")),
            ReceivedBody::Incomplete | ReceivedBody::Unread => Err(Refusal::new(400, "the body is incomplete")),
            ReceivedBody::Undecodable { reason } => {
                let known = ["application/json", "multipart/form-data"];
                let is_known = received.content_type().is_some_and(|essence| known.contains(&essence.as_str()));
                match is_known {
                    true if self.has(Fault::AnswersFiveHundredOnDamagedBody) => Err(Refusal::internal()),
                    true => Err(Refusal::new(400, reason)),
                    false => Err(Refusal::new(415, reason)),
                }
            }
        }
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
