//! What a memo becomes as part of a customer's key.

use crate::mock::config::Config;
use crate::mock::faults::Fault;
use crate::sep12::memo::parse_id;
use crate::sep12::{Memo, MemoType};

/// How much of a memo counts under [`Fault::LongMemosCut`], in characters: what a Stellar text memo can hold.
const TEXT_MEMO: usize = 28;

/// The memo's type and its one spelling.
pub(super) fn canonical(memo: &Memo, config: &Config) -> (MemoType, String) {
    let id = parse_id(memo.value()).filter(|_| matches!(memo.memo_type(), None | Some(MemoType::Id)));
    match id {
        Some(id) if !config.faults.contains(&Fault::LeadingZerosMatter) => (MemoType::Id, id.to_string()),
        Some(_) => (MemoType::Id, memo.value().to_owned()),
        None => (memo.memo_type().unwrap_or(MemoType::Text), memo.value().to_owned()),
    }
}

/// What a faulty anchor leaves of it.
pub(super) fn blurred((memo_type, text): (MemoType, String), config: &Config) -> Option<(MemoType, String)> {
    let has = |fault| config.faults.contains(&fault);
    let text = match (memo_type, text.parse::<u64>()) {
        (MemoType::Id, Ok(0)) if has(Fault::ZeroMemoTakenForNone) => return None,
        (MemoType::Id, Ok(id)) if has(Fault::MemoParsedAsDouble) => through_double(id),
        (MemoType::Id, Ok(id)) if has(Fault::MemoIdsCut) => (id & u64::from(u32::MAX)).to_string(),
        (MemoType::Id, _) => text,
        _ if has(Fault::MemosCaseInsensitive) => text.to_lowercase(),
        _ if has(Fault::LongMemosCut) => text.chars().take(TEXT_MEMO).collect(),
        _ => text,
    };
    let memo_type = if has(Fault::MemoTypeIgnored) { MemoType::Text } else { memo_type };
    Some((memo_type, text))
}

/// A memo whose number, if it is one, went through a double.
pub(super) fn rounded(memo: &Memo) -> Option<Memo> {
    let number = parse_id(memo.value()).map(through_double);
    Memo::new(number.as_deref().unwrap_or(memo.value()), memo.memo_type())
}

/// What a number becomes in a language that has no integers.
fn through_double(id: u64) -> String {
    format!("{}", id as f64)
}
