//! Codes for fields that wait for verification (`NAME_verification`).

mod codes;
mod waiting;
mod wrong;

use crate::suite::check::Check;

/// The checks of verification codes.
pub(crate) fn checks() -> impl Iterator<Item = &'static Check> {
    [wrong::CHECKS, codes::CHECKS].into_iter().flatten()
}
