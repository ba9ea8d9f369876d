//! Callbacks: a wallet's URL is told of every status of its customer (SEP-12, customer callback PUT).
//!
//! **When.** Each change of `status`, for the type and in the language that were named with the URL, is told with what GET
//! answers then, until a final status (ACCEPTED, REJECTED) was told. Of several changes that wait only the last is told.
//!
//! **How often.** An attempt that does not end in a 2xx is repeated with doubling pauses, each time with the latest status
//! and a new signature, and given up after [`Desk::callback_attempts`](super::Desk::callback_attempts); the next change
//! is told again. There is never more than one attempt under way for a customer, so no status overtakes another.
//!
//! **To whom.** A name is resolved at each attempt; addresses that are not public are left out, unless
//! [`Desk::allow_private_callbacks`](super::Desk::allow_private_callbacks), and the connection is made to one of those
//! that were looked at, so a name cannot change its meaning in between. No redirect is followed, and nothing but the
//! status is read of the answer.

mod address;
mod signature;
mod subscription;
mod url;

mod attempt;
mod deliver;

pub(in crate::mock) use attempt::Attempt;
pub(in crate::mock) use deliver::deliver;
pub(in crate::mock) use subscription::Subscription;
pub(in crate::mock) use url::CallbackUrl;
