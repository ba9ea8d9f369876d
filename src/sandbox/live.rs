//! What happens, as it happens: a line for each request on stderr, and the latest of them for whoever asks.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;

use crate::platform::{Observed, Observer};
use crate::report::visible::visible;

/// The latest requests of wallets.
#[derive(Debug, Default)]
pub struct Live {
    latest: Mutex<VecDeque<Observed>>,
    count: watch::Sender<u64>,
}

/// How many requests are remembered.
const KEPT: usize = 200;

impl Live {
    /// Prints and remembers.
    pub(super) fn observer(live: &Arc<Self>) -> Observer {
        let live = Arc::clone(live);
        Observer::new(move |observed| {
            let _ = writeln!(io::stderr(), "{}", line(&observed));
            live.remember(observed);
        })
    }

    /// The requests so far, oldest first.
    pub fn latest(&self) -> Vec<Observed> {
        self.locked().iter().cloned().collect()
    }

    /// The same, with how many there were before the first of them.
    pub(super) fn numbered(&self) -> (u64, Vec<Observed>) {
        let latest = self.locked();
        (*self.count.borrow() - latest.len() as u64, latest.iter().cloned().collect())
    }

    /// How many requests there were, and a way to wait for the next.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.count.subscribe()
    }

    fn remember(&self, observed: Observed) {
        let mut latest = self.locked();
        if latest.len() == KEPT {
            latest.pop_front();
        }
        latest.push_back(observed);
        self.count.send_modify(|count| *count += 1);
    }

    fn locked(&self) -> MutexGuard<'_, VecDeque<Observed>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Time, method, path, content type toward the anchor, names of fields, status and duration.
fn line(observed: &Observed) -> String {
    let time = Timestamp::try_from(observed.at).map_or_else(|_| "-".to_owned(), |time| time.strftime("%T").to_string());
    let sent = match (observed.anchor_content_type, observed.field_names.as_slice()) {
        ("none", _) => String::new(),
        (content_type, []) => format!("  {content_type}"),
        (content_type, names) => format!("  {content_type}: {}", names.join(", ")),
    };
    let status = observed.status.map_or_else(|| "gone".to_owned(), |status| status.to_string());
    let detail = observed.detail.as_ref().map(|detail| format!("  ({detail})")).unwrap_or_default();
    let Observed { method, path, took, .. } = observed;
    visible(&format!("{time} {method} {path}{sent}  {status}  {} ms{detail}", took.as_millis())).into_owned()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn observed() -> Observed {
        Observed {
            at: SystemTime::UNIX_EPOCH,
            request_id: "1".to_owned(),
            method: "PUT".to_owned(),
            path: "/sep12/customer".to_owned(),
            anchor_content_type: "application/json",
            field_names: vec!["first_name".to_owned(), "last_name".to_owned()],
            status: Some(202),
            detail: None,
            took: Duration::from_millis(3),
        }
    }

    #[test]
    fn a_line_says_what_was_chosen_and_no_value() {
        assert_eq!(
            line(&observed()),
            "00:00:00 PUT /sep12/customer  application/json: first_name, last_name  202  3 ms"
        );
        let refused = Observed {
            anchor_content_type: "none",
            status: Some(400),
            detail: Some("'birth_date' must be a date".to_owned()),
            ..observed()
        };
        assert_eq!(line(&refused), "00:00:00 PUT /sep12/customer  400  3 ms  ('birth_date' must be a date)");
    }

    #[test]
    fn a_name_cannot_write_to_the_terminal() {
        let hostile = Observed { field_names: vec!["\u{1b}[2J\n".to_owned()], ..observed() };
        assert!(line(&hostile).contains(r"application/json: \u{1b}[2J\u{a}  202"), "{}", line(&hostile));
    }

    #[test]
    fn only_the_latest_are_kept() {
        let live = Live::default();
        let mut watch = live.watch();
        for _ in 0..=KEPT {
            live.remember(observed());
        }
        assert_eq!((live.latest().len(), *watch.borrow_and_update()), (KEPT, KEPT as u64 + 1));
        assert_eq!(live.numbered().0, 1);
    }
}
