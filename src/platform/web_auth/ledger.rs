//! Who may sign for an account: asked of Horizon, if there is one.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::{ACCEPT, HOST};
use hyper::{Request, StatusCode};
use tokio::time::timeout;

use crate::platform::config::{Config, InvalidRoots, Target};
use crate::platform::refusal::Refusal;
use crate::sep10::{Authority, horizon};
use crate::sep12::Account;
use crate::wire::client_tls::{Advice, tls};
use crate::wire::pool::{Pool, SendError};

/// The way to Horizon, or none.
pub(crate) struct Ledger {
    horizon: Option<Pool<Full<Bytes>>>,
    patience: Duration,
}

/// An account with its signers and all its balances has some ten thousand bytes.
const MAX_ANSWER: usize = 1024 * 1024;

const ADVICE: Advice = Advice {
    trust: "add the authority's certificate to those of this system",
    show: "there is no way to give one to the platform for Horizon",
};

impl Ledger {
    pub(crate) fn new(horizon: Option<Target>, config: &Config) -> Result<Self, InvalidRoots> {
        let limits = &config.limits;
        let pool = |target| Ok(Pool::new(target, tls(None, None, ADVICE)?, limits.connect_time));
        Ok(Self { horizon: horizon.map(pool).transpose()?, patience: limits.anchor_time })
    }

    /// The signers of a `G` account. One that is not on the ledger, or that nobody can look up, has its master key.
    pub(crate) async fn authority(&self, account: Account) -> Result<Authority, Refusal> {
        let Some(horizon) = &self.horizon else { return Ok(Authority::MasterKey) };
        let asked = timeout(self.patience, ask(horizon, account)).await;
        asked.unwrap_or_else(|_| Err("it did not answer in time".to_owned())).map_err(Refusal::SignersUnknown)
    }
}

async fn ask(horizon: &Pool<Full<Bytes>>, account: Account) -> Result<Authority, String> {
    let target = horizon.target();
    let request = Request::get(hyper::Uri::from(target.path(&format!("/accounts/{account}"))))
        .header(HOST, target.authority())
        .header(ACCEPT, "application/json")
        .body(Full::default())
        .expect("all parts are valid");
    let (response, connection) = horizon.send(request).await.map_err(|error| failed(&error))?;
    let (head, body) = response.into_parts();
    let body = Limited::new(body, MAX_ANSWER).collect().await.map_err(|error| error.to_string())?.to_bytes();
    horizon.put_back(connection);
    match head.status {
        StatusCode::OK => horizon::signers(&body, account).map(Authority::Ledger).map_err(|error| error.to_string()),
        StatusCode::NOT_FOUND if horizon::is_no_account(&body) => Ok(Authority::MasterKey),
        other => Err(format!("it answered {other}")),
    }
}

fn failed(error: &SendError) -> String {
    match error {
        SendError::Connect(error) => error.to_string(),
        SendError::Exchange(error) => format!("the exchange failed: {error}"),
    }
}
