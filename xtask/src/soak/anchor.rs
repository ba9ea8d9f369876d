//! The anchor: takes connections, reads what comes, and does to each request what its plan says.

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use super::answers::{Reply, Subject, deliver, write};
use super::figures::Figures;
use super::ledger::{Ledger, locked};
use super::reading::{self, Reading};
use super::trouble::{After, End, Plan, Rest, Trouble};
use super::verdict::{Arrival, Deed};
use super::wire::{Head, Sign, Wire};

/// What all connections share.
pub(crate) struct Anchor {
    seed: u64,
    ledger: Arc<Ledger>,
    pub(crate) figures: Mutex<Figures>,
    /// Whether there is trouble at all, or every request is answered after this time.
    calm: Mutex<Option<Duration>>,
    hanging_up: AtomicBool,
}

/// A listening anchor.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    pub(crate) anchor: Arc<Anchor>,
}

/// What becomes of a connection behind an exchange.
enum Next {
    Keep,
    Idle(Duration),
    Over(End),
}

const STACK: usize = 256 * 1024;
/// How many connections may wait to be accepted; the standard library's 128 would be too few in a storm.
const BACKLOG: i32 = 2048;
/// How often an idle connection looks whether it is over.
const GLANCE: Duration = Duration::from_millis(300);
/// No request takes so long to come in.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a connection that is closed is still listened to.
const LINGER: Duration = Duration::from_secs(2);
/// The pause before a body is read that came with an answer already given.
const LATER: Duration = Duration::from_millis(200);

impl Listening {
    pub(crate) fn start(seed: u64, ledger: &Arc<Ledger>) -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        socket.listen(BACKLOG)?;
        let listener = TcpListener::from(socket);
        let address = listener.local_addr()?;
        let anchor = Arc::new(Anchor {
            seed,
            ledger: Arc::clone(ledger),
            figures: Mutex::default(),
            calm: Mutex::default(),
            hanging_up: AtomicBool::new(false),
        });
        let serving = Arc::clone(&anchor);
        thread::Builder::new().spawn(move || serving.accept(&listener))?;
        Ok(Self { address, anchor })
    }
}

impl Anchor {
    fn accept(self: Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming().map_while(Result::ok) {
            let anchor = Arc::clone(&self);
            let started = thread::Builder::new().stack_size(STACK).spawn(move || {
                // A connection that breaks is the platform's right.
                let _ = anchor.serve(stream);
            });
            started.expect("there is room for one more thread");
        }
    }

    /// No more trouble: each request is answered after this time.
    pub(crate) fn calm_down(&self, delay: Duration) {
        *locked(&self.calm) = Some(delay);
    }

    /// Whether connections are closed as soon as they are idle.
    pub(crate) fn hang_up(&self, whether: bool) {
        self.hanging_up.store(whether, Ordering::Relaxed);
    }

    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut wire = Wire::new(stream)?;
        wire.stream.set_write_timeout(Some(PATIENCE))?;
        let mut next = Next::Keep;
        loop {
            match next {
                Next::Keep => self.wait(&wire),
                Next::Idle(patience) if wire.wait(patience) == Sign::Nothing => return self.close_idle(wire),
                Next::Idle(_) => {}
                Next::Over(End::Close) => return Ok(()),
                Next::Over(End::Reset) => {
                    wire.reset();
                    return Ok(());
                }
            }
            wire.stream.set_read_timeout(Some(PATIENCE))?;
            let Some(head) = wire.head()? else { return Ok(()) };
            next = self.exchange(&mut wire, &head)?;
        }
    }

    /// Until there is something to read, or nothing more to wait for.
    fn wait(&self, wire: &Wire) {
        while wire.wait(GLANCE) == Sign::Nothing {
            if self.hanging_up.load(Ordering::Relaxed) {
                let _ = wire.stream.shutdown(Shutdown::Both);
            }
        }
    }

    /// Closes an idle connection, and notes whom that hit.
    fn close_idle(&self, mut wire: Wire) -> io::Result<()> {
        wire.stream.shutdown(Shutdown::Write)?;
        wire.stream.set_read_timeout(Some(LINGER))?;
        if let Some(head) = wire.head()? {
            locked(&self.figures).count("anchor", "closed while a request came");
            self.ledger.race(number(&head).unwrap_or_default(), head.word(0));
        }
        Ok(())
    }

    fn plan(&self, number: u64, method: &str) -> Plan {
        match *locked(&self.calm) {
            Some(delay) => Plan::untroubled(delay),
            None => Plan::of(self.seed, number, method),
        }
    }

    fn exchange(&self, wire: &mut Wire, head: &Head) -> io::Result<Next> {
        let Some(number) = number(head) else {
            self.ledger.object(0, &format!("a request came to the anchor without its trace: {head:?}"));
            return Ok(Next::Over(End::Close));
        };
        let method = head.word(0);
        let plan = self.plan(number, method);
        let arrival = Arrival::new(method, head.header("x-request-id").unwrap_or_default());
        let Some(index) = self.ledger.arrive(number, arrival) else { return Ok(Next::Over(End::Close)) };
        locked(&self.figures).count("anchor", plan.trouble.name());
        let subject = Subject { ledger: &self.ledger, number, index, method: method.to_owned(), plan };
        match plan.trouble {
            Trouble::CutBeforeBody(end) => return Ok(useless(&subject, end)),
            Trouble::CutInBody(end) => {
                if wire.surplus() == 0 && wire.wait(LINGER) == Sign::Bytes {
                    wire.fill()?;
                }
                return Ok(useless(&subject, end));
            }
            Trouble::EarlyRefusal(status, rest) => return early(wire, head, &subject, Some(status), rest),
            Trouble::EarlySuccess(rest) => return early(wire, head, &subject, None, rest),
            _ => {}
        }
        let id = read_request(wire, head, &subject)?;
        thread::sleep(plan.delay);
        Ok(answer(wire, &subject, id.as_deref()))
    }
}

