//! Answers that hyper would not write: their bytes, and how the connection ends.

use std::fmt::Write;

use bytes::Bytes;
use hyper::StatusCode;

use super::answer::{Answer, Delivery};
use crate::wire::parting::{End, Parting, Words};

/// What a server says that was never one of HTTP.
const GARBAGE: &[u8] = b"SSH-2.0-invented\r\n";
/// By how much a length can be too long.
const SURPLUS: usize = 10;
/// The size of the chunks of an answer without an end.
const CHUNK: usize = 8192;

/// The bytes of an answer that is not given whole.
pub(super) fn parting(answer: &Answer) -> Parting {
    let body = answer.body.as_slice();
    let half = &body[..body.len() / 2];
    let with_length = |length: usize| head(answer, &format!("content-length: {length}"));
    let chunked = || head(answer, "transfer-encoding: chunked");
    let whole = || with_length(body.len());
    match answer.delivery {
        Delivery::TruncatedHeaders => said(half_of(&whole()), End::Closed),
        Delivery::ResetInHeaders => said(half_of(&whole()), End::Reset),
        Delivery::DripHeaders(pause) => Parting {
            words: vec![Words::Drip(whole().into(), pause), Words::Bytes(Bytes::copy_from_slice(body))],
            end: End::Closed,
        },
        Delivery::Truncated => said([&whole(), half].concat(), End::Closed),
        Delivery::ResetInAnswer => said([&whole(), half].concat(), End::Reset),
        Delivery::LengthTooLong => said([&with_length(body.len() + SURPLUS), body].concat(), End::LeftOpen),
        Delivery::LengthTooShort => said([&with_length(half.len()), body].concat(), End::LeftOpen),
        Delivery::MalformedChunk => {
            let first = [format!("{:x}\r\n", half.len()).as_bytes(), half, b"\r\n"].concat();
            said([&chunked(), first.as_slice(), b"zz\r\n", &body[half.len()..], b"\r\n0\r\n\r\n"].concat(), End::Closed)
        }
        Delivery::Garbage => said(GARBAGE.to_vec(), End::Closed),
        Delivery::EndlessHeaders => {
            let mut begun = whole();
            begun.truncate(begun.len() - 2);
            endless(begun, format!("x-endless: {}\r\n", "-".repeat(100)).into_bytes())
        }
        Delivery::EndlessBody => endless(chunked(), format!("{CHUNK:x}\r\n{:CHUNK$}\r\n", "").into_bytes()),
        Delivery::ResetBeforeBody | Delivery::ResetDuringBody | Delivery::ResetAfterBody => Parting::reset(),
        Delivery::HangUp | Delivery::HangUpBeforeBody => Parting::default(),
        Delivery::Whole | Delivery::BeforeBody | Delivery::Silent | Delivery::Drip(_) => {
            unreachable!("hyper gives this one")
        }
    }
}

fn said(bytes: Vec<u8>, end: End) -> Parting {
    Parting { words: vec![Words::Bytes(bytes.into())], end }
}

fn endless(begun: Vec<u8>, again: Vec<u8>) -> Parting {
    Parting { words: vec![Words::Bytes(begun.into()), Words::Endless(again.into())], end: End::Dropped }
}

/// Status line and headers, the empty line included.
fn head(answer: &Answer, framing: &str) -> Vec<u8> {
    let reason = StatusCode::from_u16(answer.status).ok().and_then(|status| status.canonical_reason());
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, reason.unwrap_or_default());
    for (name, value) in &answer.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = write!(head, "{framing}\r\n\r\n");
    head.into_bytes()
}

fn half_of(head: &[u8]) -> Vec<u8> {
    head[..head.len() / 2].to_vec()
}
