//! Where a wallet wants to be told of changes.

use std::net::IpAddr;
use std::str::FromStr;

use hyper::Uri;
use serde::{Deserialize, Serialize};

use super::address::is_public;

/// An absolute `http` or `https` URL that names one host to every reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(in crate::mock) struct CallbackUrl(Uri);

/// The text is no such URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mock) struct InvalidUrl;

impl CallbackUrl {
    pub(super) fn is_tls(&self) -> bool {
        self.0.scheme_str() == Some("https")
    }

    /// Host and port as they stand in the URL, for the `Host` header.
    pub(super) fn authority(&self) -> &str {
        self.0.authority().map_or("", |authority| authority.as_str())
    }

    /// The host in lower case, an IPv6 address in its brackets, without the port: what is signed.
    pub(in crate::mock) fn host(&self) -> String {
        self.0.host().unwrap_or_default().to_ascii_lowercase()
    }

    /// The host to resolve or connect to.
    pub(super) fn bare_host(&self) -> String {
        self.host().trim_start_matches('[').trim_end_matches(']').to_owned()
    }

    pub(super) fn port(&self) -> u16 {
        self.0.port_u16().unwrap_or(if self.is_tls() { 443 } else { 80 })
    }

    /// What the request line says.
    pub(super) fn path_and_query(&self) -> &str {
        self.0.path_and_query().map_or("/", |target| target.as_str())
    }

    /// Whether it can be told without resolving a name that no public address is meant.
    pub(in crate::mock) fn is_plainly_private(&self) -> bool {
        let host = self.bare_host();
        let host = host.trim_end_matches('.');
        let address: Result<IpAddr, _> = host.parse();
        address.map_or_else(|_| host == "localhost" || host.ends_with(".localhost"), |address| !is_public(address))
    }
}

impl FromStr for CallbackUrl {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte);
        let uri: Uri = text.parse().map_err(|_| InvalidUrl)?;
        let authority = uri.authority().ok_or(InvalidUrl)?;
        let has_port = authority.as_str().len() > authority.host().len();
        let is_sound = text.bytes().all(is_plain)
            && matches!(uri.scheme_str(), Some("http" | "https"))
            && !authority.host().is_empty()
            && !authority.as_str().contains('@')
            && (!has_port || authority.port_u16().is_some());
        if is_sound { Ok(Self(uri)) } else { Err(InvalidUrl) }
    }
}

impl TryFrom<String> for CallbackUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map_err(|InvalidUrl| "no http or https URL")
    }
}

impl From<CallbackUrl> for String {
    fn from(url: CallbackUrl) -> Self {
        url.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> CallbackUrl {
        text.parse().expect("a URL")
    }

    #[test]
    fn what_is_signed_is_the_host_without_its_port() {
        for (text, host, authority, port) in [
            ("https://Wallet.example/kyc?c=1", "wallet.example", "Wallet.example", 443),
            ("http://wallet.example:8000", "wallet.example", "wallet.example:8000", 8000),
            ("http://[2001:DB8::1]:8000/", "[2001:db8::1]", "[2001:DB8::1]:8000", 8000),
        ] {
            let url = url(text);
            assert_eq!((url.host().as_str(), url.authority(), url.port()), (host, authority, port));
        }
        assert_eq!(url("https://wallet.example/kyc?c=1").path_and_query(), "/kyc?c=1");
        assert_eq!(url("https://wallet.example").path_and_query(), "/");
        assert_eq!(url("http://[::1]/").bare_host(), "::1");
    }

    #[test]
    fn what_names_no_one_host_is_refused() {
        for text in [
            "",
            "/kyc",
            "wallet.example",
            "ftp://wallet.example",
            "https://",
            "https://wallet.example:99999/",
            "https://a@wallet.example/",
            "https://wallet.example/#x",
            "https://wallet.example/a b",
            "https://a\\@b/",
        ] {
            assert_eq!(text.parse::<CallbackUrl>(), Err(InvalidUrl), "{text}");
        }
    }

    #[test]
    fn this_machine_and_its_neighbours_are_known_without_resolving() {
        for text in
            ["http://localhost", "http://a.LOCALHOST.:80", "http://127.1.2.3", "http://[::1]", "https://10.0.0.1"]
        {
            assert!(url(text).is_plainly_private(), "{text}");
        }
        assert!(!url("https://wallet.example").is_plainly_private());
        assert!(!url("https://1.1.1.1").is_plainly_private());
    }
}
