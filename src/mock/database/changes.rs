//! What a request has changed, found by comparing the customers before and after it.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{self, Contents, Row};
use crate::mock::store::{Counters, Store};

/// The customers as they were handed over.
#[derive(Debug)]
pub(super) struct Before {
    counters: Counters,
    /// By the column `id`: the row, and the hashes of the files.
    rows: BTreeMap<String, (Row, BTreeSet<String>)>,
}

/// What is to be written.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Everybody is removed before anything else.
    pub(super) clears: bool,
    pub(super) counters: Option<Counters>,
    /// Ids of customers that are gone, files and all.
    pub(super) removed: Vec<String>,
    pub(super) written: Vec<Written>,
}

/// A customer that is new or not what it was.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) row: Row,
    pub(super) new_contents: Contents,
    /// Hashes of contents that no field has any more.
    pub(super) stale_contents: Vec<String>,
}

impl Before {
    pub(super) fn new(store: &Store) -> serde_json::Result<Self> {
        let rows = store.records().map(|record| {
            let row = Row::of(record)?;
            Ok((row.id.clone(), (row, document::hashes(record))))
        });
        Ok(Self { counters: store.counters(), rows: rows.collect::<serde_json::Result<_>>()? })
    }

    pub(super) fn changes(mut self, store: &Store) -> serde_json::Result<Changes> {
        let mut written = Vec::new();
        for record in store.records() {
            let row = Row::of(record)?;
            let (former, had) = self.rows.remove(&row.id).unzip();
            if former.as_ref() == Some(&row) {
                continue;
            }
            let (has, had) = (document::hashes(record), had.unwrap_or_default());
            let mut new_contents = document::contents(record);
            new_contents.retain(|hash, _| !had.contains(hash));
            let stale_contents = had.difference(&has).cloned().collect();
            written.push(Written { row, new_contents, stale_contents });
        }
        let counters = Some(store.counters()).filter(|counters| *counters != self.counters);
        Ok(Changes { clears: false, counters, removed: self.rows.into_keys().collect(), written })
    }
}
