//! The loop that tells wallets, as long as its anchor is served.

use std::collections::BTreeSet;
use std::future::pending;
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::attempt::Client;
use crate::mock::anchor::Anchor;

/// Never ends by itself; attempts under way end with it. Without a desk it does nothing.
pub(in crate::mock) async fn deliver(anchor: Arc<Anchor>) {
    let Some(desk) = anchor.config().desk.clone() else { return pending().await };
    let client = Arc::new(Client::default());
    let mut attempts = JoinSet::new();
    let mut busy = BTreeSet::new();
    loop {
        let (due, pause) = anchor.due_callbacks(&busy).await;
        for attempt in due {
            busy.insert(attempt.customer.clone());
            let (client, desk) = (Arc::clone(&client), desk.clone());
            attempts.spawn(async move {
                let told = client.post(&attempt, &desk).await;
                (attempt, told.err().map(|failure| failure.to_string()))
            });
        }
        tokio::select! {
            () = anchor.stirred() => {}
            Some(Ok((attempt, failure))) = attempts.join_next() => {
                busy.remove(&attempt.customer);
                anchor.conclude_callback(attempt, failure).await;
            }
            () = sleep(pause) => {}
        }
    }
}
