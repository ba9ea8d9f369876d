//! The anchor behind the platform: a small server that remembers what arrives and answers as it is told.

mod body;
#[cfg(fuzzing)]
pub mod fuzzing;
mod heard;
mod mailbox;
mod multipart;
mod reply;
mod serve;
mod simple;

pub(crate) use body::{Body, HeardField, HeardValue};
pub(crate) use heard::{Heard, MARK_LEN};
pub(crate) use mailbox::{Desk, Mailbox};
pub(crate) use reply::{Delivery, Reply};
pub(crate) use serve::AnchorSide;
pub(crate) use simple::status;
