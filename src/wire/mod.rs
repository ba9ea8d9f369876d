//! Sockets and nothing else: what platform, mock anchor and suite share below the level of SEP-12.

#[cfg(any(feature = "platform", feature = "mock"))]
pub(crate) mod listener;

#[cfg(feature = "tls")]
pub(crate) mod connect;
#[cfg(feature = "tls")]
pub(crate) mod pool;
#[cfg(feature = "tls")]
pub(crate) mod target;
#[cfg(feature = "suite")]
pub(crate) mod transcript;
