//! Who may have the page: whoever sits at this machine, and no page of another site in their browser.
//!
//! A browser says which page asks. What a script of another site does not get to read anyway (the page's answers open
//! themselves to nobody) it is not given either, and above all it presses no button. A name that somebody let point to
//! this machine (DNS rebinding) is no name of the sandbox's: it is known by `localhost` and by addresses alone. For the
//! same reason the page is not there under the public URL of `--public-url`, where it would be everybody's.

use std::net::{IpAddr, SocketAddr};

use hyper::header::{HOST, HeaderName, ORIGIN};
use hyper::{HeaderMap, Method, Request};

/// What a request must be.
#[derive(Debug)]
pub(in crate::sandbox) struct Guard {
    /// Where the sandbox listens.
    pub(in crate::sandbox) own: SocketAddr,
    /// `http` or `https`.
    pub(in crate::sandbox) scheme: &'static str,
}

/// Why a request gets nothing of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It was sent to a name that is not the sandbox's.
    Host,
    /// It came from another site's page.
    Site,
}

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");

impl Guard {
    pub(super) fn admit<B>(&self, request: &Request<B>) -> Result<(), Refused> {
        let headers = request.headers();
        let host = only(headers, &HOST).filter(|host| self.is_own(host)).ok_or(Refused::Host)?;
        let is_same_site = match only(headers, &SITE) {
            Some("same-origin" | "none") => true,
            Some(_) => request.uri().path() == "/" && is_followed_link(headers),
            None => !headers.contains_key(SITE),
        };
        // Every browser names the origin of a POST. What is no browser can do so too.
        let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
        let is_same_origin = only(headers, &ORIGIN)
            .and_then(|origin| origin.strip_prefix(self.scheme)?.strip_prefix("://"))
            .is_some_and(|origin| origin.eq_ignore_ascii_case(host));
        if is_same_site && (is_safe || is_same_origin) { Ok(()) } else { Err(Refused::Site) }
    }

    /// Any port: that of a container is not the one that it listens on.
    fn is_own(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => (name, port),
            _ => (host, "80"),
        };
        let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
        let is_address = |ip: IpAddr| ip.is_loopback() || ip == self.own.ip();
        let is_name = name.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(is_address);
        is_name && port.parse::<u16>().is_ok()
    }
}

impl Refused {
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Host => "This page is served to localhost and to the address that the sandbox listens on, alone.",
            Self::Site => "Only the sandbox's own page may ask for this.",
        }
    }
}

/// Somebody goes to the page; no script and no frame of the other site gets to see it.
fn is_followed_link(headers: &HeaderMap) -> bool {
    only(headers, &MODE) == Some("navigate") && only(headers, &DESTINATION) == Some("document")
}

/// The value of a header that occurs once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    value.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(method: &str, path: &str, headers: &[(&str, &str)]) -> Result<(), Refused> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let guard = Guard { own: "192.0.2.7:8080".parse().expect("an address"), scheme: "http" };
        guard.admit(&request.body(()).expect("a request"))
    }

    #[test]
    fn only_names_of_its_own_are_answered() {
        for host in ["localhost:8080", "LOCALHOST", "127.0.0.1:1", "127.9.9.9", "[::1]:8080", "192.0.2.7:8080"] {
            assert_eq!(admit("GET", "/", &[("host", host)]), Ok(()), "{host}");
        }
        for host in ["evil.example:8080", "localhost.evil.example", "192.0.2.8", "localhost:x", "a@localhost", "", "::"]
        {
            assert_eq!(admit("GET", "/", &[("host", host)]), Err(Refused::Host), "{host}");
        }
        assert_eq!(admit("GET", "/", &[]), Err(Refused::Host));
        assert_eq!(admit("GET", "/", &[("host", "localhost"), ("host", "localhost")]), Err(Refused::Host));
    }

    #[test]
    fn a_button_is_pressed_on_the_page_or_not_at_all() {
        let press = |more: &[(&str, &str)]| admit("POST", "/page/decide", &[&[("host", "localhost:1")], more].concat());
        assert_eq!(press(&[("origin", "http://localhost:1")]), Ok(()));
        assert_eq!(press(&[("origin", "http://localhost:1"), ("sec-fetch-site", "same-origin")]), Ok(()));
        for headers in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "http://localhost:2")],
            &[("origin", "https://localhost:1")],
            &[("origin", "http://127.0.0.1:1")],
            &[("origin", "http://localhost:1"), ("sec-fetch-site", "same-site")],
            &[("origin", "http://localhost:1"), ("origin", "http://evil.example")],
        ] {
            assert_eq!(press(headers), Err(Refused::Site), "{headers:?}");
        }
    }

    #[test]
    fn another_site_may_link_to_the_page_and_no_more() {
        let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        let from = |path, headers: &[(&str, &str)]| admit("GET", path, &[&[("host", "localhost")], headers].concat());
        assert_eq!(from("/", &link), Ok(()));
        assert_eq!(from("/page/changes", &link), Err(Refused::Site));
        let frame = [link[0], link[1], ("sec-fetch-dest", "iframe")];
        assert_eq!(from("/", &frame), Err(Refused::Site));
        assert_eq!(from("/", &[link[0], ("sec-fetch-mode", "no-cors")]), Err(Refused::Site));
    }
}
