//! The pieces of this moment, rendered once for all who look.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::html::Html;
use super::{customers, requests};
use crate::mock::{Anchor, Received};
use crate::platform::Observed;
use crate::sandbox::live::Live;

/// What is shown beside the requests of wallets.
#[derive(Debug)]
pub(super) struct Shown {
    anchor: Arc<Anchor>,
    /// Whoever comes while it is rendered waits for it, instead of rendering it too.
    latest: Mutex<Option<(Instant, Arc<Pieces>)>>,
}

#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// Another tag, other pieces.
    pub(super) tag: String,
    /// The customers; how many there are and the latest of them.
    pub(super) customers: Html,
    /// The requests that came to the anchor directly.
    pub(super) direct: Html,
}

/// How old a piece may be. All customers are looked at for it, and meanwhile no request is answered.
const MAX_AGE: Duration = Duration::from_millis(400);

impl Shown {
    pub(super) fn new(anchor: Arc<Anchor>) -> Self {
        Self { anchor, latest: Mutex::default() }
    }

    pub(super) async fn pieces(&self) -> Arc<Pieces> {
        let mut latest = self.latest.lock().await;
        if let Some((_, pieces)) = latest.as_ref().filter(|(since, _)| since.elapsed() < MAX_AGE) {
            return Arc::clone(pieces);
        }
        let anchor = Arc::clone(&self.anchor);
        let pieces = Arc::new(spawn_blocking(move || pieces(&anchor)).await.unwrap_or_else(|_| failed()));
        *latest = Some((Instant::now(), Arc::clone(&pieces)));
        pieces
    }

    /// The next who asks gets what is true then.
    pub(super) async fn forget(&self) {
        *self.latest.lock().await = None;
    }

    /// The requests after that number, newest first, and the number of the last of them.
    pub(super) async fn requests(&self, live: &Arc<Live>, after: u64) -> (u64, Html) {
        let (anchor, live) = (Arc::clone(&self.anchor), Arc::clone(live));
        let rendered = spawn_blocking(move || {
            let (before, observed) = live.numbered();
            let last = before + observed.len() as u64;
            let known = usize::try_from(after.saturating_sub(before)).unwrap_or(usize::MAX).min(observed.len());
            let news: &[Observed] = &observed[known..];
            let received: Vec<Received> = if news.is_empty() { Vec::new() } else { anchor.received() };
            (last, requests::groups(last, news, &received))
        });
        rendered.await.unwrap_or_default()
    }
}

fn pieces(anchor: &Anchor) -> Pieces {
    let (count, latest) = anchor.desk_latest(customers::MAX_CUSTOMERS);
    let customers = customers::list(count, &latest, anchor.config().default_type.as_deref());
    let direct = requests::direct(&anchor.received());
    Pieces { tag: customers::tag(&(&customers, &direct)), customers, direct }
}

fn failed() -> Pieces {
    let mut customers = Html::default();
    customers.markup("<p class=\"error\">").markup(super::STORE_FAILED).markup("</p>");
    Pieces { tag: "failed".to_owned(), customers, direct: Html::default() }
}
