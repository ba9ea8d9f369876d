//! Properties of platform and mock anchor together, over the wire.
//!
//! `ANCHOR_CONFORMANCE_CASES` says how many customers, `ANCHOR_CONFORMANCE_SEED` which ones.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use anchor_conformance::generate::{ClientRequest, arb_request, arb_sub, arb_text};
use anchor_conformance::mock::{self, Answer, FieldSpec, Received, ReceivedValue};
use anchor_conformance::sep12::{Account, Caller, Field, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use crate::support::Stack;

const CASES: u32 = 500;

/// What a field is, compared by content: text, nested JSON as written, or a file with name and type.
#[derive(Debug, PartialEq)]
enum Content {
    Text(String),
    Json(String),
    File { file_name: Option<String>, content_type: Option<String>, bytes: Vec<u8> },
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

fn runner() -> TestRunner {
    let cases = setting("ANCHOR_CONFORMANCE_CASES").map_or(CASES, |cases| u32::try_from(cases).expect("fewer cases"));
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let seed = setting("ANCHOR_CONFORMANCE_SEED").unwrap_or_else(now);
    println!(
        "{cases} customers; again: ANCHOR_CONFORMANCE_CASES={cases} ANCHOR_CONFORMANCE_SEED={seed} cargo test --test it properties"
    );
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// A mock that knows every customer type that is generated.
fn anchor() -> mock::Config {
    let mut config = mock::Config { keep_requests: 4, ..mock::Config::default() };
    for name in ["sep24-customer", "sep31-sender", "sep31-receiver", "sep6", "large-transaction-amount"] {
        config.types.insert(name.to_owned(), [("first_name".to_owned(), FieldSpec::required("first_name"))].into());
    }
    config
}

#[test]
fn every_customer_arrives_whole_once_and_under_one_id() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let stack = runtime.block_on(Stack::with(anchor(), |_| {}));
    let strategy = (arb_request(), arb_sub(), arb_text().prop_filter("ids are not empty", |id| !id.is_empty()));
    let outcome =
        runner().run(&strategy, |(request, sub, id)| runtime.block_on(one_customer(&stack, &request, &sub, &id)));
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

async fn one_customer(stack: &Stack, request: &ClientRequest, sub: &str, id: &str) -> Result<(), TestCaseError> {
    let wallet = stack.wallet(sub);
    stack.anchor.clear();
    let put = || wallet.put_bytes(&request.content_type, request.body.clone());

    let first = put().await;
    prop_assert_eq!(first.status.as_u16(), 202, "{:?}", first);
    let received = stack.anchor.received();
    prop_assert_eq!(received.len(), 1);
    check_received(&received[0], request, sub)?;
    let customers = stack.anchor.customers();
    prop_assert_eq!(customers.len(), 1);
    prop_assert_eq!(&first.id(), &customers[0].id);

    prop_assert_eq!(put().await.id(), first.id(), "the same request again gives the same id");
    prop_assert_eq!(stack.anchor.customers(), customers, "the same request again changes nothing");

    stack.anchor.script_next(Answer::json(200, &json!({"id": id})));
    prop_assert_eq!(put().await.id(), id, "the id comes back exactly as the anchor gave it");
    Ok(())
}

fn check_received(received: &Received, request: &ClientRequest, sub: &str) -> Result<(), TestCaseError> {
    let has_file = request.sent.iter().any(|field| field.as_file().is_some());
    let content_type = if has_file { "multipart/form-data" } else { "application/json" };
    let received_type = received.content_type();
    prop_assert_eq!(received_type.as_deref(), Some(content_type));

    let mut expected: BTreeMap<String, Content> = request.sent.iter().map(sent_content).collect();
    expected.extend(identity(sub).into_iter().map(|(name, value)| (name.to_owned(), Content::Text(value))));
    let names = received.field_names();
    prop_assert_eq!(names.len(), expected.len(), "received {:?}", names);
    let actual: BTreeMap<String, Content> =
        received.fields().iter().map(|field| (field.name.clone(), received_content(&field.value))).collect();
    prop_assert_eq!(actual, expected);
    Ok(())
}

/// What the identity table forwards for a client that says nothing of its identity.
fn identity(sub: &str) -> Vec<(&'static str, String)> {
    match sub.parse().expect("a generated sub is valid") {
        Caller::SharedAccount { account, memo } => {
            vec![("account", account.to_string()), ("memo", memo.to_string()), ("memo_type", "id".to_owned())]
        }
        Caller::Account(account) | Caller::Muxed(account) | Caller::Contract(account) => {
            vec![("account", Account::to_string(&account))]
        }
    }
}

fn sent_content(field: &Field) -> (String, Content) {
    let content = match &field.value {
        Value::Text(text) => Content::Text(text.clone()),
        Value::Json(json) => Content::Json(json.get().to_owned()),
        Value::File(file) => Content::File {
            file_name: file.file_name.clone(),
            content_type: file.content_type.clone(),
            bytes: file.bytes.to_vec(),
        },
    };
    (field.name.clone(), content)
}

fn received_content(value: &ReceivedValue) -> Content {
    match value {
        ReceivedValue::Text(text) => Content::Text(text.clone()),
        ReceivedValue::Json(json) => Content::Json(json.get().to_owned()),
        ReceivedValue::File(file) => Content::File {
            file_name: file.file_name.clone(),
            content_type: file.content_type.clone(),
            bytes: file.bytes.as_ref().expect("small files are kept").to_vec(),
        },
    }
}
