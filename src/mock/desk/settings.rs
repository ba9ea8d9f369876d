//! How the desk works.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error};

use crate::sep10::SigningKey;

/// The settings of a KYC desk. In a file times are in seconds, and the key is its secret seed, `S...`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Desk {
    /// How long what takes a while takes; see [`MAGIC`](super::MAGIC).
    #[serde(deserialize_with = "seconds")]
    pub pause: Duration,
    /// How long an uploaded file is kept for the field that shall refer to it.
    #[serde(deserialize_with = "seconds")]
    pub file_lifetime: Duration,
    /// Files of `POST /customer/files` over this many bytes are answered 413.
    pub max_file_bytes: u64,
    /// What callbacks are signed with: the key of `SIGNING_KEY` in the anchor's `stellar.toml`. Generated if absent.
    #[serde(deserialize_with = "seed")]
    pub signing_key: SigningKey,
    /// Whether callbacks go to loopback, private and link-local addresses too.
    pub allow_private_callbacks: bool,
    /// How often it is tried to deliver one state before it is given up; at least once.
    pub callback_attempts: u32,
    /// The pause after the first failed attempt; it doubles after each further one.
    #[serde(deserialize_with = "seconds")]
    pub callback_backoff: Duration,
    /// How long one attempt may take, from the name's resolution to the answer's status.
    #[serde(deserialize_with = "seconds")]
    pub callback_timeout: Duration,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            pause: Duration::from_secs(3),
            file_lifetime: Duration::from_secs(3600),
            max_file_bytes: 10_000_000,
            signing_key: SigningKey::generate(),
            allow_private_callbacks: false,
            callback_attempts: 6,
            callback_backoff: Duration::from_secs(1),
            callback_timeout: Duration::from_secs(10),
        }
    }
}

impl PartialEq for Desk {
    fn eq(&self, other: &Self) -> bool {
        let rest = |desk: &Self| {
            (
                (desk.pause, desk.file_lifetime, desk.max_file_bytes, desk.signing_key.public_key()),
                (desk.allow_private_callbacks, desk.callback_attempts, desk.callback_backoff, desk.callback_timeout),
            )
        };
        rest(self) == rest(other)
    }
}

impl Eq for Desk {}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    Duration::try_from_secs_f64(f64::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn seed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SigningKey, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_sets_times_in_seconds_and_the_key_by_its_seed() {
        let seed = "SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHOKR";
        let text = format!(r#"{{"pause": 0.5, "callback_backoff": 2, "signing_key": "{seed}"}}"#);
        let desk: Desk = serde_json::from_str(&text).expect("a desk");
        assert_eq!((desk.pause, desk.callback_backoff), (Duration::from_millis(500), Duration::from_secs(2)));
        assert_eq!(desk.signing_key.seed(), seed);
        assert_eq!(desk.file_lifetime, Desk::default().file_lifetime);
        for wrong in [r#"{"pause": -1}"#, r#"{"signing_key": "S"}"#, r#"{"paws": 1}"#] {
            assert!(serde_json::from_str::<Desk>(wrong).is_err(), "{wrong}");
        }
    }
}
