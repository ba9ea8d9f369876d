//! Random queries and paths, put together from what is dangerous in them.

use std::collections::HashSet;

use anchor_conformance::mock::Received;
use anchor_conformance::platform::OptionalEndpoint;
use hyper::Method;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRng, TestRunner};

use crate::support::{Answer, G, M, Stack};

const CASES: u32 = 400;

/// What a query is made of.
const QUERY: &[&str] = &[
    "id",
    "account",
    "memo",
    "memo_type",
    "type",
    "transaction_id",
    "lang",
    "file_id",
    "customer_id",
    "first_name",
    "=",
    "=",
    "=",
    "=",
    "&",
    "&",
    "&",
    "+",
    "%",
    "%00",
    "%0d%0a",
    "%26",
    "%3D",
    "%2F..%2F",
    "%25",
    "%FF",
    "%C3",
    "%69d",
    "?",
    "/",
    "..",
    ";",
    "[]",
    "text",
    "7",
    "hash",
    G,
    M,
];

/// What the rest of a path is made of.
const PATH: &[&str] = &[
    "/",
    "/",
    "/customer",
    "/files",
    "/callback",
    "/verification",
    "/health",
    "..",
    ".",
    "%2e%2e",
    "%2F",
    "%5C",
    "%00",
    "%0d%0a",
    "%FF",
    "%",
    ";",
    "a",
    G,
    M,
];

/// What the anchor may be told of a customer in a query.
const NAMED: &[&str] =
    &["account", "memo", "memo_type", "id", "type", "transaction_id", "lang", "file_id", "customer_id"];

fn arb_joined(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    vec(select(pieces), 0..16).prop_map(|pieces| pieces.concat())
}

fn run<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    if let Err(failure) = TestRunner::new_with_rng(config, rng).run(strategy, test) {
        panic!("{failure}");
    }
}

async fn send(stack: &Stack, method: Method, target: &str) -> (Answer, Vec<Received>) {
    stack.anchor.clear();
    let wallet = stack.wallet(G);
    let answer = wallet.send(wallet.request(method, target).body(String::new()).expect("a valid request")).await;
    (answer, stack.anchor.received())
}

fn check_received(received: &[Received]) -> Result<(), TestCaseError> {
    for request in received {
        let mut names = HashSet::new();
        for (name, value) in &request.query {
            prop_assert!(NAMED.contains(&name.as_str()), "{:?}", request);
            prop_assert!(names.insert(name), "{:?}", request);
            prop_assert!(name != "account" || value == G, "{:?}", request);
        }
        prop_assert!(names.contains(&"account".to_owned()), "{:?}", request);
        prop_assert!(["/customer", "/customer/files"].contains(&request.path.as_str()), "{:?}", request);
        prop_assert!(request.header("authorization").is_none(), "{:?}", request);
    }
    Ok(())
}

#[test]
fn no_query_says_more_to_the_anchor_than_sep_12_names() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let stack = runtime.block_on(Stack::with(Default::default(), |config| {
        config.anchor_serves = vec![OptionalEndpoint::Files];
    }));
    run(&(select(&["/sep12/customer", "/sep12/customer/files"][..]), arb_joined(QUERY)), |(path, query)| {
        let (answer, received) = runtime.block_on(send(&stack, Method::GET, &format!("{path}?{query}")));
        let status = answer.status.as_u16();
        // The mock knows no files yet, and says so with a 404 or 405.
        prop_assert!([200, 400, 403, 404].contains(&status), "{:?}", answer);
        prop_assert!(received.len() <= usize::from(status != 403), "{:?}", received);
        check_received(&received)
    });
}

#[test]
fn no_path_leads_anywhere_else() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let stack = runtime.block_on(Stack::start());
    let methods = [Method::GET, Method::DELETE, Method::OPTIONS];
    run(&(select(methods.to_vec()), arb_joined(PATH)), |(method, rest)| {
        let (answer, received) = runtime.block_on(send(&stack, method, &format!("/sep12{rest}")));
        prop_assert!([200, 204, 403, 404, 405].contains(&answer.status.as_u16()), "{:?}", answer);
        prop_assert!(received.is_empty() || received[0].method == "GET", "nobody is registered: {:?}", received);
        check_received(&received)
    });
}
