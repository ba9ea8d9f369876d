//! Who may ask, and what a refusal may say; for all three requests.

mod credentials;
mod errors;
mod leaks;

pub(in crate::suite::checks) use errors::{all_json, inside};

use crate::suite::check::Check;

/// The checks of credentials and refusals.
pub(crate) fn checks() -> impl Iterator<Item = &'static Check> {
    [errors::CHECKS, leaks::CHECKS, credentials::CHECKS].into_iter().flatten()
}
