//! The requests that a trouble can be kept to.

use std::str::FromStr;

use super::InvalidTrouble;

/// An endpoint of the callback API, or of a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleEndpoint {
    /// `GET /customer`.
    GetCustomer,
    /// `PUT /customer`.
    PutCustomer,
    /// `DELETE /customer/{id}`.
    DeleteCustomer,
    /// `PUT /customer/callback`.
    PutCallback,
    /// `POST /customer/files`.
    PostFile,
    /// `GET /customer/files`.
    GetFiles,
}

impl TroubleEndpoint {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::GetCustomer, Self::PutCustomer, Self::DeleteCustomer, Self::PutCallback, Self::PostFile, Self::GetFiles];

    /// The name, as `put-customer`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GetCustomer => "get-customer",
            Self::PutCustomer => "put-customer",
            Self::DeleteCustomer => "delete-customer",
            Self::PutCallback => "put-callback",
            Self::PostFile => "post-file",
            Self::GetFiles => "get-files",
        }
    }

    /// The endpoint of a request, its path as sent.
    pub(in crate::mock) fn of(method: &str, path: &str, prefix: &str) -> Option<Self> {
        Some(match (method, path.strip_prefix(prefix)?) {
            ("GET", "/customer") => Self::GetCustomer,
            ("PUT", "/customer") => Self::PutCustomer,
            ("PUT", "/customer/callback") => Self::PutCallback,
            ("POST", "/customer/files") => Self::PostFile,
            ("GET", "/customer/files") => Self::GetFiles,
            ("DELETE", place) if place.starts_with("/customer/") => Self::DeleteCustomer,
            _ => return None,
        })
    }
}

impl FromStr for TroubleEndpoint {
    type Err = InvalidTrouble;

    fn from_str(name: &str) -> Result<Self, InvalidTrouble> {
        Self::ALL.into_iter().find(|endpoint| endpoint.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            InvalidTrouble(format!("no endpoint is called `{name}`; there are {names}"))
        })
    }
}
