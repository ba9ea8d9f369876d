//! `cargo xtask soak`: many clients and a troublesome anchor around one platform, and every request judged from both
//! ends.
//!
//! The clients and the anchor are this process's threads, on plain sockets and without a line of the crate under test.
//! What a customer does ([`life`]) and what the anchor does to a request ([`trouble`]) follow from the seed and a
//! number, so each can be told again. Both ends write into the [`ledger`], the client's `traceparent` ties them
//! together, and the [`verdict`] says what may be. The load is bounded, stays on this machine, and ends by itself.

pub(crate) mod anchor;
mod answers;
mod client;
mod content;
pub(crate) mod figures;
mod identity;
pub(crate) mod ledger;
mod life;
pub(crate) mod load;
pub(crate) mod platform;
mod random;
mod reading;
mod request;
mod trouble;
pub(crate) mod verdict;
mod watch;
mod wire;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use self::anchor::Listening;
use self::client::Client;
use self::figures::Figures;
use self::ledger::{Ledger, locked};
use self::life::{Life, customer_of};
use self::load::{Load, Progress};
use self::platform::{Build, Subject};
use self::verdict::{Between, Outcome as Ending};
use self::watch::Look;
use crate::Outcome;
use crate::arguments::Arguments;

const REQUESTS: u64 = 50_000;
/// No run takes longer, however slow the machine.
const LEAST_TIME: Duration = Duration::from_secs(900);
const SLOWEST_PER_SECOND: u64 = 250;
/// How long the platform may keep what it needs no more.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the anchor thinks while the platform is told to stop, and about how many requests.
const DRAIN_DELAY: Duration = Duration::from_millis(800);
const DRAINED: u64 = 32;
/// Customers that are no part of the load.
const APART: u64 = 1 << 40;

pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let requests = arguments.number("--requests")?.unwrap_or(REQUESTS);
    let time = LEAST_TIME.max(Duration::from_secs(requests / SLOWEST_PER_SECOND));
    let load = Load::from(&mut arguments, requests, time)?;
    let binary = Build::from(&mut arguments)?;
    let customer: Option<u64> = arguments.number("--customer")?;
    arguments.finish()?;
    if !cfg!(target_os = "linux") {
        println!("soak: not tried (the platform's memory and descriptors are read from /proc, which only Linux has)");
        return Ok(());
    }
    let binary = binary.path()?;
    let ledger = Arc::new(Ledger::new(Between::Nothing));
    let anchor = Listening::start(load.seed, &ledger)?;
    let platform = Subject::start(&binary, "127.0.0.1:0", &format!("http://{}", anchor.address))?;
    match customer {
        Some(customer) => replay(load.seed, customer, &platform, &ledger),
        None => soak(load, &anchor, platform, &ledger),
    }
}

/// One customer alone, and all that was seen of it.
fn replay(seed: u64, customer: u64, platform: &Subject, ledger: &Ledger) -> Outcome {
    let life = Life::of(seed, customer);
    Client::new(platform.server.address(), platform::SECRET, seed, ledger).live(&life);
    thread::sleep(Duration::from_secs(1));
    for (step, case) in life.steps.iter().zip(ledger.cases(customer)) {
        println!("{step:#?}\n{case:#?}\n");
    }
    ledger.judge_rest();
    judged(seed, ledger, &[])
}

fn soak(load: Load, anchor: &Listening, mut platform: Subject, ledger: &Ledger) -> Outcome {
    let Load { seed, clients, requests, .. } = load;
    println!("{requests} requests of {clients} clients, seed {seed} (again: --seed {seed})");
    let process = platform.server.process_id();
    let before = watch::settled(process)?;
    let (progress, start) = (Progress::default(), Instant::now());
    let address = platform.server.address().to_owned();
    let (figures, looks) = thread::scope(|scope| {
        let driving = scope
            .spawn(|| load.drive(&address, platform::SECRET, ledger, &progress).map_err(|error| error.to_string()));
        let mut looks: Vec<Look> = Vec::new();
        let mut told = 0;
        while !driving.is_finished() {
            let sent = progress.sent.load(Ordering::Relaxed);
            looks.extend(watch::look(process, sent).ok());
            if sent * 10 / requests.max(1) > told {
                told = sent * 10 / requests.max(1);
                println!("  {sent:>9} requests, {:>6.1} s, {:?}", start.elapsed().as_secs_f64(), looks.last());
            }
            thread::sleep(watch::EVERY);
        }
        (driving.join().unwrap_or_else(|_| Err("the load has panicked".to_owned())), looks)
    });
    let (figures, took, sent) = (figures?, start.elapsed(), progress.sent.load(Ordering::Relaxed));
    let mut objections: Vec<String> = Vec::new();
    if sent < requests {
        objections.push(format!("only {sent} requests were sent in {took:?}"));
    }
    objections.extend(watch::judge(&looks).err());
    objections.extend(comes_back(process, before, anchor).err());
    let last = watch::look(process, sent)?;
    objections.extend(drains(seed, anchor, &mut platform, ledger).err());
    ledger.judge_rest();
    summary(&figures, &locked(&anchor.anchor.figures), sent, took);
    println!("memory, descriptors and threads of the platform\n  before {before:?}\n  after  {last:?}");
    println!("its log had {} lines", platform.log.lines());
    objections.extend(platform.log.strange().into_iter().map(|line| format!("the platform wrote: {line}")));
    judged(seed, ledger, &objections)
}

