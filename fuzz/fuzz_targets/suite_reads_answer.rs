//! `check anchor` and `check platform` in front of a hostile target: the bytes of its answers, from the status line on.
//!
//! Whatever comes is read or told of in a line, what is kept for the report is bounded, and what the suite sends next
//! can be sent.

#![no_main]

use anchor_conformance::fuzzing::suite::{follow, read_answer};
use libfuzzer_sys::fuzz_target;

/// A little more than a report keeps of a body, in base64, and of headers.
const MOST_RECORDED: usize = 64 * 1024;

fuzz_target!(|data: &[u8]| {
    let body = match read_answer(data.to_vec()) {
        Ok(reading) => {
            assert!((100..1000).contains(&reading.status));
            assert!(reading.told.chars().count() < 250 && !reading.told.contains(char::is_control), "{}", reading.told);
            assert!(reading.recorded.len() <= MOST_RECORDED + 8 * data.len());
            assert!(reading.body.len() <= data.len());
            assert!(reading.id.is_none_or(|id| !id.is_empty()) && reading.error.is_none_or(|error| !error.is_empty()));
            reading.body
        }
        Err(told) => {
            assert!(told.chars().count() < 400 && !told.contains(char::is_control), "{told}");
            data.to_vec().into()
        }
    };
    let id = String::from_utf8_lossy(&body);
    for (size, command) in follow(&body, &id) {
        assert!(size <= 4_000_000 + 20 * body.len() && command.len() <= 20_000 + 20 * data.len(), "{size} {command}");
    }
});
