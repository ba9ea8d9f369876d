//! Sockets and nothing else: what platform, mock anchor and suite share below the level of SEP-12.

mod caught;
pub(crate) mod certificate;
pub(crate) mod descriptors;
mod guard;
pub(crate) mod head;
pub(crate) mod last_words;
pub(crate) mod listener;
pub(crate) mod parting;
pub(crate) mod server_tls;
pub(crate) mod stream;
mod stuck;

pub(crate) mod client_tls;
pub(crate) mod connect;
#[cfg(any(feature = "platform", feature = "suite"))]
mod outgoing;
#[cfg(any(feature = "platform", feature = "suite"))]
pub(crate) mod pool;
#[cfg(feature = "suite")]
pub(crate) mod redactor;
#[cfg(any(feature = "platform", feature = "suite"))]
pub(crate) mod target;
mod tls_trouble;
#[cfg(feature = "suite")]
pub(crate) mod transcript;

#[cfg(feature = "platform")]
pub(crate) use caught::{Panicked, caught};
