//! How a platform shows its anchor who it is: nothing, a key, or a token, as the Anchor Platform does.

use std::fmt;

use super::token::{Claims, Secret, sign};

/// Credentials toward an anchor.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// None.
    None,
    /// `X-Api-Key: KEY`.
    ApiKey(ApiKey),
    /// `Authorization: Bearer` with an HS256 token of `iat` and `exp`, made anew for every request.
    Jwt(Secret),
}

/// A key that a header can carry. Its text is never printed, and never compared.
#[derive(Clone)]
pub struct ApiKey(String);

/// How long a token toward an anchor is valid, in seconds.
const TOKEN_LIFE: u64 = 300;

impl Credentials {
    /// The header's name, in lower case, and value at `now`, in seconds since the Unix epoch.
    #[must_use]
    pub fn header(&self, now: u64) -> Option<(&'static str, String)> {
        match self {
            Self::None => None,
            Self::ApiKey(key) => Some(("x-api-key", key.0.clone())),
            Self::Jwt(secret) => {
                let claims = Claims { sub: None, iss: None, aud: Vec::new(), iat: now, exp: now + TOKEN_LIFE };
                Some(("authorization", format!("Bearer {}", sign(&claims, secret))))
            }
        }
    }
}

#[cfg(feature = "suite")]
impl Credentials {
    /// What nobody else may read.
    pub(crate) fn secret(&self) -> Option<&[u8]> {
        match self {
            Self::None => None,
            Self::ApiKey(ApiKey(key)) => Some(key.as_bytes()),
            Self::Jwt(secret) => Some(secret.as_bytes()),
        }
    }

    /// Credentials of the same kind that are nobody's.
    pub(crate) fn wrong(&self) -> Self {
        match self {
            Self::None => Self::None,
            // One character more: a server that only compares the beginning takes it.
            Self::ApiKey(ApiKey(key)) => Self::ApiKey(ApiKey(format!("{key}x"))),
            Self::Jwt(_) => Secret::new("not the secret, only as long as one is").map_or(Self::None, Self::Jwt),
        }
    }
}

impl ApiKey {
    /// A key; `None` if it is empty or has characters other than printable ASCII.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Option<Self> {
        let key = key.into();
        let carried = !key.is_empty() && key.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        carried.then_some(Self(key))
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(..)")
    }
}
