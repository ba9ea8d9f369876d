//! The platform as the one who authenticates wallets: its `stellar.toml` (SEP-1) and its challenges (SEP-10).
//!
//! Optional: a platform may as well take the tokens of another server that shares its secret. Which challenges were
//! used is remembered by this process alone, for the quarter of an hour that a challenge lives.

mod ledger;
mod origin;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use self::ledger::Ledger;
pub(super) use self::origin::Origin;
use super::config::{Config, InvalidRoots, Target};
use super::refusal::Refusal;
use crate::sep1::Endpoint;
use crate::sep1::currency::Currency;
use crate::sep1::stellar_toml::Documentation;
use crate::sep10::used::NotUsable;
use crate::sep10::verify::Authenticated;
use crate::sep10::{Domain, Network, SigningKey, Used};

/// What it takes to authenticate wallets.
#[derive(Clone, Debug)]
pub struct WebAuth {
    /// Signs challenges; its public half is the `SIGNING_KEY`.
    pub key: SigningKey,
    /// The network that signatures are for.
    pub network: Network,
    /// Where wallets reach the platform, without a path. Without it: where a wallet says that it does (`Host`), if
    /// that is this machine.
    pub public_url: Option<Endpoint>,
    /// The domain whose `stellar.toml` names this platform; the public one unless given.
    pub home_domain: Option<Domain>,
    /// What challenges call the platform's own domain; the public one unless given.
    pub web_auth_domain: Option<Domain>,
    /// Where signers and thresholds are looked up; without it an account's master key must sign, and suffices.
    pub horizon: Option<Target>,
    /// How long a token counts.
    pub session: Duration,
    /// Who runs the anchor.
    pub documentation: Documentation,
    /// What the anchor issues.
    pub currencies: Vec<Currency>,
}

impl WebAuth {
    /// With a key and otherwise the defaults: the test network, tokens for a day, no look-ups.
    #[must_use]
    pub fn new(key: SigningKey) -> Self {
        Self {
            key,
            network: Network::test(),
            public_url: None,
            home_domain: None,
            web_auth_domain: None,
            horizon: None,
            session: Duration::from_secs(24 * 60 * 60),
            documentation: Documentation::default(),
            currencies: Vec::new(),
        }
    }
}

/// The settings, and what is needed and remembered between requests.
pub(super) struct Authenticator {
    pub(super) web_auth: WebAuth,
    pub(super) ledger: Ledger,
    /// How this process is reached without a public URL: `http` or `https`.
    scheme: &'static str,
    used: Mutex<Used>,
}

/// So many wallets can authenticate within the life of a challenge; each takes some 50 bytes.
const CHALLENGES: usize = 100_000;

impl Authenticator {
    pub(super) fn new(web_auth: WebAuth, config: &Config, scheme: &'static str) -> Result<Self, InvalidRoots> {
        let ledger = Ledger::new(web_auth.horizon.clone(), config)?;
        Ok(Self { web_auth, ledger, scheme, used: Mutex::new(Used::new(CHALLENGES)) })
    }

    /// A challenge gives one token.
    pub(super) fn use_up(&self, challenge: &Authenticated, now: u64) -> Result<(), Refusal> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.insert(challenge, now).map_err(|error| match error {
            NotUsable::AlreadyUsed => Refusal::malformed(error.to_string()),
            NotUsable::Full => Refusal::TooManyChallenges,
        })
    }
}
