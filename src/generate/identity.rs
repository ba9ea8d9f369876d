//! Whom a request is about: accounts, memos, the `sub` of a token.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use proptest::sample::select;

use super::text::arb_text;
use crate::sep12::{Account, Caller, Memo, MemoType};

/// Where readers that take ids for signed or floating numbers go wrong.
const EDGE_IDS: [u64; 8] = [0, 1, (1 << 53) - 1, 1 << 53, (1 << 53) + 1, i64::MAX as u64, 1 << 63, u64::MAX];

/// A classic account, a muxed account (SEP-23) or a contract (SEP-45).
pub fn arb_account() -> impl Strategy<Value = Account> {
    prop_oneof![2 => arb_classic_account(), 1 => arb_muxed_account(), 1 => arb_contract_account()]
}

/// `G...` of 32 random bytes: well-formed, but nobody's key.
pub fn arb_classic_account() -> impl Strategy<Value = Account> + Clone {
    any::<[u8; 32]>().prop_map(Account::Classic)
}

/// `M...`: a classic account and an id of [`arb_id`].
pub fn arb_muxed_account() -> impl Strategy<Value = Account> {
    (any::<[u8; 32]>(), arb_id()).prop_map(|(key, id)| Account::Muxed { key, id })
}

/// `C...` of 32 random bytes.
pub fn arb_contract_account() -> impl Strategy<Value = Account> {
    any::<[u8; 32]>().prop_map(Account::Contract)
}

/// A muxed id or an id memo: any 64-bit number, with 0, 1 and the surroundings of 2^53, 2^63 and 2^64 often.
pub fn arb_id() -> impl Strategy<Value = u64> + Clone {
    prop_oneof![select(&EDGE_IDS[..]), 0..1000_u64, any::<u64>()]
}

/// A memo as a client may state it: of any type or none, and not always one that a Stellar transaction can carry.
pub fn arb_memo() -> impl Strategy<Value = Memo> {
    let memo_type = select(&[None, Some(MemoType::Text)][..]);
    let any_text =
        (arb_text(), memo_type).prop_map(|(text, memo_type)| Memo::new(text, memo_type).unwrap_or_else(|| Memo::id(0)));
    let uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    prop_oneof![
        4 => arb_stellar_memo(),
        1 => uuid.prop_map(|uuid| memo(uuid, None)),
        1 => any_text,
    ]
}

/// A memo that a Stellar transaction can carry: an id, 32 bytes in base64, or up to 28 bytes of text; with its type, or
/// an id without one.
pub fn arb_stellar_memo() -> impl Strategy<Value = Memo> {
    prop_oneof![
        3 => arb_id().prop_map(Memo::id),
        1 => arb_id().prop_map(|id| memo(id.to_string(), None)),
        1 => any::<[u8; 32]>().prop_map(|hash| memo(STANDARD.encode(hash), Some(MemoType::Hash))),
        1 => "[a-z0-9 ]{1,28}|[é名]{1,9}".prop_map(|text| memo(text, Some(MemoType::Text))),
    ]
}

fn memo(value: String, memo_type: Option<MemoType>) -> Memo {
    Memo::new(value, memo_type).expect("not empty")
}

/// The authenticated party in all four forms (SEP-10, SEP-45, token).
pub fn arb_caller() -> impl Strategy<Value = Caller> {
    prop_oneof![
        arb_classic_account().prop_map(Caller::Account),
        (arb_classic_account(), arb_id()).prop_map(|(account, memo)| Caller::SharedAccount { account, memo }),
        arb_muxed_account().prop_map(Caller::Muxed),
        arb_contract_account().prop_map(Caller::Contract),
    ]
}

/// The `sub` of a token: `G...`, `G...:ID`, `M...` or `C...`, as its issuer writes it.
pub fn arb_sub() -> impl Strategy<Value = String> {
    arb_caller().prop_map(|caller| match caller {
        Caller::Account(account) | Caller::Muxed(account) | Caller::Contract(account) => account.to_string(),
        Caller::SharedAccount { account, memo } => format!("{account}:{memo}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest! {
        #[test]
        fn accounts_are_read_as_they_print(account in arb_account()) {
            prop_assert_eq!(account.to_string().parse(), Ok(account));
        }

        #[test]
        fn every_sub_names_a_caller(sub in arb_sub()) {
            prop_assert!(sub.parse::<Caller>().is_ok(), "{}", sub);
        }

        #[test]
        fn stellar_memos_fit_a_transaction(memo in arb_stellar_memo()) {
            prop_assert!(memo.fits_stellar(), "{:?}", memo);
        }

        #[test]
        fn no_memo_is_empty(memo in arb_memo()) {
            prop_assert!(!memo.value().is_empty());
        }
    }
}
