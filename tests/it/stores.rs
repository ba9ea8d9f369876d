//! What `mock --store` promises.

use anchor_conformance::mock::{Config, Customer, MockAnchor, ReceivedValue};
use anchor_conformance::sep12::body::{self, Multipart};
use anchor_conformance::sep12::{Field, File};
use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::binary::{Server, run, text};
use crate::support::store::Store;
use crate::support::{Answer, G, M, Wallet};

/// A mock anchor in a process of its own.
struct Process(Server);

impl Process {
    fn start(store: &Store, arguments: &[&str]) -> Self {
        Self(Server::start(store.mock(arguments)))
    }

    async fn send(&self, method: Method, path: &str, body: impl Into<Bytes>, content_type: &str) -> Answer {
        let wallet = Wallet::new(self.0.address(), String::new());
        let request = wallet.request(method, path).header("content-type", content_type);
        wallet.send(request.body(http_body_util::Full::new(body.into())).expect("valid")).await
    }

    async fn put(&self, customer: &Value) -> String {
        id(&self.send(Method::PUT, "/customer", customer.to_string(), "application/json").await)
    }

    async fn put_multipart(&self, fields: &[Field]) -> String {
        let body = body::multipart(fields, &Multipart::default()).expect("writable");
        id(&self.send(Method::PUT, "/customer", body.bytes, &body.content_type).await)
    }

    async fn get(&self, query: &str) -> Answer {
        self.send(Method::GET, &format!("/customer?{query}"), "", "text/plain").await
    }

    async fn delete(&self, id: &str) -> StatusCode {
        self.send(Method::DELETE, &format!("/customer/{id}"), "", "text/plain").await.status
    }

    /// Without a chance to do anything more.
    fn kill(mut self) {
        self.0.child.kill().expect("it runs");
        self.0.child.wait().expect("it ends");
    }
}

fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.json()["id"].as_str().expect("an id").to_owned()
}

fn complete(account: &str) -> Value {
    json!({"account": account, "first_name": "Ada", "last_name": "Hopper", "email_address": "ada@example.org"})
}

fn photo(bytes: &[u8]) -> Vec<Field> {
    let file = File {
        file_name: Some("a \"photo\".jpg".to_owned()),
        content_type: Some("image/jpeg".to_owned()),
        bytes: Bytes::copy_from_slice(bytes),
    };
    vec![Field::text("account", G), Field::file("photo_id_front", file)]
}

fn every_byte(length: usize) -> Vec<u8> {
    (0..=255).cycle().take(length).collect()
}

/// Looks at a customer from a third process: this one.
async fn customer(store: &Store, id: String) -> Option<Customer> {
    let anchor = store.anchor(Config::default()).await;
    tokio::task::spawn_blocking(move || anchor.customer(&id)).await.expect("no panic")
}

