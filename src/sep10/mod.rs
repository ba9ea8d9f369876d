//! SEP-10, pure: how a wallet shows that it holds an account, and the tokens that remember it.
//!
//! In reading order: what a challenge binds ([`network`], [`keys`], [`domain`], [`client_account`]), how the server
//! issues it ([`challenge`]) and how a wallet answers ([`client`]), how the server checks the answer ([`verify`],
//! [`authority`], [`horizon`], [`used`]) and why it may refuse ([`refusal`]), and what the wallet gets for it
//! ([`session`], [`token`]). [`credentials`] is the other direction: what a platform shows to its anchor.
//!
//! Time is always an argument, in seconds since the Unix epoch. `client_domain` is not offered: SEP-10 lets a server
//! proceed as if it had not been asked for.

#[cfg(feature = "keys")]
pub mod keys;

#[cfg(feature = "challenge")]
pub mod client_account;
#[cfg(feature = "challenge")]
pub mod domain;
#[cfg(feature = "challenge")]
pub mod network;

#[cfg(feature = "challenge")]
pub mod challenge;
#[cfg(feature = "challenge")]
pub mod client;
#[cfg(feature = "challenge")]
mod envelope;

#[cfg(feature = "challenge")]
pub mod authority;
#[cfg(feature = "challenge")]
pub mod horizon;
#[cfg(feature = "challenge")]
pub mod refusal;
#[cfg(feature = "challenge")]
mod rules;
#[cfg(feature = "challenge")]
pub mod used;
#[cfg(feature = "challenge")]
pub mod verify;

#[cfg(feature = "challenge")]
pub mod session;
#[cfg(feature = "token")]
pub mod token;

#[cfg(feature = "token")]
pub mod credentials;

#[cfg(all(test, feature = "challenge"))]
mod tests;

#[cfg(feature = "keys")]
pub use keys::SigningKey;
#[cfg(feature = "challenge")]
pub use {
    authority::Authority, challenge::Server, client_account::ClientAccount, domain::Domain, network::Network,
    refusal::Refusal, used::Used,
};
