//! What a wallet does with a challenge: it checks it, and then signs it.

use super::client_account::ClientAccount;
use super::domain::Domain;
use super::envelope::Envelope;
use super::keys::SigningKey;
use super::network::Network;
use super::refusal::Refusal;
use super::rules::Rules;

/// What a wallet knows before it asks for a challenge.
#[derive(Clone, Debug)]
pub struct Wallet {
    /// Whom it asks a challenge for.
    pub client: ClientAccount,
    /// `SIGNING_KEY` of the home domain's `stellar.toml`.
    pub server: [u8; 32],
    /// The network that it signs for.
    pub network: Network,
    /// Where the `stellar.toml` is.
    pub home_domain: Domain,
    /// Where it asks for the challenge.
    pub web_auth_domain: Domain,
}

/// How far the server's clock may be ahead of the wallet's, in seconds; the usual SDKs allow as much.
const LEEWAY: u64 = 300;

impl Wallet {
    /// Whether the challenge, base64 XDR, may be signed at `now`. Signatures other than the server's are not looked at.
    ///
    /// # Errors
    ///
    /// Says which rule of SEP-10 it breaks. As SEP-10 has it, `web_auth_domain` is checked only if it is there.
    pub fn check(&self, transaction: &str, now: u64) -> Result<(), Refusal> {
        let rules = Rules {
            server: self.server,
            network: &self.network,
            home_domain: &self.home_domain,
            web_auth_domain: &self.web_auth_domain,
            now,
            leeway: LEEWAY,
        };
        let sound = rules.read(transaction)?;
        if sound.client == self.client { Ok(()) } else { Err(Refusal::Client) }
    }

    /// The challenge with a signature of each key added, once it has been checked.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check), and if an envelope cannot hold so many signatures.
    pub fn sign(&self, transaction: &str, keys: &[&SigningKey], now: u64) -> Result<String, Refusal> {
        self.check(transaction, now)?;
        sign_unchecked(transaction, &self.network, keys)
    }
}

/// A transaction with a signature of each key added, whatever it says: for showing that a server refuses it. A wallet
/// that did so could be made to sign away its money.
///
/// # Errors
///
/// If it is no transaction in a version 1 envelope, or if an envelope cannot hold so many signatures.
pub fn sign_unchecked(transaction: &str, network: &Network, keys: &[&SigningKey]) -> Result<String, Refusal> {
    let mut envelope = Envelope::decode(transaction)?;
    for key in keys {
        envelope.sign(key, network);
    }
    envelope.encode()
}
