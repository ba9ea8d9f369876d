//! `cargo xtask memory`: the platform's memory while a big file passes through it.
//!
//! Three processes: this one is the wallet, the platform is measured, the mock anchor takes the file. A small request
//! goes first, so that what the platform allocates once does not count.

use std::fs;
use std::io::{self, Read};

use crate::arguments::Arguments;
use crate::cargo::{self, Profile};
use crate::http::{self, Answer};
use crate::multipart::{self, Part};
use crate::platform::{self, Platform};
use crate::{Outcome, process::Server};

const SIZE_MB: u64 = 200;
const LIMIT_MB: u64 = 8;
const CHUNK: usize = 64 * 1024;

pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let size_mb = arguments.number("--size-mb")?.unwrap_or(SIZE_MB);
    let limit_mb = arguments.number("--limit-mb")?.unwrap_or(LIMIT_MB);
    arguments.finish()?;
    if !cfg!(target_os = "linux") {
        println!("memory: not measured (it is read from /proc, which only Linux has)");
        return Ok(());
    }
    let binary = cargo::build(Profile::Debug)?;
    let anchor = platform::start_mock(&binary)?;
    let platform = Platform::start(&binary, &anchor)?;
    send_photo(&platform, 1024)?;
    let before = peak_kb(&platform.server)?;
    send_photo(&platform, size_mb * 1_000_000)?;
    let after = peak_kb(&platform.server)?;
    judge(before, after, size_mb, limit_mb)
}

fn send_photo(platform: &Platform, size: u64) -> Outcome {
    let headers = [platform.authorization(), multipart::content_type()];
    let mut body = customer_with_photo(size);
    let answer = http::put(platform.server.address(), "/sep12/customer", &headers, &mut body, CHUNK)?;
    accepted(&answer, size)
}

/// Made while it is read: the file is nowhere whole, here neither.
fn customer_with_photo(size: u64) -> impl Read {
    let name = Part::text("first_name", "Ada");
    let photo = Part::file("photo_id_front", "front.jpg", "image/jpeg", b"");
    let start = format!("{}Ada\r\n{}", name.head(), photo.head());
    let end = format!("\r\n{}", multipart::end());
    io::Cursor::new(start).chain(io::repeat(b'x').take(size)).chain(io::Cursor::new(end))
}

fn accepted(answer: &Answer, size: u64) -> Outcome {
    if answer.status == 202 {
        return Ok(());
    }
    Err(format!("a file of {size} bytes was answered with {} instead of 202: {}", answer.status, answer.body).into())
}

/// The most memory that the process has held so far, in kB of 1024 bytes.
fn peak_kb(server: &Server) -> Outcome<u64> {
    let path = format!("/proc/{}/status", server.process_id());
    let status = fs::read_to_string(&path).map_err(|error| format!("failed to read {path}: {error}"))?;
    parse_peak(&status).ok_or_else(|| format!("{path} has no VmHWM").into())
}

fn parse_peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn judge(before: u64, after: u64, size_mb: u64, limit_mb: u64) -> Outcome {
    let growth = after.saturating_sub(before);
    println!(
        "peak memory of the platform: {before} kB before, {after} kB after a file of {size_mb} MB, grown by {growth} kB"
    );
    if growth < limit_mb * 1024 {
        return Ok(());
    }
    Err(format!("the platform grew by {growth} kB; less than {limit_mb} MB is allowed").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_from_the_status() {
        assert_eq!(parse_peak("Name:\tx\nVmPeak:\t  900 kB\nVmHWM:\t    6144 kB\n"), Some(6144));
        assert_eq!(parse_peak("Name:\tx\n"), None);
    }

    #[test]
    fn the_streamed_body_is_the_written_one() -> Outcome {
        let mut streamed = Vec::new();
        customer_with_photo(3).read_to_end(&mut streamed)?;
        let parts = [Part::text("first_name", "Ada"), Part::file("photo_id_front", "front.jpg", "image/jpeg", b"xxx")];
        assert_eq!(streamed, multipart::body(&parts));
        Ok(())
    }

    #[test]
    fn growth_at_the_limit_fails() {
        assert!(judge(1000, 1000 + 8 * 1024, 200, 8).is_err());
        assert!(judge(1000, 999 + 8 * 1024, 200, 8).is_ok());
    }
}
