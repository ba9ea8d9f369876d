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
            () => Err(Refusal::of_field(CODE, "not the code that was sent", code.as_text())),
        }
    }

    /// Whether the code is still to come.
    pub(super) fn waits(&self, provided: &BTreeMap<String, ReceivedValue>) -> bool {
        self.shows(Variant::VerificationRequired) && !provided.get(CODE).is_some_and(ReceivedValue::is_given)
    }
}
