//! `sandbox`: platform, mock anchor, SEP-1 and SEP-10, ready for a wallet.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::certificate::ServerCertificate;
use super::server::Entrance;
use super::{EXIT_OK, Usage, server, store, web_auth};
use crate::mock::{Config, Desk, Fault, Variant};
use crate::sandbox::{self, CannotStart, Settings};
use crate::sep10::SigningKey;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    certificate: ServerCertificate,
    #[command(flatten)]
    web_auth: web_auth::Arguments,
    /// Ask the anchor, before a request with an id, whose id that is
    #[arg(long)]
    verify_ownership: bool,
    /// Let the anchor show a deviation on purpose (repeatable; `list faults` names them)
    #[arg(long, value_name = "NAME")]
    fault: Vec<Fault>,
    /// Let the anchor differ from the default in a legal way (repeatable; `list variants` names them)
    #[arg(long, value_name = "NAME")]
    variant: Vec<Variant>,
    /// Where customers are kept: memory, sqlite:FILE, postgres://USER:PASSWORD@HOST/DATABASE, or env:NAME or file:PATH
    /// where such a text stands. All that is sent is kept there as it is: send synthetic data only
    #[arg(long, value_name = "STORE", default_value = "memory")]
    store: String,
    /// Tell wallets of changes at loopback, private and link-local addresses too
    #[arg(long)]
    allow_private_callbacks: bool,
    /// Take options from a YAML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What the anchor remembers of requests is for the page alone; of a file nobody asks more than its length and hash.
const KEPT_REQUESTS: usize = 600;
const KEPT_BYTES: u64 = 64 * 1024;

impl Arguments {
    pub(super) fn run(self: Box<Self>) -> Result<u8, Usage> {
        let key = self.web_auth.key()?.unwrap_or_else(SigningKey::generate);
        let allow_private_callbacks = self.allow_private_callbacks;
        // One key for challenges and callbacks: wallets know it from the stellar.toml.
        let desk = Desk { signing_key: key.clone(), allow_private_callbacks, ..Desk::default() };
        let anchor = Config {
            faults: self.fault.into_iter().collect(),
            variants: self.variant.into_iter().collect(),
            keep_file_bytes: KEPT_BYTES,
            keep_requests: KEPT_REQUESTS,
            desk: Some(desk),
            ..Config::default()
        };
        let is_behind_https = self.web_auth.is_public_https();
        let entrance = Entrance { address: self.listen, certificate: self.certificate, is_behind_https };
        let settings = Settings {
            web_auth: self.web_auth.with(key)?,
            anchor: store::anchor(anchor, &self.store)?,
            verify_ownership: self.verify_ownership,
        };
        server::runtime()?.block_on(async {
            let stop = server::stop_signal();
            let listener = server::bind(entrance).await?.announced();
            match sandbox::run(listener, settings, stop).await {
                Ok(()) => Ok(EXIT_OK),
                Err(CannotStart::Port(error)) => Err(Usage::new(format!("no port for the mock anchor: {error}"))),
                Err(CannotStart::Roots(error)) => Err(Usage::new(error.to_string())),
            }
        })
    }
}
