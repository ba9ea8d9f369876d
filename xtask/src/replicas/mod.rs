//! `cargo xtask replicas`: three platforms behind a balancer, one of them ended every second, under the load of
//! `cargo xtask soak` and with its oracle.
//!
//! By turns a replica is killed (SIGKILL) and told to stop (SIGTERM), and another takes its place at once. A client
//! whose replica dies may get nothing, or a gateway's error; what it must never get is a 202 that is not true. And no
//! request may reach the anchor twice, whatever the balancer does.

mod balancer;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use self::balancer::{Balancer, Kind, free_address};
use crate::Outcome;
use crate::arguments::Arguments;
use crate::soak::anchor::Listening;
use crate::soak::ledger::{Ledger, locked};
use crate::soak::load::{Load, Progress};
use crate::soak::platform::{self, Build, Subject};
use crate::soak::verdict::Between;
use crate::soak::{judged, summary};

const SECONDS: u64 = 10;
/// Between two ends of replicas.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a replica that was told to stop may take: its grace, and some.
const DRAINING: Duration = Duration::from_secs(40);

pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let kind = Kind::named(&arguments.text("--balancer")?.unwrap_or_else(|| "nginx".to_owned()))?;
    let time = Duration::from_secs(arguments.number("--seconds")?.unwrap_or(SECONDS));
    let load = Load::from(&mut arguments, u64::MAX, time)?;
    let binary = Build::from(&mut arguments)?;
    let polite = arguments.flag("--polite");
    arguments.finish()?;
    let Some(version) = kind.version() else {
        println!("*** replicas: NOT TESTED, because {0} is not installed (Debian: apt install {0}) ***", kind.name());
        return Ok(());
    };
    println!("three replicas behind {version}, {} clients, seed {}", load.clients, load.seed);
    let binary = binary.path()?;
    let ledger = Arc::new(Ledger::new(Between::Balancer));
    let anchor = Listening::start(load.seed, &ledger)?;
    let mut replicas = Replicas::start(&binary, format!("http://{}", anchor.address))?;
    let balancer = Balancer::start(kind, &replicas.addresses()?)?;
    let (progress, start) = (Progress::default(), Instant::now());
    let address = balancer.address.to_string();
    let (figures, ended) = thread::scope(|scope| {
        let driving = scope
            .spawn(|| load.drive(&address, platform::SECRET, &ledger, &progress).map_err(|error| error.to_string()));
        let mut ended = Ok(());
        while !driving.is_finished() {
            thread::sleep(PAUSE);
            if start.elapsed() < time && ended.is_ok() {
                ended = replicas.end_one(polite);
            }
        }
        (driving.join().unwrap_or_else(|_| Err("the load has panicked".to_owned())), ended)
    });
    let took = start.elapsed();
    ended?;
    ledger.judge_rest();
    summary(&figures?, &locked(&anchor.anchor.figures), progress.sent.load(Ordering::Relaxed), took);
    println!("{} replicas were killed, {} told to stop", replicas.killed, replicas.stopped);
    judged(load.seed, &ledger, &replicas.objections())
}

struct Replicas<'a> {
    binary: &'a Path,
    anchor: String,
    running: Vec<Subject>,
    /// Told to stop, and not seen to end yet.
    draining: Vec<(Instant, Subject)>,
    objections: Vec<String>,
    killed: usize,
    stopped: usize,
}

impl<'a> Replicas<'a> {
    fn start(binary: &'a Path, anchor: String) -> Outcome<Self> {
        let running = (0..3).map(|_| Subject::start(binary, &free_address()?.to_string(), &anchor));
        let running = running.collect::<Outcome<_>>()?;
        Ok(Self { binary, anchor, running, draining: Vec::new(), objections: Vec::new(), killed: 0, stopped: 0 })
    }

    fn addresses(&self) -> Outcome<[SocketAddr; 3]> {
        let addresses: Vec<SocketAddr> =
            self.running.iter().map(|replica| replica.server.address().parse()).collect::<Result<_, _>>()?;
        addresses.try_into().map_err(|_| "there are three replicas".into())
    }

    /// Ends the replica whose turn it is, and starts another in its place.
    fn end_one(&mut self, polite: bool) -> Outcome {
        let mut old = self.running.remove(0);
        let address = old.server.address().to_owned();
        if polite || self.killed > self.stopped {
            old.server.signal("TERM")?;
            self.stopped += 1;
            self.draining.push((Instant::now(), old));
        } else {
            old.server.signal("KILL")?;
            old.server.ended(DRAINING).ok_or("a killed replica still runs")?;
            self.killed += 1;
            self.note_log(&old);
        }
        self.running.push(self.restarted(&address)?);
        self.look_at_draining(Duration::ZERO);
        Ok(())
    }

    /// The address is free as soon as the old replica listens no more.
    fn restarted(&self, address: &str) -> Outcome<Subject> {
        let start = Instant::now();
        loop {
            match Subject::start(self.binary, address, &self.anchor) {
                Ok(replica) => return Ok(replica),
                Err(error) if start.elapsed() > DRAINING => return Err(error),
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Those that have ended must have done so in good order; the others have time until theirs is up.
    fn look_at_draining(&mut self, patience: Duration) {
        for (since, mut replica) in std::mem::take(&mut self.draining) {
            match replica.server.ended(patience) {
                Some(status) if status.success() => self.note_log(&replica),
                Some(status) => self.objections.push(format!("told to stop, a replica ended with {status}")),
                None if since.elapsed() < DRAINING => self.draining.push((since, replica)),
                None => self.objections.push(format!("told to stop, a replica still ran after {DRAINING:?}")),
            }
        }
    }

    fn note_log(&mut self, replica: &Subject) {
        let strange = replica.log.strange();
        self.objections.extend(strange.into_iter().map(|line| format!("a replica wrote: {line}")));
    }

    fn objections(mut self) -> Vec<String> {
        self.look_at_draining(DRAINING);
        for replica in std::mem::take(&mut self.running) {
            self.note_log(&replica);
        }
        self.objections
    }
}
