//! What an anchor with a desk does beside answering: it lets time pass, carries decisions out, and has wallets told.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;

use super::callback::Attempt;
use super::decision::Decision;
use super::look::Look;
use super::settings::Desk;
use super::view::CustomerView;
use crate::mock::anchor::Anchor;
use crate::mock::config::Config;
use crate::mock::rules::Scope;
use crate::mock::store::{Record, Store};

/// What an anchor's desk has beyond its settings and its cases.
#[derive(Debug, Default)]
pub(in crate::mock) struct Service {
    /// How far its clock is ahead of the system's, in milliseconds.
    ahead: AtomicU64,
    /// Something may have changed that a wallet waits for.
    stir: Notify,
    watched: Mutex<Watched>,
}

/// The customers with a callback.
#[derive(Debug, Default)]
struct Watched {
    /// Some of them may have none any more.
    ids: BTreeSet<String>,
    /// Whether everybody was looked at once.
    is_whole: bool,
}

/// How long the desk waits at most before it looks at the clock again.
const MAX_PAUSE: Duration = Duration::from_secs(3600);
/// The same with a database, where another process can change a customer.
const MAX_PAUSE_SHARED: Duration = Duration::from_secs(1);

impl Service {
    pub(in crate::mock) fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_millis(self.ahead.load(Ordering::Relaxed))
    }

    /// These customers have callbacks, and something may have happened to them.
    pub(in crate::mock) fn watch(&self, subscribed: BTreeSet<String>) {
        if !subscribed.is_empty() {
            self.watched().ids.extend(subscribed);
            self.stir.notify_one();
        }
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom to look at; `None` if nobody has a callback.
    fn scope(&self) -> Option<Scope> {
        let watched = self.watched();
        match watched.is_whole {
            true if watched.ids.is_empty() => None,
            true => Some(Scope::Those { ids: watched.ids.clone(), keys: BTreeSet::new() }),
            false => Some(Scope::Everybody),
        }
    }
}

/// Brings cases up to date: files whose time is over go, and callbacks see where their customers stand. Returns the ids
/// of the customers with callbacks; without a desk there are none.
pub(in crate::mock) fn tend(store: &mut Store, config: &Config, now: SystemTime) -> BTreeSet<String> {
    let Some(desk) = &config.desk else { return BTreeSet::new() };
    for record in store.records_mut() {
        record.desk.uploads.retain(|upload| !upload.is_expired(now));
        let Some(type_name) = record.desk.callback.as_ref().map(|callback| callback.type_name.clone()) else {
            continue;
        };
        let status = look(record, config, desk, &type_name, now).map(|look| look.status());
        if let (Some(callback), Some(status)) = (&mut record.desk.callback, status) {
            callback.see(status);
        }
    }
    store.drop_empty_drafts();
    let subscribed = store.records_mut().filter(|record| record.desk.callback.is_some());
    subscribed.map(|record| record.customer().id.clone()).collect()
}

fn look<'a>(
    record: &'a Record,
    config: &'a Config,
    desk: &'a Desk,
    type_name: &'a str,
    now: SystemTime,
) -> Option<Look<'a>> {
    let fields = config.types.get(type_name)?;
    Some(Look { desk, case: &record.desk, provided: &record.customer().fields, type_name, fields, now })
}

impl Anchor {
    /// The customers as the desk sees them, ordered by id; none without a desk.
    #[must_use]
    pub fn desk(&self) -> Vec<CustomerView> {
        let (_, mut customers) = self.desk_latest(usize::MAX);
        customers.sort_by(|a, b| a.id.cmp(&b.id));
        customers
    }

    /// How many customers the desk has, and at most so many of them: those whose data changed last, the latest first.
    #[must_use]
    pub fn desk_latest(&self, most: usize) -> (usize, Vec<CustomerView>) {
        let Some(desk) = &self.config().desk else { return (0, Vec::new()) };
        let now = self.service().now();
        self.at_desk(&Scope::Everybody, |store| {
            store.sweep();
            tend(store, self.config(), now);
            let mut records: Vec<&Record> =
                store.records_mut().map(|record| &*record).filter(|record| !record.desk.is_draft).collect();
            records.sort_by(|a, b| (b.changed, &b.customer().id).cmp(&(a.changed, &a.customer().id)));
            let latest = records.iter().take(most);
            (records.len(), latest.map(|record| CustomerView::of(record, self.config(), desk, now)).collect())
        })
    }

