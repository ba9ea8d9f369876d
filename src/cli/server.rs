//! What all serving commands share: a runtime, a listener, the one line on stdout, and a clean stop.

use std::io::Write;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::certificate::ServerCertificate;
use super::{Usage, tell};
use crate::platform::{Listener, ServerTls, Target};

pub(super) fn runtime() -> Result<Runtime, Usage> {
    Runtime::new().map_err(|error| Usage::new(format!("no runtime could be started: {error}")))
}

/// Where a server's connections come from.
pub(super) struct Entrance {
    pub(super) address: SocketAddr,
    pub(super) certificate: ServerCertificate,
    /// Whether something in front of it speaks https to those who come from elsewhere.
    pub(super) is_behind_https: bool,
}

/// A listener of which nobody has been told yet.
pub(super) struct Bound {
    listener: Listener,
    address: SocketAddr,
}

/// Takes the port, with its certificate.
pub(super) async fn bind(entrance: Entrance) -> Result<Bound, Usage> {
    let Entrance { address, certificate, is_behind_https } = entrance;
    let cannot = |error| Usage::new(format!("cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(address).await.map_err(cannot)?;
    let bound = listener.local_addr().map_err(cannot)?;
    let (listener, tls) = secured(listener, &certificate)?;
    if let Some(tls) = tls {
        read_again_at_hangup(certificate, tls);
    }
    if listener.scheme() == "http" && !is_behind_https {
        warn_of_listening(bound, "serve https with --tls-cert and --tls-key, or put a proxy that does in front");
    }
    Ok(Bound { listener, address: bound })
}

impl Bound {
    pub(super) fn scheme(&self) -> &'static str {
        self.listener.scheme()
    }

    /// Says on stdout where it listens: from now on nothing may fail any more.
    pub(super) fn announced(self) -> Listener {
        let mut stdout = std::io::stdout();
        let _ = writeln!(stdout, "listening on {}://{}", self.scheme(), self.address).and_then(|()| stdout.flush());
        self.listener
    }
}

/// With TLS if there is a certificate for it.
pub(super) fn secured(
    listener: TcpListener,
    certificate: &ServerCertificate,
) -> Result<(Listener, Option<ServerTls>), Usage> {
    let Some(shown) = certificate.read()? else { return Ok((listener.into(), None)) };
    let tls = ServerTls::new(&shown);
    Ok((Listener::with_tls(listener, tls.clone()), Some(tls)))
}

/// One line on stderr if others than this machine can come in, and what passes can be read on the way.
pub(super) fn warn_of_listening(bound: SocketAddr, advice: &str) {
    if !bound.ip().to_canonical().is_loopback() {
        tell(&format!(
            "warning: listening on {bound} without TLS: tokens, keys and KYC data pass in the clear; {advice}"
        ));
    }
}

/// One line on stderr if credentials go to another machine and can be read on the way.
pub(super) fn warn_of_clear_credentials(target: &Target) {
    if !target.is_tls() && !target.is_loopback() {
        tell(&format!(
            "warning: {target} is plain http to another machine: the credentials and all data pass in the clear; use https"
        ));
    }
}

/// Certificates are renewed while servers run. What cannot be used changes nothing.
#[cfg(unix)]
fn read_again_at_hangup(certificate: ServerCertificate, tls: ServerTls) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            match certificate.read() {
                Ok(shown) => {
                    shown.iter().for_each(|shown| tls.replace(shown));
                    tell("the certificate was read again, and is shown from the next connection on");
                }
                Err(usage) => tell(&format!("warning: the certificate is still the one before; {usage}")),
            }
        }
    });
}

#[cfg(not(unix))]
fn read_again_at_hangup(_: ServerCertificate, _: ServerTls) {}

/// Ends at SIGINT or SIGTERM. They are caught from this call on, so that a server which has said that it listens can be
/// stopped cleanly.
#[cfg(unix)]
pub(super) fn stop_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    async move {
        let [Ok(mut interrupt), Ok(mut terminate)] = signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
pub(super) async fn stop_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
