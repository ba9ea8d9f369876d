//! The troubles of an anchor while it runs: whom they befall, and how often still.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use uuid::Uuid;

use super::chance::Roll;
use super::{Latency, Trouble, TroubleEndpoint, TroubleKind};
use crate::mock::answer::{Answer, Delivery};

/// The troubles of one anchor.
#[derive(Debug)]
pub(in crate::mock) struct Troubles {
    seed: u64,
    entries: Mutex<Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    trouble: Trouble,
    /// The series of its chances.
    series: u64,
    /// The requests so far that it could have befallen.
    seen: u64,
    /// How many it can still befall.
    left: u64,
}

/// What befalls one request.
#[derive(Debug, Default)]
pub(in crate::mock) struct Met {
    /// The delay before the answer.
    pub(in crate::mock) delay: Duration,
    /// The delay for each byte of the request's body.
    pub(in crate::mock) per_byte: Duration,
    /// The answer instead of the anchor's own.
    pub(in crate::mock) answer: Option<Answer>,
    /// The way to give the answer instead of its own.
    pub(in crate::mock) delivery: Option<Delivery>,
}

/// Seeds fit a number of JavaScript's.
const SEED_BITS: u32 = 53;

impl Troubles {
    pub(in crate::mock) fn new(troubles: &[Trouble], seed: Option<u64>) -> Self {
        let any = || (Uuid::new_v4().as_u128() & ((1 << SEED_BITS) - 1)) as u64;
        Self { seed: seed.unwrap_or_else(any), entries: Mutex::new(entries(troubles.iter().cloned())) }
    }

    pub(in crate::mock) fn seed(&self) -> u64 {
        self.seed
    }

    pub(in crate::mock) fn set(&self, troubles: impl IntoIterator<Item = Trouble>) {
        *self.entries() = entries(troubles);
    }

    /// Whether a connection is refused.
    pub(in crate::mock) fn refuse(&self) -> bool {
        let mut entries = self.entries();
        let refusing = entries.iter_mut().filter(|entry| entry.trouble.what == TroubleKind::Refused);
        // No short cut: each counts each connection.
        refusing.fold(false, |refused, entry| {
            let is_due = entry.is_due(self.seed).is_some();
            refused | (is_due && !refused && entry.use_up())
        })
    }

    /// What befalls a request.
    pub(in crate::mock) fn meet(&self, endpoint: Option<TroubleEndpoint>) -> Met {
        let mut met = Met::default();
        for entry in self.entries().iter_mut().filter(|entry| entry.concerns(endpoint)) {
            if let Some(roll) = entry.is_due(self.seed)
                && met.takes(&entry.trouble.what)
                && entry.use_up()
            {
                met.add(&entry.trouble.what, roll);
            }
        }
        met
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn entries(troubles: impl IntoIterator<Item = Trouble>) -> Vec<Entry> {
    let entry =
        |(series, trouble): (u64, Trouble)| Entry { left: trouble.next.unwrap_or(u64::MAX), trouble, series, seen: 0 };
    (0..).zip(troubles).map(entry).collect()
}

impl Entry {
    fn concerns(&self, endpoint: Option<TroubleEndpoint>) -> bool {
        self.trouble.what != TroubleKind::Refused && (self.trouble.on.is_none() || self.trouble.on == endpoint)
    }

    /// Whether chance has it for the next request that it can befall, and what else chance decides then. The series does
    /// not depend on other troubles or on requests to other endpoints.
    fn is_due(&mut self, seed: u64) -> Option<Roll> {
        let roll = Roll::new(seed, self.series, self.seen);
        self.seen += 1;
        self.trouble.chance.is_none_or(|chance| chance.decides(roll)).then(|| roll.another())
    }

    fn use_up(&mut self) -> bool {
        let is_left = self.left > 0;
        if self.trouble.next.is_some() {
            self.left = self.left.saturating_sub(1);
        }
        is_left
    }
}

impl Met {
    /// Whether nothing befalls the request.
    pub(in crate::mock) fn is_nothing(&self) -> bool {
        self.delay.is_zero() && self.per_byte.is_zero() && self.answer.is_none() && self.delivery.is_none()
    }

    /// The answer as it then is.
    pub(in crate::mock) fn change(self, answer: Answer) -> Answer {
        let mut answer = self.answer.unwrap_or(answer);
        answer.delay += self.delay;
        answer.delivery = self.delivery.unwrap_or(answer.delivery);
        answer
    }

    /// Whether the trouble would show.
    fn takes(&self, what: &TroubleKind) -> bool {
        let (answer, delivery) = (what.answer(), what.delivery());
        let is_free = !(answer.is_some() && self.answer.is_some() || delivery.is_some() && self.delivery.is_some());
        let answer_shows = self.delivery.or(delivery).is_none_or(Delivery::shows_the_answer);
        is_free && (answer_shows || self.answer.is_none() && answer.is_none())
    }

    fn add(&mut self, what: &TroubleKind, roll: Roll) {
        match what {
            TroubleKind::Latency(Latency::Fixed(time)) => self.delay += *time,
            TroubleKind::Latency(Latency::PerByte(time)) => self.per_byte += *time,
            TroubleKind::Latency(Latency::Between(least, most)) => self.delay += between(*least, *most, roll),
            other => {
                self.answer = self.answer.take().or_else(|| other.answer());
                self.delivery = self.delivery.or_else(|| other.delivery());
            }
        }
    }
}

/// In whole microseconds, both ends included.
fn between(least: Duration, most: Duration, roll: Roll) -> Duration {
    let span = u64::try_from(most.saturating_sub(least).as_micros()).unwrap_or(u64::MAX - 1);
    least + Duration::from_micros(roll.below(span + 1))
}
