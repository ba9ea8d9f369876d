//! The options of a KYC desk, for every command that has a mock anchor of its own.

use super::{Usage, secret, tell};
use crate::mock::Desk;
use crate::sep10::SigningKey;

#[derive(clap::Args)]
pub(super) struct DeskOptions {
    /// Be a KYC desk: documented values lead customers through all statuses, files are kept, wallets are told of changes
    #[arg(long)]
    desk: bool,
    /// Tell wallets at loopback, private and link-local addresses too
    #[arg(long, requires = "desk")]
    allow_private_callbacks: bool,
    /// The secret seed, S..., that callbacks are signed with: env:NAME or file:PATH. Without it a key is made for the run,
    /// and its public half is told on stderr
    #[arg(long, value_name = "VALUE", requires = "desk")]
    signing_seed: Option<String>,
}

impl DeskOptions {
    /// The desk that is asked for, if one is.
    pub(super) fn desk(&self) -> Result<Option<Desk>, Usage> {
        if !self.desk {
            return Ok(None);
        }
        let signing_key = match &self.signing_seed {
            Some(value) => secret::signing_key(value)?,
            None => generated(),
        };
        let allow_private_callbacks = self.allow_private_callbacks;
        Ok(Some(Desk { signing_key, allow_private_callbacks, ..Desk::default() }))
    }
}

fn generated() -> SigningKey {
    let key = SigningKey::generate();
    tell(&format!("callbacks are signed with the key of {}", key.account()));
    key
}