/// How many customers and contents of files there are.
async fn rows(store: &Store) -> (i64, i64) {
    let count = "SELECT (SELECT COUNT(*) FROM customers), (SELECT COUNT(*) FROM contents)";
    sqlx::query_as(count).fetch_one(&mut store.connect().await).await.expect("two numbers")
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_and_files_outlive_a_killed_process() {
    let store = Store::new().await;
    let bytes = every_byte(1_000_003);
    let mock = Process::start(&store, &[]);
    let id = mock.put(&complete(G)).await;
    assert_eq!(mock.put_multipart(&photo(&bytes)).await, id);
    mock.kill();

    let mock = Process::start(&store, &[]);
    let answer = mock.get(&format!("account={G}")).await.json();
    assert_eq!((&answer["id"], &answer["status"]), (&json!(id), &json!("ACCEPTED")));
    assert_eq!(mock.put(&complete(G)).await, id);
    let customer = customer(&store, id).await.expect("the customer");
    let file = customer.fields["photo_id_front"].as_file().expect("a file");
    assert_eq!(file.file_name.as_deref(), Some("a \"photo\".jpg"));
    assert_eq!(file.content_type.as_deref(), Some("image/jpeg"));
    assert!(file.bytes.as_deref() == Some(&bytes[..]), "{} bytes came back otherwise", file.length);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_texts_numbers_and_memos_are_kept_as_they_were_sent() {
    let store = Store::new().await;
    let memo = format!("\0'\"\\{}\u{1F9C0}", "long".repeat(3000));
    let number = "{\"a\" : [1.0, 12345678901234567890123]}";
    let text = json!({"account": G, "memo": memo, "first_name": "\0 \u{FFFF} Zoë '; --"}).to_string();
    let body = format!("{},\"nested\":{number}}}", text.trim_end_matches('}'));
    let mock = Process::start(&store, &[]);
    let first = id(&mock.send(Method::PUT, "/customer", body.clone(), "application/json").await);
    assert_eq!(id(&mock.send(Method::PUT, "/customer", body, "application/json").await), first);
    assert_eq!(mock.get("id=%00").await.status, StatusCode::NOT_FOUND);
    let customer = customer(&store, first).await.expect("the customer");
    assert_eq!(customer.key.memo, Some(memo));
    assert_eq!(customer.fields["first_name"].as_text(), Some("\0 \u{FFFF} Zoë '; --"));
    assert!(matches!(&customer.fields["nested"], ReceivedValue::Json(json) if json.get() == number));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_know_the_same_customers() {
    let store = Store::new().await;
    let (one, other) = (Process::start(&store, &[]), Process::start(&store, &[]));
    let id = one.put(&complete(G)).await;
    assert_eq!(other.put(&complete(G)).await, id);
    assert_eq!(other.get(&format!("id={id}")).await.json()["status"], "ACCEPTED");
    assert_ne!(other.put(&complete(M)).await, id);

    assert_eq!(other.delete(&id).await, StatusCode::NO_CONTENT);
    assert_eq!(one.get(&format!("id={id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(one.delete(&id).await, StatusCode::NOT_FOUND);
    assert_eq!(one.get(&format!("account={G}")).await.json()["id"], Value::Null);
    assert_ne!(one.put(&complete(G)).await, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_puts_to_two_processes_make_one_customer() {
    let store = Store::new().await;
    let mocks = [Process::start(&store, &[]), Process::start(&store, &[])];
    let puts = (0..24).map(|number: usize| {
        let field = format!("field_{number}");
        let mock = &mocks[number % 2];
        async move { mock.put(&json!({"account": G, field: "x"})).await }
    });
    let ids = futures_util::future::join_all(puts).await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let customer = customer(&store, ids[0].clone()).await.expect("the customer");
    assert_eq!(customer.fields.len(), 24, "no update is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_never_give_the_same_id() {
    let store = Store::new().await;
    let mocks = [
        Process::start(&store, &["--variant", "sequential-ids"]),
        Process::start(&store, &["--variant", "sequential-ids"]),
    ];
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(mocks[number % 2].put(&json!({"account": G, "memo": number.to_string()})).await);
    }
    assert_eq!(ids, ["1", "2", "3", "4", "5", "6"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_deleted_customer_or_a_replaced_file_is_kept() {
    let store = Store::new().await;
    let mock = Process::start(&store, &[]);
    let id = mock.put_multipart(&photo(b"old")).await;
    mock.put_multipart(&photo(b"new")).await;
    // The drivers of this process are installed by its first anchor.
    let customer = customer(&store, id.clone()).await.expect("the customer");
    assert_eq!(customer.fields["photo_id_front"].as_file().and_then(|file| file.bytes.as_deref()), Some(&b"new"[..]));
    assert_eq!(rows(&store).await, (1, 1));
    assert_eq!(mock.delete(&id).await, StatusCode::NO_CONTENT);
    assert_eq!(rows(&store).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_together_make_one_store() {
    let store = Store::new().await;
    std::thread::scope(|scope| {
        let starting: Vec<_> = (0..4).map(|_| scope.spawn(|| Process::start(&store, &[]))).collect();
        starting.into_iter().for_each(|mock| drop(mock.join().expect("it starts")));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_suite_finds_nothing_wrong_with_a_store() {
    let store = Store::new().await;
    let mock = Process::start(&store, &[]);
    let output = run(&["check", "anchor", &mock.0.url, "--strict", "--timeout", "30"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert_eq!(mock.0.stop().2, "", "nothing on stderr");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anchor_in_a_test_can_have_a_store_too() {
    let store = Store::new().await;
    let anchor = MockAnchor::serving(store.anchor(Config::default()).await).await;
    let process = Process::start(&store, &[]);
    let id = process.put(&complete(G)).await;
    let wallet = Wallet::new(anchor.url().trim_start_matches("http://").parse().expect("an address"), String::new());
    let get = wallet.request(Method::GET, &format!("/customer?id={id}")).body(String::new()).expect("valid");
    assert_eq!(wallet.send(get).await.json()["status"], "ACCEPTED");
    assert_eq!(anchor.customers().len(), 1);
    anchor.clear();
    assert_eq!(process.get(&format!("id={id}")).await.status, StatusCode::NOT_FOUND);
}
