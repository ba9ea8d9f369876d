//! Wallet tokens, good and bad. Made here by hand: the platform's own signer could not make the bad ones.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::accounts;
use super::shaped::{self, Shaped};
use super::text::Text;

/// The secret of every scenario's platform. It protects nothing.
pub(super) const WALLET_SECRET: &str = "an invented secret for scenarios, 32 bytes and more";

const STRANGERS_SECRET: &str = "another invented secret, which no platform knows at all";
const HOUR: u64 = 3600;

/// The wallet's token.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub(super) enum Token {
    None(NoToken),
    Claims(TokenKeys),
}

/// No token at all.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NoToken {
    None,
}

/// A token, made when the request is sent.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct TokenKeys {
    /// Whom it speaks for; `${G}` if it is left out.
    pub(super) sub: Option<Text>,
    /// Who issued it.
    pub(super) iss: Option<String>,
    /// It ended an hour ago.
    pub(super) expired: bool,
    /// It begins in an hour.
    pub(super) not_yet_valid: bool,
    /// Claims that are left out.
    pub(super) without: Vec<Claim>,
    /// It is signed with a secret that the platform does not know.
    pub(super) signed_by_stranger: bool,
    /// The algorithm that its header names; HS256 if it is left out, `none` for an empty signature.
    pub(super) algorithm: Option<String>,
    /// In place of all that: the token to the letter.
    pub(super) raw: Option<String>,
    /// The scheme before the token; `Bearer` if it is left out.
    pub(super) scheme: Option<String>,
}

/// A claim that every token must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Claim {
    Sub,
    Exp,
}

impl TokenKeys {
    /// Whom the token speaks for.
    pub(super) fn sub(&self) -> String {
        let account = || accounts::named("G").map(|account| account.to_string()).unwrap_or_default();
        self.sub.as_ref().map_or_else(account, Text::fixed)
    }

    /// Whether `anchor-conformance token --sub SUB` would give such a token.
    pub(super) fn is_ordinary(&self) -> bool {
        let altered = self.expired || self.not_yet_valid || self.signed_by_stranger || !self.without.is_empty();
        !altered && self.algorithm.is_none() && self.raw.is_none()
    }

    /// The value of the `Authorization` header.
    pub(super) fn authorization(&self) -> String {
        let scheme = self.scheme.as_deref().unwrap_or("Bearer");
        format!("{scheme} {}", self.raw.clone().unwrap_or_else(|| self.signed()))
    }

    fn signed(&self) -> String {
        let algorithm = self.algorithm.as_deref().unwrap_or("HS256");
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": algorithm, "typ": "JWT"}).to_string());
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(self.claims().to_string()));
        if algorithm == "none" {
            return format!("{signed}.");
        }
        let secret = if self.signed_by_stranger { STRANGERS_SECRET } else { WALLET_SECRET };
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
        mac.update(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    fn claims(&self) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let ends = if self.expired { now - HOUR } else { now + 2 * HOUR };
        let mut claims = Map::from_iter([("iat".to_owned(), json!(now))]);
        if !self.without.contains(&Claim::Sub) {
            claims.insert("sub".to_owned(), json!(self.sub()));
        }
        if !self.without.contains(&Claim::Exp) {
            claims.insert("exp".to_owned(), json!(ends));
        }
        if let Some(iss) = &self.iss {
            claims.insert("iss".to_owned(), json!(iss));
        }
        if self.not_yet_valid {
            claims.insert("nbf".to_owned(), json!(now + HOUR));
        }
        claims.into()
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::Claims(TokenKeys::default())
    }
}

impl Shaped for Token {
    type Map = TokenKeys;

    const EXPECTED: &'static str = "`none` or what the token says (`sub`, `expired`, ...)";

    fn word(word: &str) -> Result<Self, String> {
        match word {
            "none" => Ok(Self::None(NoToken::None)),
            _ => Err(format!("unexpected `{word}`; this must be {}", Self::EXPECTED)),
        }
    }

    fn map(keys: TokenKeys) -> Self {
        Self::Claims(keys)
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shaped::read(deserializer)
    }
}
