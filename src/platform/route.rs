//! Step 2, route: which endpoint a method and path mean.
//!
//! An endpoint is added here, with its place and its method, and as a file in `endpoints/`.

use hyper::Method;

use super::config::{Config, OptionalEndpoint};
use super::refusal::Refusal;
use crate::sep1;

/// What the platform serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// `GET /health`.
    Health,
    /// `GET /.well-known/stellar.toml`.
    StellarToml,
    /// `GET /auth`.
    GetChallenge,
    /// `POST /auth`.
    PostChallenge,
    /// `GET SEP12/customer`.
    GetCustomer,
    /// `PUT SEP12/customer`.
    PutCustomer,
    /// `DELETE SEP12/customer/{account}`.
    DeleteCustomer {
        /// As it stands in the path, percent-encoding included.
        account: String,
    },
    /// `PUT SEP12/customer/verification`.
    PutVerification,
    /// `PUT SEP12/customer/callback`.
    PutCallback,
    /// `POST SEP12/customer/files`.
    PostFile,
    /// `GET SEP12/customer/files`.
    GetFiles,
    /// `OPTIONS` of any path that is known.
    Preflight {
        /// The methods of the path.
        allow: &'static str,
    },
}

impl Endpoint {
    /// The name that the log uses.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::StellarToml => "stellar_toml",
            Self::GetChallenge => "get_challenge",
            Self::PostChallenge => "post_challenge",
            Self::GetCustomer => "get_customer",
            Self::PutCustomer => "put_customer",
            Self::DeleteCustomer { .. } => "delete_customer",
            Self::PutVerification => "put_verification",
            Self::PutCallback => "put_callback",
            Self::PostFile => "post_file",
            Self::GetFiles => "get_files",
            Self::Preflight { .. } => "preflight",
        }
    }
}

/// Finds the endpoint. Paths are compared as they came: no decoding, no dots resolved, no trailing slash.
pub(crate) fn route(method: &Method, path: &str, config: &Config) -> Result<Endpoint, Refusal> {
    let place = Place::find(path, config).ok_or(Refusal::UnknownPath)?;
    let allow = place.allow();
    if *method == Method::OPTIONS {
        return Ok(Endpoint::Preflight { allow });
    }
    match place.needs() {
        Some(needed) if !config.anchor_serves.contains(&needed) => Err(Refusal::NotServed(needed)),
        _ => place.endpoint(method).ok_or(Refusal::UnknownMethod { allow }),
    }
}

/// Where wallets authenticate.
pub(crate) const AUTH_PATH: &str = "/auth";

/// A path that is known.
enum Place<'a> {
    Health,
    StellarToml,
    WebAuth,
    Customer,
    Verification,
    Callback,
    Files,
    Account(&'a str),
}

impl<'a> Place<'a> {
    fn find(path: &'a str, config: &Config) -> Option<Self> {
        match path {
            "/health" => Some(Self::Health),
            sep1::PATH if config.web_auth.is_some() => Some(Self::StellarToml),
            AUTH_PATH if config.web_auth.is_some() => Some(Self::WebAuth),
            _ => Self::find_customer(path.strip_prefix(config.sep12_path.as_str())?),
        }
    }

    /// A path of SEP-12, without the prefix.
    fn find_customer(path: &'a str) -> Option<Self> {
        Some(match path.strip_prefix("/customer")? {
            "" => Self::Customer,
            "/verification" => Self::Verification,
            "/callback" => Self::Callback,
            "/files" => Self::Files,
            other => {
                let segment = other.strip_prefix('/')?;
                return (!segment.is_empty() && !segment.contains('/')).then_some(Self::Account(segment));
            }
        })
    }

    fn allow(&self) -> &'static str {
        match self {
            Self::Health | Self::StellarToml => "GET, OPTIONS",
            Self::Customer => "GET, PUT, OPTIONS",
            Self::Verification | Self::Callback => "PUT, OPTIONS",
            Self::WebAuth | Self::Files => "GET, POST, OPTIONS",
            Self::Account(_) => "DELETE, OPTIONS",
        }
    }

    /// What the anchor must serve beyond the callback API.
    fn needs(&self) -> Option<OptionalEndpoint> {
        match self {
            Self::Callback => Some(OptionalEndpoint::Callback),
            Self::Files => Some(OptionalEndpoint::Files),
            _ => None,
        }
    }

    fn endpoint(&self, method: &Method) -> Option<Endpoint> {
        Some(match (self, method.as_str()) {
            (Self::Health, "GET") => Endpoint::Health,
            (Self::StellarToml, "GET") => Endpoint::StellarToml,
            (Self::WebAuth, "GET") => Endpoint::GetChallenge,
            (Self::WebAuth, "POST") => Endpoint::PostChallenge,
            (Self::Customer, "GET") => Endpoint::GetCustomer,
            (Self::Customer, "PUT") => Endpoint::PutCustomer,
            (Self::Verification, "PUT") => Endpoint::PutVerification,
            (Self::Callback, "PUT") => Endpoint::PutCallback,
            (Self::Files, "GET") => Endpoint::GetFiles,
            (Self::Files, "POST") => Endpoint::PostFile,
            (Self::Account(account), "DELETE") => Endpoint::DeleteCustomer { account: (*account).to_owned() },
            _ => return None,
        })
    }
}
