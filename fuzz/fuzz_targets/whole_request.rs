//! Whole requests through the platform to an anchor, over sockets, with the invariants of `src/lib.rs` as the oracle.
//!
//! - An answer of the platform's own is one that `docs/platform.md` documents, and never a 500.
//! - The anchor gets a whole body exactly when the request was in order, once, and with exactly the right fields.
//! - The id is the anchor's, to the byte.
//! - No value is in a log or an error, no name of the client's own in a log, and nowhere a token.

#![no_main]

use anchor_conformance::fuzzing::mock;
use anchor_conformance::mock::{ReceivedBody, ReceivedField, ReceivedValue};
use anchor_conformance_fuzz::log;
use anchor_conformance_fuzz::received::{assert_received, is_plain};
use anchor_conformance_fuzz::request::{Harm, MULTIPART, NAME_MARK, Reply, Request, VALUE_MARK};
use anchor_conformance_fuzz::stack::{Answer, Arrived, Message, Stack};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static STACK: Stack = {
        log::start();
        Stack::start()
    };
}

fuzz_target!(|request: Request| STACK.with(|stack| run(stack, &request)));

fn run(stack: &Stack, request: &Request) {
    let (content_type, mut body) = request.written();
    let (mut until, mut is_as_written) = (body.len(), true);
    match &request.harm {
        Harm::None => {}
        Harm::BrokenOff(at) => until = usize::from(*at).min(body.len()),
        Harm::Replaced(bytes) => {
            for (at, byte) in bytes {
                let length = body.len().max(1);
                if let Some(place) = body.get_mut(usize::from(*at) % length) {
                    is_as_written &= place == byte;
                    *place = *byte;
                }
            }
        }
    }
    let is_whole = until == body.len();
    let message = Message {
        caller: request.caller(),
        buffered: request.buffered,
        content_type,
        body: &body,
        chunk: request.chunk.into(),
        until,
    };
    let (answer, arrived) = stack.send(&message, request.reply.written());
    assert_private(stack, answer.as_ref(), &request.reply, is_as_written);
    assert!(arrived.len() <= 1 && arrived.iter().all(|arrived| arrived.line == "PUT /customer"), "{arrived:?}");
    match (is_whole, request.expected().filter(|_| is_as_written)) {
        (false, _) => {
            assert!(arrived.is_empty(), "half a body arrived whole");
            let refused = |answer: &Answer| matches!(answer.status, 400 | 403 | 408 | 413 | 415);
            assert!(answer.as_ref().is_none_or(refused), "{answer:?}");
        }
        (true, Some(Ok(fields))) => {
            let [arrived] = arrived.as_slice() else { panic!("nothing arrived, and the client got {answer:?}") };
            assert_received(&mock::read(&arrived.content_type, &arrived.body), &fields);
            assert_replied(&answer.expect("a whole request is answered"), &request.reply);
        }
        (true, Some(Err(statuses))) => {
            let answer = answer.expect("a whole request is answered");
            assert!(
                arrived.is_empty() && statuses.contains(&answer.status),
                "{answer:?}, not {statuses:?}: {arrived:?}"
            );
        }
        (true, None) => {
            let answer = answer.expect("a whole request is answered");
            match arrived.as_slice() {
                [arrived] => {
                    assert_replied(&answer, &request.reply);
                    if content_type != MULTIPART || is_plain(content_type, &body) {
                        assert_same(&mock::read(content_type, &body), arrived);
                    }
                }
                _ => assert!(matches!(answer.status, 400 | 403 | 413 | 415), "{answer:?}"),
            }
        }
    }
}

/// The answer to what the anchor replied.
fn assert_replied(answer: &Answer, reply: &Reply) {
    let (status, id) = reply.expected();
    assert!(status.is_none_or(|status| status == answer.status), "{answer:?} for {reply:?}");
    assert!(matches!(answer.status, 202 | 400..=499 | 502), "{answer:?}");
    let read: serde_json::Value = serde_json::from_slice(&answer.body).expect("every answer is JSON");
    let members: Vec<&String> = read.as_object().expect("an object").keys().collect();
    assert_eq!(members, [if answer.status == 202 { "id" } else { "error" }]);
    assert!(id.is_none_or(|id| read["id"] == id), "{answer:?} for {reply:?}");
}

/// What another reader makes of the client's bytes, if it can read them, has arrived.
fn assert_same(sent: &ReceivedBody, arrived: &Arrived) {
    let (ReceivedBody::Json(sent) | ReceivedBody::Multipart(sent)) = sent else { return };
    let got = mock::read(&arrived.content_type, &arrived.body);
    let (ReceivedBody::Json(got) | ReceivedBody::Multipart(got)) = &got else {
        panic!("the anchor cannot read {got:?}")
    };
    let sent: Vec<_> = sent.iter().filter(|field| is_forwarded(field)).map(plain).collect();
    let got: Vec<_> = got.iter().filter(|field| is_forwarded(field)).map(plain).collect();
    assert_eq!(sent, got, "another reader sees another request");
}

/// Identity is written anew, and what was not provided is left out.
fn is_forwarded(field: &ReceivedField) -> bool {
    let is_untouched = match &field.value {
        ReceivedValue::Json(raw) => raw.get() == "null",
        ReceivedValue::File(file) => file.file_name.as_deref() == Some("") && file.length == 0,
        ReceivedValue::Text(text) => text.is_empty() && field.name == "id",
    };
    !is_untouched && !["account", "memo", "memo_type"].contains(&field.name.as_str())
}

fn plain(field: &ReceivedField) -> (&str, &[u8]) {
    let content = match &field.value {
        ReceivedValue::Text(text) => text.as_bytes(),
        ReceivedValue::Json(raw) => raw.get().as_bytes(),
        ReceivedValue::File(file) => file.bytes.as_deref().unwrap_or_default(),
    };
    (&field.name, content)
}

fn assert_private(stack: &Stack, answer: Option<&Answer>, reply: &Reply, is_as_written: bool) {
    let log = log::take();
    assert!(!log.contains(VALUE_MARK) && !log.contains(NAME_MARK), "{log}");
    assert!(stack.tokens().iter().all(|token| !log.contains(token.as_str())), "{log}");
    let Some(answer) = answer.filter(|answer| answer.status != 202) else { return };
    let told = String::from_utf8_lossy(&answer.body);
    let from_anchor = String::from_utf8_lossy(&reply.written().1).contains(VALUE_MARK);
    // A byte that was replaced can make a value a name, and of a name its sender may be told.
    assert!(!is_as_written || from_anchor || !told.contains(VALUE_MARK), "{told}");
}
