//! Conformance suite, reference platform and mock anchor for the KYC callback API of the Stellar network (SEP-12).
//!
//! Wallets send KYC data with `PUT /customer` to a *platform*, which keeps none of it: it forwards the request to the
//! *anchor*'s business server, as `application/json` when all fields are strings and as `multipart/form-data` when any
//! is binary, and hands back the `id` that the anchor returns. This crate has one of each, and a suite that tells an
//! anchor or a platform what breaks the contract.
//!
//! # The map
//!
//! ```text
//!              wallet                                          anchor implementer
//!                | PUT /sep12/customer                                | anchor-conformance check anchor URL
//!                v                                                    v
//!   [platform]  accept -> route -> authenticate -> decode     [suite]  discovery -> checks -> cleanup
//!               -> identify -> encode -> forward -> reply              | requirements, verdicts, transcripts
//!                | PUT /customer                                      |
//!                v                                                    v
//!   [mock]      front (wiremock or raw) -> decode -> rules    [report] console, JSON
//! ```
//!
//! | module | what it is | feature |
//! |---|---|---|
//! | [`sep12`] | the protocol's words, pure: types that cannot hold an invalid value | always |
//! | [`sep1`] | the `stellar.toml`: write our own, read a foreign one, pure | with `platform` or `suite` |
//! | [`sep10`] | keys, challenges and tokens: issue, sign and verify, pure | with `platform`, `mock` or `suite` |
//! | `wire` | sockets and nothing else: accept loop, strict framing, connections, TLS, transcripts | with `platform`, `mock` or `suite` |
//! | [`platform`] | the way of a request, one file a step | `platform` |
//! | [`mock`] | the mock anchor: rules, KYC desk, faults, legal variants, troubles, two fronts | `mock`; in a database `store` |
//! | [`sandbox`] | platform and mock anchor on one port, ready for a wallet | `cli` |
//! | [`suite`] | requirements, checks and runner, for anchors and for platforms | `suite` |
//! | [`generate`] | proptest strategies for fields, customers and whole requests | `generate` |
//! | [`scenario`] | a file that says what is sent, what must arrive, what must come back | `scenario` |
//! | [`report`] | a finished run becomes text, pure | `suite` |
//! | [`cli`] | flags become typed configurations, one file a command | `cli` |
//! | `fuzzing` | the internals that the targets in `fuzz/` call | under `cargo fuzz` alone |
//!
//! # Invariants
//!
//! - `sep12`, `sep1` and `sep10` know no socket and no runtime. `wire` knows no protocol. The suite knows neither
//!   platform nor mock, so it cannot favour them; the platform's decoders and the mock's share nothing, so one bug cannot
//!   hide at both ends. `cargo xtask imports` and the features keep this.
//! - The platform keeps nothing: no value of a field reaches a disk, a log, a metric or an error message.
//! - The anchor sees a complete body only if the client sent one and every rule held to its end.
//! - An id is handed back exactly as the anchor gave it, or not at all.
//! - No check knows a fault's name, and none fails on a legal variant. What each catches, and what survives, is in
//!   `docs/detection.md` and `docs/detection-platform.md`.

pub mod sep12;

#[cfg(feature = "sep1")]
pub mod sep1;

#[cfg(any(feature = "token", feature = "keys"))]
pub mod sep10;

#[cfg(any(feature = "platform", feature = "mock", feature = "suite"))]
mod wire;

#[cfg(feature = "platform")]
pub mod platform;

#[cfg(feature = "mock")]
pub mod mock;

#[cfg(feature = "suite")]
pub mod suite;

#[cfg(feature = "cli")]
pub mod sandbox;

#[cfg(feature = "generate")]
pub mod generate;

#[cfg(feature = "scenario")]
pub mod scenario;

#[cfg(feature = "suite")]
pub mod report;

#[cfg(feature = "cli")]
pub mod cli;

#[cfg(fuzzing)]
pub mod fuzzing;
