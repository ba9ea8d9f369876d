//! The anchor's name for a customer.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A customer's id: a non-empty string that only the anchor can read anything into.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CustomerId(String);

/// The id is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmptyId;

impl CustomerId {
    /// The id as the anchor wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CustomerId {
    type Error = EmptyId;

    fn try_from(id: String) -> Result<Self, EmptyId> {
        if id.is_empty() { Err(EmptyId) } else { Ok(Self(id)) }
    }
}

impl From<CustomerId> for String {
    fn from(id: CustomerId) -> Self {
        id.0
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for EmptyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id is empty")
    }
}

impl std::error::Error for EmptyId {}
