//! Verification codes (SEP-12, verification).

use std::collections::BTreeMap;

use super::Rules;
use super::refusal::Refusal;
use crate::mock::faults::Fault;
use crate::mock::needs::VERIFICATION_CODE;
use crate::mock::received::{Received, ReceivedValue};
use crate::mock::variants::Variant;

/// The one field that [`Variant::VerificationRequired`] wants verified.
pub(super) const VERIFIED: &str = "mobile_number";
/// Where its code comes.
const CODE: &str = "mobile_number_verification";

impl Rules<'_> {
    pub(super) fn check_code(&self, received: &Received) -> Result<(), Refusal> {
        let Some(code) = received.value(CODE).filter(|value| value.is_given()) else { return Ok(()) };
        let is_right = code.as_text() == Some(VERIFICATION_CODE) && !self.has(Fault::NoCodeVerifies);
        match () {
            () if !self.shows(Variant::VerificationRequired) || is_right || self.has(Fault::AnyCodeVerifies) => Ok(()),
            () if self.has(Fault::AnswersFiveHundredOnWrongCode) => Err(Refusal::internal()),
            () if self.has(Fault::WrongCodeWithoutText) => Err(Refusal::new(400, "")),
            () => Err(Refusal::of_field(CODE, "not the code that was sent", code.as_text())),
        }
    }

    /// [`Fault::ForeignIdVerifies`]: a code is taken before anybody asks whose id it comes with.
    pub(super) fn verify_by_id_alone(&mut self, received: &Received) {
        if !self.has(Fault::ForeignIdVerifies) {
            return;
        }
        let code = received.value(CODE).filter(|code| code.as_text() == Some(VERIFICATION_CODE));
        let stored = received.text("id").and_then(|id| self.store.fields_mut(id));
        if let (Some(code), Some(stored)) = (code, stored) {
            stored.insert(CODE.to_owned(), code.clone());
        }
    }

    /// Whether the code is still to come.
    pub(super) fn waits(&self, provided: &BTreeMap<String, ReceivedValue>) -> bool {
        self.shows(Variant::VerificationRequired) && !provided.get(CODE).is_some_and(ReceivedValue::is_given)
    }
}
