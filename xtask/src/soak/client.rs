//! A client: lives through one customer after another, and writes down what it got.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::content::hash;
use super::figures::Figures;
use super::ledger::Ledger;
use super::life::{Ending, How, Kind, Life, Step};
use super::random::Random;
use super::request::{Request, Wallet};
use super::trouble::Plan;
use super::verdict::{Answer, Outcome, Sending};
use super::wire::{Head, Sign, Wire};

pub(crate) struct Client<'a> {
    pub(crate) address: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) seed: u64,
    pub(crate) ledger: &'a Ledger,
    pub(crate) figures: Figures,
    connection: Option<Wire>,
}

/// No platform needs so long: it gives up its anchor much sooner.
const PATIENCE: Duration = Duration::from_secs(60);
/// Answers that come later than this are told apart, by what the anchor had in mind.
const LATE: Duration = Duration::from_secs(3);
const PIECE: usize = 64 * 1024;

/// How sending went.
struct Sent {
    wire: Wire,
    /// The server spoke before it had everything.
    interrupted: bool,
}

impl<'a> Client<'a> {
    pub(crate) fn new(address: &'a str, secret: &'a str, seed: u64, ledger: &'a Ledger) -> Self {
        Self { address, secret, seed, ledger, figures: Figures::default(), connection: None }
    }

    /// One customer, from its first request to its last.
    pub(crate) fn live(&mut self, life: &Life) {
        self.ledger.open(life);
        let token = life.identity.token(self.secret);
        let wallet = Wallet { seed: self.seed, identity: &life.identity, token: &token };
        let mut id: Option<String> = None;
        for step in &life.steps {
            let request = Request::of(&wallet, step, id.as_deref());
            self.ledger.begin(step.number, request.expected);
            let (sending, outcome) = self.perform(&request, step);
            match &outcome {
                // The customer may be gone, whatever the answer was.
                _ if step.kind == Kind::Delete => id = None,
                Outcome::Answered(answer) if answer.status == 202 => id.clone_from(&answer.id),
                _ => {}
            }
            self.count(step, sending, &outcome);
            self.ledger.finish(step.number, sending, outcome);
        }
        self.ledger.retire(life.customer);
    }

    fn count(&mut self, step: &Step, sending: Sending, outcome: &Outcome) {
        self.figures.count("requests", step.kind.name());
        self.figures.count("clients", step.ending.name());
        let row = match (outcome, sending) {
            (Outcome::Answered(answer), _) => answer.status.to_string(),
            (_, Sending::Whole) => "none".to_owned(),
            _ => "none, the client has left".to_owned(),
        };
        self.figures.count("answers", row);
    }

    fn perform(&mut self, request: &Request, step: &Step) -> (Sending, Outcome) {
        let start = Instant::now();
        let sending = match step.ending {
            Ending::Whole | Ending::HalfClosed => Sending::Whole,
            Ending::CutInHead(_) | Ending::CutInBody(_) => Sending::Cut,
            Ending::Left { .. } => Sending::Left,
        };
        let outcome = match self.exchange(request, step) {
            Ok(outcome) => outcome,
            Err(error) => Outcome::Nothing(error.to_string()),
        };
        if matches!((&outcome, sending), (Outcome::Answered(_), Sending::Whole)) {
            self.figures.time(start.elapsed());
            if start.elapsed() > LATE {
                let plan = Plan::of(self.seed, step.number, step.kind.first_call());
                self.figures.count("late answers", format!("{}: {}", step.kind.name(), plan.trouble.name()));
            }
        }
        (sending, outcome)
    }

