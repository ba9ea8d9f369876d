//! One POST to a wallet.

use std::fmt;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::lookup_host;
use tokio::time::timeout;

use super::address::is_public;
use super::signature;
use super::subscription::Telling;
use super::url::CallbackUrl;
use crate::mock::desk::settings::Desk;
use crate::wire::client_tls::{Advice, ClientTls, tls};
use crate::wire::connect::{ConnectError, connect_to};

/// What is to be told, and to whom.
#[derive(Clone, Debug)]
pub(in crate::mock) struct Attempt {
    pub(in crate::mock) customer: String,
    pub(in crate::mock) telling: Telling,
    pub(in crate::mock) url: CallbackUrl,
    pub(in crate::mock) body: String,
}

/// Who makes attempts.
#[derive(Default)]
pub(super) struct Client {
    tls: OnceLock<Option<ClientTls>>,
}

/// Why a wallet was not told. Says nothing of the customer.
#[derive(Debug)]
pub(super) enum Failure {
    Unresolved,
    Private,
    NoTls,
    Connect(ConnectError),
    Exchange,
    Status(StatusCode),
    TimedOut(Duration),
}

/// How much of an answer's head is read.
const MAX_HEAD: usize = 16 * 1024;

const ADVICE: Advice =
    Advice { trust: "add the authority's certificate to those of this system", show: "none is shown to wallets" };

impl Client {
    pub(super) async fn post(&self, attempt: &Attempt, desk: &Desk) -> Result<(), Failure> {
        let told = timeout(desk.callback_timeout, self.exchange(attempt, desk)).await;
        match told.unwrap_or(Err(Failure::TimedOut(desk.callback_timeout)))? {
            status if status.is_success() => Ok(()),
            status => Err(Failure::Status(status)),
        }
    }

    async fn exchange(&self, attempt: &Attempt, desk: &Desk) -> Result<StatusCode, Failure> {
        let addresses = resolve(&attempt.url, desk.allow_private_callbacks).await?;
        let tls = if attempt.url.is_tls() { Some(self.tls().ok_or(Failure::NoTls)?) } else { None };
        let stream = connect_to(&addresses, tls, &attempt.url.bare_host(), desk.callback_timeout).await;
        let stream = stream.map_err(Failure::Connect)?;
        let builder = http1::Builder::new().max_buf_size(MAX_HEAD).handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = builder.map_err(|_| Failure::Exchange)?;
        let request = request(attempt, desk).ok_or(Failure::Exchange)?;
        let mut answered = pin!(sender.send_request(request));
        let mut connection = pin!(connection);
        let answer = tokio::select! {
            answer = &mut answered => answer,
            _ = &mut connection => answered.await,
        };
        answer.map(|answer| answer.status()).map_err(|_| Failure::Exchange)
    }

    fn tls(&self) -> Option<&ClientTls> {
        self.tls.get_or_init(|| tls(None, None, ADVICE).ok()).as_ref()
    }
}

/// Those addresses of the host that may be called.
async fn resolve(url: &CallbackUrl, allow_private: bool) -> Result<Vec<SocketAddr>, Failure> {
    let found = lookup_host((url.bare_host(), url.port())).await.map_err(|_| Failure::Unresolved)?;
    let found: Vec<SocketAddr> = found.collect();
    let allowed: Vec<_> = found.iter().filter(|address| allow_private || is_public(address.ip())).copied().collect();
    match (found.is_empty(), allowed.is_empty()) {
        (true, _) => Err(Failure::Unresolved),
        (false, true) => Err(Failure::Private),
        (false, false) => Ok(allowed),
    }
}

fn request(attempt: &Attempt, desk: &Desk) -> Option<Request<Full<Bytes>>> {
    let Attempt { url, body, .. } = attempt;
    let timestamp = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let signature = signature::header(&desk.signing_key, timestamp, &url.host(), body);
    let request = Request::post(url.path_and_query())
        .header(HOST, url.authority())
        .header(CONTENT_TYPE, "application/json")
        .header(CONNECTION, "close");
    let request = signature::HEADERS.iter().fold(request, |request, name| request.header(*name, &signature));
    request.body(Full::new(Bytes::from(body.clone()))).ok()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unresolved => f.write_str("the host has no address"),
            Self::Private => f.write_str("the host has no public address; private ones must be allowed"),
            Self::NoTls => f.write_str("no certificate of this system can be used for https"),
            Self::Connect(error) => error.fmt(f),
            Self::Exchange => f.write_str("the connection broke off before there was an answer"),
            Self::Status(status) => write!(f, "the answer was {}, not 2xx", status.as_u16()),
            Self::TimedOut(limit) => write!(f, "no answer within {} s", limit.as_secs_f32()),
        }
    }
}
