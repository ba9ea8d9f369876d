//! Reports, pure: a finished run goes in, text comes out.
//!
//! [`console`] is for people, [`json`] for programs. What strangers wrote is shown to people only when `visible` has
//! made it harmless.

pub mod console;
pub mod json;
pub(crate) mod visible;
