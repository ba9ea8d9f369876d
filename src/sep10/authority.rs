//! Who may sign for a client account.

use super::client_account::ClientAccount;

/// Whose signatures count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// The account is not on the ledger, or nobody looks there: its master key alone.
    MasterKey,
    /// The account as the ledger has it.
    Ledger(Signers),
}

/// The signers of an account on the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signers {
    /// Those with an ed25519 key, the master key among them, each key once.
    pub signers: Vec<Signer>,
    /// What their weights must add up to: as much as it takes to move money.
    pub medium_threshold: u32,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The public key.
    pub key: [u8; 32],
    /// Its weight; with 0 the ledger counts it as no signer at all.
    pub weight: u32,
}

impl Authority {
    /// Those who can sign for the client. The server never can: it would vouch for itself.
    pub(super) fn signers(&self, client: ClientAccount, server: &[u8; 32]) -> Vec<Signer> {
        let signers = match self {
            Self::MasterKey => vec![Signer { key: client.master_key(), weight: 1 }],
            Self::Ledger(account) => account.signers.clone(),
        };
        signers.into_iter().filter(|signer| signer.weight > 0 && signer.key != *server).collect()
    }

    pub(super) fn threshold(&self) -> u32 {
        match self {
            Self::MasterKey => 1,
            Self::Ledger(account) => account.medium_threshold,
        }
    }
}
