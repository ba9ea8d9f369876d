//! Troubles: disturbances of the network, and of the anchor's being there, on purpose.
//!
//! A [`Fault`](super::Fault) is an anchor that breaks the contract; a trouble is an ordinary anchor on a bad day. Each
//! says what happens, to which requests, how often and by what chance; all can be combined. For one request all due
//! latencies add up, the first due trouble that has an answer of its own sets the answer, and the first that has a way
//! to give one sets the way. Only those that set something are used up.

mod chance;
mod endpoint;
mod kinds;
mod list;
mod syntax;

use std::time::Duration;

pub use chance::Chance;
pub use endpoint::TroubleEndpoint;
pub use kinds::{TROUBLES, TroubleInfo};
pub(super) use list::{Met, Troubles};
pub use syntax::InvalidTrouble;

use super::answer::{Answer, Delivery};

/// A disturbance, and whom it befalls. As text: `status=503,retry-after=10,on=put-customer,next=3`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Trouble {
    /// What happens.
    pub what: TroubleKind,
    /// The only requests that it befalls.
    pub on: Option<TroubleEndpoint>,
    /// How many of these, from now on, it befalls; all without it.
    pub next: Option<u64>,
    /// By what chance it befalls each.
    pub chance: Option<Chance>,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    /// It takes longer.
    Latency(Latency),
    /// The request is read and not acted on; the answer is an error with this status.
    Status {
        /// 400 to 599.
        status: u16,
        /// Seconds for `Retry-After`.
        retry_after: Option<u32>,
    },
    /// The request is read and not acted on; the answer is a redirect with this status, 300 to 399, to
    /// `/redirected` on the same server.
    Redirect(u16),
    /// An error with this status, 400 to 599, comes before the request's body was read.
    Early(u16),
    /// The connection is reset as soon as it is accepted. To have nothing listen at all, stop the anchor.
    Refused,
    /// The answer is given in this way.
    Delivery(Delivery),
}

/// How much longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// The answer comes so much later.
    Fixed(Duration),
    /// The answer comes later by any time between these, each as probable.
    Between(Duration, Duration),
    /// The request's body is read so much slower, for each byte.
    PerByte(Duration),
}

impl Trouble {
    /// For every request.
    #[must_use]
    pub fn always(what: TroubleKind) -> Self {
        Self { what, on: None, next: None, chance: None }
    }

    /// For requests to this endpoint only.
    #[must_use]
    pub fn on(self, endpoint: TroubleEndpoint) -> Self {
        Self { on: Some(endpoint), ..self }
    }

    /// For so many requests.
    #[must_use]
    pub fn next(self, requests: u64) -> Self {
        Self { next: Some(requests), ..self }
    }

    /// For each request by this chance.
    #[must_use]
    pub fn by(self, chance: Chance) -> Self {
        Self { chance: Some(chance), ..self }
    }

    /// Whether chance decides anything of it.
    #[must_use]
    pub fn is_random(&self) -> bool {
        self.chance.is_some() || matches!(self.what, TroubleKind::Latency(Latency::Between(..)))
    }
}

impl TroubleKind {
    /// The answer that it has of its own.
    fn answer(&self) -> Option<Answer> {
        match *self {
            Self::Status { status, retry_after } => {
                let answer = Answer::error(status, IN_TROUBLE);
                Some(match retry_after {
                    Some(seconds) => answer.with_header("retry-after", &seconds.to_string()),
                    None => answer,
                })
            }
            Self::Early(status) => Some(Answer::error(status, IN_TROUBLE)),
            Self::Redirect(status) => Some(Answer::empty(status).with_header("location", "/redirected")),
            Self::Latency(_) | Self::Refused | Self::Delivery(_) => None,
        }
    }

    /// The way that it has to give an answer.
    fn delivery(&self) -> Option<Delivery> {
        match *self {
            Self::Delivery(delivery) => Some(delivery),
            Self::Early(_) => Some(Delivery::BeforeBody),
            Self::Latency(_) | Self::Status { .. } | Self::Redirect(_) | Self::Refused => None,
        }
    }
}

const IN_TROUBLE: &str = "this anchor is in trouble";
