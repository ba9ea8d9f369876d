//! Customers in SQLite or PostgreSQL, so that they outlive the process and several processes share them.
//!
//! The rules know nothing of it: they work on a [`Store`] in memory. Around each request stands a unit of work
//! ([`Database::transact`]): a transaction is begun that no other process can come between, the customers that the
//! request can touch are put into the store, the rules run, and what they changed is found by comparison, written and
//! committed before the answer goes out. So two processes are never of two minds about a customer, and requests are
//! served one at a time, whatever the number of processes.
//!
//! In reading order: [`place`] (which database), [`connection`] (transactions and schema), [`tables`] (SQL),
//! [`document`] (a customer as a row), [`changes`] (before and after), [`worker`] (the thread that has the connection).
//! A new table, or a new column, is a migration of its own (`migrations/`, listed in
//! [`connection`]); a new member of a customer's record is none, because the record is one document.

mod place;

mod connection;
mod tables;

mod changes;
mod document;

mod worker;

mod error;

use std::fmt;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{self, JoinHandle};

use tokio::runtime;

pub use error::StoreError;
pub use place::{Place, UnknownPlace};

use self::changes::{Before, Changes};
use self::document::{id_column, identity_column};
use self::tables::{Choice, Loaded};
use self::worker::{Job, Reply, Worker};
use super::rules::Scope;
use super::store::Store;

/// A database, open; closed when dropped.
pub(super) struct Database {
    /// Only dropping it takes it away.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Database {
    /// Connects and makes the tables, if they are not there yet. Blocks.
    pub(super) fn open(place: &Place) -> Result<Self, StoreError> {
        let (jobs, receiver) = mpsc::channel();
        let (started, outcome) = mpsc::sync_channel(1);
        let place = place.clone();
        let serve = move || serve(place, &receiver, &started);
        let thread = thread::Builder::new().name("store".to_owned()).spawn(serve);
        let thread = thread.map_err(|error| StoreError::Failed(error.into()))?;
        outcome.recv().map_err(|_| StoreError::Gone)??;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Fills the store with the customers in scope, does the work, and keeps what it has changed. Blocks.
    ///
    /// Without `with_contents` files come without their bytes, except those that the work itself brings. After an error,
    /// and if the work panics, the database is what it was before.
    pub(super) fn transact<T>(
        &self,
        scope: &Scope,
        with_contents: bool,
        store: &mut Store,
        work: impl FnOnce(&mut Store) -> T,
    ) -> Result<T, StoreError> {
        self.unit_of_work(choice(scope)?, with_contents, |loaded| {
            let records = loaded.customers.iter().map(|(row, contents)| row.record(contents));
            store.resume(loaded.counters, records.collect::<serde_json::Result<Vec<_>>>()?);
            let before = Before::new(store)?;
            let outcome = work(store);
            Ok((before.changes(store)?, outcome))
        })
    }

    /// Removes all customers without looking at any. Blocks.
    pub(super) fn clear(&self) -> Result<(), StoreError> {
        let nobody = Choice::Those { ids: Vec::new(), identities: Vec::new() };
        self.unit_of_work(nobody, false, |_| Ok((Changes { clears: true, ..Changes::default() }, ())))
    }

    fn unit_of_work<T>(
        &self,
        choice: Choice,
        with_contents: bool,
        work: impl FnOnce(Loaded) -> Result<(Changes, T), StoreError>,
    ) -> Result<T, StoreError> {
        let (sender, changes) = mpsc::sync_channel(1);
        let (replies, replied) = mpsc::sync_channel(2);
        let gone = || StoreError::Gone;
        let jobs = self.jobs.as_ref().ok_or_else(gone)?;
        jobs.send(Job { choice, with_contents, changes, replies }).map_err(|_| gone())?;
        let Reply::Loaded(loaded) = replied.recv().map_err(|_| gone())?? else { return Err(gone()) };
        let (changes, outcome) = work(loaded)?;
        sender.send(changes).map_err(|_| gone())?;
        replied.recv().map_err(|_| gone())??;
        Ok(outcome)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A panic in it has been printed.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

/// What the thread does: it says whether it could connect, and goes to work.
fn serve(place: Place, jobs: &Receiver<Job>, started: &SyncSender<Result<(), StoreError>>) {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let worker =
        runtime.map_err(|error| StoreError::Failed(error.into())).and_then(|runtime| Worker::start(runtime, place));
    // Who opens a database waits for it.
    match worker {
        Ok(worker) => {
            let _ = started.send(Ok(()));
            worker.run(jobs);
        }
        Err(error) => {
            let _ = started.send(Err(error));
        }
    }
}

fn choice(scope: &Scope) -> Result<Choice, StoreError> {
    Ok(match scope {
        Scope::Everybody => Choice::Everybody,
        Scope::Those { ids, keys } => Choice::Those {
            ids: ids.iter().map(|id| id_column(id)).collect(),
            identities: keys.iter().map(identity_column).collect::<serde_json::Result<_>>()?,
        },
    })
}
