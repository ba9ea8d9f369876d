//! The mock anchor: a business server with the callback API (`GET` and `PUT /customer`, `DELETE /customer/{id}`).
//!
//! Its behaviour is one synchronous function, [`Anchor::answer`], from a parsed request to an answer. Two thin fronts put
//! it on a socket: [`MockAnchor`] on wiremock, for tests, and [`RawAnchor`] (or [`run`]) on hyper, which streams bodies
//! of any size and can hang up, stay silent, or answer early.
//!
//! By default it follows SEP-12. A [`Config`] names the customer types it knows, the [`Fault`]s it shows on purpose and
//! the legal [`Variant`]s in which it differs from the default; [`Config::that_shows`] puts a fault together with what it
//! needs. A [`Trouble`] is a bad day of the network or of the anchor: latency, resets, malformed answers, on [`RawAnchor`]
//! and [`run`] alone. With a [`Desk`] it moves customers through all statuses of SEP-12, by documented values ([`MAGIC`]) and by
//! [`Decision`]s, keeps files, and tells wallets of changes.
//!
//! It holds what it was sent, in memory or, with the feature `store`, in a database ([`Place`]), so it is for
//! synthetic data only.

mod answer;
mod decode;
mod part;
mod received;

mod config;
mod faults;
mod names;
mod needs;
mod trouble;
mod variants;

mod desk;

mod graveyard;
mod ids;
mod store;

mod rules;

#[cfg(feature = "store")]
mod database;
#[cfg(not(feature = "store"))]
#[path = "no_database.rs"]
mod database;

mod anchor;
mod raw_anchor;
mod raw_answer;
mod raw_front;
mod wiremock_front;

#[cfg(fuzzing)]
pub mod fuzzing;

#[cfg(test)]
mod tests;

pub use anchor::Anchor;
pub use answer::{Answer, Delivery};
pub use config::{Config, CustomerType, FieldSpec};
#[cfg(feature = "store")]
pub use database::{Place, StoreError, UnknownPlace};
pub use desk::{CallbackView, CustomerView, Decision, Desk, MAGIC, Magic, MagicPlace, UploadInfo};
pub use faults::Fault;
pub use names::UnknownName;
pub use needs::Need;
pub use raw_anchor::RawAnchor;
pub use raw_front::run;
pub use received::{Received, ReceivedBody, ReceivedField, ReceivedFile, ReceivedValue};
pub use store::{Customer, CustomerKey};
pub use trouble::{Chance, InvalidTrouble, Latency, TROUBLES, Trouble, TroubleEndpoint, TroubleInfo, TroubleKind};
pub use variants::Variant;
pub use wiremock_front::MockAnchor;

pub use crate::wire::certificate::{Certificate, InvalidCertificate};
pub use crate::wire::listener::Listener;
pub use crate::wire::server_tls::ServerTls;
