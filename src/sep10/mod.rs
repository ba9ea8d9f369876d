//! SEP-10's words, pure: the token that a wallet shows, and the one that a platform shows to its anchor.

#[cfg(feature = "keys")]
pub mod keys;

#[cfg(feature = "token")]
pub mod token;

#[cfg(feature = "token")]
pub mod credentials;

#[cfg(feature = "keys")]
pub use keys::SigningKey;
