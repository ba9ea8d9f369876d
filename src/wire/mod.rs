//! Sockets and nothing else: what platform, mock anchor and suite share below the level of SEP-12.

#[cfg(any(feature = "platform", feature = "mock"))]
pub(crate) mod listener;