    /// Decides about a customer, for one type or for all. False if nothing came of it: there is no desk, no such
    /// customer or type, or the field is there already that is to be asked for, or is not there that is to be judged.
    pub fn decide(&self, id: &str, type_name: Option<&str>, decision: &Decision) -> bool {
        if self.config().desk.is_none() {
            return false;
        }
        let now = self.service().now();
        let (is_done, subscribed) = self.at_desk(&Scope::of_id(id), |store| {
            let found = store.by_id(id).cloned();
            let is_done = found
                .zip(store.record_mut(id))
                .is_some_and(|(customer, record)| record.desk.decide(self.config(), &customer, type_name, decision));
            (is_done, tend(store, self.config(), now))
        });
        self.service().watch(subscribed);
        is_done
    }

    /// Sets the desk's clock forward: what takes so long has happened, and callbacks that wait are tried again.
    pub fn advance(&self, time: Duration) {
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.service().ahead.fetch_add(milliseconds, Ordering::Relaxed);
        self.service().stir.notify_one();
    }

    pub(super) async fn stirred(&self) {
        self.service().stir.notified().await;
    }

    /// The attempts that are due for customers that nobody is busy with, and how long to wait for the next ones.
    pub(super) async fn due_callbacks(self: &Arc<Self>, busy: &BTreeSet<String>) -> (Vec<Attempt>, Duration) {
        let busy = busy.clone();
        let due = self.in_time(move |anchor| anchor.take_due(&busy)).await;
        due.unwrap_or((Vec::new(), MAX_PAUSE_SHARED))
    }

    pub(super) async fn conclude_callback(self: &Arc<Self>, attempt: Attempt, failure: Option<String>) {
        self.in_time(move |anchor| anchor.conclude(&attempt, failure)).await;
    }

    /// Works on the customers in scope, without their files' bytes.
    fn at_desk<T>(&self, scope: &Scope, work: impl FnOnce(&mut Store) -> T) -> T {
        self.transact(scope, false, work).unwrap_or_else(|error| panic!("{error}"))
    }

    fn take_due(&self, busy: &BTreeSet<String>) -> Option<(Vec<Attempt>, Duration)> {
        let desk = self.config().desk.as_ref()?;
        let now = self.service().now();
        let max_pause = if self.is_shared() { MAX_PAUSE_SHARED } else { MAX_PAUSE };
        let Some(scope) = self.service().scope() else { return Some((Vec::new(), MAX_PAUSE)) };
        let taken = self.transact(&scope, false, |store| {
            let subscribed = tend(store, self.config(), now);
            let mut next = now + max_pause;
            let idle = store.records_mut().filter(|record| !busy.contains(&record.customer().id));
            let attempts = idle.filter_map(|record| take(record, self.config(), desk, now, &mut next)).collect();
            (attempts, next, subscribed)
        });
        let (attempts, next, subscribed) = taken.ok()?;
        let mut watched = self.service().watched();
        watched.ids.extend(subscribed);
        watched.is_whole = true;
        Some((attempts, next.duration_since(now).unwrap_or_default()))
    }

    fn conclude(&self, attempt: &Attempt, failure: Option<String>) -> Option<()> {
        let desk = self.config().desk.as_ref()?;
        let now = self.service().now();
        let concluded = self.transact(&Scope::of_id(&attempt.customer), false, |store| {
            let case = &mut store.record_mut(&attempt.customer)?.desk;
            let goes_on = case.callback.as_mut()?.conclude(&attempt.telling, failure, desk, now);
            if !goes_on {
                case.callback = None;
            }
            Some(())
        });
        concluded.ok()?
    }
}

/// Takes the attempt that is due for a customer; `next` becomes the time of what will be due, if that is earlier.
fn take(record: &mut Record, config: &Config, desk: &Desk, now: SystemTime, next: &mut SystemTime) -> Option<Attempt> {
    let callback = record.desk.callback.as_ref()?;
    let (type_name, language) = (callback.type_name.clone(), callback.language);
    let look = look(record, config, desk, &type_name, now)?;
    let id = record.customer().id.clone();
    let due = callback.due().filter(|due| *due <= now);
    let times = [callback.due().filter(|due| *due > now), look.next_change()];
    *next = times.into_iter().flatten().chain([*next]).min()?;
    due?;
    let body = serde_json::to_string(&look.info(&id, language)).ok()?;
    let callback = record.desk.callback.as_mut()?;
    Some(Attempt { customer: id, telling: callback.take(desk, now), url: callback.url.clone(), body })
}
