//! The names of all troubles, with what each does.

use std::time::Duration;

use crate::mock::answer::Delivery;

/// A trouble's name, and what it means.
#[derive(Clone, Copy, Debug)]
pub struct TroubleInfo {
    /// The stable name.
    pub name: &'static str,
    /// What may stand behind its `=`; empty if nothing may.
    pub value: &'static str,
    /// What the mock anchor does.
    pub effect: &'static str,
    /// Whether it acts on the request all the same: a customer is stored or deleted.
    pub acts: bool,
    pub(super) read: Read,
}

/// What the value becomes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Read {
    Latency,
    Status,
    Early,
    Redirect,
    Refused,
    Delivery(Delivery),
    Pause(fn(Duration) -> Delivery),
}

/// All of them, in the order of an exchange.
pub const TROUBLES: &[TroubleInfo] = &[
    trouble("refused", "", "The connection is reset as soon as it is accepted.", Read::Refused),
    TroubleInfo {
        name: "latency",
        value: "TIME, TIME..TIME or TIME/byte",
        effect: "The answer comes later by this time, or by any between two; or each byte of the request's body takes \
            this time to be read. Latencies add up.",
        acts: true,
        read: Read::Latency,
    },
    trouble("early", "STATUS (400 to 599)", "An error comes before the request's body was read.", Read::Early),
    trouble(
        "hang-up-before-body",
        "",
        "The connection is closed as soon as the request's headers are there.",
        Read::Delivery(Delivery::HangUpBeforeBody),
    ),
    trouble(
        "reset-before-body",
        "",
        "The connection is reset as soon as the request's headers are there.",
        Read::Delivery(Delivery::ResetBeforeBody),
    ),
    trouble(
        "reset-during-body",
        "",
        "The connection is reset after the first piece of the request's body.",
        Read::Delivery(Delivery::ResetDuringBody),
    ),
    trouble(
        "status",
        "STATUS (400 to 599)",
        "The answer is an error; with `retry-after=SECONDS` it has a Retry-After.",
        Read::Status,
    ),
    trouble(
        "redirect",
        "STATUS (300 to 399)",
        "The answer is a redirect to /redirected on the same server.",
        Read::Redirect,
    ),
    answer("silent", "The request's body is read, then nothing happens.", Read::Delivery(Delivery::Silent)),
    answer("hang-up", "The request's body is read, then the connection is closed.", Read::Delivery(Delivery::HangUp)),
    answer(
        "reset-after-body",
        "The request's body is read, then the connection is reset.",
        Read::Delivery(Delivery::ResetAfterBody),
    ),
    answer("garbage", "The answer is a line that is no HTTP.", Read::Delivery(Delivery::Garbage)),
    answer(
        "truncated-headers",
        "The connection is closed in the midst of the answer's headers.",
        Read::Delivery(Delivery::TruncatedHeaders),
    ),
    answer(
        "reset-in-headers",
        "The connection is reset in the midst of the answer's headers.",
        Read::Delivery(Delivery::ResetInHeaders),
    ),
    answer(
        "truncated",
        "The answer has its Content-Length; the connection is closed after half of the body.",
        Read::Delivery(Delivery::Truncated),
    ),
    answer(
        "reset-in-answer",
        "The answer has its Content-Length; the connection is reset after half of the body.",
        Read::Delivery(Delivery::ResetInAnswer),
    ),
    answer(
        "malformed-chunk",
        "The answer is chunked, and the size of its second chunk is no number.",
        Read::Delivery(Delivery::MalformedChunk),
    ),
    answer(
        "length-too-long",
        "The answer's Content-Length is greater than its body is long; the connection stays open.",
        Read::Delivery(Delivery::LengthTooLong),
    ),
    answer(
        "length-too-short",
        "The answer's Content-Length is half of what its body is long; all of it comes, and the connection stays open.",
        Read::Delivery(Delivery::LengthTooShort),
    ),
    TroubleInfo {
        value: "TIME",
        ..answer(
            "drip-headers",
            "The answer's headers come byte by byte, with this pause at each.",
            Read::Pause(Delivery::DripHeaders),
        )
    },
    TroubleInfo {
        value: "TIME",
        ..answer("drip", "The answer's body comes byte by byte, with this pause at each.", Read::Pause(Delivery::Drip))
    },
    answer("endless-headers", "The answer's headers never end.", Read::Delivery(Delivery::EndlessHeaders)),
    answer("endless-body", "The answer's body, chunks of spaces, never ends.", Read::Delivery(Delivery::EndlessBody)),
];

/// One after which the anchor has not acted.
const fn trouble(name: &'static str, value: &'static str, effect: &'static str, read: Read) -> TroubleInfo {
    TroubleInfo { name, value, effect, acts: false, read }
}

/// One of the answer alone.
const fn answer(name: &'static str, effect: &'static str, read: Read) -> TroubleInfo {
    TroubleInfo { name, value: "", effect, acts: true, read }
}

impl TroubleInfo {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        TROUBLES.iter().find(|info| info.name == name)
    }
}
