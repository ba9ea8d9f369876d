//! What the platform makes of the anchor's answers. The first two bytes choose endpoint and status; then comes the body.

#![no_main]

use std::collections::BTreeMap;

use anchor_conformance::fuzzing::platform::{Asked, reply};
use anchor_conformance::sep12::answer::{InvalidAnswer, read_error, read_id};
use anchor_conformance::sep12::info::CustomerInfo;
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use serde_json::value::RawValue;

const ASKED: [Asked; 4] = [Asked::PutCustomer, Asked::GetCustomer, Asked::PostFile, Asked::GetFiles];
const STATUSES: [u16; 24] = [
    200, 200, 200, 200, 201, 202, 204, 206, 301, 307, 400, 401, 403, 404, 409, 410, 413, 415, 418, 422, 429, 500, 503,
    599,
];

fuzz_target!(|data: &[u8]| {
    let Some(([asked, status], body)) = data.split_first_chunk::<2>() else { return };
    let asked = ASKED[usize::from(*asked) % ASKED.len()];
    let status = STATUSES[usize::from(*status) % STATUSES.len()];
    let object = texts(body);
    let retry_after = &body[..body.len().min(30)];
    match reply(asked, status, retry_after, body) {
        Ok((answer, breaches)) => {
            assert!(matches!(status, 200..=202));
            if asked == Asked::PutCustomer {
                let id = object.as_ref().and_then(|object| object["id"].as_deref());
                assert!(id.is_some_and(|id| id.as_bytes() == answer && !id.is_empty()));
                assert!(!answer.is_empty() && std::str::from_utf8(&answer).is_ok());
            } else {
                assert_eq!(answer, body, "what passes through is not changed");
                let object = object.expect("only an object passes through");
                assert!(breaches.len() <= 2 + 6 * body.len(), "{breaches:?}");
                let key = match asked {
                    Asked::GetCustomer => "status",
                    Asked::PostFile => "file_id",
                    _ => "files",
                };
                assert!(object.contains_key(key));
            }
        }
        Err(refused) => check_refusal(status, body, object.as_ref(), &refused.message, refused.status),
    }
    ids(body);
    infos(body);
});

/// The members of an object, and the texts among them. serde_json's own tree reads objects with a name of its own as
/// something else.
fn texts(body: &[u8]) -> Option<BTreeMap<String, Option<String>>> {
    let members = serde_json::from_slice::<BTreeMap<String, Box<RawValue>>>(body).ok()?;
    Some(members.into_iter().map(|(name, value)| (name, serde_json::from_str(value.get()).ok())).collect())
}

fn check_refusal(
    status: u16,
    body: &[u8],
    object: Option<&BTreeMap<String, Option<String>>>,
    message: &str,
    told: Option<u16>,
) {
    let expected = match status {
        200..=202 | 204 | 206 | 300..=399 | 401 | 403 | 415 | 500.. => 502,
        404 | 410 => 404,
        409 | 413 | 429 => status,
        _ => 400,
    };
    assert_eq!(told, Some(expected), "{status}");
    let own = object.and_then(|object| object.get("error")?.as_deref()).filter(|error| !error.trim().is_empty());
    if expected == 502 {
        assert!(message.starts_with("the anchor"), "{message}");
        assert!(message.len() < 150, "it could quote the answer: {message}");
    } else if let (Some(own), Some(read)) = (own, read_error(body)) {
        assert_eq!((own, own), (read.as_str(), message), "the anchor's own words reach the client");
    }
}

/// An id is read exactly, whatever stands around it.
fn ids(body: &[u8]) {
    let Ok(id) = std::str::from_utf8(body) else { return };
    let answer = json!({"a": [{"id": 1}], "id": id, "status": "?"}).to_string();
    match read_id(answer.as_bytes()) {
        Ok(read) => assert_eq!(read.as_str(), id),
        Err(error) => assert!(error == InvalidAnswer::IdEmpty && id.is_empty()),
    }
}

/// What was read can be written, and is then read without any breach of a single member's type.
fn infos(body: &[u8]) {
    let Ok((info, breaches)) = CustomerInfo::read(body) else { return };
    let written = serde_json::to_vec(&info).expect("an answer is JSON");
    let (again, later) = CustomerInfo::read(&written).expect("what was written can be read");
    assert_eq!(info, again);
    assert!(later.len() <= breaches.len().max(1), "{later:?} and before {breaches:?}");
}
