//! Scenario files: a text is read, or refused at a place that it has.
//!
//! A comment above a file changes nothing but the number of the line.

#![no_main]

use anchor_conformance::fuzzing::scenario::load;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let read = load(text);
    let below = load(&format!("# A comment.\n{text}"));
    // A byte order mark and directives mean something at the very beginning alone.
    let is_at_home = !text.starts_with(['\u{feff}', '%']) && !text.contains("\n%");
    match (read, below) {
        (Ok(read), Ok(below)) => {
            assert_eq!(read, below);
            let written: usize = read.requests.iter().map(Vec::len).sum();
            assert!(written <= 4_000_000 * read.requests.len().max(1), "{written} bytes");
        }
        (Err((place, message)), below) => {
            assert!(!message.trim().is_empty() && message.len() <= 2 * text.len() + 4000, "{message}");
            if let Some((line, column)) = place {
                let lines = text.split('\n').flat_map(|line| line.split('\r')).count() as u64;
                assert!(line <= lines + 1 && column as usize <= text.len() + 1, "{line}:{column} of {lines} lines");
            }
            if is_at_home {
                let place = place.map(|(line, column)| (line + 1, column));
                assert_eq!(below, Err((place, message)));
            }
        }
        (Ok(_), Err(error)) => assert!(!is_at_home, "{error:?}"),
    }
});
