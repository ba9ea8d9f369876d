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
    // It may have been given up over requests of another kind.
    suite.client.try_again();
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use jiff::Timestamp;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::sep12::CustomerId;
    use crate::suite::options::Options;
    use crate::suite::runner::suite;

    /// What is noted, and how many DELETEs were sent, if a target that was given up then answers DELETE or does not.
    async fn deleted(answers: bool) -> (Option<String>, u32) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let target = format!("http://{}", listener.local_addr().expect("bound")).parse().expect("a base URL");
        let options = Options { timeout: Duration::from_secs(1), ..Options::new(target) };
        let suite = Arc::new(suite(&options, Timestamp::UNIX_EPOCH).expect("no roots are given"));
        let sent = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&sent);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let counted = Arc::clone(&counted);
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    while let Ok(read @ 1..) = stream.read(&mut request).await {
                        if !request[..read].starts_with(b"DELETE") {
                            continue;
                        }
                        counted.fetch_add(1, Ordering::Relaxed);
                        if answers {
                            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.expect("the suite is there");
                        }
                    }
                });
            }
        });
        while !suite.client.gave_up() {
            suite.client.send(&Request::get(&[]), &Transcript::default()).await.expect_err("no answer");
        }
        let ids = ["1", "2", "3"].map(|id| CustomerId::try_from(id.to_owned()).expect("not empty"));
        suite.created.lock().expect("unharmed").extend(ids);
        let note = delete_all(&suite).await;
        (note, sent.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn a_target_that_was_given_up_is_still_asked_to_delete() {
        assert_eq!(deleted(true).await, (None, 3));
        let (note, sent) = deleted(false).await;
        assert_eq!(sent, 1, "one silence is enough");
        assert!(note.is_some_and(|note| note.starts_with("3 of the 3 customers")));
    }
}
