//! What is new: a request that waits until there is something, and then gets the pieces that changed.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep, sleep_until};

use super::Page;
use super::answer::{Answer, JSON, answer};
use super::form::Form;

/// How long a request waits for news.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often customers are looked at who change by the clock alone, or by another process's hand.
const INTERVAL: Duration = Duration::from_secs(1);

impl Page {
    /// The form says what the page shows: `run`, `after` (the number of the latest request), `tag` (of the other pieces).
    pub(super) async fn changes(&self, form: &Form) -> Answer {
        if form.value("run") != self.document.run() {
            return answer(JSON, json!({"reload": true}).to_string());
        }
        let after = form.value("after").parse().unwrap_or(0);
        let (mut live, mut pressed, mut closed) =
            (self.live.watch(), self.pressed.subscribe(), self.is_closed.subscribe());
        let end = Instant::now() + PATIENCE;
        loop {
            let is_over = Instant::now() >= end || *closed.borrow_and_update();
            let count = *live.borrow_and_update();
            pressed.mark_unchanged();
            let pieces = self.shown.pieces().await;
            let is_other = pieces.tag != form.value("tag");
            if count > after || is_other || is_over {
                let (seen, rows) = self.shown.requests(&self.live, after).await;
                let customers = is_other.then(|| pieces.customers.as_str());
                let direct = is_other.then(|| pieces.direct.as_str());
                let news = json!({
                    "seen": seen,
                    "rows": rows.as_str(),
                    "tag": pieces.tag,
                    "customers": customers,
                    "direct": direct,
                });
                return answer(JSON, news.to_string());
            }
            tokio::select! {
                _ = live.changed() => {}
                _ = pressed.changed() => {}
                _ = closed.changed() => {}
                () = sleep(INTERVAL) => {}
                () = sleep_until(end) => {}
            }
        }
    }
}
