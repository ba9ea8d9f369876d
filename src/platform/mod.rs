//! The platform: takes wallets' requests (SEP-12) and forwards them to the anchor's callback API.
//!
//! It keeps nothing. A request goes through steps, one file each; a file within a request goes through them as a
//! stream and is never whole in memory.
//!
//! ```text
//! accept -> route -> authenticate -> decode -> identify -> encode -> forward -> reply
//! (bytes)  (Endpoint) (Caller)      (fields)  (fields)    (body)    (answer)   (id)
//! ```
//!
//! Which steps a request takes, its endpoint says: one file each in `endpoints/`, matched once.
//!
//! Invariants: no value of a field reaches a log or an error message. The anchor sees a complete body only if the
//! client sent one and every rule held to its end. A request is sent twice only if the first connection handed it back
//! unsent. Nothing of the client's headers or framing reaches the anchor, and of its query only the parameters that
//! SEP-12 names, written anew. What can fail, and how it is
//! answered, is one type (`refusal.rs`).

mod accept;
mod cors;
mod route;

mod endpoints;

mod authenticate;
mod web_auth;

mod decode;

mod identify;
mod lookup;
mod ownership;

mod encode;
mod upload;

mod call;
mod forward;
mod tally;
mod trace;

mod observe;
mod record;
mod refusal;
mod reply;
mod respond;

mod config;

#[cfg(fuzzing)]
pub mod fuzzing;

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};

pub use self::config::{
    AnchorBody, ApiKey, Config, Credentials, InvalidRoots, InvalidTarget, Limits, MuxedAs, OptionalEndpoint, Target,
    WebAuth,
};
pub use self::observe::{Observed, Observer};
pub use crate::wire::certificate::{Certificate, InvalidCertificate};
pub use crate::wire::listener::Listener;
use crate::wire::listener::{Hangup, Options, serve};
pub use crate::wire::server_tls::ServerTls;

/// Serves until `shutdown` ends, and then until the requests under way are answered.
///
/// # Errors
///
/// When the configured root certificates cannot be used.
pub async fn run(
    listener: impl Into<Listener>,
    config: Config,
    shutdown: impl Future<Output = ()>,
) -> Result<(), InvalidRoots> {
    let listener = listener.into();
    Service::new(config, listener.scheme())?.serve(listener, shutdown).await;
    Ok(())
}

/// A platform without its listener, for a server that has more to serve.
#[derive(Clone)]
pub(crate) struct Service(Arc<accept::Platform>);

impl Service {
    /// `scheme` is that of the listener.
    pub(crate) fn new(config: Config, scheme: &'static str) -> Result<Self, InvalidRoots> {
        Ok(Self(Arc::new(accept::Platform::new(config, scheme)?)))
    }

    pub(crate) async fn serve(self, listener: Listener, shutdown: impl Future<Output = ()>) {
        serve(listener, self.options(), move |request| self.clone().handle(request), shutdown).await;
    }

    pub(crate) fn options(&self) -> Options {
        let limits = &self.0.config.limits;
        Options {
            header_timeout: limits.header_time,
            write_timeout: limits.idle_time,
            max_header_bytes: limits.headers,
            last_words: respond::refuse_unread,
            max_connections: limits.connections,
            grace: limits.grace,
            ..Options::default()
        }
    }

    pub(crate) async fn handle(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Hangup> {
        accept::accept(self.0, request).await
    }
}
