//! What the server does with a challenge that comes back signed, in two steps: the signers are asked for in between.

use super::authority::{Authority, Signer};
use super::challenge::Server;
use super::client_account::ClientAccount;
use super::envelope::is_signed_by;
use super::refusal::Refusal;
use super::rules::{Rules, Sound};

/// A challenge of ours in its time; who else has signed it is not known yet.
pub struct SignedChallenge {
    sound: Sound,
    server: [u8; 32],
}

/// A challenge that its client has signed. A token may be given for it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// Who has shown that they hold the account.
    pub client: ClientAccount,
    /// The transaction's hash: the same for every set of signatures, so that it can be used only once.
    pub hash: [u8; 32],
    /// The last second in which the challenge is valid.
    pub until: u64,
}

impl Server {
    /// Reads a challenge that came back, `transaction` being base64 XDR.
    ///
    /// # Errors
    ///
    /// If it is not one that this server has issued and signed, unchanged, for its domains and its network, or if it is
    /// not valid at `now`.
    pub fn open(&self, transaction: &str, now: u64) -> Result<SignedChallenge, Refusal> {
        let rules = Rules {
            server: self.key.public_key(),
            network: &self.network,
            home_domain: &self.home_domain,
            web_auth_domain: &self.web_auth_domain,
            now,
            leeway: 0,
        };
        let sound = rules.read(transaction)?;
        if !sound.names_web_auth_domain {
            return Err(Refusal::WebAuthDomain);
        }
        Ok(SignedChallenge { sound, server: rules.server })
    }
}

impl SignedChallenge {
    /// Whom it is for: the account whose signers decide is its [`base`](ClientAccount::base).
    #[must_use]
    pub fn client(&self) -> ClientAccount {
        self.sound.client
    }

    /// Counts the signatures.
    ///
    /// # Errors
    ///
    /// If any signature is nobody's who may sign, or is there twice, or if they do not suffice.
    pub fn authenticate(self, authority: &Authority) -> Result<Authenticated, Refusal> {
        let signers = authority.signers(self.sound.client, &self.server);
        let signed = self.keys_that_signed(&signers)?;
        let mut weight: u32 = 0;
        let mut counted = 0;
        for signer in signers.iter().filter(|signer| signed.contains(&signer.key)) {
            weight = weight.saturating_add(signer.weight);
            counted += 1;
        }
        if counted == 0 {
            return Err(Refusal::NoClientSignature);
        }
        if weight < authority.threshold() {
            return Err(Refusal::Weight);
        }
        Ok(Authenticated { client: self.sound.client, hash: self.sound.hash, until: self.sound.until })
    }

    /// One key for each signature, the server's among them.
    fn keys_that_signed(&self, signers: &[Signer]) -> Result<Vec<[u8; 32]>, Refusal> {
        let mut signed = Vec::new();
        for signature in &self.sound.envelope.signatures {
            let mut keys = signers.iter().map(|signer| signer.key).chain([self.server]);
            let key = keys.find(|key| is_signed_by(signature, key, &self.sound.hash));
            let key = key.ok_or(Refusal::UnknownSignature)?;
            if signed.contains(&key) {
                return Err(Refusal::RepeatedSignature);
            }
            signed.push(key);
        }
        Ok(signed)
    }
}
