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
    /// Whether every request must have got the status that is known for it.
    pub(crate) is_strict: bool,
    pub(crate) answers: Vec<Answered>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// Files that it left behind.
    pub(crate) left: Vec<String>,
    /// The requests that the anchor got whole, and those that broke off.
    pub(crate) anchor: [usize; 2],
    /// None without strace.
    pub(crate) record: Option<Record>,
}

/// A request, and all that came back.
pub(crate) struct Answered {
    pub(crate) name: String,
    /// What it must be answered, if that is known.
    pub(crate) status: Option<u16>,
    /// Whether it is the sandbox's operator who asks.
    pub(crate) is_operators: bool,
    /// Head and body.
    pub(crate) answer: Vec<u8>,
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
        for (request, answered) in self.answers.iter().enumerate() {
            let what = format!("the answer to \"{}\"", answered.name);
            let may = |marker: &Marker| match answered.is_operators {
                true => self.shown.contains(&marker.kind),
                false if marker.owner == Some(request) => self.own.contains(&marker.kind),
                false => marker.owner < Some(request) && self.kept.contains(&marker.kind),
            };
            found.extend(self.hits(&search, &what, &answered.answer, may));
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
            answered: self.answers.iter().map(|answered| answered.answer.len()).sum(),
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
        let owner = marker.owner.and_then(|owner| self.answers.get(owner));
        let owner = owner.map_or("all requests", |answered| &answered.name);
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
        let wrong = self.answers.iter().filter_map(|answered| {
            let (expected, got) = (answered.status?, status(&answered.answer));
            let is_wrong = self.is_strict && got != Some(expected);
            is_wrong.then(|| format!("{}: \"{}\" should be {expected}, not {got:?}", self.name, answered.name))
        });
        wrong.collect()
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

    fn answered((name, body): (&str, &String)) -> Answered {
        let answer = format!("HTTP/1.1 400 Bad Request\r\n\r\n{body}").into_bytes();
        Answered { name: name.to_owned(), status: Some(400), is_operators: false, answer }
    }

    fn evidence<'a>(markers: &'a Markers, answers: &[String], stderr: &str) -> Evidence<'a> {
        Evidence {
            name: "x",
            markers: markers.list(),
            shown: &[],
            own: &[Kind::Name],
            kept: &[],
            is_strict: true,
            answers: ["one", "two"].into_iter().zip(answers).map(answered).collect(),
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
        wrong.answers[0].status = Some(202);
        wrong.left = vec!["/tmp/a".to_owned()];
        wrong.record = Some(Record { said: 2, suspects: vec!["creat(..)".to_owned()], ..Record::default() });
        assert_eq!(wrong.judge().found.len(), 4, "{:?}", wrong.judge().found);
    }
}
