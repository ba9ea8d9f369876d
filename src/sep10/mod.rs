//! SEP-10's words, pure: the token that a wallet shows, and the one that a platform shows to its anchor.

pub mod token;

pub mod credentials;
