//! Thousands of clients that never finish a request, and a process that has no descriptor left.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use anchor_conformance::mock::MockAnchor;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::support::binary::{Server, command};
use crate::support::{G, Wallet, token};

/// So many clients send half of their headers, and so many half of a body.
const HALF_HEADS: usize = 1800;
const HALF_BODIES: usize = 400;
const GOOD: usize = 10;
const ROUNDS: usize = 4;
/// What a client that never finishes may cost, in a build that is not optimised: the steps of a request that waits for
/// its body are most of it.
const KIB_EACH: usize = 128;
const PROMPTLY: Duration = Duration::from_secs(5);

/// This process holds the other ends.
fn allow_many_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).expect("up to the hard limit");
}

fn platform(anchor: &MockAnchor) -> Command {
    let url = anchor.url();
    command(&["platform", "--listen", "127.0.0.1:0", "--anchor", &url, "--header-timeout", "60", "--log", "off"])
}

async fn holding(address: SocketAddr, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("the platform listens");
    stream.write_all(bytes.as_bytes()).await.expect("it takes the first bytes");
    stream
}

/// Waits until it is so, and fails if it is not so in a minute.
async fn becomes(what: &str, is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(60), waiting).await.unwrap_or_else(|_| panic!("not within a minute: {what}"));
}

fn descriptors(server: &Server) -> usize {
    fs::read_dir(format!("/proc/{}/fd", server.child.id())).expect("the platform lives").count()
}

fn memory_kib(server: &Server) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", server.child.id())).expect("the platform lives");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux says so");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

async fn good_requests(address: SocketAddr) {
    for _ in 0..GOOD {
        let wallet = Wallet::new(address, token(G));
        let answer = timeout(PROMPTLY, wallet.put_json(&serde_json::json!({"first_name": "Ada"}))).await;
        answer.expect("promptly").id();
    }
}

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "descriptors and memory are read from /proc")]
async fn thousands_of_half_open_connections_keep_nobody_waiting_and_leave_nothing_behind() {
    allow_many_descriptors();
    let anchor = MockAnchor::start().await;
    let mut platform = platform(&anchor);
    // One arena fills up evenly; with several, what is kept for later goes up and down.
    platform.env("MALLOC_ARENA_MAX", "1");
    let server = Server::start(platform);
    let address = server.address();
    good_requests(address).await;
    let (descriptors_before, memory_before) = (descriptors(&server), memory_kib(&server));
    let half_a_head = "PUT /sep12/customer HTTP/1.1\r\nHost: platform.example\r\nAuthoriz";
    let half_a_body = format!(
        "PUT /sep12/customer HTTP/1.1\r\nHost: platform.example\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"first_name\": ",
        token(G)
    );
    let mut memory_after = Vec::new();
    for _ in 0..ROUNDS {
        let mut held = Vec::new();
        for _ in 0..HALF_HEADS {
            held.push(holding(address, half_a_head).await);
        }
        for _ in 0..HALF_BODIES {
            held.push(holding(address, &half_a_body).await);
        }
        becomes("all are held at once", || descriptors(&server) >= held.len()).await;
        good_requests(address).await;
        let each = memory_kib(&server).saturating_sub(memory_before) / held.len();
        assert!(each < KIB_EACH, "{each} KiB each");
        drop(held);
        // Idle connections to the anchor may have come about.
        becomes("the descriptors come back", || descriptors(&server) <= descriptors_before + 8).await;
        good_requests(address).await;
        memory_after.push(memory_kib(&server));
    }
    // What is freed stays with the process, in pieces: the next client takes it, and by the third time it suffices.
    assert!(memory_after[ROUNDS - 1] < memory_after[2] + 4 * 1024, "KiB after each time: {memory_after:?}");
}

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "the number of descriptors is read from /proc")]
async fn without_a_descriptor_left_old_clients_are_served_and_new_ones_wait() {
    const LIMIT: usize = 40;
    let anchor = MockAnchor::start().await;
    let platform = platform(&anchor);
    let mut limited = Command::new("sh");
    limited.arg("-c").arg(format!("ulimit -n {LIMIT}; exec \"$0\" \"$@\" --max-connections 1000"));
    limited.arg(platform.get_program()).args(platform.get_args()).env_clear();
    limited.envs(platform.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let server = Server::start(limited);
    let address = server.address();
    let health = "GET /health HTTP/1.1\r\nHost: platform.example\r\nConnection: close\r\n";
    let mut old = holding(address, health).await;
    let mut held = Vec::new();
    for _ in 0..LIMIT {
        held.push(holding(address, health).await);
    }
    becomes("no descriptor is left", || descriptors(&server) >= LIMIT).await;
    let mut answer = String::new();
    old.write_all(b"\r\n").await.expect("it is held");
    timeout(PROMPTLY, old.read_to_string(&mut answer)).await.expect("promptly").expect("text");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    drop(held);
    good_requests(address).await;
}
