//! What somebody needs to know to point a wallet at the sandbox.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::platform::WebAuth;

/// Where everything is.
#[derive(Clone, Debug)]
pub(super) struct Introduction {
    /// What wallets are pointed at, without a slash at the end.
    pub(super) base: String,
    /// The page, on this machine.
    pub(super) page: String,
    /// The passphrase of the network.
    pub(super) network: String,
    /// Who signs challenges and callbacks, `G...`.
    pub(super) signer: String,
    /// The mock anchor's own base URL.
    pub(super) anchor: String,
}

impl Introduction {
    pub(super) fn new(scheme: &str, wallets: SocketAddr, anchor: SocketAddr, web_auth: &WebAuth) -> Self {
        let here = format!("{scheme}://{}", reachable(wallets));
        Self {
            base: web_auth.public_url.as_ref().map_or_else(|| here.clone(), ToString::to_string),
            page: format!("{here}/"),
            network: web_auth.network.passphrase().to_owned(),
            signer: web_auth.key.account().to_string(),
            anchor: format!("http://{anchor}"),
        }
    }
}

/// An address that listens everywhere is reached on this machine.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    address
}
