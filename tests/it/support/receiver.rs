//! A wallet's end of callbacks: takes POSTs, answers as told, and verifies signatures by the text of SEP-12 alone.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;
use stellar_strkey::ed25519::PublicKey;
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::listener;

pub(crate) struct Receiver {
    listener: TcpListener,
}

/// A POST as it came.
#[derive(Debug)]
pub(crate) struct Callback {
    head: String,
    body: String,
}

const PATIENCE: Duration = Duration::from_secs(10);

impl Receiver {
    pub(crate) async fn start() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.expect("a free port") }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("bound")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/kyc?customer=1", self.address())
    }

    /// The next callback, answered with this status.
    pub(crate) async fn next(&self, status: u16) -> Callback {
        self.next_answered(&format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 0\r\n\r\n")).await
    }

    pub(crate) async fn next_answered(&self, answer: &str) -> Callback {
        let (mut stream, _) =
            timeout(PATIENCE, self.listener.accept()).await.expect("a callback comes").expect("it is accepted");
        let request = listener::answer(&mut stream, answer).await;
        let (head, body) = request.split_once("\r\n\r\n").expect("a head");
        Callback { head: head.to_owned(), body: body.to_owned() }
    }

    /// Whether nobody has called, after all that was due had time to.
    pub(crate) async fn is_untouched(&self) -> bool {
        timeout(Duration::from_millis(100), self.listener.accept()).await.is_err()
    }
}

impl Callback {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub(crate) fn status(&self) -> String {
        self.json()["status"].as_str().expect("a status").to_owned()
    }

    pub(crate) fn request_line(&self) -> &str {
        self.head.lines().next().expect("a line")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = pairs.filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value).next();
        found.unwrap_or_else(|| panic!("no {name} in {}", self.head))
    }

    /// Verifies as a wallet does that knows the anchor's `SIGNING_KEY` and its own host name; returns the timestamp.
    pub(crate) fn verify(&self, signing_key: &str, host: &str) -> u64 {
        let header = self.header("Signature");
        assert_eq!(self.header("X-Stellar-Signature"), header);
        let (timestamp, signature) = header.split_once(", ").expect("two members");
        let timestamp = timestamp.strip_prefix("t=").expect("a timestamp");
        let signature = STANDARD.decode(signature.strip_prefix("s=").expect("a signature")).expect("base64");
        let sent: u64 = timestamp.parse().expect("seconds");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        assert!(now.abs_diff(sent) < 60, "fresh");
        let key = PublicKey::from_string(signing_key).expect("a public key").0;
        let payload = format!("{timestamp}.{host}.{}", self.body);
        let verified = UnparsedPublicKey::new(&ED25519, key).verify(payload.as_bytes(), &signature);
        verified.unwrap_or_else(|_| panic!("not signed by {signing_key}: {self:?}"));
        sent
    }
}
