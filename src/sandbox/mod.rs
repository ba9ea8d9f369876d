//! The sandbox: a platform with a mock anchor behind it, complete with SEP-1 and SEP-10, so that a wallet has something to
//! talk to.
//!
//! One process, one port for wallets. Its keys and secrets are made for the run and forgotten with it. What happens is
//! told on stderr (`walkthrough`, `live`): names of fields, never values.

mod live;
mod walkthrough;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

pub use self::live::Live;
use crate::mock::{self, Anchor};
use crate::platform::{Config, InvalidRoots, OptionalEndpoint, Service, WebAuth};
use crate::sep1::currency::{Currency, Status};
use crate::sep1::stellar_toml::Documentation;
use crate::sep10::SigningKey;
use crate::sep10::token::Secret;
use crate::wire::listener::serve;

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
    listener: TcpListener,
    mut settings: Settings,
    shutdown: impl Future<Output = ()>,
) -> Result<(), CannotStart> {
    settings.web_auth = introduced(settings.web_auth);
    let wallets = listener.local_addr().map_err(CannotStart::Port)?;
    let anchor_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(CannotStart::Port)?;
    let anchor_address = anchor_listener.local_addr().map_err(CannotStart::Port)?;
    let (secret, live) = (secret(), Arc::new(Live::default()));
    eprint!("{}", walkthrough::text(wallets, anchor_address, &settings.web_auth, &secret));
    let platform = Service::new(config(anchor_address, &settings, secret, &live)).map_err(CannotStart::Roots)?;
    let (stop, mut stopped) = watch::channel(());
    let anchor = mock::run(anchor_listener, Arc::new(settings.anchor), async move { drop(stopped.changed().await) });
    let anchor = tokio::spawn(anchor);
    serve(listener, platform.options(), move |request| platform.clone().handle(request), shutdown).await;
    drop(stop);
    // It ends within its own grace; a panic in it has been printed.
    let _ = anchor.await;
    Ok(())
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
