//! Who may ask at all.

use subtle::ConstantTimeEq;

use super::Rules;
use super::refusal::Refusal;
use crate::mock::answer::Answer;
use crate::mock::faults::Fault;
use crate::mock::received::Received;
use crate::mock::variants::Variant;

impl Rules<'_> {
    /// What a request without the configured key is answered.
    pub(super) fn turned_away(&self, received: &Received) -> Option<Answer> {
        let key = self.config.api_key.as_deref()?;
        if self.lets_in(key, received) {
            return None;
        }
        if self.has(Fault::RedirectsToLogin) {
            return Some(Answer::empty(302).with_header("location", "/login"));
        }
        let status = match () {
            () if self.has(Fault::NotFoundForBadCredentials) => 404,
            () if self.has(Fault::OkForBadCredentials) => 200,
            () if self.shows(Variant::ForbiddenForBadCredentials) => 403,
            () => 401,
        };
        Some(Refusal::new(status, "the header X-Api-Key is missing or wrong").answer(self.config))
    }

    fn lets_in(&self, key: &str, received: &Received) -> bool {
        let sent = received.header("x-api-key");
        sent.is_some_and(|sent| is_same(key, sent))
            || self.has(Fault::IgnoresCredentials)
            || self.has(Fault::AcceptsAnyCredentials) && sent.is_some()
            || self.has(Fault::AcceptsLongerCredentials) && sent.is_some_and(|sent| sent.starts_with(key))
            || self.has(Fault::GetNeedsNoCredentials) && received.method == "GET"
            || self.has(Fault::DeleteNeedsNoCredentials) && received.method == "DELETE"
    }
}

/// In a time that tells nothing of the key but its length.
fn is_same(key: &str, sent: &str) -> bool {
    key.as_bytes().ct_eq(sent.as_bytes()).into()
}
