//! A panic ends one request at most, and says nothing of it.

use anchor_conformance::mock;
use anchor_conformance::platform::Observer;
use serde_json::json;

use crate::support::{G, Stack};

#[tokio::test]
async fn an_observer_that_panics_takes_no_answer_away() {
    let panics = Observer::new(|observed| panic!("{observed:?}"));
    let stack = Stack::with(mock::Config::default(), |config| config.observer = Some(panics)).await;
    let wallet = stack.wallet(G);
    let id = wallet.put_json(&json!({"first_name": "Ada"})).await.id();
    assert_eq!(wallet.put_json(&json!({"last_name": "Invented"})).await.id(), id);
}
