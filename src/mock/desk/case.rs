//! What the desk knows of a customer beside its fields. Serialisable, so that it outlives the process with them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::callback::Subscription;
use super::uploads::Upload;

/// A customer's case.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::mock) struct Case {
    /// Nobody is registered yet: there are only files that wait for their customer.
    pub(in crate::mock) is_draft: bool,
    /// Where the customer stands, by type; no entry means that nothing has happened.
    pub(super) types: BTreeMap<String, TypeCase>,
    /// Fields whose code was right, and since when they are accepted; that may be to come.
    pub(super) verified: BTreeMap<String, SystemTime>,
    /// In the order received.
    pub(in crate::mock) uploads: Vec<Upload>,
    pub(super) callback: Option<Subscription>,
}

impl Case {
    /// Replaces any earlier callback.
    pub(in crate::mock) fn subscribe(&mut self, callback: Subscription) {
        self.callback = Some(callback);
    }
}

/// The customer's standing for one type.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct TypeCase {
    /// When a value last changed that the type asks for.
    pub(super) changed: Option<SystemTime>,
    /// What was decided about the customer; the values decide without it.
    pub(super) verdict: Option<Verdict>,
    /// What the customer was asked for beyond the type's fields.
    pub(super) asked: BTreeSet<String>,
    /// What was decided about fields. A mark goes when its field changes.
    pub(super) marks: BTreeMap<String, Mark>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    Accepted,
    /// With the message, if it was somebody's own.
    Rejected(Option<String>),
    Processing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mark {
    /// With the error.
    Rejected(String),
    VerificationRequired,
}
