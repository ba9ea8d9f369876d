//! Which request goes to the anchor: method, path and query, percent-encoded and bounded.
//!
//! The callback API names `GET` and `PUT /customer` and `DELETE /customer/{id}`. What SEP-12 has beyond it goes to the
//! path of the same name. A customer is named in the body where the callback API does so, and in the query elsewhere.

use hyper::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::refusal::Refusal;
use crate::sep12::CustomerId;

/// A request to the anchor, without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path_and_query: String,
    pub(crate) identity: IdentityIn,
    pub(crate) files: Files,
}

/// Where a request names its customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdentityIn {
    Body,
    Target,
}

/// How many files a request may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Files {
    Any,
    One,
}

/// Names and values of a query.
pub(crate) type Parameters = Vec<(&'static str, String)>;

/// A request target that is longer cannot be written, with the anchor's own prefix, which is bounded, before it.
const MAX_TARGET: usize = 60_000;

impl Call {
    pub(crate) fn get_customer(parameters: &Parameters) -> Result<Self, Refusal> {
        Self::with_query(Method::GET, "/customer", parameters)
    }

    pub(crate) fn put_customer() -> Self {
        let path_and_query = "/customer".to_owned();
        Self { method: Method::PUT, path_and_query, identity: IdentityIn::Body, files: Files::Any }
    }

    /// An id that is `.` or `..` in a path is a step in the path to whoever resolves it, percent-encoded or not.
    pub(crate) fn delete_customer(id: &CustomerId) -> Result<Self, Refusal> {
        let unusable = |problem: &str| Refusal::AnchorAnswerUnusable(format!("the id found {problem}"));
        if matches!(id.as_str(), "." | "..") {
            return Err(unusable("would be a step in a path"));
        }
        let path_and_query = format!("/customer/{}", utf8_percent_encode(id.as_str(), NON_ALPHANUMERIC));
        if path_and_query.len() > MAX_TARGET {
            return Err(unusable("is too long for a path"));
        }
        Ok(Self { method: Method::DELETE, path_and_query, identity: IdentityIn::Target, files: Files::Any })
    }

    pub(crate) fn put_callback(parameters: &Parameters) -> Result<Self, Refusal> {
        Self::with_query(Method::PUT, "/customer/callback", parameters)
    }

    pub(crate) fn post_file(parameters: &Parameters) -> Result<Self, Refusal> {
        let call = Self::with_query(Method::POST, "/customer/files", parameters)?;
        Ok(Self { files: Files::One, ..call })
    }

    pub(crate) fn get_files(parameters: &Parameters) -> Result<Self, Refusal> {
        Self::with_query(Method::GET, "/customer/files", parameters)
    }

    fn with_query(method: Method, path: &str, parameters: &Parameters) -> Result<Self, Refusal> {
        let pair = |(name, value): &(_, String)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
        let pairs: Vec<String> = parameters.iter().map(pair).collect();
        let path_and_query = format!("{path}?{}", pairs.join("&"));
        if path_and_query.len() > MAX_TARGET {
            return Err(Refusal::TooLarge {
                what: "bytes in the parameters, percent-encoded",
                limit: MAX_TARGET as u64,
            });
        }
        Ok(Self { method, path_and_query, identity: IdentityIn::Target, files: Files::Any })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: &str) -> CustomerId {
        CustomerId::try_from(id.to_owned()).expect("not empty")
    }

    #[test]
    fn no_value_leaves_its_place() {
        let hostile = "a/../b?c&d=e#f%2F\r\nX: y\0é";
        let encoded = "a%2F%2E%2E%2Fb%3Fc%26d%3De%23f%252F%0D%0AX%3A%20y%00%C3%A9";
        let get = Call::get_customer(&vec![("memo", hostile.to_owned())]).expect("short");
        assert_eq!(get.path_and_query, format!("/customer?memo={encoded}"));
        let delete = Call::delete_customer(&id(hostile)).expect("short");
        assert_eq!(delete.path_and_query, format!("/customer/{encoded}"));
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        assert!(Call::get_customer(&vec![("memo", "/".repeat(20_000))]).is_err());
        for unusable in [".", "..", &"/".repeat(20_000)] {
            assert!(Call::delete_customer(&id(unusable)).is_err(), "{unusable:.10}");
        }
    }
}
