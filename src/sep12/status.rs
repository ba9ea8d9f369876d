//! Where a customer's KYC stands, and where each of its fields does (SEP-12, customer GET).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CustomerStatus {
    /// All that is required was provided and validated.
    Accepted,
    /// The anchor is at work; ask again later.
    Processing,
    /// The anchor waits for what `fields` names.
    NeedsInfo,
    /// Final refusal; `message` says why.
    Rejected,
}

/// The state of one provided field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FieldStatus {
    /// Validated.
    Accepted,
    /// Being validated.
    Processing,
    /// Found wrong; `error` says why.
    Rejected,
    /// Waits for `NAME_verification`.
    VerificationRequired,
}

impl fmt::Display for CustomerStatus {
    /// As SEP-12 writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl fmt::Display for FieldStatus {
    /// As SEP-12 writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
