//! `cargo xtask parsers`: what the platform forwards, read by parsers that have nothing to do with ours.
//!
//! A wallet by hand in front, a recorder behind, and the recorded bytes go to every parser of `tests/interop/parsers`:
//! all must understand what was sent. In the order of the run: [`cases`] that somebody thought of, [`random`]
//! customers, [`specimens`] of what parsers read each in its own way, [`refused`] requests and what would become of
//! them, and [`json`]. What is a parser's own way is written down in [`habits`]; [`page`] shows it in
//! `docs/parsers.md`.

mod cases;
mod habits;
mod json;
pub(crate) mod page;
mod random;
mod readers;
mod recorder;
mod refused;
mod specimens;

use std::path::Path;

use serde_json::Value;

use self::readers::{Absent, PARSERS, Reader, hex};
use self::recorder::{Recorded, Recorder};
use crate::arguments::Arguments;
use crate::cargo::{self, Profile};
use crate::multipart::{self, Part};
use crate::platform::{ACCOUNT, Platform};
use crate::{Outcome, customers, http};

/// Fewer parsers than these are no comparison.
const LEAST: usize = 3;
const RANDOM_CUSTOMERS: u64 = 300;
/// Odd and small, so that names, line breaks and boundaries fall apart over chunks.
const CHUNK: usize = 7;
const SHOWN_FAILURES: usize = 20;

/// What a wallet sends, and what must arrive behind the account.
struct Case {
    name: String,
    sent: Vec<Part>,
    /// Names and file names as they are written: whether a parser undoes their escapes is one of its habits.
    expected: Vec<Seen>,
}

/// One part as the anchor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    /// The content in hex: it may be anything.
    hex: String,
}

/// Everything that a run needs.
struct Run {
    platform: Platform,
    recorder: Recorder,
    readers: Vec<Reader>,
    failures: usize,
}

pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let count = arguments.number("--cases")?.unwrap_or(RANDOM_CUSTOMERS);
    let seed = arguments.number("--seed")?.unwrap_or_else(customers::seed_of_the_clock);
    let all = arguments.flag("--all");
    arguments.finish()?;
    let binary = cargo::build(Profile::Debug)?;
    let readers = start_readers(&binary.with_file_name("parsers"), all)?;
    let recorder = Recorder::start()?;
    let platform = Platform::start_before(&binary, &recorder.url())?;
    let mut run = Run { platform, recorder, readers, failures: 0 };
    run.group(
        "cases",
        cases::cases().into_iter().map(|case| (case.name.clone(), move |run: &mut Run| run.multipart(&case))),
    );
    println!("seed {seed}; to replay:\n    cargo xtask parsers --cases {count} --seed {seed}");
    let customers = random::customers(seed, count);
    run.group("random customers", customers.map(|case| (case.name.clone(), move |run: &mut Run| run.multipart(&case))));
    run.group(
        "specimens",
        specimens::specimens().into_iter().map(|it| (it.what.into(), move |run: &mut Run| it.check(run))),
    );
    run.group(
        "refused requests",
        refused::REFUSED.iter().map(|it| (it.what.into(), move |run: &mut Run| it.check(run))),
    );
    let objects = json::random(seed, count);
    run.group("random JSON objects", objects.map(|it| (it.name.clone(), move |run: &mut Run| it.check(run))));
    run.group(
        "specimens of JSON",
        json::specimens().into_iter().map(|it| (it.what.into(), move |run: &mut Run| it.check(run))),
    );
    match run.failures {
        0 => Ok(()),
        failures => Err(format!("{failures} requests are not read as docs/parsers.md says").into()),
    }
}

/// Those that this machine has.
fn start_readers(place: &Path, all: bool) -> Outcome<Vec<Reader>> {
    std::fs::create_dir_all(place)?;
    let mut readers = Vec::new();
    for parser in PARSERS {
        match Reader::start(parser, place)? {
            Ok(reader) => {
                println!("  {:<20} {}", parser.name, reader.version);
                readers.push(reader);
            }
            Err(Absent(why)) => println!("  {:<20} not tried: {why}", parser.name),
        }
    }
    let tried = readers.iter().filter(|reader| reader.parser.counts).count();
    if tried < LEAST || (all && readers.len() < PARSERS.len()) {
        return Err(format!("only {tried} parsers could be tried").into());
    }
    let of_json = readers.iter().filter(|reader| reader.parser.reads_json).count();
    println!("{tried} parsers of multipart, {of_json} of JSON");
    Ok(readers)
}

impl Run {
    /// Checks them one by one, and says which failed.
    fn group<C: FnOnce(&mut Self) -> Outcome>(&mut self, what: &str, checks: impl Iterator<Item = (String, C)>) {
        let (mut count, before) = (0, self.failures);
        for (name, check) in checks {
            count += 1;
            if let Err(error) = check(self) {
                self.failures += 1;
                if self.failures <= SHOWN_FAILURES {
                    println!("  FAILED  {name}\n{error}");
                }
            }
        }
        println!("  {count} {what}, {} failed", self.failures - before);
    }

