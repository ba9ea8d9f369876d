//! The checks of platforms, by what they are about.

mod answers;
mod bodies;
mod content;
mod crossing;
mod customers;
mod failures;
mod files;
mod identity;
mod ids;
mod intruders;
mod kept;
mod late;
mod malformed;
mod memos;
mod optional;
mod parts;
mod privacy;
mod refusals;
mod same_form;
mod tokens;
mod values;

use crate::suite::check::Check;

/// Every check of a platform, the ones first that explain others.
pub(crate) fn checks() -> impl Iterator<Item = &'static Check> {
    [
        content::CHECKS,
        parts::CHECKS,
        bodies::CHECKS,
        kept::CHECKS,
        values::CHECKS,
        files::CHECKS,
        ids::CHECKS,
        answers::CHECKS,
        identity::CHECKS,
        memos::CHECKS,
        same_form::CHECKS,
        intruders::CHECKS,
        tokens::CHECKS,
        refusals::CHECKS,
        failures::CHECKS,
        malformed::CHECKS,
        late::CHECKS,
        privacy::CHECKS,
        crossing::CHECKS,
        customers::CHECKS,
        optional::CHECKS,
    ]
    .into_iter()
    .flatten()
}
