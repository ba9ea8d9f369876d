//! The half of the suite that tests platforms: it is the wallet in front and the anchor behind at the same time, and so
//! sees what went in, what came out on the other side, and what came back.
//!
//! ```text
//!   check -> context -> client  --- HTTP --->  platform  --- HTTP --->  anchor side
//!              ^   wallets, tokens                                        | reads, remembers, answers
//!              +------------------------ mailbox -------------------------+
//! ```
//!
//! Every check has a [mailbox](anchor::Mailbox). What arrives at the anchor side is put into the mailbox of the check
//! whose customer it names: by account, id or an invented text, never by a header, which a platform may drop. A check
//! can script what its own requests get; otherwise the anchor side is a simple legal anchor.
//!
//! Nothing is compared that a platform may write differently: bodies are parsed, and their fields compared.

pub(crate) mod anchor;
mod checks;
mod compare;
mod context;
mod parse;
mod run;
mod survey;
mod tokens;
mod wallet;
mod web_auth;

pub use run::run;
pub use tokens::WalletAuth;

pub(crate) use checks::checks;
pub(crate) use context::Context;
