//! Where a wallet reaches the platform, and what the domains are called there.
//!
//! A `Host` header is believed only for this machine: a challenge in the name of any host that a request mentions could
//! be passed on by another site, whose visitors would sign it as that site's own.

use hyper::HeaderMap;
use hyper::header::HOST;

use super::{Authenticator, WebAuth};
use crate::platform::refusal::Refusal;
use crate::sep1::Endpoint;
use crate::sep10::{Domain, challenge};

/// One request's answer to where the platform is.
pub(crate) struct Origin<'a> {
    web_auth: &'a WebAuth,
    base: Endpoint,
}

const UNKNOWN: &str =
    "Host must be this machine (localhost or a loopback address); for any other the platform needs --public-url";

impl<'a> Origin<'a> {
    pub(crate) fn of(authenticator: &'a Authenticator, headers: &HeaderMap) -> Result<Self, Refusal> {
        let Authenticator { web_auth, scheme, .. } = authenticator;
        let base = match &web_auth.public_url {
            Some(url) => url.clone(),
            None => reached(headers, scheme).ok_or_else(|| Refusal::malformed(UNKNOWN))?,
        };
        Ok(Self { web_auth, base })
    }

    /// The URL of one of the platform's paths.
    pub(crate) fn url(&self, path: &str) -> Endpoint {
        format!("{}{path}", self.base).parse().expect("the base was parsed and paths are plain")
    }

    /// The server that issues challenges here.
    pub(crate) fn server(&self) -> Result<challenge::Server, Refusal> {
        let WebAuth { key, network, home_domain, web_auth_domain, .. } = self.web_auth;
        Ok(challenge::Server {
            key: key.clone(),
            network: network.clone(),
            home_domain: self.domain(home_domain.as_ref())?,
            web_auth_domain: self.domain(web_auth_domain.as_ref())?,
            lifetime: challenge::LIFETIME,
        })
    }

    fn domain(&self, configured: Option<&Domain>) -> Result<Domain, Refusal> {
        let of_base = || self.base.authority().parse().map_err(|_| Refusal::malformed(UNKNOWN));
        configured.cloned().map_or_else(of_base, Ok)
    }
}

/// Where this process is reached, if the request names this machine: what may be plain http is nothing else.
fn reached(headers: &HeaderMap, scheme: &str) -> Option<Endpoint> {
    let mut hosts = headers.get_all(HOST).iter();
    let (host, None) = (hosts.next()?.to_str().ok()?, hosts.next()) else { return None };
    let endpoint: Endpoint = format!("http://{host}").parse().ok()?;
    if endpoint.authority() == host { format!("{scheme}://{host}").parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(hosts: &[&str]) -> HeaderMap {
        hosts.iter().map(|host| (HOST, host.parse().expect("a header"))).collect()
    }

    #[test]
    fn only_this_machine_is_believed() {
        for host in ["localhost:8080", "127.0.0.1:1", "[::1]:8080", "localhost"] {
            for scheme in ["http", "https"] {
                assert_eq!(reached(&headers(&[host]), scheme).expect(host).as_str(), format!("{scheme}://{host}"));
            }
        }
        for hosts in [
            &["anchor.example"][..],
            &["localhost.example"],
            &["localhost@anchor.example"],
            &["localhost/path"],
            &["localhost?query"],
            &["localhost", "localhost"],
            &[""],
            &[],
        ] {
            assert!(reached(&headers(hosts), "http").is_none(), "{hosts:?}");
            assert!(reached(&headers(hosts), "https").is_none(), "{hosts:?}");
        }
    }
}
