//! What somebody at the desk decides.

use super::case::{Case, Mark, Verdict};
use crate::mock::config::Config;
use crate::mock::received::ReceivedValue;
use crate::mock::store::Customer;

/// A decision about a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// ACCEPTED, even if something is missing, until a value changes.
    Accept,
    /// REJECTED for good, with this message.
    Reject(String),
    /// PROCESSING until the next decision.
    Process,
    /// NEEDS_INFO: this field, which was not given yet, is required too.
    AskFor(String),
    /// NEEDS_INFO: this field, which was given, is REJECTED with this error until it has another value.
    RejectField(String, String),
    /// NEEDS_INFO: this field, which was given, is VERIFICATION_REQUIRED until its code is there.
    RequireVerification(String),
}

impl Case {
    /// Carries a decision out for one type or for all; false if there is no such type, or nothing to decide.
    pub(in crate::mock) fn decide(
        &mut self,
        config: &Config,
        customer: &Customer,
        type_name: Option<&str>,
        decision: &Decision,
    ) -> bool {
        let is_given = |name: &str| customer.fields.get(name).is_some_and(ReceivedValue::is_given);
        let is_possible = match decision {
            Decision::Accept | Decision::Reject(_) | Decision::Process => true,
            Decision::AskFor(name) => !name.is_empty() && !is_given(name),
            Decision::RejectField(name, _) | Decision::RequireVerification(name) => is_given(name),
        };
        let types: Vec<&str> =
            config.types.keys().map(String::as_str).filter(|name| type_name.is_none_or(|one| one == *name)).collect();
        if !is_possible || types.is_empty() {
            return false;
        }
        types.iter().for_each(|type_name| self.decide_for_type(config, type_name, decision));
        if let Decision::RequireVerification(name) = decision {
            self.verified.remove(name);
        }
        true
    }

    fn decide_for_type(&mut self, config: &Config, type_name: &str, decision: &Decision) {
        let entry = self.types.entry(type_name.to_owned()).or_default();
        let is_known = |name: &str| config.types.get(type_name).is_some_and(|fields| fields.contains_key(name));
        entry.verdict = match decision {
            Decision::Accept => Some(Verdict::Accepted),
            Decision::Reject(message) => Some(Verdict::Rejected(Some(message.clone()).filter(|text| !text.is_empty()))),
            Decision::Process => Some(Verdict::Processing),
            Decision::AskFor(_) | Decision::RejectField(..) | Decision::RequireVerification(_) => None,
        };
        let mark = match decision {
            Decision::AskFor(name) => (name, None),
            Decision::RejectField(name, error) => (name, Some(Mark::Rejected(error.clone()))),
            Decision::RequireVerification(name) => (name, Some(Mark::VerificationRequired)),
            Decision::Accept => return entry.marks.clear(),
            Decision::Reject(_) | Decision::Process => return,
        };
        let (name, mark) = mark;
        if mark.is_none() || !is_known(name) {
            entry.asked.insert(name.clone());
        }
        if let Some(mark) = mark {
            entry.marks.insert(name.clone(), mark);
        }
    }
}
