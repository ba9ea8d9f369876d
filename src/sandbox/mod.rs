//! The sandbox: a platform with a mock anchor behind it, complete with SEP-1 and SEP-10, so that a wallet has something to
//! talk to.
//!
//! One process, one port for wallets. Its keys and secrets are made for the run and forgotten with it. What happens is
//! told on stderr (`walkthrough`, `live`): names of fields, never values. The `page` at `/` shows the same, and the
//! customers; it alone gives values away, to somebody at this machine who asks for them.

mod introduction;
mod walkthrough;

mod live;
mod page;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;

use self::introduction::Introduction;
pub use self::live::Live;
use self::page::{Guard, Page};
use crate::mock::{self, Anchor};
use crate::platform::{Config, InvalidRoots, OptionalEndpoint, Service, WebAuth};
use crate::sep1::currency::{Currency, Status};
use crate::sep1::stellar_toml::Documentation;
use crate::sep10::SigningKey;
use crate::sep10::token::Secret;
use crate::wire::listener::{Hangup, Listener, serve};

/// What a sandbox is made of.
#[derive(Debug)]
pub struct Settings {
    /// How wallets authenticate.
    pub web_auth: WebAuth,
    /// The mock anchor.
    pub anchor: Anchor,
    /// Whether the anchor is asked, before a request with an `id`, whose id that is.
    pub verify_ownership: bool,
}

/// Why a sandbox cannot be started.
#[derive(Debug)]
pub enum CannotStart {
    /// No port for the mock anchor.
    Port(io::Error),
    /// The system's root certificates cannot be used.
    Roots(InvalidRoots),
}

/// What a wallet may show of the anchor in its `stellar.toml`.
fn introduced(web_auth: WebAuth) -> WebAuth {
    let documentation = Documentation {
        org_name: Some("Invented Anchor (anchor-conformance sandbox)".to_owned()),
        org_description: Some("A mock anchor for trying things out: nothing here is worth anything.".to_owned()),
        ..Documentation::default()
    };
    let currency = Currency {
        code: "TEST".parse().expect("a code"),
        issuer: web_auth.key.public_key(),
        status: Status::Test,
        display_decimals: Some(2),
        name: Some("Test token".to_owned()),
        desc: Some("Worth nothing".to_owned()),
    };
    WebAuth { documentation, currencies: vec![currency], ..web_auth }
}

/// Serves wallets until `shutdown` ends.
///
/// # Errors
///
/// When the mock anchor behind it gets no port.
pub async fn run(
    listener: impl Into<Listener>,
    mut settings: Settings,
    shutdown: impl Future<Output = ()>,
) -> Result<(), CannotStart> {
    let listener = listener.into();
    settings.web_auth = introduced(settings.web_auth);
    let wallets = listener.local_addr().map_err(CannotStart::Port)?;
    let anchor_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(CannotStart::Port)?;
    let anchor_address = anchor_listener.local_addr().map_err(CannotStart::Port)?;
    let introduction = Introduction::new(listener.scheme(), wallets, anchor_address, &settings.web_auth);
    let (secret, live) = (secret(), Arc::new(Live::default()));
    // Nobody may read it, and the sandbox lives on.
    let _ = io::stderr().write_all(walkthrough::text(&introduction, &secret).as_bytes());
    let platform = Service::new(config(anchor_address, &settings, secret, &live), listener.scheme());
    let platform = platform.map_err(CannotStart::Roots)?;
    let anchor = Arc::new(settings.anchor);
    let guard = Guard { own: wallets, scheme: listener.scheme() };
    let page = Arc::new(Page::new(guard, live, Arc::clone(&anchor), &introduction));
    let (stop, mut stopped) = watch::channel(());
    let anchor = tokio::spawn(mock::run(anchor_listener, anchor, async move { drop(stopped.changed().await) }));
    let front = Front { platform, page: Arc::clone(&page) };
    let shutdown = async {
        shutdown.await;
        page.close();
    };
    serve(listener, front.platform.options(), move |request| front.clone().handle(request), shutdown).await;
    drop(stop);
    // It ends within its own grace; a panic in it has been printed.
    let _ = anchor.await;
    Ok(())
}

/// What wallets reach, and beside it the page.
#[derive(Clone)]
struct Front {
    platform: Service,
    page: Arc<Page>,
}

impl Front {
    async fn handle(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Hangup> {
        if self.page.has(request.uri().path()) {
            return Ok(self.page.answer(request).await);
        }
        self.platform.handle(request).await
    }
}

fn config(anchor: SocketAddr, settings: &Settings, secret: Secret, live: &Arc<Live>) -> Config {
    let prefix = &settings.anchor.config().prefix;
    let target = format!("http://{anchor}{prefix}").parse().expect("an address and a path are a URL");
    Config {
        web_auth: Some(settings.web_auth.clone()),
        anchor_serves: vec![OptionalEndpoint::Callback, OptionalEndpoint::Files],
        verify_ownership: settings.verify_ownership,
        observer: Some(Live::observer(live)),
        ..Config::new(target, secret)
    }
}

/// As much entropy as a key, in printable characters.
fn secret() -> Secret {
    Secret::new(SigningKey::generate().seed()).expect("a seed is not empty")
}
