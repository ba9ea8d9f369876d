//! What an onlooker in the same process is told of each request: names of fields, never a value.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A request that was answered.
#[derive(Clone, Debug)]
pub struct Observed {
    /// When its headers had come.
    pub at: SystemTime,
    /// `x-request-id`, which the anchor got too.
    pub request_id: String,
    /// The method.
    pub method: String,
    /// The path, without the query. It may name an account.
    pub path: String,
    /// The content type chosen toward the anchor, or `none`.
    pub anchor_content_type: &'static str,
    /// The names of the fields that went to the anchor, identity aside, in their order.
    pub field_names: Vec<String>,
    /// The status; `None` if nobody was left to answer.
    pub status: Option<u16>,
    /// What the log says about a failure.
    pub detail: Option<String>,
    /// From the headers to the answer.
    pub took: Duration,
}

/// Is called after each request, on the connection's task: it must not block. If it panics, the request is answered as it
/// would be without it.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(Observed) + Send + Sync>);

impl Observer {
    /// From a function.
    pub fn new(observe: impl Fn(Observed) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }

    pub(super) fn tell(&self, observed: Observed) {
        // What it changed before it panicked is its own, and it is told of the next request, too.
        let _ = catch_unwind(AssertUnwindSafe(|| (self.0)(observed)));
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer(..)")
    }
}
