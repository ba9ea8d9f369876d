//! The customers, in memory: all of them, or those that one request can touch.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::config::Config;
use super::desk::Case;
use super::graveyard::Graveyard;
use super::ids::Ids;
use super::received::ReceivedValue;
use crate::sep12::MemoType;

/// A registered customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// The id that the anchor gave it.
    pub id: String,
    /// Whose customer it is.
    pub key: CustomerKey,
    /// All fields of all PUTs, the later value of a name in place of the earlier; identity and type are not among them.
    pub fields: BTreeMap<String, ReceivedValue>,
}

/// What tells customers apart: account and memo. An `M` account is its `G` account with its muxed id as id memo.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CustomerKey {
    /// The account, `G...` or `C...`.
    pub account: String,
    /// The memo's type; `id` for an untyped memo that is an unsigned 64-bit number, `text` for any other untyped one.
    pub memo_type: Option<MemoType>,
    /// The memo; canonical decimal if it is an id.
    pub memo: Option<String>,
    /// What a faulty anchor takes for part of the identity beside that; else empty.
    pub(super) apart: String,
}

/// A customer, and what the anchor remembers of it beside its data. Times are of the wall clock, so that they outlive
/// the process.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) customer: Customer,
    found_by_key_from: Option<SystemTime>,
    is_found_by_key: bool,
    is_found_by_id: bool,
    gone_from: Option<SystemTime>,
    /// The place in the order of registration.
    serial: u64,
    /// How many GETs there were since the last change.
    looks: u32,
    /// How many PUTs there were.
    pub(super) puts: u32,
    /// When the last change was.
    pub(super) changed: SystemTime,
    /// Until when the customer is being registered.
    pub(super) fresh_until: Option<SystemTime>,
    /// The type that the first PUT named.
    pub(super) type_name: Option<String>,
    /// The keys of those who were merged into this customer.
    #[serde(default)]
    aliases: BTreeSet<CustomerKey>,
    /// What only a desk knows.
    #[serde(default)]
    pub(super) desk: Case,
}

impl Record {
    pub(super) fn customer(&self) -> &Customer {
        &self.customer
    }
}

/// What counts on from one registration to the next.
#[cfg(feature = "store")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counters {
    /// How many ids were given out.
    pub(super) ids: u64,
    /// How many customers were registered.
    pub(super) registered: u64,
}

#[derive(Debug)]
pub(super) struct Store {
    ids: Ids,
    records: BTreeMap<String, Record>,
    by_key: BTreeMap<CustomerKey, String>,
    registered: u64,
    pub(super) graveyard: Graveyard,
    /// Answers to GETs by their queries.
    pub(super) cache: BTreeMap<String, Answer>,
    /// The beginning of the current second, and how many requests there were in it.
    pub(super) pace: Option<(Instant, u32)>,
}

