//! Step 3, authenticate: whose request this is. Nothing of the body has been read yet.

use std::time::{SystemTime, UNIX_EPOCH};

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;

use super::refusal::Refusal;
use crate::sep10::token::Verifier;
use crate::sep12::Caller;

/// The caller that the one bearer token of the request speaks for.
pub(crate) fn authenticate(headers: &HeaderMap, tokens: &Verifier) -> Result<Caller, Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Refusal::NoToken);
    };
    let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(Refusal::NoToken)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::NoToken);
    }
    let sub = tokens.verify(token.trim_matches(' '), unix_time()).map_err(Refusal::BadToken)?;
    sub.parse().map_err(|_| Refusal::BadSub)
}

/// Seconds since the Unix epoch.
pub(crate) fn unix_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