    fn exchange(&mut self, request: &Request, step: &Step) -> io::Result<Outcome> {
        let wire = match self.connection.take().filter(|_| !step.fresh) {
            Some(wire) => wire,
            None => Wire::new(TcpStream::connect(self.address)?)?,
        };
        wire.stream.set_read_timeout(Some(PATIENCE))?;
        wire.stream.set_write_timeout(Some(PATIENCE))?;
        let mut sent = send(wire, request.until(step), step)?;
        match step.ending {
            Ending::Whole => {}
            Ending::HalfClosed | Ending::CutInBody(How::HalfClose) | Ending::CutInHead(How::HalfClose) => {
                // If the server has closed already, its answer is there.
                let _ = sent.wire.stream.shutdown(Shutdown::Write);
            }
            Ending::CutInHead(how) | Ending::CutInBody(how) => return Ok(left(sent.wire, how)),
            Ending::Left { after, how } => {
                sleep(after);
                return Ok(left(sent.wire, how));
            }
        }
        let (answer, closes) = read(&mut sent.wire)?;
        if step.last && !sent.interrupted && sent.wire.wait(PATIENCE) != Sign::Closed {
            return Ok(Outcome::Nothing(
                "the connection was not closed behind the answer, as was asked for".to_owned(),
            ));
        }
        if step.ending == Ending::Whole && !sent.interrupted && !closes && answer.surplus == 0 {
            self.connection = Some(sent.wire);
        }
        Ok(Outcome::Answered(answer))
    }
}

impl Request {
    /// As much of it as is to be sent.
    fn until(&self, step: &Step) -> &[u8] {
        let (bytes, body_at) = (&self.bytes, self.body_at);
        let mut random = Random::of(&[step.number, 10]);
        let end = match step.ending {
            Ending::CutInBody(_) if body_at < bytes.len() => match random.below(4) {
                // Nothing, everything but the last byte, or what multipart takes for an end and HTTP does not.
                0 => body_at,
                1 => bytes.len() - 1,
                2 => bytes.len().saturating_sub(7).max(body_at),
                _ => body_at + random.index(bytes.len() - body_at),
            },
            Ending::CutInBody(_) | Ending::CutInHead(_) => 1 + random.index(body_at - 1),
            _ => bytes.len(),
        };
        &bytes[..end]
    }
}

/// Sends piece by piece, and stops when the server has something to say.
fn send(wire: Wire, bytes: &[u8], step: &Step) -> io::Result<Sent> {
    let pieces = match step.dawdles {
        true => bytes.len().div_ceil(4).max(1),
        false => PIECE,
    };
    for (index, piece) in bytes.chunks(pieces).enumerate() {
        if index > 0 && wire.look() != Sign::Nothing {
            return Ok(Sent { wire, interrupted: true });
        }
        if index > 0 && step.dawdles {
            sleep(Duration::from_millis(3));
        }
        if let Err(error) = (&wire.stream).write_all(piece) {
            // Whoever closes while it is written to may have said why.
            return if wire.look() == Sign::Bytes { Ok(Sent { wire, interrupted: true }) } else { Err(error) };
        }
    }
    Ok(Sent { wire, interrupted: false })
}

fn left(wire: Wire, how: How) -> Outcome {
    if how == How::Reset {
        wire.reset();
    }
    Outcome::Nothing("its client has left".to_owned())
}

/// Reads one answer, and whether the connection ends with it.
fn read(wire: &mut Wire) -> io::Result<(Answer, bool)> {
    let head = loop {
        let head = wire.head()?.ok_or_else(|| io::Error::other("the connection was closed"))?;
        match status(&head)? {
            100..200 => {}
            _ => break head,
        }
    };
    let body = wire.body(&head)?;
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| json[name].as_str().map(str::to_owned);
    let header = |name| head.header(name).map(str::to_owned);
    let answer = Answer {
        status: status(&head)?,
        request_id: header("x-request-id"),
        retry_after: header("retry-after"),
        id: text("id"),
        error: text("error"),
        hash: hash(&body),
        surplus: wire.surplus(),
    };
    Ok((answer, head.closes()))
}

fn status(head: &Head) -> io::Result<u16> {
    head.word(1).parse().map_err(|_| io::Error::other(format!("an answer without a status: {}", head.first)))
}
