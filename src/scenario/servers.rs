//! The platform and the mock anchor of one scenario.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::file::Scenario;
use super::front::Front;
use super::token::WALLET_SECRET;
use crate::mock::{Anchor, MockAnchor};
use crate::platform::Target;
use crate::sep10::token::Secret;

/// Both servers, started.
pub(super) struct Servers {
    platform: Server,
    pub(super) platform_address: SocketAddr,
    front: AnchorFront,
}

enum AnchorFront {
    Wiremock(Box<MockAnchor>),
    Raw(Server, Arc<Anchor>),
    /// A port that is taken and not listened on.
    Unreachable {
        anchor: Box<Anchor>,
        _port: TcpSocket,
    },
}

/// A server in a task, and the way to stop it.
struct Server {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

const ANY_PORT: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

impl Servers {
    pub(super) async fn start(scenario: &Scenario, front: Front) -> io::Result<Self> {
        let (front, url) = AnchorFront::start(scenario, front).await?;
        for customer in &scenario.anchor.customers {
            front.anchor().register_as(&customer.id, &customer.identity, customer.fields());
        }
        let target: Target = url.parse().map_err(|error| io::Error::other(format!("{url}: {error}")))?;
        let secret = Secret::new(WALLET_SECRET).expect("it is not empty");
        let config = scenario.platform.config(target, secret);
        let listener = TcpListener::bind(ANY_PORT).await?;
        let platform_address = listener.local_addr()?;
        let platform = Server::start(move |stopped| async move {
            // The only failure is about root certificates, and a scenario has none.
            let _ = crate::platform::run(listener, config, stopped).await;
        });
        Ok(Self { platform, platform_address, front })
    }

    pub(super) fn anchor(&self) -> &Anchor {
        self.front.anchor()
    }

    /// Stops the platform, then the anchor: after that, nothing can arrive anymore. The journal survives.
    pub(super) async fn stop(self) -> Vec<crate::mock::Received> {
        self.platform.stop().await;
        match self.front {
            AnchorFront::Raw(server, anchor) => {
                server.stop().await;
                anchor.received()
            }
            other => other.anchor().received(),
        }
    }
}

impl AnchorFront {
    async fn start(scenario: &Scenario, front: Front) -> io::Result<(Self, String)> {
        let config = scenario.anchor.config();
        let prefix = config.prefix.clone();
        if scenario.anchor.unreachable {
            let socket = TcpSocket::new_v4()?;
            socket.bind(ANY_PORT.into())?;
            let url = format!("http://{}{prefix}", socket.local_addr()?);
            return Ok((Self::Unreachable { anchor: Box::new(Anchor::new(config)), _port: socket }, url));
        }
        match front {
            Front::Wiremock => {
                let anchor = Box::new(MockAnchor::with(config).await);
                let url = anchor.url();
                Ok((Self::Wiremock(anchor), url))
            }
            Front::Raw => {
                let listener = TcpListener::bind(ANY_PORT).await?;
                let url = format!("http://{}{prefix}", listener.local_addr()?);
                let anchor = Arc::new(Anchor::new(config));
                let shared = Arc::clone(&anchor);
                let server = Server::start(move |stopped| crate::mock::run(listener, shared, stopped));
                Ok((Self::Raw(server, anchor), url))
            }
        }
    }

    fn anchor(&self) -> &Anchor {
        match self {
            Self::Wiremock(anchor) => anchor,
            Self::Raw(_, anchor) => anchor,
            Self::Unreachable { anchor, .. } => anchor,
        }
    }
}

impl Server {
    fn start<F>(serve: impl FnOnce(Stopped) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (stop, stopped) = oneshot::channel();
        Self { stop, task: tokio::spawn(serve(Stopped(stopped))) }
    }

    async fn stop(self) {
        drop(self.stop);
        // A panic in the task has been printed, and the comparison shows what came of it.
        let _ = self.task.await;
    }
}

/// Ends when the other side is dropped.
struct Stopped(oneshot::Receiver<()>);

impl Future for Stopped {
    type Output = ();

    fn poll(mut self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        std::pin::Pin::new(&mut self.0).poll(cx).map(drop)
    }
}
