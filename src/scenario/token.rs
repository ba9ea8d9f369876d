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
    Claims(Box<TokenKeys>),
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
    /// The header to the letter, in place of the one with `algorithm`.
    pub(super) header: Option<String>,
    /// The claims to the letter; `NOW+N` and `NOW-N` stand for times, in seconds.
    pub(super) claims: Option<Text>,
    /// The signature is empty.
    pub(super) unsigned: bool,
    /// The last character has a bit more than the signature has.
    pub(super) non_canonical: bool,
    /// What follows the token.
    pub(super) tail: Option<String>,
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
        let to_the_letter = self.header.is_some() || self.claims.is_some() || self.tail.is_some();
        let altered = to_the_letter
            || self.unsigned
            || self.non_canonical
            || self.expired
            || self.not_yet_valid
            || self.signed_by_stranger
            || !self.without.is_empty();
        !altered && self.algorithm.is_none() && self.raw.is_none()
    }

    /// The value of the `Authorization` header.
    pub(super) fn authorization(&self) -> String {
        let scheme = self.scheme.as_deref().unwrap_or("Bearer");
        format!("{scheme} {}", self.text())
    }

    /// The token alone.
    fn text(&self) -> String {
        let mut token = self.raw.clone().unwrap_or_else(|| self.signed());
        if self.non_canonical {
            token = with_a_spare_bit(&token);
        }
        token + self.tail.as_deref().unwrap_or_default()
    }

    fn signed(&self) -> String {
        let algorithm = self.algorithm.as_deref().unwrap_or("HS256");
        let ordinary = || json!({"alg": algorithm, "typ": "JWT"}).to_string();
        let header = URL_SAFE_NO_PAD.encode(self.header.clone().unwrap_or_else(ordinary));
        let claims = self.claims.as_ref().map_or_else(|| self.ordinary_claims().to_string(), with_times);
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        if algorithm == "none" || self.unsigned {
            return format!("{signed}.");
        }
        let secret = if self.signed_by_stranger { STRANGERS_SECRET } else { WALLET_SECRET };
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
        mac.update(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    fn ordinary_claims(&self) -> Value {
        let now = now();
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

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Writes times for `NOW+N` and `NOW-N`.
fn with_times(claims: &Text) -> String {
    let claims = claims.fixed();
    let mut parts = claims.split("NOW");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.get(1..).unwrap_or_default();
        let end = digits.find(|char: char| !char.is_ascii_digit()).map_or(part.len(), |at| at + 1);
        let offset: i64 = part[..end].parse().unwrap_or(0);
        text.push_str(&now().saturating_add_signed(offset).to_string());
        text.push_str(&part[end..]);
    }
    text
}

/// The same token in another spelling: of the last character of a 32-byte signature, two bits mean nothing.
fn with_a_spare_bit(token: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = token.as_bytes().to_vec();
    if let Some(last) = bytes.last_mut() {
        let value = ALPHABET.iter().position(|char| char == last).unwrap_or(0);
        *last = ALPHABET[value ^ 1];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Token {
    /// The token alone; nothing for none.
    pub(super) fn text(&self) -> String {
        match self {
            Self::None(_) => String::new(),
            Self::Claims(keys) => keys.text(),
        }
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::Claims(Box::default())
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
        Self::Claims(Box::new(keys))
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shaped::read(deserializer)
    }
}
