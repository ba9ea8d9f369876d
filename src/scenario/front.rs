//! The two ways to put the mock anchor on a socket.

use std::fmt;

/// A front of the mock anchor. Answers must not depend on it; what wiremock cannot show runs on the raw front alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// [`MockAnchor`](crate::mock::MockAnchor).
    Wiremock,
    /// [`RawAnchor`](crate::mock::RawAnchor).
    Raw,
}

impl Front {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Wiremock, Self::Raw];
}

impl fmt::Display for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wiremock => "wiremock",
            Self::Raw => "raw",
        })
    }
}
