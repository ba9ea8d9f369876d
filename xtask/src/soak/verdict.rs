//! The oracle: what both ends of the platform have seen of one request, and whether it may be so.
//!
//! Pure, and itself under test: it must object to swapped ids, lost fields, halves that pass for a whole.

use super::content::Digest;
use super::life::Kind;
use super::request::Expected;

/// One request of a client's, seen from both ends.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) expected: Expected,
    /// How far the client went.
    pub(crate) sending: Sending,
    /// What came out at the client's end.
    pub(crate) outcome: Outcome,
    /// What came in at the anchor's end, in order.
    pub(crate) arrivals: Vec<Arrival>,
    /// The calls that came just when the anchor was closing their connection, and that it did not take.
    pub(crate) raced: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    /// The client wanted the answer, and did all that is needed for it.
    Whole,
    /// It broke off, with at least one byte missing.
    Cut,
    /// It sent everything, and left.
    Left,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The client still waits.
    Open,
    Answered(Answer),
    /// The connection ended without an answer, or no answer came.
    Nothing(String),
}

/// An answer that the client got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) error: Option<String>,
    /// Of the body.
    pub(crate) hash: u64,
    /// How many bytes came behind it.
    pub(crate) surplus: usize,
}

/// A request that the anchor got.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) method: String,
    pub(crate) request_id: String,
    /// Its framing was read to the end.
    pub(crate) complete: bool,
    /// Of what was understood: for a DELETE nothing.
    pub(crate) digest: Option<Digest>,
    /// Why nothing was understood, or what was, if it is not what was to be expected.
    pub(crate) note: String,
    /// The id that a DELETE names.
    pub(crate) deletes: Option<String>,
    pub(crate) deed: Deed,
    /// The id that the anchor gave.
    pub(crate) id: Option<String>,
    /// The `error` that it gave.
    pub(crate) error: Option<String>,
    pub(crate) retry_after: Option<String>,
    /// Of the body that it gave.
    pub(crate) hash: u64,
}

/// What the anchor did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// It is still about it, or was when the connection broke.
    Undecided,
    /// It gave a whole answer when it had read the request.
    Answered(u16),
    /// It refused before it had read the request; `heard` if the connection stayed until this was read.
    RefusedEarly {
        status: u16,
        heard: bool,
    },
    /// It spoke of success without reading the request.
    LiedEarly,
    /// It gave nothing that is an answer.
    Useless,
    Silent,
}

/// What stands between the client and the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    Nothing,
    /// A balancer before replicas that die: a request may fail at any time, but never falsely succeed.
    Balancer,
}

impl Arrival {
    pub(crate) fn new(method: &str, request_id: &str) -> Self {
        Self {
            method: method.to_owned(),
            request_id: request_id.to_owned(),
            complete: false,
            digest: None,
            note: String::new(),
            deletes: None,
            deed: Deed::Undecided,
            id: None,
            error: None,
            retry_after: None,
            hash: 0,
        }
    }
}

impl Case {
    /// What must not be so.
    pub(crate) fn judge(&self, between: Between) -> Result<(), String> {
        self.judge_arrivals()?;
        match (&self.outcome, self.sending) {
            (Outcome::Open, Sending::Left) => Ok(()),
            (Outcome::Open, _) => Err("its client never came to an end".to_owned()),
            (Outcome::Answered(answer), _) => self.judge_answer(answer, between),
            (Outcome::Nothing(_), Sending::Cut | Sending::Left) => Ok(()),
            (Outcome::Nothing(_), Sending::Whole) if between == Between::Balancer => Ok(()),
            (Outcome::Nothing(why), Sending::Whole) => Err(format!("got no answer: {why}")),
        }
    }

