//! `--verify-ownership` while many clients race, customers come and go, and look-ups are slow or fail.
//!
//! The anchor here is a model of its own, small enough to be surely right, and a bad one: it believes every id. It notes
//! for each request of the platform's what it answered to the look-up and whether a PUT came after it, so that every
//! answer to a client can be judged by what the platform knew.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anchor_conformance::sep10::SigningKey;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::sleep;

use crate::support::{Platform, Wallet, config};

/// Account and memo.
type Key = (String, String);

#[derive(Default)]
struct Anchor(Mutex<State>);

#[derive(Default)]
struct State {
    ids: HashMap<Key, String>,
    /// Whose an id was first, also after it is gone: none is ever given out twice.
    owners: HashMap<String, Key>,
    by_request: HashMap<String, Seen>,
    dice: Dice,
}

/// What the anchor saw and said of one request of a client.
#[derive(Clone, Debug, Default)]
struct Seen {
    lookup: Option<Lookup>,
    put: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Lookup {
    Found(String),
    Nobody,
    Failed,
}

/// A small generator of its own: the same rolls in every run.
#[derive(Clone)]
struct Dice(u64);

impl Default for Dice {
    fn default() -> Self {
        Self(0x5eed)
    }
}

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

impl Anchor {
    async fn start() -> (Arc<Self>, SocketAddr) {
        let anchor = Arc::new(Self::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let served = Arc::clone(&anchor);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let anchor = Arc::clone(&served);
                let service = service_fn(move |request| Arc::clone(&anchor).answer(request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        (anchor, address)
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let pauses = {
            let dice = &mut self.state().dice;
            [dice.below(3), dice.below(3)].map(Duration::from_millis)
        };
        sleep(pauses[0]).await;
        let trace = head.headers["x-request-id"].to_str().expect("ASCII").to_owned();
        let answer = match head.method {
            Method::GET => self.look_up(head.uri.query().unwrap_or_default(), &trace),
            Method::PUT => Ok(self.put(&serde_json::from_slice(&body).expect("JSON"), &trace)),
            _ => Ok(self.delete(head.uri.path().rsplit('/').next().expect("an id"))),
        };
        // What was true may be so no longer when it arrives.
        sleep(pauses[1]).await;
        let (status, body) = answer?;
        Ok(Response::builder().status(status).body(Full::from(body)).expect("valid"))
    }

    fn look_up(&self, query: &str, trace: &str) -> io::Result<(u16, String)> {
        let pairs: HashMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let value = |name| pairs.get(name).map_or(String::new(), |value| (*value).to_owned());
        let state = &mut *self.state();
        let key = (value("account"), value("memo"));
        let failure = state.dice.below(16);
        let found = match pairs.get("id") {
            Some(id) => state.owners.get(*id).filter(|owner| owner.0 == key.0 && state.ids.contains_key(*owner)),
            None => Some(&key),
        };
        let found = found.and_then(|key| state.ids.get(key)).cloned();
        let seen = state.by_request.entry(trace.to_owned()).or_default();
        seen.lookup = Some(match (&found, failure) {
            (_, 0..3) => Lookup::Failed,
            (Some(id), _) => Lookup::Found(id.clone()),
            (None, _) => Lookup::Nobody,
        });
        match (found, failure) {
            (_, 0) => Err(io::ErrorKind::ConnectionAborted.into()),
            (_, 1) => Ok((500, json!({"error": "an invented outage"}).to_string())),
            (_, 2) => Ok((200, "no JSON".to_owned())),
            (Some(id), _) => Ok((200, json!({"id": id, "status": "ACCEPTED"}).to_string())),
            (None, _) if pairs.contains_key("id") => Ok((404, json!({"error": "nobody"}).to_string())),
            (None, _) => Ok((200, json!({"status": "NEEDS_INFO", "fields": {}}).to_string())),
        }
    }

    /// Believes the id, if there is one: only the platform stands between a client and another's customer.
    fn put(&self, body: &Value, trace: &str) -> (u16, String) {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let state = &mut *self.state();
        state.by_request.entry(trace.to_owned()).or_default().put = true;
        let key = (text("account"), text("memo"));
        if let Some(id) = body["id"].as_str() {
            let owner = &state.owners[id];
            let is_own = owner.0 == key.0 && (key.1.is_empty() || owner.1 == key.1);
            assert!(is_own, "the id {id} of {owner:?} came through for {key:?}");
            return match state.ids.get(owner) {
                Some(current) if current == id => (202, json!({"id": id}).to_string()),
                _ => (404, json!({"error": "gone in the meantime"}).to_string()),
            };
        }
        let next = format!("c{}", state.owners.len());
        let id = state.ids.entry(key.clone()).or_insert(next).clone();
        state.owners.entry(id.clone()).or_insert(key);
        (202, json!({"id": id}).to_string())
    }

    fn delete(&self, id: &str) -> (u16, String) {
        self.state().ids.retain(|_, current| current != id);
        (204, String::new())
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("the model has not panicked")
    }

    /// The ids that were ever given to somebody else.
    fn foreign(&self, account: &str, memo: &str) -> Vec<String> {
        let is_foreign = |owner: &Key| owner.0 != account || (!memo.is_empty() && owner.1 != memo);
        let state = self.state();
        let mut foreign: Vec<_> =
            state.owners.iter().filter(|(_, owner)| is_foreign(owner)).map(|(id, _)| id.clone()).collect();
        foreign.sort();
        foreign
    }
}

/// What answers there were, to see that the race had all of them.
#[derive(Debug, Default)]
struct Tally {
    own: u32,
    gone: u32,
    foreign: u32,
    outages: u32,
}

/// One of several clients of the same customer.
struct Client {
    wallet: Wallet,
    account: String,
    memo: String,
    /// Whether nobody ever deletes the customer.
    is_lasting: bool,
    anchor: Arc<Anchor>,
    dice: Dice,
    tally: Tally,
}

impl Client {
    async fn run(mut self) -> Tally {
        let mut own = self.create().await;
        for _ in 0..40 {
            match self.dice.below(4) {
                0 if !self.is_lasting => {
                    self.delete().await;
                    own = self.create().await;
                }
                0 | 1 => {
                    let foreign = self.anchor.foreign(&self.account, &self.memo);
                    if let Some(id) = foreign.get(self.dice.below(foreign.len().max(1) as u64) as usize) {
                        self.put_foreign(id).await;
                    }
                }
                _ => self.put_own(&own).await,
            }
        }
        self.tally
    }

    async fn create(&self) -> String {
        self.wallet.put_json(&json!({"last_name": "Invented"})).await.id()
    }

    async fn delete(&self) {
        let request = self.wallet.request(Method::DELETE, &format!("/sep12/customer/{}", self.account));
        // Somebody else may have been faster (404), and the look-up may fail (502).
        self.wallet.send(request.body(String::new()).expect("valid")).await;
    }

    /// The status, and what the anchor saw and said meanwhile.
    async fn put(&self, id: &str) -> (u16, Seen) {
        let answer = self.wallet.put_json(&json!({"id": id, "last_name": "Invented"})).await;
        let trace = answer.headers["x-request-id"].to_str().expect("ASCII");
        let seen = self.anchor.state().by_request.get(trace).cloned().unwrap_or_default();
        assert_eq!(seen.put, seen.lookup == Some(Lookup::Found(id.to_owned())), "{seen:?}");
        (answer.status.as_u16(), seen)
    }

    async fn put_own(&mut self, id: &str) {
        let (status, seen) = self.put(id).await;
        match (status, seen.lookup) {
            (202, Some(Lookup::Found(found))) if found == id => self.tally.own += 1,
            (503, Some(Lookup::Failed)) => self.tally.outages += 1,
            (404, Some(Lookup::Found(_) | Lookup::Nobody)) if !self.is_lasting => self.tally.gone += 1,
            unexpected => panic!("{unexpected:?} for {id}, an id of {} {}", self.account, self.memo),
        }
    }

    async fn put_foreign(&mut self, id: &str) {
        let (status, seen) = self.put(id).await;
        match (status, seen.lookup) {
            (404, Some(Lookup::Found(_) | Lookup::Nobody)) => self.tally.foreign += 1,
            (503, Some(Lookup::Failed)) => self.tally.outages += 1,
            unexpected => panic!("{unexpected:?} for the id of somebody else"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_race_lets_a_foreign_id_through_or_refuses_an_own_one() {
    let (anchor, address) = Anchor::start().await;
    let mut config = config(&format!("http://{address}"));
    config.verify_ownership = true;
    let platform = Platform::start(config).await;
    let [first, second, third] = [(); 3].map(|()| SigningKey::generate().account().to_string());
    let mut clients = Vec::new();
    for (account, memo, is_lasting) in
        [(&first, "1", true), (&first, "2", false), (&second, "1", false), (&third, "", true), (&second, "", true)]
    {
        for _ in 0..6 {
            let sub = if memo.is_empty() { account.clone() } else { format!("{account}:{memo}") };
            let client = Client {
                wallet: platform.wallet(&sub),
                account: account.clone(),
                memo: memo.to_owned(),
                is_lasting,
                anchor: Arc::clone(&anchor),
                dice: Dice(clients.len() as u64),
                tally: Tally::default(),
            };
            clients.push(tokio::spawn(client.run()));
        }
    }
    let mut sum = Tally::default();
    for client in clients {
        let tally = client.await.expect("every answer is one of those that it may be");
        sum.own += tally.own;
        sum.gone += tally.gone;
        sum.foreign += tally.foreign;
        sum.outages += tally.outages;
    }
    assert!(sum.own > 100 && sum.foreign > 100 && sum.outages > 20 && sum.gone > 0, "{sum:?}");
}
