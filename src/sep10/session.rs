//! The token that a wallet gets for a challenge.

use std::fmt::Write;

use serde::Serialize;

use super::domain::Domain;
use super::token::{Secret, sign_json};
use super::verify::Authenticated;

/// What SEP-10 has a server say about a session. Times are seconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    /// Who issued it: a URI.
    pub iss: String,
    /// Who it speaks for: `G...`, `G...:MEMO` or `M...`.
    pub sub: String,
    /// When it was issued.
    pub iat: u64,
    /// When it ends.
    pub exp: u64,
    /// The hash of the challenge in hexadecimal; one challenge gives one token.
    pub jti: String,
    /// The domain that the wallet authenticated with.
    pub home_domain: String,
}

impl Session {
    /// The session that a challenge gives at `now`, for so many seconds.
    #[must_use]
    pub fn new(challenge: &Authenticated, issuer: &str, home_domain: &Domain, now: u64, lifetime: u64) -> Self {
        Self {
            iss: issuer.to_owned(),
            sub: challenge.client.to_string(),
            iat: now,
            exp: now.saturating_add(lifetime),
            jti: hexadecimal(&challenge.hash),
            home_domain: home_domain.to_string(),
        }
    }

    /// The signed token.
    #[must_use]
    pub fn sign(&self, secret: &Secret) -> String {
        sign_json(self, secret)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::sep10::token::Verifier;
    use crate::sep10::{ClientAccount, Domain};
    use crate::sep12::Account;

    #[test]
    fn a_session_says_all_that_sep_10_asks_for() {
        let client = ClientAccount::new(Account::Classic([1; 32]), Some(0)).expect("classic");
        let challenge = Authenticated { client, hash: [0xa5; 32], until: 900 };
        let domain: Domain = "localhost:8080".parse().expect("a domain");
        let secret = Secret::new("an invented secret of this test, 32+").expect("not empty");
        let token = Session::new(&challenge, "http://localhost:8080/auth", &domain, 100, 60).sign(&secret);
        let sub = format!("{}:0", client.account());
        assert_eq!(Verifier::new(secret).verify(&token, 159).as_deref(), Ok(sub.as_str()));
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).expect("three parts")).expect("base64url");
        let claims: serde_json::Value = serde_json::from_slice(&claims).expect("JSON");
        let expected = serde_json::json!({
            "iss": "http://localhost:8080/auth", "sub": sub, "iat": 100, "exp": 160, "jti": "a5".repeat(32),
            "home_domain": "localhost:8080",
        });
        assert_eq!(claims, expected);
    }
}
