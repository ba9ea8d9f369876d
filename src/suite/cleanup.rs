//! Deletes the customers that a run created.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::client::Transcript;
use super::context::Suite;
use super::request::Request;

/// How long deleting may take altogether, and how much longer for each customer: an anchor may limit the rate.
const TIME: Duration = Duration::from_secs(20);
const TIME_EACH: Duration = Duration::from_millis(200);

/// Deletes them; gives a note if some are left. That is no verdict: an anchor may have good reasons to keep a customer.
pub(crate) async fn delete_all(suite: &Arc<Suite>) -> Option<String> {
    let ids = std::mem::take(&mut *suite.created.lock().expect("no code panics while it holds the ids"));
    let time = TIME + TIME_EACH * u32::try_from(ids.len()).unwrap_or(0);
    let end = Instant::now() + time;
    let transcript = Transcript::default();
    let (mut left, mut why) = (0, String::new());
    for id in &ids {
        let sent = timeout_at(end, suite.client.send(&Request::delete(id), &transcript)).await;
        let complaint = match sent {
            Ok(Ok(answer)) if answer.is_success() || matches!(answer.status.as_u16(), 404 | 410) => continue,
            Ok(Ok(answer)) => answer.to_string(),
            Ok(Err(failure)) => failure.to_string(),
            Err(_) => format!("deleting took more than {} s", time.as_secs()),
        };
        left += 1;
        if why.is_empty() {
            why = format!("DELETE /customer/{id}: {complaint}");
        }
    }
    let total = ids.len();
    (left > 0).then(|| format!("{left} of the {total} customers created could not be deleted again; {why}"))
}
