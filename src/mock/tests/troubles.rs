//! Troubles: whom they befall, how often, and what a client without HTTP sees.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{complete, g};
use crate::mock::{Config, MockAnchor, RawAnchor, ReceivedBody, TROUBLES, Trouble};

fn troubles(texts: &[&str]) -> Vec<Trouble> {
    texts.iter().map(|text| text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))).collect()
}

async fn anchor(texts: &[&str]) -> RawAnchor {
    seeded(texts, None).await
}

async fn seeded(texts: &[&str], seed: Option<u64>) -> RawAnchor {
    let config = Config { seed, ..Config::with_troubles(troubles(texts)) };
    RawAnchor::start(config).await.expect("a port")
}

/// Sends a request on a connection of its own, and reads for at most that long.
async fn send_for(address: &str, request: &str, patience: Duration) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connect");
    let mut answer = Vec::new();
    let both = async {
        let _ = stream.write_all(request.as_bytes()).await;
        // At most so much of an answer without an end.
        let _ = (&mut stream).take(100_000).read_to_end(&mut answer).await;
    };
    let _ = timeout(patience, both).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn send(anchor: &RawAnchor, request: &str) -> String {
    send_for(&anchor.address().to_string(), request, Duration::from_secs(10)).await
}

fn put() -> String {
    let body = complete(&g(1)).to_string();
    format!(
        "PUT /customer HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn get() -> String {
    format!("GET /customer?account={} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", g(1))
}

/// The status of an answer; 0 if there is none.
fn status(answer: &str) -> u16 {
    answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
}

async fn statuses(anchor: &RawAnchor, requests: usize) -> Vec<u16> {
    let mut seen = Vec::new();
    for _ in 0..requests {
        seen.push(status(&send(anchor, &put()).await));
    }
    seen
}

#[tokio::test]
async fn the_next_n_are_exactly_n_also_at_once() {
    let anchor = anchor(&["status=503,next=17", "refused,next=5"]).await;
    let request = put();
    let answers = join_all((0..60).map(|_| send(&anchor, &request))).await;
    let count = |wanted| answers.iter().filter(|answer| status(answer) == wanted).count();
    assert_eq!((count(503), count(0), count(200)), (17, 5, 38));
}

#[tokio::test]
async fn a_trouble_is_used_up_only_where_it_shows() {
    let anchor = anchor(&["status=503,next=2", "garbage,next=1", "status=429,retry-after=7,next=1"]).await;
    let seen = statuses(&anchor, 5).await;
    assert_eq!(seen, [503, 503, 0, 429, 200], "garbage has no status");
}

#[tokio::test]
async fn the_same_seed_and_order_make_the_same_choice() {
    let texts = ["status=503,chance=40%", "status=429,chance=20%,on=put-customer"];
    let first = statuses(&seeded(&texts, Some(7)).await, 60).await;
    let again = statuses(&seeded(&texts, Some(7)).await, 60).await;
    let other = statuses(&seeded(&texts, Some(8)).await, 60).await;
    assert_eq!(first, again);
    assert_ne!(first, other);
    for wanted in [200, 429, 503] {
        assert!(first.contains(&wanted), "{wanted} in {first:?}");
    }
    let unseeded = anchor(&texts).await;
    let told = statuses(&unseeded, 60).await;
    assert_eq!(told, statuses(&seeded(&texts, Some(unseeded.trouble_seed())).await, 60).await);
}

#[tokio::test]
async fn requests_to_another_endpoint_change_no_choice() {
    let texts = ["status=503,chance=50%,on=put-customer"];
    let alone = statuses(&seeded(&texts, Some(3)).await, 20).await;
    let between = seeded(&texts, Some(3)).await;
    let mut seen = Vec::new();
    for _ in 0..20 {
        assert_eq!(status(&send(&between, &get()).await), 200);
        seen.extend(statuses(&between, 1).await);
    }
    assert_eq!(seen, alone);
}

#[tokio::test]
async fn a_status_is_no_answer_by_rule() {
    let anchor = anchor(&["status=503,retry-after=10,next=1", "redirect=307,next=1"]).await;
    let error = send(&anchor, &put()).await;
    assert!(error.starts_with("HTTP/1.1 503 ") && error.contains("\r\nretry-after: 10\r\n"), "{error}");
    let redirect = send(&anchor, &put()).await;
    assert!(redirect.starts_with("HTTP/1.1 307 ") && redirect.contains("\r\nlocation: /redirected\r\n"), "{redirect}");
    assert!(anchor.customers().is_empty());
    assert!(anchor.received().iter().all(|received| matches!(received.body, ReceivedBody::Json(_))));
}

#[tokio::test]
async fn an_early_error_does_not_wait_for_the_body() {
    let anchor = anchor(&["early=413"]).await;
    let head = "PUT /customer HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{";
    assert!(send(&anchor, head).await.starts_with("HTTP/1.1 413 "));
    assert!(matches!(anchor.received()[0].body, ReceivedBody::Unread));
}

#[tokio::test]
async fn troubles_combine() {
    let anchor = anchor(&["status=503", "truncated", "latency=20ms", "latency=30ms"]).await;
    let start = Instant::now();
    let answer = send(&anchor, &put()).await;
    assert!(answer.starts_with("HTTP/1.1 503 ") && !answer.ends_with('}'), "{answer}");
    assert!(start.elapsed() >= Duration::from_millis(50));
}

async fn time_of(text: &str) -> Duration {
    let anchor = anchor(&[text]).await;
    let start = Instant::now();
    assert_eq!(status(&send(&anchor, &put()).await), 200, "{text}");
    start.elapsed()
}

#[tokio::test]
async fn latency_is_fixed_or_between_or_by_the_byte() {
    assert!(time_of("latency=60ms").await >= Duration::from_millis(60));
    assert!(time_of("latency=40ms..60ms").await >= Duration::from_millis(40));
    let bytes = u32::try_from(complete(&g(1)).to_string().len()).expect("few");
    assert!(time_of("latency=500us/byte").await >= Duration::from_micros(500) * bytes);
}

#[tokio::test]
async fn troubles_change_while_the_anchor_runs() {
    let anchor = anchor(&["status=503"]).await;
    assert_eq!(statuses(&anchor, 1).await, [503]);
    anchor.clear();
    assert_eq!(statuses(&anchor, 1).await, [503]);
    anchor.set_troubles(troubles(&["status=418,next=1"]));
    assert_eq!(statuses(&anchor, 2).await, [418, 200]);
    anchor.set_troubles([]);
    assert_eq!(statuses(&anchor, 1).await, [200]);
}

/// The text of a trouble, with a value if it needs one.
fn example(name: &str) -> String {
    match name {
        "latency" | "drip" | "drip-headers" => format!("{name}=1ms"),
        "status" | "early" => format!("{name}=503"),
        "redirect" => "redirect=302".to_owned(),
        plain => plain.to_owned(),
    }
}

#[tokio::test]
async fn every_trouble_shows_and_acts_as_it_says() {
    for info in TROUBLES {
        let text = example(info.name);
        let anchor = anchor(&[&text]).await;
        let start = Instant::now();
        let only_slow = ["latency", "drip", "drip-headers"].contains(&info.name);
        // What is only slow has its end; what never answers need not be waited for.
        let patience = Duration::from_millis(if only_slow { 10_000 } else { 400 });
        let answer = send_for(&anchor.address().to_string(), &put(), patience).await;
        let is_whole = answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\"}") && !answer.contains("chunked");
        let is_wrong_in_length = ["length-too-long", "length-too-short"].contains(&info.name);
        assert_eq!(is_whole, only_slow || is_wrong_in_length, "{text}: {answer}");
        if info.name == "drip" {
            assert!(start.elapsed() >= Duration::from_millis(36), "the answer has an id of 36 bytes");
        }
        assert_eq!(!anchor.customers().is_empty(), info.acts, "{text}");
    }
}

