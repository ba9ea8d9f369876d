//! Conformance suite, reference platform and mock anchor for the SEP-12 KYC callback API.

pub mod sep12;

#[cfg(feature = "token")]
pub mod sep10;

#[cfg(any(feature = "platform", feature = "mock", feature = "suite"))]
mod wire;

#[cfg(feature = "platform")]
pub mod platform;

#[cfg(feature = "mock")]
pub mod mock;

#[cfg(feature = "generate")]
pub mod generate;

#[cfg(feature = "suite")]
pub mod suite;

#[cfg(feature = "suite")]
pub mod report;

#[cfg(feature = "cli")]
pub mod scenario;

#[cfg(feature = "cli")]
pub mod cli;
