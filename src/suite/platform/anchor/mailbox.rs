//! Whose request is it? What arrives goes to the check that caused it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::heard::Heard;
use super::reply::Reply;
use super::simple;
use crate::wire::transcript::Forwarded;

/// All mailboxes, by what names their customers.
#[derive(Default)]
pub(crate) struct Desk {
    by_name: Mutex<HashMap<String, Arc<Mailbox>>>,
    /// Who gets what names nobody: the one check that runs, if only one does.
    alone: Mutex<Option<Arc<Mailbox>>>,
    strays: AtomicUsize,
    /// How many bytes were recorded for reports.
    recorded: AtomicUsize,
}

/// What arrived for one check, and what it gets.
#[derive(Default)]
pub(crate) struct Mailbox {
    script: Mutex<Option<Script>>,
    heard: Mutex<Held>,
    forwarded: Mutex<Vec<Forwarded>>,
    /// Ids given out, by account, memo and type.
    customers: Mutex<HashMap<[String; 2], String>>,
    under_way: AtomicUsize,
}

/// What arrived and was not looked at yet.
#[derive(Default)]
struct Held {
    heard: Vec<Arc<Heard>>,
    bytes: usize,
    /// The check has ended: nobody will look.
    is_closed: bool,
}

/// More than any honest platform makes of one request of a check. What comes beyond it is answered and forgotten.
const MOST_HELD: usize = 1024;
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// What all that arrived may take up in the reports of one run.
const MOST_RECORDED: usize = 256 * 1024 * 1024;

/// Says what a request gets; `None` leaves it to the simple anchor.
type Script = Arc<dyn Fn(&Heard) -> Option<Reply> + Send + Sync>;

impl Desk {
    /// Requests with that text in them are the mailbox's.
    pub(crate) fn claim(&self, name: impl Into<String>, mailbox: &Arc<Mailbox>) {
        lock(&self.by_name).insert(name.into(), Arc::clone(mailbox));
    }

    /// Everything that names nobody is the mailbox's, too.
    pub(crate) fn claim_the_rest(&self, mailbox: &Arc<Mailbox>) {
        *lock(&self.alone) = Some(Arc::clone(mailbox));
    }

    /// How many requests arrived that were nobody's.
    pub(crate) fn strays(&self) -> usize {
        self.strays.load(Ordering::Relaxed)
    }

    /// Whether there is room for so much more in the reports.
    pub(super) fn can_record(&self, bytes: usize) -> bool {
        self.recorded.fetch_add(bytes, Ordering::Relaxed) < MOST_RECORDED
    }

    pub(super) fn find(&self, heard: &Heard) -> Option<Arc<Mailbox>> {
        let by_name = lock(&self.by_name);
        let found = heard.names().iter().find_map(|name| by_name.get(name).cloned());
        let found = found.or_else(|| lock(&self.alone).clone());
        if found.is_none() {
            self.strays.fetch_add(1, Ordering::Relaxed);
        }
        found
    }
}

impl Mailbox {
    /// Requests from now on get what the script says.
    pub(crate) fn script(&self, script: impl Fn(&Heard) -> Option<Reply> + Send + Sync + 'static) {
        *lock(&self.script) = Some(Arc::new(script));
    }

    /// What arrived since the last call.
    pub(crate) fn take_heard(&self) -> Vec<Arc<Heard>> {
        let mut held = lock(&self.heard);
        held.bytes = 0;
        std::mem::take(&mut held.heard)
    }

    /// Nothing is kept from now on: the check has ended.
    pub(crate) fn close(&self) {
        *lock(&self.heard) = Held { is_closed: true, ..Held::default() };
        lock(&self.forwarded).clear();
    }

    /// The same for reports.
    pub(crate) fn take_forwarded(&self) -> Vec<Forwarded> {
        std::mem::take(&mut lock(&self.forwarded))
    }

    /// Whether a request is still arriving or waits for its answer.
    pub(crate) fn is_busy(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) > 0
    }

    pub(super) fn begin(&self) {
        self.under_way.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn end(&self, forwarded: Forwarded) {
        let is_closed = lock(&self.heard).is_closed;
        let mut all = lock(&self.forwarded);
        if !is_closed && all.len() < MOST_HELD {
            all.push(forwarded);
        }
        drop(all);
        self.under_way.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn put(&self, heard: Heard) -> Arc<Heard> {
        let heard = Arc::new(heard);
        let mut held = lock(&self.heard);
        if !held.is_closed && held.heard.len() < MOST_HELD && held.bytes + heard.raw.len() <= MOST_BYTES {
            held.bytes += heard.raw.len();
            held.heard.push(Arc::clone(&heard));
        }
        drop(held);
        heard
    }

    pub(super) fn answer(&self, heard: &Heard) -> Reply {
        let script = lock(&self.script).clone();
        let Some(reply) = script.and_then(|script| script(heard)) else { return simple::answer(self, heard) };
        // A platform may look up at once whose the new id is, and must find it.
        if let (true, Some(id)) = (heard.is_put(), reply.given_id()) {
            self.remember(heard, &id);
        }
        reply
    }

    /// The id that a request names, or that whom it names was given.
    pub(super) fn id_of(&self, heard: &Heard) -> Option<String> {
        let named = heard.text("id").map(str::to_owned);
        named.or_else(|| lock(&self.customers).get(&key(heard)).cloned())
    }

    /// Who the request names has that id.
    pub(super) fn remember(&self, heard: &Heard, id: &str) {
        lock(&self.customers).insert(key(heard), id.to_owned());
    }
}

fn key(heard: &Heard) -> [String; 2] {
    ["account", "memo"].map(|name| heard.text(name).unwrap_or_default().to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use hyper::Request;

    use super::*;

    fn heard(bytes: usize) -> Heard {
        let (head, ()) = Request::put("/customer").body(()).expect("a request").into_parts();
        Heard::new(&head, Bytes::from(vec![b'x'; bytes]), false)
    }

    #[test]
    fn no_more_is_kept_than_a_check_can_have_caused() {
        let mailbox = Mailbox::default();
        (0..2 * MOST_HELD).for_each(|_| drop(mailbox.put(heard(1))));
        assert_eq!(mailbox.take_heard().len(), MOST_HELD);
        (0..3).for_each(|_| drop(mailbox.put(heard(MOST_BYTES / 2))));
        assert_eq!(mailbox.take_heard().len(), 2);
        drop(mailbox.put(heard(1)));
        mailbox.close();
        drop(mailbox.put(heard(1)));
        assert!(mailbox.take_heard().is_empty(), "the check has ended");
    }
}
