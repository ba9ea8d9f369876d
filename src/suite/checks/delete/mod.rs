//! `DELETE /customer/{id}`.

mod gone;
mod ids;
pub(in crate::suite::checks) mod known;
mod others;
mod strange;

pub(in crate::suite::checks) use strange::STRANGE_IDS;

use crate::suite::check::Check;

/// The checks of `DELETE /customer/{id}`, the ones first that explain others.
pub(crate) fn checks() -> impl Iterator<Item = &'static Check> {
    [gone::CHECKS, others::CHECKS, ids::CHECKS, strange::CHECKS].into_iter().flatten()
}
