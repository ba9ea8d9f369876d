//! The conformance suite: checks an anchor's callback API, or a platform in front of one, against SEP-12.
//!
//! [`requirements`] says what is demanded and why, [`checks`] what is tried, and [`run`] tries it. A run begins with a
//! survey of what the anchor asks for; it then runs each check with invented customers of its own, and deletes them
//! all in the end. Nothing is demanded that a legal anchor may refuse: a check that cannot tell says so.
//!
//! The half that tests platforms, with the wallet in front and the anchor behind, is in `platform/`.
//!
//! The way of a check: [`Check`] -> context (invents customers, remembers exchanges) -> client (credentials, limits,
//! pace) -> the anchor; back comes an answer, which the check judges. The runner turns a broken requirement into a
//! failure or a warning by the requirement's [`Level`].

mod check;
mod requirement;

mod glob;
mod identities;
mod options;

mod answer;
mod client;
mod curl;
mod pace;
mod request;
mod upload;

mod people;

mod context;
mod discovery;
mod expect;
mod unknown_id;

mod checks;

mod cleanup;
mod run;
mod runner;
mod schedule;

mod platform;

#[cfg(fuzzing)]
pub mod fuzzing;

#[cfg(test)]
pub(crate) mod sample;

pub use check::{Check, Verdict};
pub use checks::{check, checks};
pub use glob::Glob;
pub use identities::{OtherIdentity, UnknownIdentity};
pub use options::Options;
pub use platform::{WalletAuth, run as run_platform};
pub use requirement::{Level, Requirement, requirement, requirements};
pub use run::{CheckResult, Outcome, Run, Summary, TargetKind, Tested};
pub use runner::run;

pub use crate::sep10::credentials::{ApiKey, Credentials};
pub use crate::wire::certificate::{Certificate, InvalidCertificate};
pub use crate::wire::client_tls::InvalidRoots;
pub use crate::wire::listener::Listener;
pub use crate::wire::server_tls::ServerTls;
pub use crate::wire::target::{InvalidTarget, Target};
pub use crate::wire::transcript::{Excerpt, Exchange, Forwarded, Received, Sent};
