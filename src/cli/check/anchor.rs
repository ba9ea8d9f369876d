//! `check anchor`: the suite is the platform in front of an anchor.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use super::common::Common;
use super::reports::Reports;
use super::{Usage, exit_code, invalid_roots, say, secret, server};
use crate::mock::{Anchor, Config, Variant};
use crate::suite::{self, ApiKey, Credentials, Options, OtherIdentity, Target, TargetKind};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The callback API's base URL; without one, the built-in mock anchor is checked
    url: Option<Target>,
    /// Credentials: none, api-key:VALUE or jwt:VALUE, VALUE being env:NAME, file:PATH or the secret itself
    #[arg(long, value_name = "AUTH", default_value = "none")]
    auth: String,
    /// A customer type to check with (repeatable)
    #[arg(long, value_name = "NAME")]
    r#type: Vec<String>,
    /// Whom the anchor serves beside G and M accounts and id memos: text-memo, hash-memo, uuid-memo, contract; it must
    /// then tell them apart (repeatable)
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    identities: Vec<OtherIdentity>,
    /// Leave the customers that were created
    #[arg(long)]
    keep: bool,
    /// How long to wait for what an anchor may do later
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    settle: u64,
    #[command(flatten)]
    common: Common,
}

impl Arguments {
    pub(super) async fn run(self: Box<Self>) -> Result<u8, Usage> {
        let reports = Reports::open(&self.common.report)?;
        let is_mock = self.url.is_none();
        let options = match self.url.clone() {
            Some(target) => self.into_options(target)?,
            None if self.auth != "none" => {
                return Err(Usage::new("--auth needs a URL; the built-in mock anchor has its own"));
            }
            None => for_mock(Self { common: self.common.for_built_in(), ..*self }.into_options(mock().await?)?),
        };
        let what = if is_mock { " (the built-in mock anchor; give a URL to check yours)" } else { "" };
        say(&format!("checking {}{what}, seed {}\n\n", options.target, options.seed));
        let run =
            suite::run(&options, reports.show(), server::stop_signal()).await.map_err(|error| invalid_roots(&error))?;
        reports.finish(&run)?;
        Ok(exit_code(&run))
    }

    fn into_options(self, target: Target) -> Result<Options, Usage> {
        let auth = secret::auth_or_literal(&self.auth).map_err(|usage| Usage::new(format!("--auth: {usage}")))?;
        if !matches!(auth, Credentials::None) {
            server::warn_of_clear_credentials(&target);
        }
        Ok(Options {
            auth,
            types: self.r#type,
            identities: self.identities,
            keep: self.keep,
            settle: Duration::from_secs(self.settle),
            ..self.common.into_options(target, TargetKind::Anchor)?
        })
    }
}

/// The credentials of the built-in mock anchor, which nobody else can reach.
const MOCK_KEY: &str = "the built-in mock anchor's key";
/// Two of its types that ask for different things.
const MOCK_TYPES: [&str; 2] = ["default", "sep31-receiver"];
/// What it does beside the default, so that more checks apply: legal, all of it.
const MOCK_VARIANTS: [Variant; 3] = [Variant::SlashedIds, Variant::MessagesAlways, Variant::OffersChoices];

/// The built-in mock anchor, on a free port, for as long as the program runs.
async fn mock() -> Result<Target, Usage> {
    let config = Config { api_key: Some(MOCK_KEY.to_owned()), ..Config::with_variants(MOCK_VARIANTS) };
    let cannot = |error: std::io::Error| Usage::new(format!("the mock anchor cannot listen: {error}"));
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(cannot)?;
    let url = format!("http://{}", listener.local_addr().map_err(cannot)?);
    tokio::spawn(crate::mock::run(listener, Arc::new(Anchor::new(config)), std::future::pending()));
    url.parse().map_err(|error| Usage::new(format!("{url}: {error}")))
}

fn for_mock(options: Options) -> Options {
    let types = MOCK_TYPES.map(str::to_owned).to_vec();
    Options {
        auth: ApiKey::new(MOCK_KEY).map_or(Credentials::None, Credentials::ApiKey),
        types: if options.types.is_empty() { types } else { options.types },
        identities: OtherIdentity::ALL.to_vec(),
        ..options
    }
}
