//! Cross-origin requests: a wallet in a browser may call from any site (SEP-1, SEP-10 and SEP-45, cross-origin headers).
//!
//! Always on. A token travels in a header that the wallet's own script sets, never in a cookie, so an origin of `*` gives
//! no other site anything; credentials mode is not allowed. Any header may be sent: wallets have some of their own (the
//! TypeScript wallet SDK names itself in two), and none travels on. They are named beside the wildcard because it does
//! not cover `Authorization`, and older browsers do not know it.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW, HeaderValue,
};
use hyper::{HeaderMap, Response, StatusCode};

/// The headers of every answer, errors included.
pub(crate) fn open_to_all(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after, x-request-id"));
}

/// The answer to `OPTIONS`, which a browser sends without the token.
pub(crate) fn preflight(allow: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    for (name, value) in [
        (ALLOW, allow),
        (ACCESS_CONTROL_ALLOW_METHODS, allow),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, x-client-name, x-client-version, *"),
        (ACCESS_CONTROL_MAX_AGE, "3600"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