/// Which request of which client's this is: the trace that the client began.
fn number(head: &Head) -> Option<u64> {
    u64::from_str_radix(head.header("traceparent")?.get(19..35)?, 16).ok()
}

fn useless(subject: &Subject, end: End) -> Next {
    subject.note(|arrival| arrival.deed = Deed::Useless);
    Next::Over(end)
}

/// Reads the body and notes what came; returns the id that was sent along.
fn read_request(wire: &mut Wire, head: &Head, subject: &Subject) -> io::Result<Option<String>> {
    let target = head.word(1);
    let body = wire.body(head).inspect_err(|error| {
        subject.note(|arrival| arrival.note = format!("{:?}, and its body broke: {error}", subject.plan.trouble));
    })?;
    let read = match subject.method.as_str() {
        "PUT" => reading::body(head.header("content-type").unwrap_or_default(), &body),
        "GET" => reading::query(target.split_once('?').map_or("", |split| split.1)),
        _ => {
            let id = reading::decoded(target.rsplit('/').next().unwrap_or_default());
            subject.note(|arrival| {
                arrival.complete = true;
                arrival.deletes = id.as_ref().ok().cloned();
            });
            return Ok(id.ok());
        }
    };
    let (digest, id, seen) = match read {
        Ok(Reading { content, id }) => (Some(content.digest()), id, format!("{content:?}")),
        Err(problem) => (None, None, problem),
    };
    subject.update(|arrival, expected, _| {
        arrival.complete = true;
        arrival.digest = digest;
        if digest != Some(expected.digest) {
            arrival.note = seen;
        }
    });
    Ok(id)
}

/// The answer to a request that was read.
fn answer(wire: &mut Wire, subject: &Subject, id: Option<&str>) -> Next {
    let plan = subject.plan;
    match plan.trouble {
        Trouble::CutAfterBody { end, taken } => {
            if taken {
                subject.take(id);
            }
            return useless(subject, end);
        }
        Trouble::Silent => {
            subject.note(|arrival| arrival.deed = Deed::Silent);
            wire.drain(PATIENCE);
            return Next::Over(End::Close);
        }
        _ => {}
    }
    let reply = match plan.trouble {
        Trouble::Status(status) => Reply::refusal(subject, status),
        _ => subject.take(id),
    };
    subject.announce(&reply, Deed::Answered(reply.status));
    let whole = deliver(&wire.stream, subject, &reply);
    match (whole, plan.trouble, plan.after) {
        (Ok(()), Trouble::CutInAnswerHead(end) | Trouble::CutInAnswerBody(end), _) => Next::Over(end),
        (Ok(()), Trouble::Unusable(_), _) => Next::Over(End::Close),
        (Ok(()), _, After::Keep) => Next::Keep,
        (Ok(()), _, After::Announced) => Next::Over(End::Close),
        (Ok(()), _, After::Idle(patience)) => Next::Idle(patience),
        (Err(_), _, _) => Next::Over(End::Close),
    }
}

/// An answer to a request of which nothing but the head was read.
fn early(wire: &mut Wire, head: &Head, subject: &Subject, refusal: Option<u16>, rest: Rest) -> io::Result<Next> {
    let reply = match refusal {
        Some(status) => Reply::refusal(subject, status),
        None => subject.take_unseen(),
    };
    let deed = match (refusal, rest) {
        (Some(status), _) => Deed::RefusedEarly { status, heard: rest != Rest::Dropped },
        (None, Rest::Dropped) => Deed::LiedEarly,
        (None, _) => Deed::Answered(reply.status),
    };
    subject.announce(&reply, deed);
    let closes = matches!(rest, Rest::Drained | Rest::Dropped);
    write(&wire.stream, &reply.bytes(closes, subject.plan.chunked))?;
    match rest {
        Rest::Dropped => return Ok(Next::Over(End::Close)),
        Rest::ReadLater => thread::sleep(LATER),
        Rest::Read | Rest::Drained => {}
    }
    read_request(wire, head, subject)?;
    if rest == Rest::Drained {
        wire.stream.shutdown(Shutdown::Write)?;
        wire.drain(LINGER);
        return Ok(Next::Over(End::Close));
    }
    Ok(Next::Keep)
}
