//! The address of an endpoint: `https`, or plain `http` on the machine itself.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A URL that SEP-1 lets a `stellar.toml` name, kept as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint(String);

/// Why a URL is no endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidEndpoint {
    /// Neither `https://` nor `http://` in lower case.
    Scheme,
    /// `http://` to another machine.
    PlainHttp,
    /// No host, or a user, a blank, a fragment or anything but printable ASCII.
    Malformed,
}

impl Endpoint {
    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is plain `http`.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.starts_with("http://")
    }

    /// `HOST` or `HOST:PORT`, as written.
    #[must_use]
    pub fn authority(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        rest.split(['/', '?']).next().unwrap_or_default()
    }
}

impl FromStr for Endpoint {
    type Err = InvalidEndpoint;

    fn from_str(url: &str) -> Result<Self, InvalidEndpoint> {
        let secure = url.starts_with("https://");
        if !secure && !url.starts_with("http://") {
            return Err(InvalidEndpoint::Scheme);
        }
        let endpoint = Self(url.to_owned());
        let host = host(endpoint.authority());
        let printable = url.bytes().all(|byte| byte.is_ascii_graphic());
        if host.is_empty() || !printable || url.contains(['@', '#', '\\', '"']) {
            return Err(InvalidEndpoint::Malformed);
        }
        if secure || is_loopback(host) { Ok(endpoint) } else { Err(InvalidEndpoint::PlainHttp) }
    }
}

/// Without the port and without the brackets of an IPv6 address.
fn host(authority: &str) -> &str {
    match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or("", |(host, _)| host),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "must start with https://",
            Self::PlainHttp => "must start with https:// (plain http is for localhost alone)",
            Self::Malformed => "must be a URL of a host, without user and fragment",
        })
    }
}

impl std::error::Error for InvalidEndpoint {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_the_machine_itself() {
        for url in ["http://localhost:8080/auth", "http://127.0.0.1", "http://127.9.9.9:1/", "http://[::1]:8080/sep12"]
        {
            assert!(url.parse::<Endpoint>().expect(url).is_plain(), "{url}");
        }
        for url in
            ["http://anchor.example", "http://10.0.0.1:8080", "http://localhost.example", "http://127.0.0.1.example"]
        {
            assert_eq!(url.parse::<Endpoint>(), Err(InvalidEndpoint::PlainHttp), "{url}");
        }
        let endpoint: Endpoint = "https://anchor.example:8443/auth?x=1".parse().expect("https");
        assert!(!endpoint.is_plain());
        assert_eq!(endpoint.authority(), "anchor.example:8443");
    }

    #[test]
    fn other_texts_are_no_endpoints() {
        for (url, reason) in [
            ("", InvalidEndpoint::Scheme),
            ("anchor.example/auth", InvalidEndpoint::Scheme),
            ("ftp://localhost", InvalidEndpoint::Scheme),
            ("https://", InvalidEndpoint::Malformed),
            ("https:///auth", InvalidEndpoint::Malformed),
            ("http://localhost@anchor.example", InvalidEndpoint::Malformed),
            ("https://anchor.example/a b", InvalidEndpoint::Malformed),
            ("https://anchor.example/#auth", InvalidEndpoint::Malformed),
        ] {
            assert_eq!(url.parse::<Endpoint>(), Err(reason), "{url}");
        }
    }
}
