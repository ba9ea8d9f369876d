//! `PUT /customer`.

mod acceptance;
mod at_once;
mod bodies;
mod credentials;
mod encodings;
mod errors;
mod everything;
mod file_names;
mod foreign;
mod identity;
mod ids;
mod kept;
mod memos;
mod muxed;
mod order;
mod other_identities;
mod parts;
mod random;
mod repeats;
mod shared;
mod unusual;
mod updates;
mod validation;
mod values;

use crate::suite::check::Check;

/// The checks of `PUT /customer`, the ones first that explain others.
pub(crate) fn checks() -> impl Iterator<Item = &'static Check> {
    [
        acceptance::CHECKS,
        bodies::CHECKS,
        file_names::CHECKS,
        order::CHECKS,
        repeats::CHECKS,
        identity::CHECKS,
        memos::CHECKS,
        muxed::CHECKS,
        other_identities::CHECKS,
        shared::CHECKS,
        updates::CHECKS,
        at_once::CHECKS,
        kept::CHECKS,
        everything::CHECKS,
        ids::CHECKS,
        foreign::CHECKS,
        validation::CHECKS,
        values::CHECKS,
        encodings::CHECKS,
        random::CHECKS,
        unusual::CHECKS,
        errors::CHECKS,
        credentials::CHECKS,
    ]
    .into_iter()
    .flatten()
}
