//! The KYC desk: customers that are looked at, asked, refused and accepted, instead of accepted as soon as they are complete.
//!
//! **States.** What a customer's status is follows from its values, its case and the clock, by one pure function
//! ([`look`]). Most values are accepted at once; those of [`MAGIC`] lead elsewhere; and a [`Decision`] of somebody at the
//! desk goes before both. All of that is per customer type: a magic name counts for the types that ask for it, a decision
//! for the types that it is made for. A field's own status is REJECTED or VERIFICATION_REQUIRED while it keeps the customer
//! in NEEDS_INFO, and what the customer's status makes of it otherwise. REJECTED is for good, unless somebody decides.
//!
//! **Endpoints.** Beyond the callback API the desk serves, on the paths of SEP-12 and with the customer named in the query,
//! `PUT /customer/callback` and `POST` and `GET /customer/files`, and takes `*_file_id` in `PUT /customer`.
//!
//! In reading order: [`settings`] and [`magic`]; [`case`] (what is kept); [`look`] (where it stands); [`changes`] and
//! [`decision`] (what moves it); [`words`]; [`uploads`]; [`callback`]; [`service`] (what the anchor does with all that).

mod magic;
mod settings;

mod case;
mod changes;
mod decision;
mod look;

mod uploads;
mod words;

mod callback;
mod service;
mod view;

pub use decision::Decision;
pub use magic::{MAGIC, Magic, MagicPlace};
pub use settings::Desk;
pub use uploads::UploadInfo;
pub use view::{CallbackView, CustomerView};

pub(in crate::mock) use callback::{CallbackUrl, Subscription, deliver};
pub(in crate::mock) use case::Case;
pub(in crate::mock) use changes::Change;
pub(in crate::mock) use look::Look;
pub(in crate::mock) use service::{Service, tend};
pub(in crate::mock) use uploads::Upload;
pub(in crate::mock) use words::Language;
