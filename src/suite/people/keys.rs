//! Accounts that are real: the public keys of real ed25519 key pairs.

use tokio_rustls::rustls::crypto::ring::sign::any_eddsa_type;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use super::dice::Dice;
use crate::sep12::Account;

/// What stands before the 32 bytes of an ed25519 private key in PKCS #8 (RFC 8410 section 7).
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A fresh classic account. A strict anchor checks that the key is a point of the curve, so it is derived from a
/// private key, which nobody keeps.
pub(crate) fn account(dice: &mut Dice) -> Account {
    let pkcs8 = [PKCS8_PREFIX.as_slice(), &dice.bytes32()].concat();
    let pair = any_eddsa_type(&PrivatePkcs8KeyDer::from(pkcs8)).expect("any 32 bytes are an ed25519 private key");
    let public = pair.public_key().expect("a key pair has a public key");
    Account::Classic(*public.last_chunk().expect("a public key ends in its 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_derived_from_its_private_key() {
        // RFC 8032 section 7.1, test 1, through the same door.
        let private = [
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49,
            0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
        ];
        let pkcs8 = [PKCS8_PREFIX.as_slice(), &private].concat();
        let pair = any_eddsa_type(&PrivatePkcs8KeyDer::from(pkcs8)).expect("key");
        let public = pair.public_key().expect("public");
        assert_eq!(public[public.len() - 32..][..4], [0xd7, 0x5a, 0x98, 0x01]);
    }

    #[test]
    fn accounts_are_repeatable_and_differ() {
        let mut dice = Dice::new(1, "keys");
        let first = account(&mut dice);
        assert_ne!(first, account(&mut dice));
        assert_eq!(first, account(&mut Dice::new(1, "keys")));
        assert!(first.to_string().starts_with('G'));
    }
}
