//! JSON Web Tokens with HS256 (RFC 7515, RFC 7519), as SEP-10 servers issue and the Anchor Platform uses them.
//!
//! The algorithm is pinned: it is never taken from the token. No other algorithm is needed here, so this is small
//! enough to own; a general crate would bring RSA or a C library with it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// A shared secret. Its text is never printed, and never compared: what it signs is, in constant time.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

/// What the tokens say that no challenge was asked for. Times are seconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claims {
    /// Who the token speaks for (SEP-10); absent in a platform's token to its anchor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Who issued the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Whom it is meant for; many verifiers do not ask.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aud: Vec<String>,
    /// When it was issued.
    pub iat: u64,
    /// When it ends.
    pub exp: u64,
}

/// How tokens are verified.
#[derive(Clone, Debug)]
pub struct Verifier {
    /// The secret that the issuer signs with.
    pub secret: Secret,
    /// The issuer to insist on; `None` accepts any.
    pub issuer: Option<String>,
    /// How many seconds a token counts as valid before its `nbf` and after its `exp`.
    pub leeway: u64,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidToken {
    /// Not three base64url parts of which the first two are JSON with well-typed members.
    Malformed,
    /// An algorithm other than HS256, or critical extensions.
    Algorithm,
    /// The signature is not ours.
    Signature,
    /// No `exp` or no `sub`.
    MissingClaim,
    /// `exp` is past.
    Expired,
    /// `nbf` is to come.
    NotYetValid,
    /// Another issuer than the configured one.
    Issuer,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Received {
    sub: Option<String>,
    iss: Option<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
}

impl Secret {
    /// A secret; `None` if it is empty, which would make every token valid that anyone signs.
    #[must_use]
    pub fn new(secret: impl Into<Vec<u8>>) -> Option<Self> {
        let secret = secret.into();
        (!secret.is_empty()).then_some(Self(secret))
    }

    /// Whether it is shorter than the 256 bits that RFC 7518 section 3.2 asks of an HS256 key.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.0.len() < 32
    }

    /// The secret itself, so that it can be kept out of what is written.
    #[cfg(feature = "suite")]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn mac(&self, signed: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(signed.as_bytes());
        mac
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A signed token.
#[must_use]
pub fn sign(claims: &Claims, secret: &Secret) -> String {
    sign_json(claims, secret)
}

/// A signed token of any claims that are strings and numbers.
pub(super) fn sign_json(claims: &impl Serialize, secret: &Secret) -> String {
    let claims = serde_json::to_vec(claims).expect("claims are strings and numbers");
    let signed =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#), URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(secret.mac(&signed).finalize().into_bytes());
    format!("{signed}.{signature}")
}

impl Verifier {
    /// Accepts any issuer and no leeway.
    #[must_use]
    pub fn new(secret: Secret) -> Self {
        Self { secret, issuer: None, leeway: 0 }
    }

    /// The `sub` of a token that is valid at `now`, in seconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// Says which rule the token breaks; none of its content.
    pub fn verify(&self, token: &str, now: u64) -> Result<String, InvalidToken> {
        let (signed, signature) = token.rsplit_once('.').ok_or(InvalidToken::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(InvalidToken::Malformed)?;
        let header: Header = read_part(header)?;
        if header.alg != "HS256" || header.crit.is_some() {
            return Err(InvalidToken::Algorithm);
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| InvalidToken::Malformed)?;
        self.secret.mac(signed).verify_slice(&signature).map_err(|_| InvalidToken::Signature)?;
        self.check_claims(read_part(claims)?, now)
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds since the epoch are far below 2^53")]
    fn check_claims(&self, claims: Received, now: u64) -> Result<String, InvalidToken> {
        let (now, leeway) = (now as f64, self.leeway as f64);
        if claims.exp.ok_or(InvalidToken::MissingClaim)? + leeway <= now {
            return Err(InvalidToken::Expired);
        }
        if claims.nbf.is_some_and(|not_before| not_before - leeway > now) {
            return Err(InvalidToken::NotYetValid);
        }
        if self.issuer.is_some() && claims.iss != self.issuer {
            return Err(InvalidToken::Issuer);
        }
        claims.sub.ok_or(InvalidToken::MissingClaim)
    }
}

/// A part must be an object: serde reads a list into the same type, member by member.
fn read_part<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, InvalidToken> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| InvalidToken::Malformed)?;
    // Of members that nobody reads serde_json does not ask that they are UTF-8.
    let json = str::from_utf8(&json).map_err(|_| InvalidToken::Malformed)?;
    if !json.trim_ascii_start().starts_with('{') {
        return Err(InvalidToken::Malformed);
    }
    serde_json::from_str(json).map_err(|_| InvalidToken::Malformed)
}

impl fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the token is malformed",
            Self::Algorithm => "the token must be signed with HS256 and have no crit header",
            Self::Signature => "the token's signature is wrong",
            Self::MissingClaim => "the token must have exp and sub",
            Self::Expired => "the token has expired",
            Self::NotYetValid => "the token is not valid yet",
            Self::Issuer => "the token comes from another issuer",
        })
    }
}