impl Store {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            ids: Ids::new(config),
            records: BTreeMap::new(),
            by_key: BTreeMap::new(),
            registered: 0,
            graveyard: Graveyard::new(config),
            cache: BTreeMap::new(),
            pace: None,
        }
    }

    pub(super) fn clear(&mut self) {
        self.records.clear();
        self.by_key.clear();
        self.graveyard.clear();
        self.cache.clear();
    }

    /// Goes on with these customers instead of those it has. What only a faulty anchor remembers stays.
    #[cfg(feature = "store")]
    pub(super) fn resume(&mut self, counters: Counters, records: impl IntoIterator<Item = Record>) {
        self.ids.resume_after(counters.ids);
        self.registered = counters.registered;
        self.records = records.into_iter().map(|record| (record.customer.id.clone(), record)).collect();
        let found = self.records.values().filter(|record| record.is_found_by_key);
        let aliases = self.records.values().flat_map(|record| record.aliases.iter().map(move |key| (key, record)));
        let pairs = aliases.chain(found.map(|record| (&record.customer.key, record)));
        self.by_key = pairs.map(|(key, record)| (key.clone(), record.customer.id.clone())).collect();
    }

    #[cfg(feature = "store")]
    pub(super) fn counters(&self) -> Counters {
        Counters { ids: self.ids.given(), registered: self.registered }
    }

    #[cfg(feature = "store")]
    pub(super) fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    pub(super) fn customers(&self) -> impl Iterator<Item = &Customer> {
        self.registered().map(|record| &record.customer)
    }

    pub(super) fn records_mut(&mut self) -> impl Iterator<Item = &mut Record> {
        self.records.values_mut()
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Customer> {
        self.records.get(id).filter(|record| record.is_found_by_id && !record.desk.is_draft).map(Record::customer)
    }

    pub(super) fn by_key(&self, key: &CustomerKey) -> Option<&Customer> {
        let record = self.records.get(self.by_key.get(key)?)?;
        let is_found = record.found_by_key_from.is_none_or(|from| from <= SystemTime::now()) && !record.desk.is_draft;
        is_found.then_some(&record.customer)
    }

    /// A customer that was found before, by whatever.
    pub(super) fn record(&self, id: &str) -> Option<(&Record, &Customer)> {
        self.records.get(id).map(|record| (record, &record.customer))
    }

    pub(super) fn record_mut(&mut self, id: &str) -> Option<&mut Record> {
        self.records.get_mut(id)
    }

    /// The id of a case for somebody who is not registered yet.
    pub(super) fn draft_of(&self, key: &CustomerKey) -> Option<String> {
        let id = self.by_key.get(key)?;
        self.records.get(id).filter(|record| record.desk.is_draft).map(|record| record.customer.id.clone())
    }

    /// Opens such a case.
    pub(super) fn open_draft(&mut self, key: CustomerKey) -> String {
        let id = self.create(key);
        self.records.get_mut(&id).into_iter().for_each(|record| record.desk.is_draft = true);
        id
    }

    /// Removes the drafts without a file.
    pub(super) fn drop_empty_drafts(&mut self) {
        let is_empty = |record: &&Record| record.desk.is_draft && record.desk.uploads.is_empty();
        let empty: Vec<_> = self.records.values().filter(is_empty).map(|record| record.customer.id.clone()).collect();
        for id in empty {
            self.remove(&id);
        }
    }

    /// The customer that was registered last.
    pub(super) fn latest(&self) -> Option<&Customer> {
        self.registered().max_by_key(|record| record.serial).map(|record| &record.customer)
    }

    /// The ids of those who were registered after that customer.
    pub(super) fn later_than(&self, id: &str) -> Vec<String> {
        let serial = self.records.get(id).map(|record| record.serial);
        let later = self.records.values().filter(|record| serial.is_some_and(|serial| record.serial > serial));
        later.map(|record| record.customer.id.clone()).collect()
    }

    /// A new customer with a new id, or with that of its draft.
    pub(super) fn create(&mut self, key: CustomerKey) -> String {
        if let Some(id) = self.draft_of(&key) {
            self.records.get_mut(&id).into_iter().for_each(|record| record.desk.is_draft = false);
            return id;
        }
        let id = self.ids.next();
        self.insert(id.clone(), key);
        id
    }

    /// A new customer with that id, in place of any other with the same id or key.
    pub(super) fn insert(&mut self, id: String, key: CustomerKey) {
        self.remove(&id);
        self.registered += 1;
        self.point(&key, &id);
        let record = Record {
            customer: Customer { id: id.clone(), key, fields: BTreeMap::new() },
            found_by_key_from: None,
            is_found_by_key: true,
            is_found_by_id: true,
            gone_from: None,
            serial: self.registered,
            looks: 0,
            puts: 0,
            changed: SystemTime::now(),
            fresh_until: None,
            type_name: None,
            aliases: BTreeSet::new(),
            desk: Case::default(),
        };
        self.records.insert(id, record);
    }

    /// The fields of a customer, to be changed.
    pub(super) fn fields_mut(&mut self, id: &str) -> Option<&mut BTreeMap<String, ReceivedValue>> {
        let record = self.records.get_mut(id)?;
        record.looks = 0;
        record.changed = SystemTime::now();
        Some(&mut record.customer.fields)
    }

    /// How often the customer was looked at since its last change; this time counts.
    pub(super) fn look(&mut self, id: &str) -> u32 {
        self.records.get_mut(id).map_or(0, |record| {
            record.looks += 1;
            record.looks
        })
    }

    /// Gives a customer a new id.
    pub(super) fn rename(&mut self, id: &str) -> Option<String> {
        let mut record = self.records.remove(id)?;
        let new = self.ids.next();
        record.customer.id.clone_from(&new);
        record.is_found_by_key = true;
        self.point(&record.customer.key, &new);
        self.records.insert(new.clone(), record);
        Some(new)
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<Customer> {
        let record = self.records.remove(id)?;
        self.forget_key_of(&record.customer);
        Some(record.customer)
    }

    /// Removes a customer whose key finds the other from now on.
    pub(super) fn merge(&mut self, id: &str, other: &str) {
        if let Some(customer) = self.remove(id) {
            self.by_key.insert(customer.key.clone(), other.to_owned());
            if let Some(record) = self.records.get_mut(other) {
                record.aliases.insert(customer.key);
            }
        }
    }

    /// From now on the customer is not found by its key.
    pub(super) fn hide_from_key(&mut self, id: &str) {
        if let Some(record) = self.records.get_mut(id) {
            record.is_found_by_key = false;
            let customer = record.customer.clone();
            self.forget_key_of(&customer);
        }
    }

    /// From now on the customer is not found by its id.
    pub(super) fn hide_from_id(&mut self, id: &str) {
        if let Some(record) = self.records.get_mut(id) {
            record.is_found_by_id = false;
        }
    }

    /// Hides a customer from look-ups by key for a while.
    pub(super) fn hide_for(&mut self, id: &str, time: Duration) {
        if let Some(record) = self.records.get_mut(id) {
            record.found_by_key_from = Some(SystemTime::now() + time);
        }
    }

    pub(super) fn remove_after(&mut self, id: &str, time: Duration) {
        if let Some(record) = self.records.get_mut(id) {
            record.gone_from.get_or_insert(SystemTime::now() + time);
        }
    }

    /// Removes the customers whose time has come.
    pub(super) fn sweep(&mut self) {
        let now = SystemTime::now();
        let is_gone = |record: &&Record| record.gone_from.is_some_and(|from| from <= now);
        let gone: Vec<String> =
            self.records.values().filter(is_gone).map(|record| record.customer.id.clone()).collect();
        for id in gone {
            self.remove(&id);
        }
    }

    fn registered(&self) -> impl Iterator<Item = &Record> {
        self.records.values().filter(|record| !record.desk.is_draft)
    }

    /// From now on the key finds this customer, and no other.
    fn point(&mut self, key: &CustomerKey, id: &str) {
        let former = self.by_key.insert(key.clone(), id.to_owned());
        if let Some(record) = former.filter(|former| former != id).and_then(|former| self.records.get_mut(&former)) {
            record.is_found_by_key &= record.customer.key != *key;
            record.aliases.remove(key);
        }
    }

    fn forget_key_of(&mut self, customer: &Customer) {
        if self.by_key.get(&customer.key).is_some_and(|other| *other == customer.id) {
            self.by_key.remove(&customer.key);
        }
    }
}
