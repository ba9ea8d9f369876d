//! Where the wallets' tokens come from.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::wallet::Wallet;
use super::web_auth::WebAuth;
use crate::sep10::SigningKey;
use crate::sep10::token::{Claims, Secret, sign};
use crate::sep12::{Account, Caller};
use crate::suite::check::NotKept;

/// How wallets authenticate to the platform.
#[derive(Clone, Debug)]
pub enum WalletAuth {
    /// With keys of their own, as SEP-10 says; the `stellar.toml` is at the URL's origin.
    Challenge,
    /// With tokens that the suite signs itself: it has the platform's wallet-token secret.
    Secret {
        /// The secret.
        secret: Secret,
        /// What the tokens say in `aud`; nothing if it is empty.
        audience: Vec<String>,
    },
    /// With a token that somebody else got. All checks then speak for one customer.
    Token(Arc<str>),
}

/// The same, ready for use.
pub(crate) enum Tokens {
    Secret { secret: Secret, issuer: String, audience: Vec<String> },
    Given(Wallet),
    WebAuth(Box<WebAuth>),
}

/// Whom a wallet shall speak for, of a key pair.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holder {
    Account,
    Memo(u64),
    Muxed(u64),
    Contract,
}

/// How long a token is valid, in seconds.
const TOKEN_LIFE: u64 = 3600;
const ONE_CUSTOMER: &str = "--auth bearer gives one token: other customers need --auth jwt:VALUE or SEP-10";

impl Tokens {
    /// A wallet of that key pair.
    pub(crate) async fn wallet(&self, key: &SigningKey, holder: Holder) -> Result<Wallet, NotKept> {
        let caller = caller(key.account(), holder)?;
        match self {
            Self::Secret { .. } => Ok(Wallet { caller: Some(caller), token: self.signed(&caller, 0)? }),
            Self::Given(wallet) if matches!(holder, Holder::Account) => Ok(wallet.clone()),
            Self::Given(_) => Err(NotKept::skip(ONE_CUSTOMER)),
            Self::WebAuth(_) if matches!(holder, Holder::Contract) => {
                Err(NotKept::skip("SEP-10 knows no contract accounts; --auth jwt:VALUE lets the suite sign tokens"))
            }
            Self::WebAuth(web_auth) => {
                let token = web_auth.token(key, &caller).await.map_err(NotKept::inconclusive)?;
                Ok(Wallet { caller: Some(caller), token: token.into() })
            }
        }
    }

    /// A token for a caller that expired so many seconds ago, or is valid if that is 0.
    pub(crate) fn signed(&self, caller: &Caller, ago: u64) -> Result<Arc<str>, NotKept> {
        let Self::Secret { secret, issuer, audience } = self else {
            return Err(NotKept::skip("only --auth jwt:VALUE lets the suite sign tokens"));
        };
        let now = unix_time();
        let (iat, exp) = if ago > 0 { (now - ago - TOKEN_LIFE, now - ago) } else { (now, now + TOKEN_LIFE) };
        let claims = Claims { sub: Some(sub(caller)), iss: Some(issuer.clone()), aud: audience.clone(), iat, exp };
        Ok(sign(&claims, secret).into())
    }

    /// What to try if the platform refuses these tokens.
    pub(crate) fn remedy(&self) -> String {
        let others = "--auth jwt:VALUE takes the secret that the platform verifies wallet tokens with, --auth bearer:TOKEN a \
            token of its own";
        match self {
            Self::Secret { audience, .. } if audience.is_empty() => format!(
                "the secret may be another, or the platform looks for itself in the token's aud, as newer Anchor \
                 Platforms do: --jwt-audience sep10; {others}"
            ),
            Self::Secret { .. } | Self::Given(_) | Self::WebAuth(_) => others.to_owned(),
        }
    }

    /// Whether every wallet is the same customer.
    pub(crate) fn is_one_customer(&self) -> bool {
        matches!(self, Self::Given(_))
    }

    /// Makes sure that there can be more than one customer.
    pub(crate) fn needs_several(&self) -> Result<(), NotKept> {
        if self.is_one_customer() { Err(NotKept::skip(ONE_CUSTOMER)) } else { Ok(()) }
    }
}

/// The wallet of a token that was given; its `sub` is read if it can be.
pub(crate) fn given(token: &Arc<str>) -> Wallet {
    #[derive(Deserialize)]
    struct Sub {
        sub: String,
    }
    let payload = token.split('.').nth(1).and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok());
    let sub = payload.and_then(|json| serde_json::from_slice::<Sub>(&json).ok());
    Wallet { caller: sub.and_then(|Sub { sub }| sub.parse().ok()), token: Arc::clone(token) }
}

/// A token that nobody signed: `alg` is `none`.
pub(crate) fn unsigned(caller: &Caller) -> Arc<str> {
    let claims = serde_json::json!({"sub": sub(caller), "iat": unix_time(), "exp": unix_time() + TOKEN_LIFE});
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.", encode(r#"{"alg":"none","typ":"JWT"}"#), encode(&claims.to_string())).into()
}

/// The token with another signature.
pub(crate) fn forged(token: &str) -> Arc<str> {
    let (signed, signature) = token.rsplit_once('.').unwrap_or((token, ""));
    let turned = |char: char| match char {
        'A' => 'B',
        _ => 'A',
    };
    let signature: String = signature.chars().map(turned).collect();
    format!("{signed}.{signature}").into()
}

pub(super) fn unix_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn caller(account: Account, holder: Holder) -> Result<Caller, NotKept> {
    let muxed = |id| account.with_muxed_id(id).map(Caller::Muxed);
    let caller = match (holder, account) {
        (Holder::Account, _) => Some(Caller::Account(account)),
        (Holder::Memo(memo), _) => Some(Caller::SharedAccount { account, memo }),
        (Holder::Muxed(id), _) => muxed(id),
        (Holder::Contract, Account::Classic(key)) => Some(Caller::Contract(Account::Contract(key))),
        (Holder::Contract, _) => None,
    };
    caller.ok_or_else(|| NotKept::inconclusive("a key pair has no such account"))
}

/// The `sub` that names the caller.
fn sub(caller: &Caller) -> String {
    match caller {
        Caller::Account(account) | Caller::Muxed(account) | Caller::Contract(account) => account.to_string(),
        Caller::SharedAccount { account, memo } => format!("{account}:{memo}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forged_token_has_another_signature() {
        assert_eq!(&*forged("a.b.Ab"), "a.b.BA");
    }

    #[test]
    fn the_sub_of_a_given_token_is_read_if_it_can_be() {
        let key = SigningKey::from_secret([7; 32]);
        let caller = Caller::SharedAccount { account: key.account(), memo: 7 };
        assert_eq!(given(&unsigned(&caller)).caller, Some(caller));
        assert_eq!(given(&Arc::from("opaque")).caller, None);
    }
}
