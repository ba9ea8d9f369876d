//! A panic ends one request at most, and says nothing of it.

use anchor_conformance::mock;
use anchor_conformance::platform::Observer;
use serde_json::json;

use crate::support::binary::{Server, command};
use crate::support::{G, Stack, Wallet};

#[tokio::test]
async fn an_observer_that_panics_takes_no_answer_away() {
    let panics = Observer::new(|observed| panic!("{observed:?}"));
    let stack = Stack::with(mock::Config::default(), |config| config.observer = Some(panics)).await;
    let wallet = stack.wallet(G);
    let id = wallet.put_json(&json!({"first_name": "Ada"})).await.id();
    assert_eq!(wallet.put_json(&json!({"last_name": "Invented"})).await.id(), id);
}

#[tokio::test]
async fn a_sandbox_lives_on_when_nobody_reads_what_it_says() {
    let mut sandbox = Server::start(command(&["sandbox", "--listen", "127.0.0.1:0"]));
    drop(sandbox.child.stderr.take());
    let wallet = Wallet::new(sandbox.address(), String::new());
    for _ in 0..2 {
        let request = wallet.request(hyper::Method::GET, "/sep12/customer").body(String::new()).expect("valid");
        assert_eq!(wallet.send(request).await.status.as_u16(), 401);
    }
}
