//! The thread that has the connection, so that rules without a runtime can wait for it from anywhere.

use std::sync::mpsc::{Receiver, SyncSender};

use sqlx::{AnyConnection, Connection};
use tokio::runtime::Runtime;

use super::changes::Changes;
use super::connection::{begin, open};
use super::error::StoreError;
use super::place::Place;
use super::tables::{Choice, Loaded, load, save};

/// A unit of work: customers are handed over, and what was changed comes back, all in one transaction.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) choice: Choice,
    pub(super) with_contents: bool,
    /// If it closes without any, nothing is changed.
    pub(super) changes: Receiver<Changes>,
    /// Has room for two: [`Reply::Loaded`] and, once there were changes, [`Reply::Saved`]. An error is the last.
    pub(super) replies: SyncSender<Result<Reply, StoreError>>,
}

#[derive(Debug)]
pub(super) enum Reply {
    Loaded(Loaded),
    /// And committed.
    Saved,
}

pub(super) struct Worker {
    runtime: Runtime,
    place: Place,
    /// Gone after a failure, and opened again by the next job.
    connection: Option<AnyConnection>,
}

impl Worker {
    /// Connects.
    pub(super) fn start(runtime: Runtime, place: Place) -> Result<Self, StoreError> {
        let connection = Some(runtime.block_on(open(&place))?);
        Ok(Self { runtime, place, connection })
    }

    /// Does jobs until nobody can send any more.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        for Job { choice, with_contents, changes, replies } in jobs {
            let reply = |reply| {
                // Who does not wait for it has closed `changes` too.
                let _ = replies.send(reply);
            };
            let held = &mut self.connection;
            let work = work(held, &self.place, (&choice, with_contents), &changes, reply);
            if let Err(error) = self.runtime.block_on(work) {
                reply(Err(error));
            }
        }
        if let Some(connection) = self.connection {
            // There is nobody left to be told that it did not close in good order.
            let _ = self.runtime.block_on(connection.close());
        }
    }
}

async fn work(
    held: &mut Option<AnyConnection>,
    place: &Place,
    (choice, with_contents): (&Choice, bool),
    changes: &Receiver<Changes>,
    reply: impl Fn(Result<Reply, StoreError>),
) -> Result<(), StoreError> {
    let mut connection = alive(held.take(), place).await?;
    let mut transaction = begin(&mut connection, place.kind).await?;
    reply(Ok(Reply::Loaded(load(&mut transaction, choice, with_contents).await?)));
    match changes.recv() {
        Ok(changes) => {
            save(&mut transaction, changes).await?;
            transaction.commit().await?;
            reply(Ok(Reply::Saved));
        }
        Err(_) => transaction.rollback().await?,
    }
    *held = Some(connection);
    Ok(())
}

/// The connection, or a new one in place of one that was lost.
async fn alive(held: Option<AnyConnection>, place: &Place) -> Result<AnyConnection, StoreError> {
    if let Some(mut connection) = held
        && connection.ping().await.is_ok()
    {
        return Ok(connection);
    }
    open(place).await
}
