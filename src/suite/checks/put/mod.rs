//! `PUT /customer`.

mod acceptance;
mod bodies;
mod credentials;
mod errors;
mod identity;
mod ids;
mod kept;
mod memos;
mod repeats;
mod updates;
mod validation;
mod values;

use crate::suite::check::Check;

/// The checks of `PUT /customer`, the ones first that explain others.
pub(crate) fn checks() -> impl Iterator<Item = &'static Check> {
    [
        acceptance::CHECKS,
        bodies::CHECKS,
        repeats::CHECKS,
        identity::CHECKS,
        memos::CHECKS,
        updates::CHECKS,
        kept::CHECKS,
        ids::CHECKS,
        validation::CHECKS,
        values::CHECKS,
        errors::CHECKS,
        credentials::CHECKS,
    ]
    .into_iter()
    .flatten()
}
