//! A registered callback: what has been seen of its customer, and what of it was told.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::url::CallbackUrl;
use crate::mock::desk::settings::Desk;
use crate::mock::desk::words::Language;
use crate::sep12::CustomerStatus;

/// A wallet's wish to be told of a customer's status for one type. It ends with the telling of a final status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::mock) struct Subscription {
    pub(in crate::mock) url: CallbackUrl,
    pub(in crate::mock) type_name: String,
    pub(in crate::mock) language: Language,
    /// Tells it from one that it replaces.
    token: String,
    seen: CustomerStatus,
    /// How many changes were seen.
    changes: u64,
    /// The count of changes up to which the wallet was told, or nobody tries any more to tell it.
    told: u64,
    failures: u32,
    /// Why the last attempt failed.
    failure: Option<String>,
    not_before: Option<SystemTime>,
}

/// What an attempt was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mock) struct Telling {
    token: String,
    changes: u64,
    status: CustomerStatus,
}

/// The longest pause between two attempts.
const MAX_BACKOFF: Duration = Duration::from_secs(300);
/// How much longer than an attempt may take nobody else takes it up.
const LEASE: Duration = Duration::from_secs(5);

impl Subscription {
    pub(in crate::mock) fn new(url: CallbackUrl, type_name: String, language: Language, seen: CustomerStatus) -> Self {
        let token = Uuid::new_v4().to_string();
        let (changes, told, failures) = (0, 0, 0);
        Self { url, type_name, language, token, seen, changes, told, failures, failure: None, not_before: None }
    }

    pub(in crate::mock) fn see(&mut self, status: CustomerStatus) {
        if status != self.seen {
            self.seen = status;
            self.changes += 1;
        }
    }

    /// Why the last attempt failed, if it did.
    pub(in crate::mock) fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// When the wallet is to be told; `None` if it knows all.
    pub(in crate::mock) fn due(&self) -> Option<SystemTime> {
        (self.told < self.changes).then(|| self.not_before.unwrap_or(SystemTime::UNIX_EPOCH))
    }

    /// Takes the telling of the latest status upon somebody.
    pub(in crate::mock) fn take(&mut self, desk: &Desk, now: SystemTime) -> Telling {
        self.not_before = Some(now + desk.callback_timeout + LEASE);
        Telling { token: self.token.clone(), changes: self.changes, status: self.seen }
    }

    /// What comes of an attempt, and of its failure; false if the subscription has come to its end.
    pub(in crate::mock) fn conclude(
        &mut self,
        telling: &Telling,
        failure: Option<String>,
        desk: &Desk,
        now: SystemTime,
    ) -> bool {
        if telling.token != self.token {
            return true;
        }
        self.failures = if failure.is_some() { self.failures + 1 } else { 0 };
        self.failure = failure;
        if self.failure.is_some() && self.failures < desk.callback_attempts {
            let backoff = desk.callback_backoff.saturating_mul(1 << (self.failures - 1).min(16));
            self.not_before = Some(now + backoff.min(MAX_BACKOFF));
            return true;
        }
        self.failures = 0;
        self.not_before = None;
        self.told = telling.changes;
        !matches!(telling.status, CustomerStatus::Accepted | CustomerStatus::Rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: SystemTime = SystemTime::UNIX_EPOCH;

    fn after(seconds: u64) -> SystemTime {
        START + Duration::from_secs(seconds)
    }

    fn desk() -> Desk {
        Desk { callback_attempts: 3, callback_backoff: Duration::from_secs(2), ..Desk::default() }
    }

    fn subscription() -> Subscription {
        let url = "https://wallet.example/".parse().expect("a URL");
        Subscription::new(url, "default".to_owned(), Language::En, CustomerStatus::NeedsInfo)
    }

    fn broken() -> Option<String> {
        Some("no connection".to_owned())
    }

    #[test]
    fn nothing_is_told_before_something_changes() {
        let mut subscription = subscription();
        subscription.see(CustomerStatus::NeedsInfo);
        assert_eq!(subscription.due(), None);
        subscription.see(CustomerStatus::Processing);
        assert_eq!(subscription.due(), Some(START));
    }

    #[test]
    fn only_the_latest_of_several_waiting_changes_is_told() {
        let (mut subscription, desk) = (subscription(), desk());
        subscription.see(CustomerStatus::Processing);
        subscription.see(CustomerStatus::NeedsInfo);
        subscription.see(CustomerStatus::Processing);
        let telling = subscription.take(&desk, START);
        assert!(subscription.conclude(&telling, None, &desk, START));
        assert_eq!(subscription.due(), None);
    }

    #[test]
    fn a_change_during_an_attempt_is_told_after_it() {
        let (mut subscription, desk) = (subscription(), desk());
        subscription.see(CustomerStatus::Processing);
        let telling = subscription.take(&desk, START);
        subscription.see(CustomerStatus::NeedsInfo);
        assert!(subscription.due() > Some(START + desk.callback_timeout), "nobody else takes it up meanwhile");
        assert!(subscription.conclude(&telling, None, &desk, after(1)));
        assert_eq!(subscription.due(), Some(START));
    }

    #[test]
    fn pauses_double_until_it_is_given_up() {
        let (mut subscription, desk) = (subscription(), desk());
        subscription.see(CustomerStatus::Processing);
        for pause in [2, 4] {
            let telling = subscription.take(&desk, START);
            assert!(subscription.conclude(&telling, broken(), &desk, START));
            assert_eq!(subscription.due(), Some(after(pause)));
        }
        let telling = subscription.take(&desk, START);
        assert!(subscription.conclude(&telling, broken(), &desk, START), "it waits for the next change");
        assert_eq!(subscription.due(), None);
        subscription.see(CustomerStatus::NeedsInfo);
        assert_eq!(subscription.due(), Some(START));
    }

    #[test]
    fn a_final_status_told_or_given_up_is_the_end() {
        for status in [CustomerStatus::Accepted, CustomerStatus::Rejected] {
            for failure in [None, broken()] {
                let (mut subscription, desk) = (subscription(), Desk { callback_attempts: 1, ..desk() });
                subscription.see(status);
                let telling = subscription.take(&desk, START);
                assert!(!subscription.conclude(&telling, failure, &desk, START), "{status:?}");
            }
        }
    }

    #[test]
    fn what_comes_of_a_replaced_callback_is_nothing_to_the_new_one() {
        let (mut old, mut new, desk) = (subscription(), subscription(), desk());
        old.see(CustomerStatus::Accepted);
        new.see(CustomerStatus::Processing);
        let telling = old.take(&desk, START);
        assert!(new.conclude(&telling, None, &desk, START));
        assert_eq!(new.due(), Some(START));
    }
}
