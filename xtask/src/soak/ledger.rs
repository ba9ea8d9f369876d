//! What is remembered of the customers under way, written from both ends, and judged once a customer is long done.
//!
//! Judged late, because a request that its client has left may reach the anchor some time afterwards; and forgotten
//! then, so that a million requests need no more memory than the last minutes of them.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::life::{Life, customer_of, step_of};
use super::request::Expected;
use super::verdict::{Arrival, Between, Case, Outcome, Sending};

pub(crate) struct Ledger {
    between: Between,
    shards: Vec<Mutex<HashMap<u64, Customer>>>,
    retired: Mutex<VecDeque<(Instant, u64)>>,
    deviations: Mutex<Vec<Deviation>>,
}

/// A customer under way.
struct Customer {
    /// The id that the anchor knows it by.
    id: Option<String>,
    /// By step; those to come are missing.
    cases: BTreeMap<usize, Case>,
}

/// Something that must not be.
#[derive(Clone, Debug)]
pub(crate) struct Deviation {
    pub(crate) number: u64,
    pub(crate) what: String,
}

/// How long a customer is remembered when it is done.
const GRACE: Duration = Duration::from_secs(120);
const SHARDS: u64 = 64;
/// More are not told.
const MAX_DEVIATIONS: usize = 200;

impl Ledger {
    pub(crate) fn new(between: Between) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { between, shards, retired: Mutex::default(), deviations: Mutex::default() }
    }

    /// A customer comes to life.
    pub(crate) fn open(&self, life: &Life) {
        self.shard(life.customer).insert(life.customer, Customer { id: None, cases: BTreeMap::new() });
    }

    /// Its request is about to be sent.
    pub(crate) fn begin(&self, number: u64, expected: Expected) {
        let case =
            Case { expected, sending: Sending::Whole, outcome: Outcome::Open, arrivals: Vec::new(), raced: Vec::new() };
        let mut shard = self.shard(customer_of(number));
        let customer = shard.get_mut(&customer_of(number)).expect("it was opened");
        customer.cases.insert(step_of(number), case);
    }

    /// What came of it at the client's end.
    pub(crate) fn finish(&self, number: u64, sending: Sending, outcome: Outcome) {
        self.with_case(number, |case, _| (case.sending, case.outcome) = (sending, outcome));
    }

    /// The anchor has read a head; `None` if it should never have come.
    pub(crate) fn arrive(&self, number: u64, arrival: Arrival) -> Option<usize> {
        let index = self.with_case(number, |case, _| {
            case.arrivals.push(arrival);
            case.arrivals.len() - 1
        });
        if index.is_none() {
            self.object(number, "reached the anchor although nobody has sent it, or so late that it is forgotten");
        }
        index
    }

    /// The anchor has something to add, and may look at the customer's id.
    pub(crate) fn update<T>(
        &self,
        number: u64,
        index: usize,
        change: impl FnOnce(&mut Arrival, &Expected, &mut Option<String>) -> T,
    ) -> Option<T> {
        self.with_case(number, |case, id| change(&mut case.arrivals[index], &case.expected, id))
    }

    /// A call came while its connection was being closed.
    pub(crate) fn race(&self, number: u64, method: &str) {
        self.with_case(number, |case, _| case.raced.push(method.to_owned()));
    }

    fn with_case<T>(&self, number: u64, act: impl FnOnce(&mut Case, &mut Option<String>) -> T) -> Option<T> {
        let mut shard = self.shard(customer_of(number));
        let customer = shard.get_mut(&customer_of(number))?;
        Some(act(customer.cases.get_mut(&step_of(number))?, &mut customer.id))
    }

    /// The customer sends nothing more.
    pub(crate) fn retire(&self, customer: u64) {
        locked(&self.retired).push_back((Instant::now(), customer));
    }

    /// Judges the customers that are done for long enough.
    pub(crate) fn judge_due(&self) {
        self.judge_retired(GRACE);
    }

    /// Judges all of them.
    pub(crate) fn judge_rest(&self) {
        self.judge_retired(Duration::ZERO);
    }

    fn judge_retired(&self, grace: Duration) {
        loop {
            let mut retired = locked(&self.retired);
            match retired.front() {
                Some((since, _)) if since.elapsed() >= grace => {}
                _ => return,
            }
            let Some((_, customer)) = retired.pop_front() else { return };
            drop(retired);
            let forgotten = self.shard(customer).remove(&customer);
            self.judge(customer, &forgotten.expect("it is retired once").cases);
        }
    }

    fn judge(&self, customer: u64, cases: &BTreeMap<usize, Case>) {
        for (step, case) in cases {
            if let Err(what) = case.judge(self.between) {
                self.object(super::life::number_of(customer, *step), &format!("{what}\n    {case:?}"));
            }
        }
    }

    /// For those who look at one customer: its cases so far.
    pub(crate) fn cases(&self, customer: u64) -> Vec<Case> {
        self.shard(customer)
            .get(&customer)
            .map(|customer| customer.cases.values().cloned().collect())
            .unwrap_or_default()
    }

    pub(crate) fn object(&self, number: u64, what: &str) {
        let mut deviations = locked(&self.deviations);
        if deviations.len() < MAX_DEVIATIONS {
            deviations.push(Deviation { number, what: what.to_owned() });
        }
    }

    pub(crate) fn deviations(&self) -> Vec<Deviation> {
        locked(&self.deviations).clone()
    }

    fn shard(&self, customer: u64) -> MutexGuard<'_, HashMap<u64, Customer>> {
        locked(&self.shards[usize::try_from(customer % SHARDS).expect("less than the shards")])
    }
}

/// What a panicking thread leaves behind is still worth judging.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soak::content::Digest;
    use crate::soak::life::Kind;

    const EXPECTED: Expected = Expected { kind: Kind::PutJson, digest: Digest(7), streams: false };

    #[test]
    fn a_customer_is_judged_once_and_forgotten() {
        let ledger = Ledger::new(Between::Nothing);
        let life = Life::of(7, 3);
        let number = life.steps[0].number;
        ledger.open(&life);
        ledger.begin(number, EXPECTED);
        ledger.finish(number, Sending::Whole, Outcome::Nothing("invented".to_owned()));
        ledger.retire(3);
        ledger.judge_due();
        assert_eq!(ledger.cases(3).len(), 1, "it is not due yet");
        ledger.judge_rest();
        assert!(ledger.cases(3).is_empty());
        assert_eq!(ledger.deviations().len(), 1);
    }

    #[test]
    fn what_nobody_has_sent_is_a_deviation() {
        let ledger = Ledger::new(Between::Nothing);
        assert_eq!(ledger.arrive(48, Arrival::new("PUT", "r")), None);
        assert_eq!(ledger.deviations()[0].number, 48);
    }
}