impl std::error::Error for InvalidToken {}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn secret() -> Secret {
        Secret::new("an invented secret of this test, 32+").expect("not empty")
    }

    fn claims() -> Claims {
        Claims { sub: Some("G".into()), iss: Some("us".into()), aud: Vec::new(), iat: NOW, exp: NOW + 60 }
    }

    fn signed(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(secret().mac(&signed).finalize().into_bytes());
        format!("{signed}.{signature}")
    }

    /// Only one of the two implementations below fits a type without `==`; with it, this does not compile.
    #[test]
    fn secrets_cannot_be_compared_by_accident() {
        trait NotComparable<Marker> {
            fn holds() {}
        }
        struct Comparable;
        impl<T: ?Sized> NotComparable<()> for T {}
        impl<T: ?Sized + PartialEq> NotComparable<Comparable> for T {}
        <Secret as NotComparable<_>>::holds();
        <crate::sep10::credentials::ApiKey as NotComparable<_>>::holds();
    }

    #[test]
    fn the_example_of_rfc_7515_verifies() {
        let key = URL_SAFE_NO_PAD
            .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
            .expect("base64url");
        let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let verifier = Verifier::new(Secret::new(key).expect("not empty"));
        assert_eq!(verifier.verify(token, 1_300_819_379), Err(InvalidToken::MissingClaim));
        assert_eq!(verifier.verify(token, 1_300_819_380), Err(InvalidToken::Expired));
    }

    #[test]
    fn what_was_signed_verifies_until_it_expires() {
        let token = sign(&claims(), &secret());
        let verifier = Verifier::new(secret());
        assert_eq!(verifier.verify(&token, NOW + 59).as_deref(), Ok("G"));
        assert_eq!(verifier.verify(&token, NOW + 60), Err(InvalidToken::Expired));
        assert_eq!(Verifier { leeway: 5, ..verifier }.verify(&token, NOW + 64).as_deref(), Ok("G"));
    }

    #[test]
    fn an_audience_is_written_as_a_list_and_read_by_whoever_wants_it() {
        let payload = |claims: &Claims| {
            let token = sign(claims, &secret());
            let payload = token.split('.').nth(1).and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok());
            String::from_utf8(payload.expect("base64url")).expect("UTF-8")
        };
        let claims = Claims { aud: vec!["sep10".into()], ..claims() };
        assert!(payload(&claims).contains(r#""aud":["sep10"]"#), "{}", payload(&claims));
        assert!(!payload(&Claims { aud: Vec::new(), ..claims.clone() }).contains("aud"));
        assert_eq!(Verifier::new(secret()).verify(&sign(&claims, &secret()), NOW).as_deref(), Ok("G"));
    }

    #[test]
    fn another_issuer_is_refused_only_if_one_is_configured() {
        let token = sign(&claims(), &secret());
        let verifier = |issuer: &str| Verifier { issuer: Some(issuer.into()), ..Verifier::new(secret()) };
        assert_eq!(verifier("us").verify(&token, NOW).as_deref(), Ok("G"));
        assert_eq!(verifier("them").verify(&token, NOW), Err(InvalidToken::Issuer));
    }

    #[test]
    fn forged_and_malformed_tokens_are_refused() {
        let (hs256, good) = (r#"{"alg":"HS256"}"#, r#"{"sub":"G","exp":1800000060}"#);
        let unsigned = |header: &str| format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(good));
        let other_secret = Secret::new("another invented secret of this test").expect("not empty");
        for (token, error) in [
            (unsigned(r#"{"alg":"none"}"#), InvalidToken::Algorithm),
            (unsigned(hs256), InvalidToken::Signature),
            (signed(r#"{"alg":"HS512"}"#, good), InvalidToken::Algorithm),
            (signed(r#"{"alg":"hs256"}"#, good), InvalidToken::Algorithm),
            (signed(r#"{"alg":"HS256","crit":["exp"]}"#, good), InvalidToken::Algorithm),
            (sign(&claims(), &other_secret), InvalidToken::Signature),
            (signed(r#"["HS256",null]"#, good), InvalidToken::Malformed),
            (signed(hs256, r#"["G",null,1800000060,null]"#), InvalidToken::Malformed),
            (signed(hs256, r#"{"sub":"G"}"#), InvalidToken::MissingClaim),
            (signed(hs256, r#"{"exp":1800000060}"#), InvalidToken::MissingClaim),
            (signed(hs256, r#"{"sub":7,"exp":1800000060}"#), InvalidToken::Malformed),
            (signed(hs256, r#"{"sub":"A","sub":"G","exp":1800000060}"#), InvalidToken::Malformed),
            (signed(hs256, r#"{"sub":"G","exp":"1800000060"}"#), InvalidToken::Malformed),
            (signed(hs256, r#"{"sub":"G","exp":1800000060,"nbf":1800000001}"#), InvalidToken::NotYetValid),
            (signed(b"{\"alg\":\"HS256\",\"typ\":\"\xff\"}", good), InvalidToken::Malformed),
            (signed(hs256, b"{\"sub\":\"G\",\"exp\":1800000060,\"x\":\"\xff\"}"), InvalidToken::Malformed),
            (String::new(), InvalidToken::Malformed),
            ("a.b".into(), InvalidToken::Malformed),
            (format!("{}=", sign(&claims(), &secret())), InvalidToken::Malformed),
        ] {
            assert_eq!(Verifier::new(secret()).verify(&token, NOW), Err(error), "{token}");
        }
    }
}