/// Whether all descriptors are given back once there is nobody at either end.
fn comes_back(process: u32, before: Look, anchor: &Listening) -> Result<(), String> {
    anchor.anchor.hang_up(true);
    let start = Instant::now();
    let result = loop {
        let look = watch::look(process, 0).map_err(|error| error.to_string())?;
        if look.descriptors <= before.descriptors {
            break Ok(());
        }
        if start.elapsed() > PATIENCE {
            let (still, open) = (look.descriptors, watch::open(process).join("\n    "));
            break Err(format!(
                "{still} descriptors are still open {PATIENCE:?} after the last request, {} were open before the \
                 first (the anchor listens on {}):\n    {open}",
                before.descriptors, anchor.address
            ));
        }
        thread::sleep(watch::EVERY);
    };
    anchor.anchor.hang_up(false);
    result
}

/// Whether requests under way are answered when the platform is told to stop.
fn drains(seed: u64, anchor: &Listening, platform: &mut Subject, ledger: &Ledger) -> Result<(), String> {
    anchor.anchor.calm_down(DRAIN_DELAY);
    let lives: Vec<Life> = (APART..APART + DRAINED).map(|customer| Life::patient(seed, customer)).collect();
    let address = platform.server.address().to_owned();
    let stopped = thread::scope(|scope| {
        for life in &lives {
            scope.spawn(|| Client::new(&address, platform::SECRET, seed, ledger).live(life));
        }
        let arrived = |life: &Life| ledger.cases(life.customer).iter().any(|case| !case.arrivals.is_empty());
        let start = Instant::now();
        while !lives.iter().all(arrived) && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
        platform.server.signal("TERM")
    });
    stopped.map_err(|error| error.to_string())?;
    for life in &lives {
        for case in ledger.cases(life.customer) {
            if !matches!(&case.outcome, Ending::Answered(answer) if answer.status == 202) {
                return Err(format!("a request under way was lost when the platform stopped: {case:?}"));
            }
        }
    }
    match platform.server.ended(PATIENCE) {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("told to stop, the platform ended with {status}")),
        None => Err(format!("told to stop, the platform still ran after {PATIENCE:?}")),
    }
}

pub(crate) fn summary(figures: &Figures, anchor: &Figures, sent: u64, took: Duration) {
    let per_second = u128::from(sent) * 1000 / took.as_millis().max(1);
    println!("\n{sent} requests in {:.1} s, {per_second} a second", took.as_secs_f64());
    for table in ["requests", "clients", "answers"] {
        print!("{}", figures.table(table));
    }
    print!("{}", anchor.table("anchor"));
    let (half, most) = (figures.percentile(500), figures.percentile(990));
    println!("until the answer was whole: half within {half:.1?}, 99 of 100 within {most:.1?}");
    if figures.has("late answers") {
        print!("{}", figures.table("late answers"));
    }
}

/// The end of the task: what must not be, and how to see it again.
pub(crate) fn judged(seed: u64, ledger: &Ledger, objections: &[String]) -> Outcome {
    let deviations = ledger.deviations();
    if deviations.is_empty() && objections.is_empty() {
        println!("no deviation");
        return Ok(());
    }
    for objection in objections {
        println!("\n*** {objection}");
    }
    for deviation in &deviations {
        let customer = customer_of(deviation.number);
        println!("\n*** request {} {}", deviation.number, deviation.what);
        println!("    alone: cargo xtask soak --seed {seed} --customer {customer}");
    }
    Err(format!("{} deviations", deviations.len() + objections.len()).into())
}
