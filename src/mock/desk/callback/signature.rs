//! The signature of a callback (SEP-12, callback POST request, compute signature).
//!
//! Signed is `<timestamp>.<host>.<body>`. SEP-12 says "host" in the recipe and "hostname" in its reason, and leaves ports
//! open; the host is taken without its port, as the wallet knows it from the URL that it registered.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::sep10::SigningKey;

/// The headers that carry the signature; the second is the deprecated one, which SEP-12 still knows.
pub(super) const HEADERS: [&str; 2] = ["signature", "x-stellar-signature"];

/// The value of both headers; the timestamp is in seconds since the Unix epoch.
pub(super) fn header(key: &SigningKey, timestamp: u64, host: &str, body: &str) -> String {
    let signature = key.sign(format!("{timestamp}.{host}.{body}").as_bytes());
    format!("t={timestamp}, s={}", STANDARD.encode(signature))
}
