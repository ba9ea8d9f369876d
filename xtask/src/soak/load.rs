//! The load: clients side by side, until enough requests are sent or the time is up.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::client::Client;
use super::figures::Figures;
use super::ledger::Ledger;
use super::life::Life;
use crate::Outcome;
use crate::arguments::Arguments;

/// How much there is to do; nothing but this decides what is sent.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) seed: u64,
    pub(crate) clients: u64,
    /// No customer begins when so many requests were sent.
    pub(crate) requests: u64,
    /// Nor when this time is over.
    pub(crate) time: Duration,
}

/// How far it is.
#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) sent: AtomicU64,
    customers: AtomicU64,
    ended: AtomicBool,
}

const STACK: usize = 512 * 1024;
const JUDGE_EVERY: Duration = Duration::from_millis(100);

impl Load {
    /// From `--seed` and `--clients`, and what the task says of the rest.
    pub(crate) fn from(arguments: &mut Arguments, requests: u64, time: Duration) -> Outcome<Self> {
        let seed = arguments.number("--seed")?.map_or_else(any_seed, Ok)?;
        let clients = arguments.number("--clients")?.unwrap_or(256);
        Ok(Self { seed, clients, requests, time })
    }

    /// Drives all clients to their end. A thread of it has the customers judged that are done.
    pub(crate) fn drive(self, address: &str, secret: &str, ledger: &Ledger, progress: &Progress) -> Outcome<Figures> {
        let end = Instant::now() + self.time;
        thread::scope(|scope| {
            let judging = scope.spawn(|| {
                while !progress.ended.load(Ordering::Relaxed) {
                    ledger.judge_due();
                    thread::sleep(JUDGE_EVERY);
                }
            });
            let clients: Vec<_> = (0..self.clients)
                .map(|_| {
                    let client = Client::new(address, secret, self.seed, ledger);
                    let builder = thread::Builder::new().stack_size(STACK);
                    builder.spawn_scoped(scope, move || self.work(client, progress, end))
                })
                .collect();
            let mut figures = Figures::default();
            let mut result = Ok(());
            for client in clients {
                match client.map(thread::ScopedJoinHandle::join) {
                    Ok(Ok(counted)) => figures.add(&counted),
                    Ok(Err(_)) => result = Err("a client of the task has panicked".into()),
                    Err(error) => result = Err(format!("a client could not be started: {error}").into()),
                }
            }
            progress.ended.store(true, Ordering::Relaxed);
            let _ = judging.join();
            result.map(|()| figures)
        })
    }

    fn work(self, mut client: Client, progress: &Progress, end: Instant) -> Figures {
        while progress.sent.load(Ordering::Relaxed) < self.requests && Instant::now() < end {
            let life = Life::of(self.seed, progress.customers.fetch_add(1, Ordering::Relaxed));
            client.live(&life);
            progress.sent.fetch_add(life.steps.len() as u64, Ordering::Relaxed);
        }
        client.figures
    }
}

/// From the clock: small enough to be typed again.
fn any_seed() -> Outcome<u64> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    Ok(u64::from(since.subsec_nanos()) % 1_000_000)
}
