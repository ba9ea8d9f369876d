//! `platform`: serve SEP-12 and forward to an anchor.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::certificate::{self, ServerCertificate};
use super::server::Entrance;
use super::{EXIT_OK, Usage, secret, server, size, web_auth};
use crate::platform::{AnchorBody, Config, Credentials, Limits, MuxedAs, OptionalEndpoint, Service, Target};
use crate::sep10::token::Verifier;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The anchor's callback API: http or https, its path is a prefix
    #[arg(long, value_name = "URL")]
    anchor: Target,
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    certificate: ServerCertificate,
    /// The path under which SEP-12 is served
    #[arg(long, value_name = "PATH", default_value = "/sep12")]
    sep12_path: String,
    /// Credentials toward the anchor: none, api-key:VALUE or jwt:VALUE, VALUE being env:NAME or file:PATH
    #[arg(long, value_name = "AUTH", default_value = "none")]
    anchor_auth: String,
    /// Certificate authorities to trust beside the system's, in PEM
    #[arg(long, value_name = "FILE")]
    anchor_ca: Option<PathBuf>,
    /// What is shown to an anchor that wants a client certificate, in PEM with those of its issuers behind it
    #[arg(long, value_name = "FILE", requires = "anchor_client_key")]
    anchor_client_cert: Option<PathBuf>,
    /// The private key of --anchor-client-cert, in PEM and not encrypted
    #[arg(long, value_name = "FILE", requires = "anchor_client_cert")]
    anchor_client_key: Option<PathBuf>,
    /// How multipart goes to the anchor
    #[arg(long, value_enum, default_value_t = BodyMode::Streamed)]
    anchor_body: BodyMode,
    /// The memory that all buffered bodies together may take
    #[arg(long, value_name = "SIZE", default_value = "256MB", value_parser = size::parse)]
    buffer_budget: u64,
    /// How a muxed account is named to the anchor
    #[arg(long, value_enum, default_value_t = Muxed::Account)]
    muxed_as: Muxed,
    /// Refuse memos that no Stellar memo can hold
    #[arg(long)]
    strict_memos: bool,
    /// Ask the anchor, before a request with an id, whose id that is
    #[arg(long)]
    verify_ownership: bool,
    /// The customer type to look customers up by where a request names none, if the anchor needs one
    #[arg(long, value_name = "TYPE")]
    lookup_type: Option<String>,
    /// What the anchor serves beyond the callback API, at the path that SEP-12 gives it
    #[arg(long, value_name = "NAME", value_enum, value_delimiter = ',')]
    anchor_serves: Vec<Serves>,
    #[command(flatten)]
    web_auth: web_auth::Arguments,
    /// The wallet-token secret's file, instead of ANCHOR_CONFORMANCE_JWT_SECRET
    #[arg(long, value_name = "FILE")]
    jwt_secret_file: Option<PathBuf>,
    /// The issuer that wallet tokens must have
    #[arg(long, value_name = "ISS")]
    jwt_issuer: Option<String>,
    /// How long after its end a wallet token still counts, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    jwt_leeway: u64,
    /// The largest request body
    #[arg(long, value_name = "SIZE", default_value = "64MB", value_parser = size::parse)]
    max_body: u64,
    /// The largest string field
    #[arg(long, value_name = "SIZE", default_value = "256KiB", value_parser = size::parse)]
    max_string: u64,
    /// The largest sum of all string fields, and the largest JSON or urlencoded body
    #[arg(long, value_name = "SIZE", default_value = "2MiB", value_parser = size::parse)]
    max_strings: u64,
    /// The most fields in one request
    #[arg(long, value_name = "N", default_value_t = 500)]
    max_fields: usize,
    /// The most clients connected at once; more wait [default: what the limit of descriptors allows, at most 10000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_connections: Option<u32>,
    /// The longest time for a request's headers, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    header_timeout: Duration,
    /// The longest pause of a client within its body, or while it takes its answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    idle_timeout: Duration,
    /// The longest time spent waiting for one request body, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    body_timeout: Duration,
    /// The longest silence of the anchor, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    anchor_timeout: Duration,
    /// The longest wait for a connection to the anchor, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    connect_timeout: Duration,
    /// How much to log, as JSON lines on stderr
    #[arg(long, value_enum, default_value_t = LogLevel::Info)]
    log: LogLevel,
    /// Take options from a YAML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum BodyMode {
    /// Chunked, as it comes in
    Streamed,
    /// Collected first and sent with a Content-Length
    Buffered,
}

#[derive(Clone, Copy, ValueEnum)]
enum Muxed {
    /// account=M...
    Account,
    /// account=G..., memo and memo_type=id
    Memo,
}

