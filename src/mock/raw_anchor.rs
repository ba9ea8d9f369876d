//! The raw front with a listener of its own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::anchor::Anchor;
use super::config::Config;
use super::raw_front::run;

/// A mock anchor on a free port of this machine, stopped when dropped. All of [`Anchor`] can be called on it.
#[derive(Debug)]
pub struct RawAnchor {
    address: SocketAddr,
    anchor: Arc<Anchor>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl RawAnchor {
    /// Starts one.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub async fn start(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let anchor = Arc::new(Anchor::new(config));
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(run(listener, Arc::clone(&anchor), async { drop(stopped.await) }));
        Ok(Self { address, anchor, stop, server })
    }

    /// The base of the callback API, prefix included, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.anchor.config().prefix)
    }

    /// Stops it and waits until its port is free and its connections are closed.
    pub async fn stop(self) {
        drop(self.stop);
        // The task cannot have been cancelled, and a panic in it has been printed.
        let _ = self.server.await;
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Deref for RawAnchor {
    type Target = Anchor;

    fn deref(&self) -> &Anchor {
        &self.anchor
    }
}
