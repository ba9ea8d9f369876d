//! From what a program said, wrote and answered to what it should not have.

use std::fmt;

use super::client::status;
use super::markers::{Kind, Marker};
use super::search::{Hit, Search};
use super::strace::Record;

/// Everything that is known of one run.
pub(crate) struct Evidence<'a> {
    pub(crate) name: &'static str,
    pub(crate) markers: &'a [Marker],
    /// What its operator is shown on purpose.
    pub(crate) shown: &'a [Kind],
    /// What a client is shown of its own request.
    pub(crate) own: &'a [Kind],
    /// What it is shown of its earlier requests.
    pub(crate) kept: &'a [Kind],
    /// What each request must be answered, where that is known.
    pub(crate) statuses: Vec<Option<u16>>,
    pub(crate) names: Vec<&'a str>,
    /// Which requests are the operator's.
    pub(crate) operators: Vec<bool>,
    pub(crate) answers: Vec<Vec<u8>>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// Files that it left behind.
    pub(crate) left: Vec<String>,
    /// The requests that the anchor got whole, and those that broke off.
    pub(crate) anchor: [usize; 2],
    /// None without strace.
    pub(crate) record: Option<Record>,
}

/// What was looked at, and what was found.
pub(crate) struct Verdict {
    pub(crate) name: String,
    pub(crate) requests: usize,
    pub(crate) markers: usize,
    pub(crate) answered: usize,
    pub(crate) said: usize,
    /// Calls, files opened for reading, and calls that keep something or send it elsewhere; none without strace.
    pub(crate) kernel: Option<[usize; 3]>,
    pub(crate) anchor: [usize; 2],
    pub(crate) found: Vec<String>,
}

pub(crate) const HEADING: &str = "what was looked at                        requests  markers  answers (bytes)  \
    stdout+stderr  kernel calls  files read  suspect  found";

impl Evidence<'_> {
    pub(crate) fn judge(&self) -> Verdict {
        let search = Search::new(self.markers);
        let mut found = Vec::new();
        for (what, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            found.extend(self.hits(&search, what, text, |marker| self.shown.contains(&marker.kind)));
        }
        for (request, answer) in self.answers.iter().enumerate() {
            let what = format!("the answer to \"{}\"", self.names[request]);
            let may = |marker: &Marker| match self.operators[request] {
                true => self.shown.contains(&marker.kind),
                false if marker.owner == Some(request) => self.own.contains(&marker.kind),
                false => marker.owner < Some(request) && self.kept.contains(&marker.kind),
            };
            found.extend(self.hits(&search, &what, answer, may));
        }
        found.extend(self.left.iter().map(|file| format!("it left {file}")));
        found.extend(self.wrong_statuses());
        if let Some(record) = &self.record {
            found.extend(
                self.hits(&search, "what it wrote", &record.written, |marker| self.shown.contains(&marker.kind)),
            );
            found.extend(record.suspects.iter().map(|call| format!("strace: {call}")));
            if record.said < self.stderr.len() {
                found.push(format!("strace saw {} bytes of {} on stderr", record.said, self.stderr.len()));
            }
        }
        Verdict {
            name: self.name.to_owned(),
            requests: self.answers.len(),
            markers: self.markers.len(),
            answered: self.answers.iter().map(Vec::len).sum(),
            said: self.stdout.len() + self.stderr.len(),
            kernel: self.record.as_ref().map(|record| [record.calls, record.read, record.suspects.len()]),
            anchor: self.anchor,
            found,
        }
    }

    fn hits(&self, search: &Search<'_>, what: &str, text: &[u8], may: impl Fn(&Marker) -> bool) -> Vec<String> {
        let hits = search.find(text).into_iter().filter(|hit| !may(search.marker(hit)));
        hits.map(|hit| self.sentence(what, search.marker(&hit), &hit)).collect()
    }

    fn sentence(&self, what: &str, marker: &Marker, hit: &Hit) -> String {
        let owner = marker.owner.and_then(|owner| self.names.get(owner)).copied().unwrap_or("all requests");
        format!(
            "{}: {what} has {} letters ({}) of {} of \"{owner}\": {}",
            self.name,
            hit.length,
            hit.view,
            marker.place,
            hit.around.escape_debug()
        )
    }

    /// A request that is answered otherwise than is written beside it did not get where it should have.
    fn wrong_statuses(&self) -> Vec<String> {
        let wrong = self
            .statuses
            .iter()
            .zip(&self.answers)
            .zip(&self.names)
            .filter(|((expected, answer), _)| expected.is_some() && *expected != &status(answer));
        wrong
            .map(|((expected, answer), name)| {
                format!("{}: \"{name}\" should be {expected:?}, not {:?}", self.name, status(answer))
            })
            .collect()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, requests, markers, answered, said, kernel, found, .. } = self;
        let [calls, read, suspects] = match kernel {
            Some(counts) => counts.map(|count| count.to_string()),
            None => ["no strace", "-", "-"].map(str::to_owned),
        };
        write!(
            f,
            "{name:<41} {requests:>8} {markers:>8} {answered:>16} {said:>14} {calls:>13} {read:>11} {suspects:>8} {:>6}",
            found.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy::markers::Markers;

    fn evidence<'a>(markers: &'a Markers, answers: &[String], stderr: &str) -> Evidence<'a> {
        Evidence {
            name: "x",
            markers: markers.list(),
            shown: &[],
            own: &[Kind::Name],
            kept: &[],
            statuses: vec![Some(400); answers.len()],
            names: vec!["one", "two"],
            operators: vec![false, false],
            answers: answers
                .iter()
                .map(|body| format!("HTTP/1.1 400 Bad Request\r\n\r\n{body}").into_bytes())
                .collect(),
            stdout: Vec::new(),
            stderr: stderr.as_bytes().to_vec(),
            left: Vec::new(),
            anchor: [0, 0],
            record: None,
        }
    }

    #[test]
    fn a_client_may_be_shown_its_own_name_and_nobody_else_may() {
        let mut markers = Markers::new();
        markers.belong_to(0);
        let (name, value) = (markers.mint(Kind::Name, "name"), markers.mint(Kind::Value, "value"));
        let nothing = String::new();
        let count = |answers: [&String; 2], stderr: &str| {
            evidence(&markers, &answers.map(String::clone), stderr).judge().found.len()
        };
        assert_eq!(count([&name, &nothing], ""), 0);
        assert_eq!(count([&value, &nothing], ""), 1);
        assert_eq!(count([&nothing, &name], ""), 1);
        assert_eq!(count([&nothing, &nothing], &name), 1);
    }

    #[test]
    fn files_statuses_and_what_strace_saw_count_too() {
        let markers = Markers::new();
        let mut wrong = evidence(&markers, &[String::new()], "three");
        wrong.statuses = vec![Some(202)];
        wrong.left = vec!["/tmp/a".to_owned()];
        wrong.record = Some(Record { said: 2, suspects: vec!["creat(..)".to_owned()], ..Record::default() });
        assert_eq!(wrong.judge().found.len(), 4, "{:?}", wrong.judge().found);
    }
}
