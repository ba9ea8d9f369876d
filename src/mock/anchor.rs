//! The mock anchor without its socket: settings, customers, journal and script.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::answer::Answer;
use super::config::Config;
use super::received::{Received, ReceivedFile, ReceivedValue};
use super::rules::{self, Claim};
use super::store::{Customer, Store};
use crate::sep12::{Field, File, Identity, Value};

/// A mock anchor, shared by reference: all methods take `&self`.
#[derive(Debug)]
pub struct Anchor {
    config: Config,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    store: Store,
    journal: VecDeque<Received>,
    next: VecDeque<Answer>,
    always: Option<Answer>,
    requests: u64,
}

impl Anchor {
    /// An anchor without customers.
    #[must_use]
    pub fn new(mut config: Config) -> Self {
        config.prefix = path_prefix(&config.prefix);
        let store = Store::new(&config);
        let state = State { store, journal: VecDeque::new(), next: VecDeque::new(), always: None, requests: 0 };
        Self { config, state: Mutex::new(state) }
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Answers a request: with the next scripted answer, else with the one scripted for always, else by the rules. The
    /// request goes to the journal. One whose body did not arrive whole changes nothing.
    pub fn answer(&self, received: Received) -> Answer {
        let mut state = self.state();
        state.requests += 1;
        let answer = match state.scripted() {
            Some(answer) => answer,
            None => {
                let requests = state.requests;
                rules::answer(&self.config, &mut state.store, &received, requests)
            }
        };
        state.remember(received, self.config.keep_requests);
        answer
    }

    /// The next request gets this answer; further calls queue up.
    pub fn script_next(&self, answer: Answer) {
        self.state().next.push_back(answer);
    }

    /// Every request gets this answer once the queue of [`Anchor::script_next`] is empty; `None` brings the rules back.
    pub fn script_always(&self, answer: Option<Answer>) {
        self.state().always = answer;
    }

    /// The requests so far, oldest first.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state().journal.iter().cloned().collect()
    }

    /// The customers, ordered by id.
    #[must_use]
    pub fn customers(&self) -> Vec<Customer> {
        self.swept().store.customers().cloned().collect()
    }

    /// The customer with that id.
    #[must_use]
    pub fn customer(&self, id: &str) -> Option<Customer> {
        self.swept().store.by_id(id).cloned()
    }

    /// Registers a customer, or merges the fields into one that is there, without a request. Returns its id.
    pub fn register(&self, identity: &Identity, fields: Vec<Field>) -> String {
        let key = Claim::of(identity).key(&self.config);
        let mut state = self.state();
        let known = state.store.by_key(&key).map(|customer| customer.id.clone());
        let id = known.unwrap_or_else(|| state.store.create(key));
        state.merge(&id, fields);
        id
    }

    /// Registers a customer under a chosen id, in place of any other with the same id or identity.
    pub fn register_as(&self, id: &str, identity: &Identity, fields: Vec<Field>) {
        let key = Claim::of(identity).key(&self.config);
        let mut state = self.state();
        if let Some(known) = state.store.by_key(&key).map(|customer| customer.id.clone()) {
            state.store.remove(&known);
        }
        state.store.insert(id.to_owned(), key);
        state.merge(id, fields);
    }

    /// Forgets customers, requests and scripted answers.
    pub fn clear(&self) {
        let mut state = self.state();
        state.store.clear();
        state.journal.clear();
        state.next.clear();
        state.always = None;
    }

    /// Takes the scripted answer that is due, if it is one that is given before the body is read.
    pub(super) fn early_answer(&self) -> Option<Answer> {
        let mut state = self.state();
        let due = state.next.front().or(state.always.as_ref())?;
        if due.is_early() { state.scripted() } else { None }
    }

    /// Journals a request that gets no answer by rule or script.
    pub(super) fn note(&self, received: Received) {
        self.state().remember(received, self.config.keep_requests);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn swept(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        state.store.sweep();
        state
    }
}

impl State {
    fn scripted(&mut self) -> Option<Answer> {
        self.next.pop_front().or_else(|| self.always.clone())
    }

    fn remember(&mut self, received: Received, keep: usize) {
        self.journal.push_back(received);
        while self.journal.len() > keep {
            self.journal.pop_front();
        }
    }

    fn merge(&mut self, id: &str, fields: Vec<Field>) {
        if let Some(stored) = self.store.fields_mut(id) {
            stored.extend(fields.into_iter().map(|field| (field.name, stored_value(field.value))));
        }
    }
}

/// A prefix with a slash before it and none behind it, or nothing.
fn path_prefix(text: &str) -> String {
    match text.trim_matches('/') {
        "" => String::new(),
        path => format!("/{path}"),
    }
}

fn stored_value(value: Value) -> ReceivedValue {
    match value {
        Value::Text(text) => ReceivedValue::Text(text),
        Value::Json(json) => ReceivedValue::Json(json),
        Value::File(File { file_name, content_type, bytes }) => {
            ReceivedValue::File(ReceivedFile::whole(file_name, content_type, bytes))
        }
    }
}

impl Default for Anchor {
    fn default() -> Self {
        Self::new(Config::default())
    }
}
