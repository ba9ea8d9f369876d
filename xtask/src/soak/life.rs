//! What one customer's wallet does, from the first request to the last: nothing but the seed and the customer's number
//! decide it.

use std::time::Duration;

use super::identity::Identity;
use super::random::Random;

/// One customer, and its requests one after the other.
pub(crate) struct Life {
    pub(crate) customer: u64,
    pub(crate) identity: Identity,
    pub(crate) steps: Vec<Step>,
}

/// One request, as planned.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) number: u64,
    pub(crate) kind: Kind,
    /// The id is sent along, if the client knows one.
    pub(crate) with_id: bool,
    /// The body comes in chunks, without a length.
    pub(crate) chunked: bool,
    /// On a connection of its own, instead of the one before.
    pub(crate) fresh: bool,
    /// The client says that no other request follows on the connection.
    pub(crate) last: bool,
    /// The client pauses while it sends.
    pub(crate) dawdles: bool,
    pub(crate) ending: Ending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    PutJson,
    PutUrlencoded,
    PutMultipart,
    Get,
    Delete,
}

/// How far the client goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// To the answer.
    Whole,
    /// To the answer, but after the request it says that it will send no more.
    HalfClosed,
    CutInHead(How),
    CutInBody(How),
    /// It sends everything and leaves without the answer.
    Left {
        after: Duration,
        how: How,
    },
}

/// How a client leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Close,
    Reset,
    /// It sends no more, and still listens.
    HalfClose,
}

/// Requests of one customer, and room for numbers.
const MAX_STEPS: u64 = 8;
const NUMBERS: u64 = 16;

/// Whose request this is.
pub(crate) fn customer_of(number: u64) -> u64 {
    number / NUMBERS
}

/// The number of a customer's request.
pub(crate) fn number_of(customer: u64, step: usize) -> u64 {
    customer * NUMBERS + step as u64
}

/// Which of its customer's requests this is.
pub(crate) fn step_of(number: u64) -> usize {
    usize::try_from(number % NUMBERS).expect("less than sixteen")
}

impl Life {
    pub(crate) fn of(seed: u64, customer: u64) -> Self {
        let mut random = Random::of(&[seed, customer, 3]);
        let steps = random.between(1, MAX_STEPS + 1);
        let steps = (0..steps).map(|step| Step::of(&mut random, customer * NUMBERS + step, step == 0)).collect();
        Self { customer, identity: Identity::of(seed, customer), steps }
    }
}

impl Life {
    /// A customer of one request, which waits for its answer whatever happens.
    pub(crate) fn patient(seed: u64, customer: u64) -> Self {
        let mut random = Random::of(&[seed, customer, 3]);
        let step = Step::of(&mut random, customer * NUMBERS, true);
        let kind = random.pick(&[Kind::PutJson, Kind::PutMultipart]);
        let step = Step { kind, fresh: true, ending: Ending::Whole, ..step };
        Self { customer, identity: Identity::of(seed, customer), steps: vec![step] }
    }
}

impl Step {
    fn of(random: &mut Random, number: u64, first: bool) -> Self {
        let kind = match first {
            true => random.weighted(&PUTS),
            false => random.weighted(&KINDS),
        };
        Self {
            number,
            kind,
            with_id: random.per_mille(700),
            chunked: random.per_mille(400),
            fresh: random.per_mille(250),
            last: random.per_mille(80),
            dawdles: random.per_mille(30),
            ending: ending(random),
        }
    }
}

const PUTS: [(u64, Kind); 4] =
    [(36, Kind::PutJson), (18, Kind::PutUrlencoded), (40, Kind::PutMultipart), (6, Kind::Get)];
const KINDS: [(u64, Kind); 5] =
    [(25, Kind::PutJson), (12, Kind::PutUrlencoded), (28, Kind::PutMultipart), (23, Kind::Get), (12, Kind::Delete)];

fn ending(random: &mut Random) -> Ending {
    let how = random.pick(&[How::Close, How::Reset]);
    let after = Duration::from_millis(random.below(40));
    let cut = random.pick(&[how, how, How::HalfClose]);
    random.weighted(&[
        (870, Ending::Whole),
        (25, Ending::HalfClosed),
        (20, Ending::CutInHead(how)),
        (45, Ending::CutInBody(cut)),
        (40, Ending::Left { after, how }),
    ])
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PutJson => "PUT, JSON",
            Self::PutUrlencoded => "PUT, urlencoded",
            Self::PutMultipart => "PUT, multipart",
            Self::Get => "GET",
            Self::Delete => "DELETE",
        }
    }

    /// The method of the first call that the anchor gets.
    pub(crate) fn first_call(self) -> &'static str {
        match self {
            Self::PutJson | Self::PutUrlencoded | Self::PutMultipart => "PUT",
            Self::Get | Self::Delete => "GET",
        }
    }
}

impl Ending {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Whole => "waits for the answer",
            Self::HalfClosed => "closes its half, waits for the answer",
            Self::CutInHead(_) => "breaks off in the head",
            Self::CutInBody(How::HalfClose) => "closes its half in the body",
            Self::CutInBody(_) => "breaks off in the body",
            Self::Left { .. } => "leaves before the answer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_says_whose_request_it_is() {
        for customer in [0, 1, 77] {
            for (index, step) in Life::of(7, customer).steps.iter().enumerate() {
                assert_eq!((customer_of(step.number), step_of(step.number)), (customer, index));
            }
        }
    }

    #[test]
    fn a_seed_is_a_replay() {
        let plan = |seed| format!("{:?}", (0..20).map(|customer| Life::of(seed, customer).steps).collect::<Vec<_>>());
        assert_eq!(plan(7), plan(7));
        assert_ne!(plan(7), plan(8));
    }
}
