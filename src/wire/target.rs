//! The base URL of a server to talk to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use hyper::Uri;
use hyper::http::uri::{Authority, PathAndQuery};

/// An `http` or `https` base URL; its path is a prefix of every request's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    tls: bool,
    authority: Authority,
    prefix: String,
}

/// Why a text is not a base URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTarget(&'static str);

impl Target {
    /// Whether the connection is made over TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// Whether it is this machine, by name or address.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let is_address = self.host().parse().is_ok_and(|address: IpAddr| address.is_loopback());
        is_address || self.host().eq_ignore_ascii_case("localhost")
    }

    /// The host name or address, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority.host().trim_start_matches('[').trim_end_matches(']')
    }

    /// The port, the scheme's own if none was given.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.authority.port_u16().unwrap_or(if self.tls { 443 } else { 80 })
    }

    /// What the `Host` header says.
    pub(crate) fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// The prefix and then the path, for a request line.
    pub(crate) fn path(&self, path_and_query: &str) -> PathAndQuery {
        let path = format!("{}{path_and_query}", self.prefix);
        path.parse().expect("the prefix was parsed and the rest is percent-encoded by its writer")
    }
}

/// With it and what is asked for a request line can still be written.
const MAX_PREFIX: usize = 4096;

impl FromStr for Target {
    type Err = InvalidTarget;

    fn from_str(url: &str) -> Result<Self, InvalidTarget> {
        let uri: Uri = url.parse().map_err(|_| InvalidTarget("it cannot be read as a URL"))?;
        let tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(InvalidTarget("it must start with http:// or https://")),
        };
        let authority = uri.authority().cloned().ok_or(InvalidTarget("it names no host"))?;
        if authority.as_str().contains('@') {
            return Err(InvalidTarget("it must not contain a user name or password"));
        }
        if authority.host().is_empty() {
            return Err(InvalidTarget("it names no host"));
        }
        if uri.query().is_some() || url.contains('#') {
            return Err(InvalidTarget("it must end with the path, without ? or #"));
        }
        if uri.path().len() > MAX_PREFIX {
            return Err(InvalidTarget("its path is too long"));
        }
        Ok(Self { tls, authority, prefix: uri.path().trim_end_matches('/').to_owned() })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority, self.prefix)
    }
}

impl fmt::Display for InvalidTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidTarget {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_gives_host_port_and_prefix() {
        let target: Target = "https://anchor.example/api/v1/".parse().expect("valid");
        assert_eq!((target.host(), target.port(), target.is_tls()), ("anchor.example", 443, true));
        assert_eq!(target.path("/customer?id=1"), "/api/v1/customer?id=1");
        assert_eq!(target.to_string(), "https://anchor.example/api/v1");
        let target: Target = "http://[::1]:8081".parse().expect("valid");
        assert_eq!((target.host(), target.port(), target.authority()), ("::1", 8081, "[::1]:8081"));
    }

    #[test]
    fn anything_else_is_refused() {
        for url in
            ["", "anchor", "ftp://anchor", "http://", "http://u:p@anchor", "http://a/?q", "http://a/#f", "/customer"]
        {
            assert!(url.parse::<Target>().is_err(), "{url}");
        }
        assert!(format!("http://a/{}", "x".repeat(MAX_PREFIX)).parse::<Target>().is_err());
    }
}
