//! proptest strategies for SEP-9 fields, customers and whole requests: ours, and yours for your own tests.
//!
//! In reading order: one value ([`arb_value`], [`arb_text`], [`arb_file`], [`arb_nested`], [`arb_number`]) and one name
//! ([`arb_name`], [`arb_suffixed_name`]), whom a request is about ([`arb_account`], [`arb_memo`], [`arb_caller`]), the
//! fields of one customer ([`arb_customer`]) and requests as bytes ([`arb_request`]).
//!
//! What is generated is legal, however odd: a correct anchor receives every request as its `sent` says, if it or the
//! platform before it takes string fields of 256 KiB and parts of 64 KiB. Values shrink towards short and plain ones.
//! Lists of codes and dates are real; people are not.
//!
//! ```
//! use anchor_conformance::generate::arb_text_customer;
//! use proptest::prelude::*;
//!
//! proptest!(|(customer in arb_text_customer())| {
//!     prop_assert!(customer.iter().all(|field| field.as_text().is_some()));
//! });
//! ```

mod codes;

mod file;
mod nested;
mod text;
mod value;

mod name;

mod identity;

mod customer;

mod boundary;
mod json;
mod multipart;
mod request;
mod urlencoded;

pub use customer::{arb_binary_customer, arb_customer, arb_text_customer};
pub use file::{arb_bytes, arb_content_type, arb_file, arb_file_name};
pub use identity::{
    arb_account, arb_caller, arb_classic_account, arb_contract_account, arb_id, arb_memo, arb_muxed_account,
    arb_stellar_memo, arb_sub,
};
pub use json::arb_json_request;
pub use multipart::arb_multipart_request;
pub use name::{arb_name, arb_suffixed_name};
pub use nested::{arb_nested, arb_number};
pub use request::{ClientRequest, arb_request};
pub use text::arb_text;
pub use urlencoded::arb_urlencoded_request;
pub use value::arb_value;