#[tokio::test]
async fn the_wiremock_front_shows_no_trouble_and_says_so() {
    for text in ["status=503,next=1", "refused,next=1", "latency=1ms,next=1"] {
        let anchor = MockAnchor::with(Config::with_troubles(troubles(&[text]))).await;
        let address = anchor.url().replace("http://", "");
        let patience = Duration::from_secs(10);
        assert_eq!(status(&send_for(&address, &put(), patience).await), 501, "{text}");
        assert_eq!(status(&send_for(&address, &put(), patience).await), 200, "{text}");
    }
}

#[test]
fn a_trouble_is_read_and_written() {
    for (text, written) in [
        ("garbage", "garbage"),
        (" status = 503 , next = 2 ", "status=503,next=2"),
        (
            "status=429,chance=0.5%,retry-after=10,on=get-files,next=3",
            "status=429,retry-after=10,on=get-files,next=3,chance=0.5%",
        ),
        ("latency=1.5s", "latency=1500000us"),
        ("latency=1ms..2ms", "latency=1000us..2000us"),
        ("latency=20us/byte", "latency=20us/byte"),
        ("drip-headers=5ms,chance=100%", "drip-headers=5000us,chance=100%"),
        ("refused,next=1", "refused,next=1"),
        ("redirect=308", "redirect=308"),
        ("early=400", "early=400"),
    ] {
        let trouble: Trouble = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(trouble.to_string(), written);
        assert_eq!(written.parse(), Ok(trouble), "{written}");
    }
}

#[test]
fn what_is_no_trouble_is_told_what_would_be_right() {
    for (text, part) in [
        ("", "no trouble is called ``; `anchor-conformance list troubles`"),
        ("garbled", "no trouble is called `garbled`"),
        ("garbage=1", "garbage: it takes no value"),
        ("latency", "latency=TIME"),
        ("latency=5", "as 1.5s, 200ms or 20us"),
        ("latency=2ms..1ms", "the shorter time comes first"),
        ("latency=-1ms", "latency: `-1ms` is not a time"),
        ("latency=2h", "latency: `2h` is not a time"),
        ("latency=3601s", "at most an hour"),
        ("latency=NaNs", "is not a time"),
        ("status", "status=STATUS (400 to 599)"),
        ("status=200", "200 is no status of an error; 400 to 599 are"),
        ("early=99", "400 to 599"),
        ("redirect=400", "300 to 399"),
        ("status=503,on=put", "on: no endpoint is called `put`; there are get-customer, put-customer"),
        ("status=503,next=0", "at least 1"),
        ("status=503,next=x", "next: `x` is no whole number"),
        ("status=503,chance=5", "chance: `5` is no percentage from 0% to 100%"),
        ("status=503,chance=101%", "chance: `101%`"),
        ("status=503,once", "`once` stands alone; there are on=ENDPOINT"),
        ("status=503,times=3", "no key is called `times`; there are on=ENDPOINT"),
        ("status=503,next=1,next=2", "`next` stands there twice"),
        ("garbage,retry-after=1", "only `status` can have one"),
        ("refused,on=put-customer", "leave out `on`"),
    ] {
        let error = text.parse::<Trouble>().expect_err(text).to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}
