//! `DELETE /customer/{id}` (callback API).

use std::borrow::Cow;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::Rules;
use super::refusal::Refusal;
use super::target::texts_of;
use crate::mock::answer::Answer;
use crate::mock::faults::Fault;
use crate::mock::variants::Variant;

/// How long a queued deletion takes.
const DELETION: Duration = Duration::from_millis(200);
/// The same under [`Variant::DeletionQueuedForLong`].
const LONG_DELETION: Duration = Duration::from_secs(60);

impl Rules<'_> {
    /// `path_id` is the id as it stands in the path.
    pub(super) fn delete(&mut self, path_id: &str) -> Result<Answer, Refusal> {
        let id = self.decoded(path_id)?;
        let meant = self.meant(&id);
        if meant.is_empty() {
            self.check_unknown(&id)?;
        }
        meant.iter().try_for_each(|id| self.erase(id))?;
        let body = Json::Object(Map::new());
        Ok(match () {
            () if self.shows(Variant::DeleteAnswersOk) => self.json(200, &body),
            () if self.shows(Variant::DeleteAnswersAccepted) || self.shows(Variant::DeletionQueuedForLong) => {
                self.json(202, &body)
            }
            () => Answer::empty(204),
        })
    }

    fn decoded<'a>(&self, path_id: &'a str) -> Result<Cow<'a, str>, Refusal> {
        if self.has(Fault::PathNotDecoded) {
            return Ok(path_id.into());
        }
        if self.has(Fault::RefusesEncodedSlash) && path_id.to_ascii_uppercase().contains("%2F") {
            return Err(Refusal::new(400, "the path is not valid"));
        }
        let id = percent_decode_str(path_id).decode_utf8();
        let id = id.map_err(|_| Refusal::new(400, "the id in the path is not UTF-8"))?;
        if self.has(Fault::PathDecodedTwice) {
            return Ok(percent_decode_str(&id).decode_utf8_lossy().into_owned().into());
        }
        Ok(id)
    }

    /// The ids of those whom the id names.
    fn meant(&self, id: &str) -> Vec<String> {
        let begins_so = |other: &str| self.has(Fault::DeleteMatchesPrefixes) && other.starts_with(id);
        match self.store.by_id(id) {
            Some(customer) => vec![customer.id.clone()],
            None => self.store.customers().map(|other| other.id.clone()).filter(|other| begins_so(other)).collect(),
        }
    }

    /// Callback API, DELETE /customer/{id}: an id that names nobody is 404.
    fn check_unknown(&self, id: &str) -> Result<(), Refusal> {
        match self.store.graveyard.find(id) {
            Some(_) if self.has(Fault::AnswersFiveHundredOnSecondDelete) => Err(Refusal::internal()),
            Some(deleted) if self.has(Fault::DeletedIdErrorShowsCustomer) => {
                Err(Refusal::new(404, format!("this customer was deleted: {}", texts_of(deleted))))
            }
            _ if self.has(Fault::AnswersFiveHundredOnMalformedId) && Uuid::try_parse(id).is_err() => {
                Err(Refusal::internal())
            }
            _ if self.has(Fault::DeleteUnknownSucceeds) => Ok(()),
            _ => Err(self.unknown_id()),
        }
    }

    fn erase(&mut self, id: &str) -> Result<(), Refusal> {
        match () {
            () if self.has(Fault::AnswersFiveHundredOnDelete) => return Err(Refusal::internal()),
            () if self.has(Fault::DeleteDoesNothing) => {}
            () if self.has(Fault::DeletedStillFoundById) => self.store.hide_from_key(id),
            () if self.has(Fault::DeletedStillFoundByAccount) => self.store.hide_from_id(id),
            () if self.shows(Variant::DeletionQueued) => self.store.remove_after(id, DELETION),
            () if self.shows(Variant::DeletionQueuedForLong) => self.store.remove_after(id, LONG_DELETION),
            () => self.erased(id).iter().for_each(|id| self.bury(id)),
        }
        Ok(())
    }

    /// The ids of those who go.
    fn erased(&self, id: &str) -> Vec<String> {
        if self.has(Fault::DeletesAllMemos) {
            let account = self.store.by_id(id).map(|customer| &customer.key.account);
            let is_of_account = |key: &&String| Some(*key) == account;
            let customers = self.store.customers().filter(|customer| is_of_account(&&customer.key.account));
            return customers.map(|customer| customer.id.clone()).collect();
        }
        if self.has(Fault::DeletesTheLater) {
            return self.store.later_than(id).into_iter().chain([id.to_owned()]).collect();
        }
        let other = self.store.latest().filter(|_| self.has(Fault::DeletesTheLatest));
        vec![other.map_or(id, |customer| &customer.id).to_owned()]
    }

    fn bury(&mut self, id: &str) {
        if let Some(customer) = self.store.remove(id) {
            self.store.graveyard.bury(customer);
        }
    }
}
