//! The accounts that scenarios speak of: well-formed, always the same, and nobody's.

use crate::sep12::Account;

/// What stands between `${` and `}` for an account, as text for an error message.
pub(super) const NAMES: &str = "${G}, ${G2}, ${M:ID}, ${M2:ID}, ${C}, ${C2}";

const KEY: [u8; 32] = [1; 32];
const KEY_2: [u8; 32] = [2; 32];
const CONTRACT: [u8; 32] = [3; 32];
const CONTRACT_2: [u8; 32] = [4; 32];

/// The account of a placeholder.
pub(super) fn named(placeholder: &str) -> Option<Account> {
    let muxed = |key, id: &str| Some(Account::Muxed { key, id: id.parse().ok()? });
    match placeholder.split_once(':') {
        Some(("M", id)) => muxed(KEY, id),
        Some(("M2", id)) => muxed(KEY_2, id),
        Some(_) => None,
        None => match placeholder {
            "G" => Some(Account::Classic(KEY)),
            "G2" => Some(Account::Classic(KEY_2)),
            "C" => Some(Account::Contract(CONTRACT)),
            "C2" => Some(Account::Contract(CONTRACT_2)),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_muxed_account_has_its_base_and_its_id() {
        let muxed = named("M:18446744073709551615").expect("an account");
        assert_eq!((Some(muxed.base()), muxed.muxed_id()), (named("G"), Some(u64::MAX)));
        assert_ne!(named("M2:7"), named("M:7"));
    }

    #[test]
    fn other_names_are_no_accounts() {
        for name in ["", "M", "M:", "M:-1", "M:x", "G:7", "C:7", "g"] {
            assert_eq!(named(name), None, "{name}");
        }
    }
}
