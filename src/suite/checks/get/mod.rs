//! `GET /customer`.

mod answers;
mod changes;
mod lookups;
mod members;
mod memo_forms;
mod memos;
mod moments;
mod needs_info;
mod numbers;
mod one_missing;
mod queries;
mod refusals;
mod statuses;
mod strangers;
mod types;
mod unregistered;
mod view;

use crate::suite::check::Check;

/// The checks of `GET /customer`, the ones first that explain others.
pub(crate) fn checks() -> impl Iterator<Item = &'static Check> {
    [
        answers::CHECKS,
        lookups::CHECKS,
        numbers::CHECKS,
        unregistered::CHECKS,
        members::CHECKS,
        needs_info::CHECKS,
        statuses::CHECKS,
        one_missing::CHECKS,
        types::CHECKS,
        changes::CHECKS,
        strangers::CHECKS,
        memos::CHECKS,
        memo_forms::CHECKS,
        queries::CHECKS,
        refusals::CHECKS,
    ]
    .into_iter()
    .flatten()
}
