//! What the anchor does to a request: nothing but the seed and the request's number decide it.

use std::time::Duration;

use super::random::Random;

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) trouble: Trouble,
    pub(crate) after: After,
    /// The anchor thinks for so long, once it has read the request.
    pub(crate) delay: Duration,
    /// The answer comes in chunks, without a length.
    pub(crate) chunked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    None,
    /// An interim answer comes first.
    Interim,
    /// The answer comes in small pieces.
    Dripped,
    /// Another answer follows at once, which nobody has asked for.
    Surplus,
    /// The request is read, and refused.
    Status(u16),
    /// It is refused after its head.
    EarlyRefusal(u16, Rest),
    /// It is praised after its head.
    EarlySuccess(Rest),
    /// The connection ends after the head.
    CutBeforeBody(End),
    CutInBody(End),
    /// The request was read, and perhaps taken.
    CutAfterBody {
        end: End,
        taken: bool,
    },
    CutInAnswerHead(End),
    CutInAnswerBody(End),
    Unusable(Unusable),
    /// No answer for as long as the platform waits.
    Silent,
}

/// What becomes of a body behind an early answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// It is read, and the connection goes on.
    Read,
    /// The same after a pause, in which the connection may be full.
    ReadLater,
    /// It is read until the platform ends the connection, as the answer has asked for.
    Drained,
    /// It is not read: the connection ends at once.
    Dropped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Reset,
    Close,
}

/// Answers that say success and nothing else that would be of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    Garbage,
    NotJson,
    Array,
    /// No `id`; in the answer to a GET no `status`.
    NothingNeeded,
    WrongType,
    Empty,
    LengthAndChunks,
    BadChunk,
}

/// What becomes of the connection after a whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Keep,
    /// The answer says that it is the last.
    Announced,
    /// Closed without a word, unless another request comes sooner.
    Idle(Duration),
}

/// So many requests of a million get no answer: each costs a client all the time that the platform waits.
const SILENT_PER_MILLION: u64 = 60;

impl Plan {
    /// For the request of this number and method; a DELETE of the client's is two of the platform's.
    pub(crate) fn of(seed: u64, number: u64, method: &str) -> Self {
        let mut random = Random::of(&[seed, number, 7, u64::from(method.as_bytes()[0])]);
        let (delay, idle) = (random.below(20), Duration::from_millis(random.below(30)));
        Self {
            trouble: trouble(&mut random, method),
            after: random.weighted(&[(850, After::Keep), (50, After::Announced), (100, After::Idle(idle))]),
            delay: Duration::from_millis(random.weighted(&[(80, 0), (15, delay), (5, 100)])),
            chunked: random.per_mille(300),
        }
    }

    /// Without any trouble.
    pub(crate) fn untroubled(delay: Duration) -> Self {
        Self { trouble: Trouble::None, after: After::Keep, delay, chunked: false }
    }
}

fn trouble(random: &mut Random, method: &str) -> Trouble {
    if random.below(1_000_000) < SILENT_PER_MILLION {
        return Trouble::Silent;
    }
    let end = random.pick(&[End::Reset, End::Close]);
    let taken = random.per_mille(500);
    let status = random.pick(&STATUSES);
    let early = random.pick(&[400, 401, 409, 413, 429, 500, 503]);
    let unusable = random.pick(&UNUSABLE);
    let rest = random.pick(&[Rest::Read, Rest::ReadLater, Rest::Drained, Rest::Dropped]);
    let drawn = random.weighted(&[
        (700, Trouble::None),
        (15, Trouble::Interim),
        (15, Trouble::Dripped),
        (15, Trouble::Surplus),
        (120, Trouble::Status(status)),
        (25, Trouble::EarlyRefusal(early, rest)),
        (15, Trouble::EarlySuccess(rest)),
        (10, Trouble::CutBeforeBody(end)),
        (15, Trouble::CutInBody(end)),
        (20, Trouble::CutAfterBody { end, taken }),
        (10, Trouble::CutInAnswerHead(end)),
        (10, Trouble::CutInAnswerBody(end)),
        (30, Trouble::Unusable(unusable)),
    ]);
    match (drawn, method) {
        (drawn, "PUT") => drawn,
        // Without a body there is nothing to be early for.
        (Trouble::EarlyRefusal(status, _), _) => Trouble::Status(status),
        (Trouble::EarlySuccess(_), _) => Trouble::None,
        // What a DELETE's answer says is nobody's business.
        (Trouble::Unusable(Unusable::Garbage | Unusable::LengthAndChunks | Unusable::BadChunk), _) => drawn,
        (Trouble::Unusable(_), "DELETE") => Trouble::None,
        // A GET may have no id, and then it has an empty one in no case.
        (Trouble::Unusable(Unusable::Empty), _) => Trouble::Unusable(Unusable::Array),
        (drawn, _) => drawn,
    }
}

const STATUSES: [u16; 24] = [
    400, 422, 402, 418, 404, 410, 409, 413, 429, 429, 401, 403, 415, 500, 502, 503, 504, 599, 204, 206, 301, 302, 307,
    300,
];

const UNUSABLE: [Unusable; 8] = [
    Unusable::Garbage,
    Unusable::NotJson,
    Unusable::Array,
    Unusable::NothingNeeded,
    Unusable::WrongType,
    Unusable::Empty,
    Unusable::LengthAndChunks,
    Unusable::BadChunk,
];

impl Trouble {
    /// For the summary.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Interim => "interim answer first",
            Self::Dripped => "answer in small pieces",
            Self::Surplus => "two answers at once",
            Self::Status(429) => "429",
            Self::Status(400..500) => "4xx",
            Self::Status(500..) => "5xx",
            Self::Status(_) => "2xx or 3xx that means nothing",
            Self::EarlyRefusal(_, Rest::Dropped) => "refused early, body not read",
            Self::EarlyRefusal(..) => "refused early, body read",
            Self::EarlySuccess(Rest::Dropped) => "success early, body not read",
            Self::EarlySuccess(_) => "success early, body read",
            Self::CutBeforeBody(_) => "connection ends before the body",
            Self::CutInBody(_) => "connection ends within the body",
            Self::CutAfterBody { .. } => "connection ends after the body",
            Self::CutInAnswerHead(_) => "answer ends in its head",
            Self::CutInAnswerBody(_) => "answer ends in its body",
            Self::Unusable(_) => "answer malformed or without an id",
            Self::Silent => "silence",
        }
    }
}
