//! How a platform authenticates wallets itself: the options that `platform` and `sandbox` share.

use std::time::Duration;

use super::{Usage, secret};
use crate::platform::{Target, WebAuth};
use crate::sep1::Endpoint;
use crate::sep10::{Domain, Network, SigningKey};

#[derive(clap::Args)]
#[group(skip)]
pub(super) struct Arguments {
    /// The secret seed (S...) that signs SEP-10 challenges: env:NAME or file:PATH
    #[arg(long, value_name = "VALUE")]
    signing_seed: Option<String>,
    /// Where wallets reach the platform, as https://kyc.anchor.example; without it on this machine alone
    #[arg(long, value_name = "URL")]
    public_url: Option<Endpoint>,
    /// The domain whose stellar.toml names the platform, if not that of the public URL
    #[arg(long, value_name = "DOMAIN")]
    home_domain: Option<Domain>,
    /// What challenges call the platform's domain, if not that of the public URL (some wallets want no port in it)
    #[arg(long, value_name = "DOMAIN")]
    web_auth_domain: Option<Domain>,
    /// The network that signatures are for; the test network unless given
    #[arg(long, value_name = "TEXT")]
    network_passphrase: Option<String>,
    /// A Horizon server that knows the signers of accounts; without it the master key alone counts
    #[arg(long, value_name = "URL")]
    horizon: Option<Target>,
    /// How long a SEP-10 token counts, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400, value_parser = clap::value_parser!(u64).range(1..))]
    session: u64,
}

impl Arguments {
    /// The settings for that key.
    pub(super) fn with(self, key: SigningKey) -> Result<WebAuth, Usage> {
        if let Some(url) = self.public_url.as_ref().filter(|url| has_path(url)) {
            return Err(Usage::new(format!("--public-url: {url} must end with the host or the port")));
        }
        Ok(WebAuth {
            public_url: self.public_url,
            home_domain: self.home_domain,
            web_auth_domain: self.web_auth_domain,
            network: self.network_passphrase.map_or_else(Network::test, Network::new),
            horizon: self.horizon,
            session: Duration::from_secs(self.session),
            ..WebAuth::new(key)
        })
    }

    /// The key that the options name.
    pub(super) fn key(&self) -> Result<Option<SigningKey>, Usage> {
        self.signing_seed.as_deref().map(secret::signing_key).transpose()
    }

    /// Whether wallets come by https, whatever this process speaks.
    pub(super) fn is_public_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| !url.is_plain())
    }

    /// Whether they mean anything without a key.
    pub(super) fn is_given(&self) -> bool {
        let Self { signing_seed: _, public_url, home_domain, web_auth_domain, network_passphrase, horizon, session: _ } =
            self;
        public_url.is_some()
            || home_domain.is_some()
            || web_auth_domain.is_some()
            || network_passphrase.is_some()
            || horizon.is_some()
    }
}

fn has_path(url: &Endpoint) -> bool {
    url.as_str().split_once("://").is_some_and(|(_, rest)| rest != url.authority())
}
