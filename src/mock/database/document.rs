//! A customer as the database holds it: two columns to look it up by, one JSON document, and its files' contents.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::mock::received::{ReceivedFile, ReceivedValue};
use crate::mock::store::Record;

/// What [`Record`] is in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) identity: String,
    pub(super) document: String,
}

/// The contents of a customer's files by their hashes.
pub(super) type Contents = BTreeMap<String, Bytes>;

impl Row {
    pub(super) fn of(record: &Record) -> serde_json::Result<Self> {
        Ok(Self {
            id: id_column(&record.customer.id),
            identity: identity_column(&record.customer.key)?,
            document: serde_json::to_string(record)?,
        })
    }

    pub(super) fn record(&self, contents: &Contents) -> serde_json::Result<Record> {
        let mut record: Record = serde_json::from_str(&self.document)?;
        let uploads = record.desk.uploads.iter_mut().map(|upload| &mut upload.file);
        for file in record.customer.fields.values_mut().filter_map(ReceivedValue::as_file_mut).chain(uploads) {
            file.bytes = contents.get(&hex(file.sha256)).cloned();
        }
        Ok(record)
    }
}

pub(super) fn id_column(id: &str) -> String {
    hex(Sha256::digest(id).into())
}

pub(super) fn identity_column(key: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_vec(key).map(|text| hex(Sha256::digest(text).into()))
}

/// The hashes of all files of a customer, kept or not.
pub(super) fn hashes(record: &Record) -> BTreeSet<String> {
    files(record).map(|file| hex(file.sha256)).collect()
}

/// The files of a customer that are in hand.
pub(super) fn contents(record: &Record) -> Contents {
    files(record).filter_map(|file| Some((hex(file.sha256), file.bytes.clone()?))).collect()
}

fn files(record: &Record) -> impl Iterator<Item = &ReceivedFile> {
    let uploads = record.desk.uploads.iter().map(|upload| &upload.file);
    record.customer.fields.values().filter_map(ReceivedValue::as_file).chain(uploads)
}

fn hex(hash: [u8; 32]) -> String {
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