    /// What the anchor may get: each call once at most, nothing but what was sent, and nothing whole of a half.
    fn judge_arrivals(&self) -> Result<(), String> {
        let calls: &[&str] = match self.expected.kind {
            Kind::Get => &["GET"],
            Kind::Delete => &["GET", "DELETE"],
            _ => &["PUT"],
        };
        let methods: Vec<&str> = self.arrivals.iter().map(|arrival| arrival.method.as_str()).collect();
        if !calls.starts_with(&methods) {
            return Err(format!("reached the anchor as {methods:?}; at most {calls:?} is right"));
        }
        if let Some(method) = self.raced.iter().find(|raced| methods.contains(&raced.as_str())) {
            return Err(format!("had its {method} sent again, although the anchor had seen of it"));
        }
        if self.sending == Sending::Cut {
            if !self.arrivals.is_empty() && !self.expected.streams {
                return Err("was cut by its client, has no file, and yet reached the anchor".to_owned());
            }
            if self.arrivals.iter().any(|arrival| arrival.complete) {
                return Err("was cut by its client, and yet reached the anchor as a whole".to_owned());
            }
        }
        let mut given = None;
        for arrival in self.arrivals.iter().filter(|arrival| arrival.complete) {
            let right = match arrival.method.as_str() {
                "DELETE" => arrival.deletes.is_some() && arrival.deletes == given,
                _ => arrival.digest == Some(self.expected.digest),
            };
            if !right {
                return Err(format!("reached the anchor changed: {}", arrival.note));
            }
            given.clone_from(&arrival.id);
        }
        Ok(())
    }

    fn judge_answer(&self, answer: &Answer, between: Between) -> Result<(), String> {
        if answer.surplus > 0 {
            return Err(format!("got {} bytes behind its answer", answer.surplus));
        }
        if self.sending == Sending::Cut {
            return match answer.status {
                400.. => Ok(()),
                status => Err(format!("was cut by its client, and yet answered with {status}")),
            };
        }
        // Without a request id it is the balancer's own answer: to a client that closed its half, for instance.
        let balancers_own = answer.request_id.is_none() && answer.status >= 400;
        if between == Between::Balancer && (balancers_own || matches!(answer.status, 502..=504)) {
            return Ok(());
        }
        let permitted = self.permitted();
        if !permitted.contains(&answer.status) {
            return Err(format!("was answered with {}; right would be {permitted:?}", answer.status));
        }
        let Some(arrival) = self.arrivals.last() else { return Ok(()) };
        if answer.request_id.as_deref() != Some(&arrival.request_id) {
            return Err(format!("got the answer of another: request id {:?}", answer.request_id));
        }
        self.judge_words(answer, arrival)
    }

    /// What the answer says beyond its status.
    fn judge_words(&self, answer: &Answer, arrival: &Arrival) -> Result<(), String> {
        let same = match (answer.status, self.expected.kind) {
            (202, _) => answer.id.is_some() && answer.id == arrival.id,
            (200, Kind::Get) => answer.hash == arrival.hash,
            // A customer that the look-up does not find has nothing to do with what the anchor said.
            (404, Kind::Delete) => true,
            (400..500, _) => {
                let words = arrival.error.is_none() || answer.error == arrival.error;
                words && answer.retry_after == arrival.retry_after
            }
            _ => true,
        };
        match same {
            true => Ok(()),
            false => Err(format!("was answered with {answer:?}, although the anchor said {arrival:?}")),
        }
    }

    /// The statuses that fit what the anchor did.
    fn permitted(&self) -> Vec<u16> {
        let Some(arrival) = self.arrivals.last() else {
            return if self.raced.is_empty() { Vec::new() } else { vec![502] };
        };
        if self.expected.kind == Kind::Delete && arrival.method == "GET" && is_success(arrival.deed) {
            return match (&arrival.id, self.raced.is_empty()) {
                (None, _) => vec![404],
                (Some(_), false) => vec![502],
                (Some(_), true) => Vec::new(),
            };
        }
        match arrival.deed {
            Deed::Undecided => Vec::new(),
            // Its success counts only once the request was read.
            Deed::Answered(status) if arrival.complete => vec![self.status_for(status, &arrival.method)],
            Deed::Answered(_) => vec![502],
            Deed::RefusedEarly { status, heard: true } => vec![self.status_for(status, &arrival.method)],
            Deed::RefusedEarly { status, heard: false } => vec![self.status_for(status, &arrival.method), 502],
            // Of a small body it cannot be told that nobody has read it.
            Deed::LiedEarly => vec![202, 502],
            Deed::Useless => vec![502],
            Deed::Silent => vec![504],
        }
    }

