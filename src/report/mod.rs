//! Reports, pure: a finished run goes in, text comes out.
//!
//! [`console`] is for people, [`json`] for programs.

pub mod console;
pub mod json;