#[derive(Clone, Copy, ValueEnum)]
enum Serves {
    /// PUT /customer/callback
    Callback,
    /// POST and GET /customer/files
    Files,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogLevel {
    /// Nothing
    Off,
    /// What the anchor's or the platform's operator should look at
    Warn,
    /// One line a request
    Info,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it must be a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "it must be more than 0".to_owned())
}

impl Arguments {
    pub(super) fn run(self: Box<Self>) -> Result<u8, Usage> {
        self.start_log();
        let (entrance, config) = self.into_config()?;
        server::runtime()?.block_on(async {
            let stop = server::stop_signal();
            let bound = server::bind(entrance).await?;
            let service = Service::new(config, bound.scheme());
            let service = service.map_err(|error| Usage::new(format!("--anchor-ca: {error}")))?;
            service.serve(bound.announced(), stop).await;
            Ok(EXIT_OK)
        })
    }

    fn start_log(&self) {
        let level = match self.log {
            LogLevel::Off => LevelFilter::OFF,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
        };
        let lines =
            tracing_subscriber::fmt::layer().json().flatten_event(true).with_target(false).with_writer(std::io::stderr);
        tracing_subscriber::registry().with(Targets::new().with_target("anchor_conformance", level)).with(lines).init();
    }

    fn into_config(self) -> Result<(Entrance, Config), Usage> {
        let secret = secret::wallet_secret(self.jwt_secret_file.as_deref())?;
        let sep12_path = self.sep12_path.trim_end_matches('/');
        if !sep12_path.is_empty() && !sep12_path.starts_with('/') {
            return Err(Usage::new("--sep12-path must begin with /"));
        }
        let anchor_roots = match &self.anchor_ca {
            Some(path) => {
                Some(std::fs::read(path).map_err(|error| Usage::new(format!("{}: {error}", path.display())))?)
            }
            None => None,
        };
        let anchor_certificate = certificate::read(
            self.anchor_client_cert.as_deref(),
            self.anchor_client_key.as_deref(),
            ["--anchor-client-cert", "--anchor-client-key"],
        )?;
        let anchor_auth =
            secret::auth(&self.anchor_auth).map_err(|usage| Usage::new(format!("--anchor-auth: {usage}")))?;
        if !matches!(anchor_auth, Credentials::None) {
            server::warn_of_clear_credentials(&self.anchor);
        }
        let is_behind_https = self.web_auth.is_public_https();
        let entrance = Entrance { address: self.listen, certificate: self.certificate, is_behind_https };
        let web_auth = match self.web_auth.key()? {
            Some(key) => Some(self.web_auth.with(key)?),
            None if self.web_auth.is_given() => {
                return Err(Usage::new(
                    "to authenticate wallets the platform needs --signing-seed env:NAME or file:PATH",
                ));
            }
            None => None,
        };
        let defaults = Limits::default();
        let config = Config {
            anchor_auth,
            anchor_roots,
            anchor_certificate,
            anchor_body: match self.anchor_body {
                BodyMode::Streamed => AnchorBody::Streamed,
                BodyMode::Buffered => AnchorBody::Buffered { budget: bytes(self.buffer_budget) },
            },
            web_auth,
            wallet_tokens: Verifier { secret: secret.clone(), issuer: self.jwt_issuer, leeway: self.jwt_leeway },
            sep12_path: sep12_path.to_owned(),
            muxed_as: match self.muxed_as {
                Muxed::Account => MuxedAs::Account,
                Muxed::Memo => MuxedAs::Memo,
            },
            strict_memos: self.strict_memos,
            verify_ownership: self.verify_ownership,
            lookup_type: self.lookup_type,
            anchor_serves: self.anchor_serves.into_iter().map(Serves::endpoint).collect(),
            limits: Limits {
                connections: self.max_connections.map_or(defaults.connections, |most| bytes(most.into())),
                body: self.max_body,
                string_field: bytes(self.max_string),
                all_strings: bytes(self.max_strings),
                fields: self.max_fields,
                header_time: self.header_timeout,
                idle_time: self.idle_timeout,
                body_time: self.body_timeout,
                connect_time: self.connect_timeout,
                anchor_time: self.anchor_timeout,
                ..defaults
            },
            ..Config::new(self.anchor, secret)
        };
        Ok((entrance, config))
    }
}

impl Serves {
    fn endpoint(self) -> OptionalEndpoint {
        match self {
            Self::Callback => OptionalEndpoint::Callback,
            Self::Files => OptionalEndpoint::Files,
        }
    }
}

fn bytes(size: u64) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}
