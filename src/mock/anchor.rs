//! The mock anchor without its socket: settings, customers, journal and script.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::spawn_blocking;

use super::answer::Answer;
use super::config::Config;
#[cfg(feature = "store")]
use super::database::Place;
use super::database::{Database, StoreError};
use super::desk::{Service, tend};
use super::received::{Received, ReceivedFile, ReceivedValue};
use super::rules::{self, Claim, Scope};
use super::store::{Customer, Store};
use super::trouble::{Met, Trouble, TroubleEndpoint, Troubles};
use crate::sep12::{Field, File, Identity, Value};

/// A mock anchor, shared by reference: all methods take `&self`.
///
/// With a database its methods that have to do with customers block, and panic if the database fails;
/// [`Anchor::answer`] blocks too, but answers 500.
#[derive(Debug)]
pub struct Anchor {
    config: Config,
    database: Option<Database>,
    /// Held during a whole request, so that no other comes between; before `state`, if both are.
    store: Mutex<Store>,
    state: Mutex<State>,
    troubles: Troubles,
    service: Service,
}

#[derive(Debug)]
struct State {
    journal: VecDeque<Received>,
    next: VecDeque<Answer>,
    always: Option<Answer>,
    requests: u64,
}

impl Anchor {
    /// An anchor without customers.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self::over(config, None)
    }

    /// An anchor with the customers of a database, which other anchors may use at the same time. Blocks.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened, or was made by another version.
    #[cfg(feature = "store")]
    pub fn with_store(config: Config, place: &Place) -> Result<Self, StoreError> {
        Ok(Self::over(config, Some(Database::open(place)?)))
    }

    fn over(mut config: Config, database: Option<Database>) -> Self {
        config.prefix = path_prefix(&config.prefix);
        let store = Mutex::new(Store::new(&config));
        let state = State { journal: VecDeque::new(), next: VecDeque::new(), always: None, requests: 0 };
        let troubles = Troubles::new(&config.troubles, config.seed);
        Self { config, database, store, state: Mutex::new(state), troubles, service: Service::default() }
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Answers a request: with the next scripted answer, else with the one scripted for always, else by the rules. The
    /// request goes to the journal. One whose body did not arrive whole changes nothing.
    pub fn answer(&self, received: Received) -> Answer {
        let (scripted, number) = self.state().next_answer();
        let answer = scripted.unwrap_or_else(|| self.answer_by_rule(&received, number));
        self.note(received);
        answer
    }

    /// The same, without blocking the runtime.
    pub(super) async fn answer_in_time(self: &Arc<Self>, received: Received) -> Answer {
        let answer = self.in_time(|anchor| Some(anchor.answer(received))).await;
        answer.unwrap_or_else(|| Answer::error(500, "internal error"))
    }

    /// Does what may block without blocking the runtime. `None` if it panics, too.
    pub(super) async fn in_time<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Option<T> + Send + 'static,
    ) -> Option<T> {
        if self.database.is_none() {
            return work(self);
        }
        let anchor = Arc::clone(self);
        spawn_blocking(move || work(&anchor)).await.ok()?
    }

    fn answer_by_rule(&self, received: &Received, number: u64) -> Answer {
        let scope = Scope::of(received, &self.config);
        let with_contents = scope == Scope::Everybody;
        let now = self.service.now();
        let answer = self.transact(&scope, with_contents, |store| {
            tend(store, &self.config, now);
            let answer = rules::answer(&self.config, store, received, number, now);
            (answer, tend(store, &self.config, now))
        });
        let answer = answer.map(|(answer, subscribed)| {
            self.service.watch(subscribed);
            answer
        });
        answer.unwrap_or_else(|error| {
            let _ = writeln!(io::stderr(), "store: {error}");
            Answer::error(500, "the store of this anchor failed")
        })
    }

    /// The next request gets this answer; further calls queue up.
    pub fn script_next(&self, answer: Answer) {
        self.state().next.push_back(answer);
    }

    /// Every request gets this answer once the queue of [`Anchor::script_next`] is empty; `None` brings the rules back.
    pub fn script_always(&self, answer: Option<Answer>) {
        self.state().always = answer;
    }

    /// Puts these troubles in place of all others; those of [`Config::troubles`] stand until then. [`Anchor::clear`]
    /// leaves them.
    pub fn set_troubles(&self, troubles: impl IntoIterator<Item = Trouble>) {
        self.troubles.set(troubles);
    }

    /// What decides the troubles that come by chance: [`Config::seed`], or one made up.
    #[must_use]
    pub fn trouble_seed(&self) -> u64 {
        self.troubles.seed()
    }

    /// The requests so far, oldest first.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state().journal.iter().cloned().collect()
    }

    /// The customers, ordered by id.
    #[must_use]
    pub fn customers(&self) -> Vec<Customer> {
        self.work(&Scope::Everybody, |store| {
            store.sweep();
            store.customers().cloned().collect()
        })
    }

    /// The customer with that id.
    #[must_use]
    pub fn customer(&self, id: &str) -> Option<Customer> {
        self.work(&Scope::of_id(id), |store| {
            store.sweep();
            store.by_id(id).cloned()
        })
    }

    /// Registers a customer, or merges the fields into one that is there, without a request. Returns its id.
    pub fn register(&self, identity: &Identity, fields: Vec<Field>) -> String {
        let key = Claim::of(identity).key(&self.config);
        self.work(&Scope::of_key(&key, &self.config), |store| {
            let known = store.by_key(&key).map(|customer| customer.id.clone());
            let id = known.unwrap_or_else(|| store.create(key.clone()));
            merge(store, &id, fields);
            id
        })
    }

    /// Registers a customer under a chosen id, in place of any other with the same id or identity.
    pub fn register_as(&self, id: &str, identity: &Identity, fields: Vec<Field>) {
        let key = Claim::of(identity).key(&self.config);
        self.work(&Scope::Those { ids: [id.to_owned()].into(), keys: [key.clone()].into() }, |store| {
            if let Some(known) = store.by_key(&key).map(|customer| customer.id.clone()) {
                store.remove(&known);
            }
            store.insert(id.to_owned(), key.clone());
            merge(store, id, fields);
        });
    }

    /// Forgets customers, requests and scripted answers.
    pub fn clear(&self) {
        let cleared = self.database.as_ref().map_or(Ok(()), Database::clear);
        cleared.unwrap_or_else(|error| panic!("{error}"));
        self.store().clear();
        let mut state = self.state();
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

    /// What befalls a request that has just begun.
    pub(super) fn meet_troubles(&self, received: &Received) -> Met {
        self.troubles.meet(TroubleEndpoint::of(&received.method, &received.path, &self.config.prefix))
    }

    /// Whether a connection that was just accepted is refused.
    pub(super) fn refuses(&self) -> bool {
        self.troubles.refuse()
    }

    /// Journals a request that gets no answer by rule or script.
    pub(super) fn note(&self, received: Received) {
        self.state().remember(received, self.config.keep_requests);
    }

    pub(super) fn service(&self) -> &Service {
        &self.service
    }

    /// Whether its customers are in a database.
    pub(super) fn is_shared(&self) -> bool {
        self.database.is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on the customers in scope, their files' bytes included.
    fn work<T>(&self, scope: &Scope, work: impl FnOnce(&mut Store) -> T) -> T {
        self.transact(scope, true, work).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(super) fn transact<T>(
        &self,
        scope: &Scope,
        with_contents: bool,
        work: impl FnOnce(&mut Store) -> T,
    ) -> Result<T, StoreError> {
        let mut store = self.store();
        match &self.database {
            Some(database) => database.transact(scope, with_contents, &mut store, work),
            None => Ok(work(&mut store)),
        }
    }
}

impl State {
    /// The scripted answer, if there is one, and the number of the request.
    fn next_answer(&mut self) -> (Option<Answer>, u64) {
        self.requests += 1;
        (self.scripted(), self.requests)
    }

    fn scripted(&mut self) -> Option<Answer> {
        self.next.pop_front().or_else(|| self.always.clone())
    }

    fn remember(&mut self, received: Received, keep: usize) {
        self.journal.push_back(received);
        while self.journal.len() > keep {
            self.journal.pop_front();
        }
    }
}

fn merge(store: &mut Store, id: &str, fields: Vec<Field>) {
    if let Some(stored) = store.fields_mut(id) {
        stored.extend(fields.into_iter().map(|field| (field.name, stored_value(field.value))));
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
