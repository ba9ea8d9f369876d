//! The protocol's words, pure: types of SEP-9, SEP-12 and the callback API that cannot hold an invalid value.
//!
//! Nothing here knows of sockets, servers or a runtime. In reading order: who a request is about ([`account`],
//! [`memo`], [`caller`], [`identity`]), what it carries ([`registry`], [`field`], [`date`]), and what comes back
//! ([`customer_id`], [`status`], [`answer`], [`info`]). `json` reads what strangers wrote.

pub mod account;
pub mod memo;

pub mod caller;
pub mod identity;

pub mod registry;

pub mod date;
pub mod field;

pub mod body;

pub mod customer_id;
pub mod status;

pub mod answer;
pub mod info;

#[cfg(feature = "platform")]
pub(crate) mod file_info;
pub(crate) mod json;

pub use account::Account;
pub use caller::Caller;
pub use customer_id::CustomerId;
pub use field::{Field, File, Value};
pub use identity::Identity;
pub use memo::{Memo, MemoType};
pub use status::{CustomerStatus, FieldStatus};
