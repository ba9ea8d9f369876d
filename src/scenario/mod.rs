//! Scenario files: what the client sends, what the anchor must receive, what the client must get back.
//!
//! [`load`] reads a YAML file into a [`Scenario`], or says at which line and column it is wrong. [`run`] starts a platform
//! and a mock anchor, plays the steps, and compares both ends exactly: a field, a header or a request that the file does
//! not name is a difference too. `docs/scenarios.md` explains the format to writers, [`schema`] to editors.
//!
//! ```text
//! file -> Scenario -> play -> facts -> rows -> Outcome
//!         (steps)    (both ends)        (side by side)
//! ```

mod accounts;
mod text;

mod content;
mod json;
mod named;
mod raw;
mod shaped;

mod anchor;
mod anchor_receives;
mod client;
mod client_gets;
mod customer;
mod file;
mod platform;
mod trouble;

mod load;

mod body;
mod connection;
mod request;
mod token;

mod front;
mod play;
mod servers;

mod compare;
mod facts;

mod curl;
mod report;

#[cfg(fuzzing)]
pub mod fuzzing;

pub use self::file::{Scenario, schema};
pub use self::front::Front;
pub use self::load::{LoadError, load};
pub use self::play::run;
pub use self::report::{Failure, Outcome};
