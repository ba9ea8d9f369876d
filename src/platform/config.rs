//! Everything that can be set on a platform, typed, with sane defaults.

use std::time::Duration;

use super::observe::Observer;
pub use super::web_auth::WebAuth;
pub use crate::sep10::credentials::{ApiKey, Credentials};
use crate::sep10::token::{Secret, Verifier};
use crate::wire::certificate::Certificate;
pub use crate::wire::client_tls::InvalidRoots;
use crate::wire::descriptors;
pub use crate::wire::target::{InvalidTarget, Target};

/// A platform's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The anchor's callback API.
    pub anchor: Target,
    /// How the platform shows the anchor who it is.
    pub anchor_auth: Credentials,
    /// Certificate authorities to trust beside the system's, in PEM.
    pub anchor_roots: Option<Vec<u8>>,
    /// What the anchor is shown if it asks for a client certificate.
    pub anchor_certificate: Option<Certificate>,
    /// How a multipart body is sent to the anchor.
    pub anchor_body: AnchorBody,
    /// How the platform authenticates wallets itself; without it tokens come from elsewhere.
    pub web_auth: Option<WebAuth>,
    /// How wallet tokens are verified.
    pub wallet_tokens: Verifier,
    /// Where SEP-12 is served, with a leading and without a trailing slash.
    pub sep12_path: String,
    /// How a muxed account is named to the anchor.
    pub muxed_as: MuxedAs,
    /// Whether memos that no Stellar memo can hold are refused.
    pub strict_memos: bool,
    /// Whether the anchor is asked, before a request with an `id`, whose id that is.
    pub verify_ownership: bool,
    /// The customer type of look-ups for requests that name none, for anchors that need one.
    pub lookup_type: Option<String>,
    /// What the anchor serves beyond the callback API.
    pub anchor_serves: Vec<OptionalEndpoint>,
    /// Who is told of each request.
    pub observer: Option<Observer>,
    /// What one request may cost.
    pub limits: Limits,
}

/// How a multipart body travels to the anchor. JSON always has a `Content-Length`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorBody {
    /// Chunked, as it comes in: a file is never whole in memory.
    Streamed,
    /// Collected first and sent with a `Content-Length`, for anchors that cannot take chunked bodies.
    Buffered {
        /// The bytes that all requests together may hold.
        budget: usize,
    },
}

/// How a muxed account (`M...`) is named to the anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MuxedAs {
    /// `account=M...`.
    Account,
    /// `account=G...`, `memo` and `memo_type=id`.
    Memo,
}

/// What SEP-12 has and the callback API has not; an anchor may serve it under the same path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionalEndpoint {
    /// `PUT /customer/callback`.
    Callback,
    /// `POST` and `GET /customer/files`.
    Files,
}

/// Bounds on one request, in bytes and in time, and on how many clients there are at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many clients may be connected; more wait until one is gone.
    pub connections: usize,
    /// The request body.
    pub body: u64,
    /// One string field, and one name.
    pub string_field: usize,
    /// All string fields of a request together; also a JSON or urlencoded body.
    pub all_strings: usize,
    /// The number of fields, files included.
    pub fields: usize,
    /// The headers of the request, and those of one multipart part.
    pub headers: usize,
    /// The anchor's answer.
    pub answer: usize,
    /// From the opening of a connection, or the end of the exchange before, to the end of a request's headers.
    pub header_time: Duration,
    /// The longest pause of a client: within its body, and while it takes its answer.
    pub idle_time: Duration,
    /// All the time spent waiting for a client's body.
    pub body_time: Duration,
    /// Until a connection to the anchor stands.
    pub connect_time: Duration,
    /// The longest silence of the anchor: while it takes in the body, and until its answer is complete.
    pub anchor_time: Duration,
    /// How long requests under way may go on after shutdown was asked for.
    pub grace: Duration,
}

impl Config {
    /// The defaults for an anchor and a wallet-token secret.
    #[must_use]
    pub fn new(anchor: Target, wallet_secret: Secret) -> Self {
        Self {
            anchor,
            anchor_auth: Credentials::None,
            anchor_roots: None,
            anchor_certificate: None,
            anchor_body: AnchorBody::Streamed,
            web_auth: None,
            wallet_tokens: Verifier::new(wallet_secret),
            sep12_path: "/sep12".to_owned(),
            muxed_as: MuxedAs::Account,
            strict_memos: false,
            verify_ownership: false,
            lookup_type: None,
            anchor_serves: Vec::new(),
            observer: None,
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: descriptors::connections(),
            body: 64_000_000,
            string_field: 256 * 1024,
            all_strings: 2 * 1024 * 1024,
            fields: 500,
            headers: 32 * 1024,
            answer: 1024 * 1024,
            header_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(30),
            body_time: Duration::from_secs(300),
            connect_time: Duration::from_secs(5),
            anchor_time: Duration::from_secs(30),
            grace: Duration::from_secs(30),
        }
    }
}
