//! SEP-1, pure: the `stellar.toml` that says where an anchor's endpoints are.
//!
//! In reading order: what an [`endpoint`] may be, the file that we write ([`stellar_toml`], [`currency`]) and what a
//! client reads in a foreign one ([`published`]).

pub mod endpoint;

pub mod currency;
pub mod stellar_toml;

pub mod published;

pub use endpoint::Endpoint;
pub use published::Published;
pub use stellar_toml::StellarToml;

/// Where the file is, below the home domain.
pub const PATH: &str = "/.well-known/stellar.toml";
