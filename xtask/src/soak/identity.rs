//! Who a customer is: the token, what the client says beside it, and what the anchor must be told.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use stellar_strkey::ed25519::{MuxedAccount, PublicKey};

use super::random::Random;

/// One customer's identity; no other customer of the run has the same.
pub(crate) struct Identity {
    /// The token's `sub`.
    pub(crate) sub: String,
    /// What may stand in the path of a DELETE.
    pub(crate) accounts: Vec<String>,
    /// What the client must say in each request.
    pub(crate) needed: Vec<(&'static str, String)>,
    /// What it may say or leave out.
    pub(crate) optional: Vec<(&'static str, String)>,
    /// What the anchor is told.
    pub(crate) forwarded: Vec<(&'static str, String)>,
}

/// How many accounts hold all the customers that share one.
const SHARED_ACCOUNTS: u64 = 16;
/// Longer than any run.
const TOKEN_SECONDS: u64 = 6 * 3600;

impl Identity {
    pub(crate) fn of(seed: u64, customer: u64) -> Self {
        let mut random = Random::of(&[seed, customer, 1]);
        let shared = random.below(SHARED_ACCOUNTS);
        match random.below(5) {
            0 => Self::alone(seed, customer),
            1 | 2 => Self::by_memo_of_its_own(&mut random, key(seed, shared), customer),
            3 => Self::by_memo_of_the_token(key(seed, shared), customer),
            _ => Self::muxed(key(seed, shared), customer),
        }
    }

    fn alone(seed: u64, customer: u64) -> Self {
        let account = public(key(seed, SHARED_ACCOUNTS + customer));
        Self {
            sub: account.clone(),
            accounts: vec![account.clone()],
            needed: Vec::new(),
            optional: vec![("account", account.clone())],
            forwarded: vec![("account", account)],
        }
    }

    fn by_memo_of_its_own(random: &mut Random, key: [u8; 32], customer: u64) -> Self {
        let account = public(key);
        let mut memo = vec![("memo", format!("invented-customer-{customer}"))];
        memo.extend(random.pick(&[None, Some("text"), Some("hash")]).map(|kind| ("memo_type", kind.to_owned())));
        Self {
            sub: account.clone(),
            accounts: vec![account.clone()],
            needed: memo.clone(),
            optional: vec![("account", account.clone())],
            forwarded: [vec![("account", account)], memo].concat(),
        }
    }

    fn by_memo_of_the_token(key: [u8; 32], customer: u64) -> Self {
        let (account, memo) = (public(key), ("memo", customer.to_string()));
        Self {
            sub: format!("{account}:{customer}"),
            accounts: vec![account.clone()],
            needed: Vec::new(),
            optional: vec![("account", account.clone()), memo.clone()],
            forwarded: vec![("account", account), memo, ("memo_type", "id".to_owned())],
        }
    }

    fn muxed(key: [u8; 32], customer: u64) -> Self {
        let muxed = MuxedAccount { ed25519: key, id: customer }.to_string().to_string();
        Self {
            sub: muxed.clone(),
            accounts: vec![muxed.clone(), public(key)],
            needed: Vec::new(),
            optional: vec![("account", muxed.clone()), ("memo", customer.to_string())],
            forwarded: vec![("account", muxed)],
        }
    }

    /// What the client says this time.
    pub(crate) fn said(&self, random: &mut Random) -> Vec<(&'static str, String)> {
        let optional = self.optional.iter().filter(|_| random.per_mille(300)).cloned();
        self.needed.iter().cloned().chain(optional).collect()
    }

    /// A wallet token (HS256).
    pub(crate) fn token(&self, secret: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let claims = json!({"sub": self.sub, "iat": now, "exp": now + TOKEN_SECONDS}).to_string();
        let signed = format!("{}.{}", base64(br#"{"alg":"HS256","typ":"JWT"}"#), base64(claims.as_bytes()));
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length will do");
        mac.update(signed.as_bytes());
        format!("{signed}.{}", base64(&mac.finalize().into_bytes()))
    }
}

/// Nobody's key: no private one is known for it.
fn key(seed: u64, index: u64) -> [u8; 32] {
    let mut random = Random::of(&[seed, index, 2]);
    let words = [(); 4].map(|()| random.next().to_be_bytes());
    words.concat().try_into().expect("four times eight bytes")
}

fn public(key: [u8; 32]) -> String {
    PublicKey(key).to_string().to_string()
}

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_customers_are_one() {
        let identities: HashSet<_> = (0..2000).map(|customer| Identity::of(7, customer).forwarded).collect();
        assert_eq!(identities.len(), 2000);
    }

    #[test]
    fn what_a_client_may_say_is_never_more_than_the_anchor_is_told() {
        for customer in 0..50 {
            let identity = Identity::of(7, customer);
            assert!(identity.needed.iter().all(|said| identity.forwarded.contains(said)), "{}", identity.sub);
        }
    }
}
