//! Accounts (strkeys), memos and the `sub` of a token, against a strkey reader of the target's own.

#![no_main]

use anchor_conformance::sep10::ClientAccount;
use anchor_conformance::sep12::memo::parse_id;
use anchor_conformance::sep12::{Account, Caller, Identity, Memo, MemoType};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        account(text);
        caller(text);
        memo(text);
    }
    written(data);
});

fn account(text: &str) {
    let parsed = text.parse::<Account>().ok();
    assert_eq!(parsed, strkey(text), "{text}");
    if let Some(account) = parsed {
        assert_eq!(account.to_string(), text, "a strkey has one text");
        assert_eq!(account.base().muxed_id(), None);
    }
}

fn caller(text: &str) {
    let parsed = text.parse::<Caller>().ok();
    let (account, memo) = text.split_once(':').map_or((text, None), |(account, memo)| (account, Some(memo)));
    let expected = match (strkey(account), memo.map(decimal)) {
        (Some(account @ Account::Classic(_)), None) => Some(Caller::Account(account)),
        (Some(account @ Account::Classic(_)), Some(Some(memo))) => Some(Caller::SharedAccount { account, memo }),
        (Some(account @ Account::Muxed { .. }), None) => Some(Caller::Muxed(account)),
        (Some(account @ Account::Contract(_)), None) => Some(Caller::Contract(account)),
        _ => None,
    };
    assert_eq!(parsed, expected, "{text}");
    if let Ok(client) = ClientAccount::requested(account, memo) {
        assert_eq!(client.to_string().parse(), Ok(client.caller()));
    }
}

fn memo(text: &str) {
    assert_eq!(parse_id(text), decimal(text), "{text}");
    for memo_type in [None, Some(MemoType::Id), Some(MemoType::Hash), Some(MemoType::Text)] {
        let Some(memo) = Memo::new(text, memo_type) else {
            assert!(text.is_empty());
            continue;
        };
        assert_eq!((memo.value(), memo.memo_type()), (text, memo_type));
        if memo.fits_stellar() {
            let digits = text.trim_start_matches('0');
            assert!(digits.len() <= 44, "a memo has at most 32 bytes, 44 in base64, and ids may begin with zeros");
        }
        let identity = Identity::of_memo(Account::Classic([1; 32]), memo).expect("the account is classic");
        assert!(identity.parameters().contains(&("memo", text.to_owned())));
    }
}

/// What is written is read back, whatever the key and the id.
fn written(data: &[u8]) {
    let Some((key, rest)) = data.split_first_chunk::<32>() else { return };
    let id = rest.first_chunk::<8>().map_or(0, |id| u64::from_be_bytes(*id));
    for account in [Account::Classic(*key), Account::Contract(*key), Account::Muxed { key: *key, id }] {
        assert_eq!(account.to_string().parse(), Ok(account));
    }
    let account = Account::Classic(*key);
    assert_eq!(format!("{account}:{id}").parse(), Ok(Caller::SharedAccount { account, memo: id }));
}

/// Digits alone, in 64 bits.
fn decimal(text: &str) -> Option<u64> {
    let mut value: u64 = 0;
    for byte in text.bytes() {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value = value.checked_mul(10)?.checked_add(digit.into())?;
    }
    (!text.is_empty()).then_some(value)
}

/// SEP-23, written anew: base32 without padding, a version, the payload, and a CRC-16 of both.
fn strkey(text: &str) -> Option<Account> {
    let bytes = base32(text)?;
    let (payload, checksum) = bytes.split_last_chunk::<2>()?;
    if crc16(payload) != u16::from_le_bytes(*checksum) {
        return None;
    }
    let (version, payload) = payload.split_first()?;
    match version {
        0x30 => Some(Account::Classic(payload.try_into().ok()?)),
        0x10 => Some(Account::Contract(payload.try_into().ok()?)),
        0x60 => {
            let (key, id) = payload.split_first_chunk::<32>()?;
            Some(Account::Muxed { key: *key, id: u64::from_be_bytes(id.try_into().ok()?) })
        }
        _ => None,
    }
}

fn base32(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5) | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    // What is left over is padding: less than a letter, and zero.
    (count < 5 && bits == 0).then_some(bytes)
}

/// XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |mut crc, byte| {
        crc ^= u16::from(*byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
        }
        crc
    })
}
