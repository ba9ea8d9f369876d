//! Ed25519 keys: one that signs, from its secret seed `S...`, and the check of what another signed.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer, VerifyingKey};
use stellar_strkey::ed25519::PrivateKey;

use crate::sep12::Account;

/// A key pair. Its secret is never printed by `Debug`.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

/// The text is not a secret seed; what it is stays untold, since it may be one with a typing mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSeed;

impl SigningKey {
    /// A new key pair.
    ///
    /// # Panics
    ///
    /// If the operating system gives no random bytes.
    #[must_use]
    pub fn generate() -> Self {
        Self::from_secret(random_bytes())
    }

    /// The key pair of 32 secret bytes; any will do.
    #[must_use]
    pub fn from_secret(secret: [u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(&secret))
    }

    /// The `G` account of which this is the master key.
    #[must_use]
    pub fn account(&self) -> Account {
        Account::Classic(self.public_key())
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The secret seed, `S...`: only for showing a throw-away key to its owner.
    #[must_use]
    pub fn seed(&self) -> String {
        PrivateKey(self.0.to_bytes()).as_unredacted().to_string().as_str().to_owned()
    }

    /// The signature of a message (RFC 8032).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// Whether the holder of a public key signed the message.
///
/// Strict as the network is: small-order keys and malleable signatures are refused.
#[must_use]
pub fn verify(public_key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_bytes(public_key), Signature::from_slice(signature)) else {
        return false;
    };
    key.verify_strict(message, &signature).is_ok()
}

/// Random bytes fit for keys and nonces.
pub(super) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

impl FromStr for SigningKey {
    type Err = InvalidSeed;

    fn from_str(seed: &str) -> Result<Self, InvalidSeed> {
        PrivateKey::from_string(seed).map(|key| Self::from_secret(key.0)).map_err(|_| InvalidSeed)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, ..)", self.account())
    }
}

impl fmt::Display for InvalidSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret seed must be an S... strkey")
    }
}

impl std::error::Error for InvalidSeed {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_survives_being_written_and_read_and_is_not_printed() {
        let key = SigningKey::generate();
        let read: SigningKey = key.seed().parse().expect("a seed");
        assert_eq!(read.account(), key.account());
        assert_eq!(format!("{read:?}"), format!("SigningKey({}, ..)", key.account()));
        assert_ne!(SigningKey::generate().account(), key.account());
    }

    #[test]
    fn the_seed_of_sep_23_has_its_account() {
        let seed = "SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHOKR";
        assert_eq!(seed.parse::<SigningKey>().expect("a seed").seed(), seed);
        for text in ["", "S", &seed.to_lowercase(), "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"] {
            assert_eq!(text.parse::<SigningKey>().err(), Some(InvalidSeed), "{text}");
        }
    }

    #[test]
    fn only_the_holder_s_signature_of_that_message_verifies() {
        let (key, other) = (SigningKey::from_secret([1; 32]), SigningKey::from_secret([2; 32]));
        let signature = key.sign(b"message");
        assert!(verify(&key.public_key(), b"message", &signature));
        assert!(!verify(&key.public_key(), b"massage", &signature));
        assert!(!verify(&other.public_key(), b"message", &signature));
        assert!(!verify(&key.public_key(), b"message", &signature[..63]));
    }
}
