//! Step 2, route: which endpoint a method and path mean.

use hyper::Method;

use super::refusal::Refusal;

/// What the platform serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// `GET /health`.
    Health,
    /// `PUT SEP12/customer`.
    PutCustomer,
}

impl Endpoint {
    /// The name that the log uses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::PutCustomer => "put_customer",
        }
    }
}

/// Finds the endpoint. Paths are compared as they came: no decoding, no dots resolved, no trailing slash.
pub(crate) fn route(method: &Method, path: &str, sep12_path: &str) -> Result<Endpoint, Refusal> {
    let (endpoint, allow) = match path.strip_prefix(sep12_path) {
        Some("/customer") => (Endpoint::PutCustomer, Method::PUT),
        _ if path == "/health" => (Endpoint::Health, Method::GET),
        _ => return Err(Refusal::UnknownPath),
    };
    if *method == allow {
        Ok(endpoint)
    } else {
        Err(Refusal::UnknownMethod { allow: if endpoint == Endpoint::Health { "GET" } else { "PUT" } })
    }
}
