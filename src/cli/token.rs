//! `token`: a wallet token for the configured secret.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{EXIT_OK, Usage, say, secret};
use crate::sep10::token::{Claims, sign};
use crate::sep12::Caller;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Whom the token speaks for: G..., G...:ID, M... or C...
    #[arg(long)]
    sub: String,
    /// How long it is valid, in seconds
    #[arg(long, default_value_t = 3600, value_name = "SECONDS")]
    expires_in: u64,
    /// The issuer
    #[arg(long, default_value = "anchor-conformance")]
    iss: String,
    /// Whom it is meant for (repeatable)
    #[arg(long, value_name = "AUDIENCE")]
    aud: Vec<String>,
    /// The secret's file, instead of ANCHOR_CONFORMANCE_JWT_SECRET
    #[arg(long, value_name = "FILE")]
    jwt_secret_file: Option<PathBuf>,
    /// Take options from a YAML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn run(self) -> Result<u8, Usage> {
        self.sub.parse::<Caller>().map_err(|error| Usage::new(format!("--sub: {error}")))?;
        let secret = secret::wallet_secret(self.jwt_secret_file.as_deref())?;
        let iat = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let exp = iat.saturating_add(self.expires_in);
        let claims = Claims { sub: Some(self.sub), iss: Some(self.iss), aud: self.aud, iat, exp };
        say(&format!("{}\n", sign(&claims, &secret)));
        Ok(EXIT_OK)
    }
}