    /// Sends a customer, and compares what each parser makes of what the platform forwards.
    fn multipart(&mut self, case: &Case) -> Outcome {
        let forwarded = self.forwarded(&multipart::content_type().1, &multipart::body(&case.sent))?;
        self.each(|reader| {
            let expected: Vec<Seen> =
                with_account(&case.expected).map(|part| reader.parser.habits.read(part)).collect();
            compare(&expected, &read_parts(&reader.read(&forwarded)?)?)
        })
    }

    /// What the platform makes of a request that it accepts.
    fn forwarded(&self, content_type: &str, body: &[u8]) -> Outcome<Recorded> {
        let answer = self.put(content_type, body)?;
        if answer.status != 202 {
            return Err(format!("    answered with {}: {}", answer.status, answer.body).into());
        }
        let recorded = self.recorder.next()?;
        match self.recorder.waiting() {
            0 => Ok(recorded),
            more => Err(format!("    the anchor got {more} requests too many").into()),
        }
    }

    fn put(&self, content_type: &str, body: &[u8]) -> Outcome<http::Answer> {
        let headers = [self.platform.authorization(), ("Content-Type", content_type.to_owned())];
        let chunk = if body.len() > 8 * 1024 { 8191 } else { CHUNK };
        http::put(self.platform.server.address(), "/sep12/customer", &headers, &mut &*body, chunk)
    }

    fn each(&mut self, mut check: impl FnMut(&mut Reader) -> Outcome) -> Outcome {
        let mut problems = String::new();
        for reader in &mut self.readers {
            if let Err(error) = check(reader) {
                problems += &format!("    {}:\n{error}\n", reader.parser.name);
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.trim_end().into()) }
    }
}

/// Identity comes first.
fn with_account(expected: &[Seen]) -> impl Iterator<Item = &Seen> {
    static FIRST: std::sync::LazyLock<Seen> = std::sync::LazyLock::new(|| text("account", ACCOUNT));
    std::iter::once(&*FIRST).chain(expected)
}

fn read_parts(report: &Value) -> Outcome<Vec<Seen>> {
    let parts = report["parts"].as_array().ok_or_else(|| format!("      says: {}", report["error"]))?;
    parts.iter().map(read_part).collect()
}

fn read_part(part: &Value) -> Outcome<Seen> {
    let member = |name: &str| part[name].as_str().map(str::to_owned);
    let file_name = member("filename");
    // The platform writes no content type for text; some parsers say what the default is.
    let content_type = member("content_type").filter(|kind| file_name.is_some() || kind != "text/plain");
    let name = member("name").ok_or("      a part has no name")?;
    let hex = member("hex").ok_or("      a part has no content")?;
    Ok(Seen { name, file_name, content_type, hex })
}

fn compare(expected: &[Seen], received: &[Seen]) -> Outcome {
    if expected == received {
        return Ok(());
    }
    let lines = |parts: &[Seen]| parts.iter().map(Seen::to_line).collect::<Vec<_>>().join("\n");
    Err(format!("      expected:\n{}\n      received:\n{}", lines(expected), lines(received)).into())
}

impl Seen {
    fn to_line(&self) -> String {
        let start: String = self.hex.chars().take(64).collect();
        let length = self.hex.len() / 2;
        let (file_name, content_type) = (&self.file_name, &self.content_type);
        format!("        {:?} {file_name:?} {content_type:?} {length} bytes: {start}", self.name)
    }
}

fn text(name: &str, value: &str) -> Seen {
    Seen { name: name.into(), file_name: None, content_type: None, hex: hex(value.as_bytes()) }
}

fn file(name: &str, file_name: &str, content_type: &str, content: &[u8]) -> Seen {
    Seen {
        name: name.into(),
        file_name: Some(file_name.into()),
        content_type: Some(content_type.into()),
        hex: hex(content),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_report_becomes_parts() -> Outcome {
        let report = serde_json::from_str(
            r#"{"parts": [
            {"name": "account", "filename": null, "content_type": "text/plain", "hex": "41"},
            {"name": "photo_id_front", "filename": "a.txt", "content_type": "text/plain", "hex": ""}]}"#,
        )?;
        assert_eq!(read_parts(&report)?, [text("account", "A"), file("photo_id_front", "a.txt", "text/plain", b"")]);
        Ok(())
    }

    #[test]
    fn errors_and_other_parts_are_refused() {
        assert!(read_parts(&serde_json::json!({"error": "broken"})).is_err());
        assert!(read_parts(&serde_json::json!({"parts": [{"filename": "a", "hex": ""}]})).is_err());
        assert!(compare(&[text("a", "1")], &[text("a", "2")]).is_err());
        assert!(compare(&[text("a", "1")], &[]).is_err());
        assert!(compare(&[text("a", "1")], &[text("a", "1")]).is_ok());
    }
}
