//! `check platform`: the suite is the wallet in front of a platform and the anchor behind it.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;

use super::certificate::ServerCertificate;
use super::common::Common;
use super::reports::Reports;
use super::{Usage, exit_code, invalid_roots, say, secret, server};
use crate::platform::{self, Config, OptionalEndpoint};
use crate::sep10::SigningKey;
use crate::sep10::token::Secret;
use crate::suite::{self, Options, Target, TargetKind, WalletAuth};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The platform's KYC_SERVER; without one, the built-in platform is checked
    url: Option<Target>,
    /// How wallets authenticate: challenge (SEP-10 at the URL's origin), jwt:VALUE (the secret that the platform verifies
    /// wallet tokens with) or bearer:VALUE (one token), VALUE being env:NAME, file:PATH or the secret itself
    #[arg(long, value_name = "AUTH", default_value = CHALLENGE)]
    auth: String,
    /// What the suite's tokens say in `aud` with --auth jwt:VALUE, as sep10 for newer Anchor Platforms (repeatable)
    #[arg(long, value_name = "AUDIENCE", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    jwt_audience: Vec<String>,
    /// Where the platform finds its anchor: the suite listens there; port 0 takes any free one [default: 127.0.0.1:8081;
    /// any free port for the built-in platform]
    #[arg(long, value_name = "ADDR")]
    anchor_listen: Option<SocketAddr>,
    #[command(flatten)]
    certificate: ServerCertificate,
    /// The type to send with every customer
    #[arg(long, value_name = "NAME")]
    r#type: Option<String>,
    /// How long the platform waits for its anchor; without this the check that it gives up may remain inconclusive
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600))]
    anchor_timeout: Option<u64>,
    #[command(flatten)]
    common: Common,
}

const CHALLENGE: &str = "challenge";
const ANCHOR_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8081);
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
/// How long the built-in platform waits for its anchor: nobody wants to wait longer for the check of it. Unoptimised, on a
/// busy machine, a file of 5 MB may take as long as that.
const ANCHOR_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 8 } else { 3 });

impl Arguments {
    pub(super) async fn run(self: Box<Self>) -> Result<u8, Usage> {
        let reports = Reports::open(&self.common.report)?;
        let is_built_in = self.url.is_none();
        if is_built_in && (self.auth != CHALLENGE || !self.jwt_audience.is_empty()) {
            return Err(Usage::new("--auth and --jwt-audience need a URL; the built-in platform has its own"));
        }
        if is_built_in && self.certificate.is_named() {
            return Err(Usage::new("--tls-cert needs a URL; the built-in platform finds its anchor without TLS"));
        }
        let default = if is_built_in { ANY_PORT } else { ANCHOR_LISTEN };
        let listener = bind(self.anchor_listen.unwrap_or(default)).await?;
        let anchor = address(&listener)?;
        let (listener, _) = server::secured(listener, &self.certificate)?;
        let scheme = listener.scheme();
        if scheme == "http" {
            server::warn_of_listening(
                anchor,
                "serve https with --tls-cert and --tls-key, or let only the platform reach it",
            );
        }
        let (options, auth) = match self.url.clone() {
            Some(target) => {
                let auth = self.wallet_auth()?;
                server::warn_of_clear_credentials(&target);
                (self.into_options(target, anchor)?, auth)
            }
            None => {
                let secret = Secret::new(SigningKey::generate().seed()).expect("a seed is not empty");
                let target = built_in(anchor, secret.clone()).await?;
                let anchor_timeout = Some(self.anchor_timeout.unwrap_or(ANCHOR_TIME.as_secs()));
                let arguments = Self { common: self.common.for_built_in(), anchor_timeout, ..*self };
                (arguments.into_options(target, anchor)?, WalletAuth::Secret { secret, audience: Vec::new() })
            }
        };
        let what = if is_built_in { " (the built-in platform; give a URL to check yours)" } else { "" };
        say(&format!("checking {}{what}, seed {}\n", options.target, options.seed));
        say(&format!("the platform's anchor is the suite itself, on {scheme}://{anchor}\n\n"));
        let run = suite::run_platform(&options, &auth, listener, reports.show(), server::stop_signal())
            .await
            .map_err(|error| invalid_roots(&error))?;
        reports.finish(&run)?;
        Ok(exit_code(&run))
    }

    fn wallet_auth(&self) -> Result<WalletAuth, Usage> {
        let auth = wallet_auth(&self.auth).map_err(|usage| Usage::new(format!("--auth: {usage}")))?;
        match auth {
            WalletAuth::Secret { secret, .. } => Ok(WalletAuth::Secret { secret, audience: self.jwt_audience.clone() }),
            WalletAuth::Challenge | WalletAuth::Token(_) if !self.jwt_audience.is_empty() => {
                Err(Usage::new("--jwt-audience is for tokens that the suite signs: --auth jwt:VALUE"))
            }
            WalletAuth::Challenge | WalletAuth::Token(_) => Ok(auth),
        }
    }

    fn into_options(self, target: Target, anchor: SocketAddr) -> Result<Options, Usage> {
        let options = self.common.into_options(target, TargetKind::Platform)?;
        let listen = ["--anchor-listen".to_owned(), anchor.to_string()];
        let replay = listen.into_iter().chain(self.certificate.words()).chain(options.replay).collect();
        let anchor_timeout = self.anchor_timeout.map(Duration::from_secs);
        Ok(Options { types: self.r#type.into_iter().collect(), anchor_timeout, replay, ..options })
    }
}

fn wallet_auth(text: &str) -> Result<WalletAuth, Usage> {
    let wrong = || Usage::new("use challenge, jwt:VALUE or bearer:VALUE with VALUE as env:NAME or file:PATH");
    match text.split_once(':').unwrap_or((text, "")) {
        (CHALLENGE, "") => Ok(WalletAuth::Challenge),
        ("jwt", value) => {
            let secret = Secret::new(secret::read_or_literal(value)?).ok_or_else(wrong)?;
            Ok(WalletAuth::Secret { secret, audience: Vec::new() })
        }
        ("bearer", value) => {
            let token = secret::read_or_literal(value)?;
            if token.bytes().all(|byte| byte.is_ascii_graphic()) {
                Ok(WalletAuth::Token(token.into()))
            } else {
                Err(Usage::new("the token must be printable ASCII without blanks, because a header carries it"))
            }
        }
        _ => Err(wrong()),
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Usage> {
    let hint = "--anchor-listen ADDR chooses another address";
    TcpListener::bind(address).await.map_err(|error| Usage::new(format!("cannot listen on {address}: {error}; {hint}")))
}

fn address(listener: &TcpListener) -> Result<SocketAddr, Usage> {
    listener.local_addr().map_err(|error| Usage::new(format!("a listener has no address: {error}")))
}

/// The built-in platform in front of the suite's anchor side, on a free port, for as long as the program runs.
async fn built_in(anchor: SocketAddr, secret: Secret) -> Result<Target, Usage> {
    let listener = bind(ANY_PORT).await?;
    let url = format!("http://{}/sep12", address(&listener)?);
    let target = |url: &str| url.parse().map_err(|error| Usage::new(format!("{url}: {error}")));
    let mut config = Config::new(target(&format!("http://{anchor}"))?, secret);
    config.anchor_serves = vec![OptionalEndpoint::Callback, OptionalEndpoint::Files];
    config.limits.anchor_time = ANCHOR_TIME;
    tokio::spawn(platform::run(listener, config, std::future::pending()));
    target(&url)
}
