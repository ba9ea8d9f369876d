//! Wallet tokens: what verifies was signed with our secret and says what the rules ask for, and the reverse.
//!
//! An input whose first byte is `!` is a token as it comes. Any other is a JSON header and, behind a line end, claims;
//! the target signs them, so that the rules behind the signature are reached.

#![no_main]

use std::sync::LazyLock;

use anchor_conformance::fuzzing::platform::authenticated;
use anchor_conformance::sep10::token::{InvalidToken, Secret, Verifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use sha2::Sha256;

const SECRET: &[u8] = b"an invented secret of the fuzz target, long enough";
const NOW: u64 = 1_800_000_000;

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| Verifier {
    issuer: Some("us".to_owned()),
    leeway: 5,
    ..Verifier::new(Secret::new(SECRET).expect("not empty"))
});

fuzz_target!(|data: &[u8]| match data.split_first() {
    Some((b'!', token)) => as_it_comes(token),
    _ => signed(data),
});

/// Whoever does not know the secret gets in with nothing but a token that was signed with it.
fn as_it_comes(token: &[u8]) {
    let Ok(text) = std::str::from_utf8(token) else { return };
    if VERIFIER.verify(text, NOW).is_ok() {
        let (signed, signature) = text.rsplit_once('.').expect("a token has dots");
        assert_eq!(URL_SAFE_NO_PAD.encode(mac(signed.as_bytes())), signature);
    }
    let header = [b"Bearer ", token].concat();
    if let Err(refused) = authenticated(&header, &VERIFIER) {
        assert_eq!(refused.status, Some(401));
        assert!(refused.message.len() < 100 && refused.detail.len() < 100, "{refused:?}");
    }
}

fn signed(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (header, claims) = (&data[..end], data.get(end + 1..).unwrap_or_default());
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac(signed.as_bytes())));
    let verified = VERIFIER.verify(&token, NOW);
    assert_ne!(verified, Err(InvalidToken::Signature));
    match (verified, by_the_rules(header, claims)) {
        (Ok(sub), Some(expected)) => assert_eq!(sub, expected),
        (Ok(sub), None) => panic!("{sub:?} gets in"),
        // serde refuses duplicate members of a struct, and reads numbers that no double can hold as an error.
        (Err(error), Some(_)) => assert_eq!(error, InvalidToken::Malformed),
        (Err(_), None) => {}
    }
}

/// The `sub` of a header and claims that are in order.
fn by_the_rules(header: &[u8], claims: &[u8]) -> Option<String> {
    let header: Map<String, Value> = serde_json::from_slice(header).ok()?;
    let claims: Map<String, Value> = serde_json::from_slice(claims).ok()?;
    let given = |object: &Map<String, Value>, name: &str| object.get(name).filter(|value| !value.is_null()).cloned();
    if header.get("alg")?.as_str()? != "HS256" || given(&header, "crit").is_some() {
        return None;
    }
    let number = |name: &str| given(&claims, name).map(|value| value.as_f64().unwrap_or(f64::NAN));
    let (now, leeway) = (NOW as f64, 5.0);
    let in_time = number("exp")? > now - leeway && number("nbf").is_none_or(|not_before| not_before <= now + leeway);
    let from_us = given(&claims, "iss")?.as_str()? == "us";
    let sub = given(&claims, "sub")?.as_str()?.to_owned();
    (in_time && from_us).then_some(sub)
}

fn mac(signed: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("HMAC takes keys of any length");
    mac.update(signed);
    mac.finalize().into_bytes().into()
}
