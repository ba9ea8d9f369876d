//! One log line a request, the same for all endpoints; nothing that the client chose, and no value.

use std::time::{Duration, Instant, SystemTime};

use hyper::{Request, StatusCode};

use super::observe::{Observed, Observer};
use super::tally::Tally;
use super::trace::Trace;
use crate::sep12::info::Breach;
use crate::sep12::registry;

/// What is known of a request so far.
pub(crate) struct Record {
    pub(crate) trace: Trace,
    pub(crate) endpoint: &'static str,
    pub(crate) anchor_content_type: &'static str,
    pub(crate) tally: Tally,
    began: Instant,
    breaches: Vec<String>,
    onlooker: Option<Onlooker>,
}

/// Who looks on, and what only they are told.
struct Onlooker {
    observer: Observer,
    at: SystemTime,
    method: String,
    path: String,
}

/// The most breaches of one answer that are told.
const MAX_BREACHES: usize = 10;

impl Record {
    pub(crate) fn new<B>(request: &Request<B>, observer: Option<&Observer>) -> Self {
        let onlooker = observer.map(|observer| Onlooker {
            observer: observer.clone(),
            at: SystemTime::now(),
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
        });
        Self {
            trace: Trace::new(request.headers()),
            endpoint: "unknown",
            anchor_content_type: "none",
            tally: Tally { names: onlooker.is_some().then(Vec::new), ..Tally::default() },
            began: Instant::now(),
            breaches: Vec::new(),
            onlooker,
        }
    }

    /// What the anchor's answer breaks although it passes through.
    pub(crate) fn note(&mut self, breaches: &[Breach]) {
        self.breaches.extend(breaches.iter().take(MAX_BREACHES).map(rule));
    }

    /// Writes the line, and tells the onlooker; no status means that nobody was left to answer.
    pub(crate) fn finish(mut self, status: Option<StatusCode>, detail: Option<&str>) {
        let (status, took) = (status.map(|status| status.as_u16()), self.began.elapsed());
        self.log(status, detail, took);
        if let Some(Onlooker { observer, at, method, path }) = self.onlooker.take() {
            observer.tell(Observed {
                at,
                request_id: self.trace.request_id,
                method,
                path,
                anchor_content_type: self.anchor_content_type,
                field_names: self.tally.names.unwrap_or_default(),
                status,
                detail: detail.map(str::to_owned),
                took,
            });
        }
    }

    fn log(&self, status: Option<u16>, detail: Option<&str>, took: Duration) {
        let Self { trace, endpoint, anchor_content_type, tally, breaches, .. } = self;
        let status = status.unwrap_or(0);
        let duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let Tally { text_fields, files, file_bytes, .. } = *tally;
        let request_id = trace.request_id.as_str();
        let anchor_breaches = (!breaches.is_empty()).then(|| breaches.join("; "));
        macro_rules! log {
            ($level:ident) => {
                tracing::$level!(
                    request_id,
                    endpoint,
                    status,
                    duration_us,
                    anchor_content_type,
                    text_fields,
                    files,
                    file_bytes,
                    detail,
                    anchor_breaches,
                    "request"
                )
            };
        }
        match status {
            500.. => log!(warn),
            _ if anchor_breaches.is_some() => log!(warn),
            _ => log!(info),
        }
    }
}

/// The rule and the place. A field's name is free text of the anchor's, unless a source defines it.
fn rule(Breach { place, expected }: &Breach) -> String {
    let place = match place.split_once('.') {
        Some((member, name)) if registry::definition(name).is_none() => {
            format!("{member}.(a name that no source defines)")
        }
        _ => place.clone(),
    };
    format!("{place} should be {expected}")
}