    /// What the anchor's status becomes (docs/platform.md, answers).
    fn status_for(&self, status: u16, method: &str) -> u16 {
        match (status, method) {
            (200..=202, "PUT") => 202,
            (200..=202, "GET") => 200,
            (200 | 202 | 204, "DELETE") => 200,
            (404 | 410, _) => 404,
            (409 | 413 | 429, _) => status,
            (401 | 403 | 415, _) => 502,
            (400..500, _) => 400,
            _ => 502,
        }
    }
}

pub(crate) fn is_success(deed: Deed) -> bool {
    matches!(deed, Deed::Answered(200..=202))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "customer-1";

    fn accepted() -> Case {
        let arrival = Arrival {
            complete: true,
            digest: Some(Digest(7)),
            deed: Deed::Answered(200),
            id: Some(ID.to_owned()),
            ..Arrival::new("PUT", "r")
        };
        let answer =
            Answer { status: 202, request_id: Some("r".to_owned()), id: Some(ID.to_owned()), ..Answer::default() };
        Case {
            expected: Expected { kind: Kind::PutMultipart, digest: Digest(7), streams: true },
            sending: Sending::Whole,
            outcome: Outcome::Answered(answer),
            arrivals: vec![arrival],
            raced: Vec::new(),
        }
    }

    fn answered(case: &mut Case) -> &mut Answer {
        match &mut case.outcome {
            Outcome::Answered(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    fn deleted() -> Case {
        let mut case = accepted();
        case.expected.kind = Kind::Delete;
        let look_up = Arrival { method: "GET".to_owned(), ..case.arrivals[0].clone() };
        let deletion = Arrival {
            deed: Deed::Answered(204),
            complete: true,
            deletes: Some(ID.to_owned()),
            ..Arrival::new("DELETE", "r")
        };
        case.arrivals = vec![look_up, deletion];
        answered(&mut case).status = 200;
        case
    }

    /// The objection to a case that was right before `change`.
    fn objection(mut case: Case, change: impl FnOnce(&mut Case)) -> String {
        assert_eq!(case.judge(Between::Nothing), Ok(()));
        change(&mut case);
        let direct = case.judge(Between::Nothing).expect_err("no objection");
        assert_eq!(case.judge(Between::Balancer).as_ref(), Err(&direct), "a balancer is no excuse for it");
        direct
    }

    #[test]
    fn anothers_id_is_seen() {
        let said = objection(accepted(), |case| answered(case).id = Some("customer-2".to_owned()));
        assert!(said.contains("customer-2"), "{said}");
        objection(accepted(), |case| answered(case).id = None);
        objection(deleted(), |case| case.arrivals[1].deletes = Some("customer-2".to_owned()));
    }

    #[test]
    fn a_lost_or_added_field_is_seen() {
        let said = objection(accepted(), |case| case.arrivals[0].digest = Some(Digest(8)));
        assert!(said.contains("changed"), "{said}");
        objection(accepted(), |case| case.arrivals[0].digest = None);
    }

    #[test]
    fn a_half_that_passes_for_a_whole_is_seen() {
        let said = objection(accepted(), |case| case.arrivals[0].complete = false);
        assert!(said.contains("answered with 202"), "{said}");
        let cut = Case { sending: Sending::Cut, outcome: Outcome::Nothing(String::new()), ..accepted() };
        let said = cut.judge(Between::Nothing).expect_err("no objection");
        assert!(said.contains("as a whole"), "{said}");
    }

    #[test]
    fn a_beginning_is_right_only_of_a_body_that_streams() {
        let mut cut = Case { sending: Sending::Cut, outcome: Outcome::Nothing(String::new()), ..accepted() };
        cut.arrivals[0].complete = false;
        assert_eq!(cut.judge(Between::Nothing), Ok(()));
        objection(cut, |case| case.expected.streams = false);
    }

    #[test]
    fn a_success_that_never_reached_the_anchor_is_seen() {
        objection(accepted(), |case| case.arrivals.clear());
        objection(deleted(), |case| drop(case.arrivals.pop()));
    }

    #[test]
    fn a_doubled_request_is_seen() {
        let said = objection(accepted(), |case| case.arrivals.push(case.arrivals[0].clone()));
        assert!(said.contains("at most"), "{said}");
    }

    #[test]
    fn crossed_answers_are_seen() {
        objection(accepted(), |case| answered(case).request_id = Some("another".to_owned()));
        objection(accepted(), |case| answered(case).surplus = 1);
    }

    #[test]
    fn a_missing_answer_is_seen_where_nothing_excuses_it() {
        let missing = Case { outcome: Outcome::Nothing("closed".to_owned()), ..accepted() };
        assert!(missing.judge(Between::Nothing).is_err());
        assert_eq!(missing.judge(Between::Balancer), Ok(()));
        assert_eq!(Case { sending: Sending::Left, ..missing }.judge(Between::Nothing), Ok(()));
    }

    #[test]
    fn a_balancer_may_refuse_and_never_accept_on_its_own() {
        let mut case = accepted();
        *answered(&mut case) = Answer { status: 400, ..Answer::default() };
        assert_eq!(case.judge(Between::Balancer), Ok(()));
        assert!(case.judge(Between::Nothing).is_err());
        *answered(&mut case) = Answer { status: 202, id: Some(ID.to_owned()), ..Answer::default() };
        assert!(case.judge(Between::Balancer).is_err());
    }

    #[test]
    fn a_status_must_fit_what_the_anchor_did() {
        let deeds = [
            (Deed::Answered(200), 202),
            (Deed::Answered(422), 400),
            (Deed::Answered(410), 404),
            (Deed::Answered(403), 502),
            (Deed::Answered(503), 502),
            (Deed::Answered(302), 502),
            (Deed::RefusedEarly { status: 413, heard: true }, 413),
            (Deed::Useless, 502),
            (Deed::Silent, 504),
        ];
        for (deed, right) in deeds {
            for status in [200, 202, 400, 404, 413, 500, 502, 503, 504] {
                let mut case = accepted();
                case.arrivals[0].deed = deed;
                answered(&mut case).status = status;
                assert_eq!(case.judge(Between::Nothing).is_ok(), status == right, "{deed:?} and {status}");
            }
        }
    }

    #[test]
    fn a_refusal_keeps_its_words() {
        let mut refused = accepted();
        refused.arrivals[0].deed = Deed::Answered(429);
        refused.arrivals[0].error = Some("invented".to_owned());
        *answered(&mut refused) = Answer {
            status: 429,
            request_id: Some("r".to_owned()),
            error: Some("invented".to_owned()),
            ..Answer::default()
        };
        objection(refused.clone(), |case| answered(case).error = Some("of another".to_owned()));
        objection(refused, |case| answered(case).retry_after = Some("1".to_owned()));
    }

    #[test]
    fn a_race_with_a_closing_connection_is_a_bad_gateway_and_nothing_else() {
        let mut raced = Case { arrivals: Vec::new(), raced: vec!["PUT".to_owned()], ..accepted() };
        answered(&mut raced).status = 502;
        objection(raced.clone(), |case| answered(case).status = 202);
        let said = objection(raced, |case| case.arrivals = accepted().arrivals);
        assert!(said.contains("sent again"), "{said}");
    }
}
