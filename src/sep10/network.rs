//! Which Stellar network a signature is for.

use sha2::{Digest, Sha256};

/// A network, known by its passphrase. Signatures made for one network are void on every other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    passphrase: String,
    id: [u8; 32],
}

const TEST: &str = "Test SDF Network ; September 2015";
const PUBLIC: &str = "Public Global Stellar Network ; September 2015";

impl Network {
    /// The network with this passphrase; any text names one.
    #[must_use]
    pub fn new(passphrase: impl Into<String>) -> Self {
        let passphrase = passphrase.into();
        let id = Sha256::digest(passphrase.as_bytes()).into();
        Self { passphrase, id }
    }

    /// The test network of the Stellar Development Foundation.
    #[must_use]
    pub fn test() -> Self {
        Self::new(TEST)
    }

    /// The network where money is real.
    #[must_use]
    pub fn public() -> Self {
        Self::new(PUBLIC)
    }

    /// The passphrase, as `network_passphrase` names it.
    #[must_use]
    pub fn passphrase(&self) -> &str {
        &self.passphrase
    }

    /// The SHA-256 of the passphrase, which every signed payload starts with.
    #[must_use]
    pub fn id(&self) -> [u8; 32] {
        self.id
    }
}

impl Default for Network {
    /// The test network.
    fn default() -> Self {
        Self::test()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_hash_of_the_passphrase() {
        let start = [0xce, 0xe0, 0x30, 0x2d, 0x59, 0x84, 0x4d, 0x32];
        assert_eq!(Network::default().id()[..8], start);
        assert_ne!(Network::public().id(), Network::test().id());
    }
}
