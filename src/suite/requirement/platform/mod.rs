//! What is demanded of a platform: it stands between a wallet and an anchor and must be as if it were not there.

mod content;
mod errors;
mod id;
mod identity;
mod kept;
mod privacy;
mod sep12;

use super::Requirement;

/// Every requirement of a platform.
pub(crate) fn requirements() -> impl Iterator<Item = &'static Requirement> {
    [
        content::REQUIREMENTS,
        kept::REQUIREMENTS,
        id::REQUIREMENTS,
        identity::REQUIREMENTS,
        errors::REQUIREMENTS,
        privacy::REQUIREMENTS,
        sep12::REQUIREMENTS,
    ]
    .into_iter()
    .flatten()
}
