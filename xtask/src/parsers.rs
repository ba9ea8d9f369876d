//! `cargo xtask parsers`: what the platform forwards, read by a multipart parser that has nothing to do with ours.
//!
//! A wallet by hand in front, Python's `email` package behind: `tests/interop/multipart_reader.py` plays the anchor and
//! prints what it has read. Each case says what is sent and what must arrive.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::arguments::Arguments;
use crate::cargo::{self, Profile};
use crate::multipart::{self, BOUNDARY, Part};
use crate::platform::{ACCOUNT, Platform};
use crate::{Outcome, http, process::Server};

const READER: &str = "tests/interop/multipart_reader.py";
const PATIENCE: Duration = Duration::from_secs(20);
/// Odd and small, so that names, line breaks and boundaries fall apart over chunks.
const CHUNK: usize = 7;
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\xff\xd9";

struct Case {
    name: &'static str,
    sent: Vec<Part>,
    /// What must arrive behind the account.
    expected: Vec<Seen>,
}

/// One part as the anchor sees it.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    /// The content in hex: it may be anything.
    hex: String,
}

pub(crate) fn run(arguments: Arguments) -> Outcome {
    arguments.finish()?;
    let binary = cargo::build(Profile::Debug)?;
    let anchor = Server::start("python3", Command::new("python3").args(["-u", READER]))
        .map_err(|error| format!("{error} (Python 3 must be installed)"))?;
    let platform = Platform::start(&binary, &anchor)?;
    let cases = cases();
    let mut failed = 0;
    for case in &cases {
        match check(case, &platform, &anchor) {
            Ok(()) => println!("  ok      {}", case.name),
            Err(error) => {
                failed += 1;
                println!("  FAILED  {}\n{error}", case.name);
            }
        }
    }
    if failed == 0 { Ok(()) } else { Err(format!("{failed} of {} cases failed", cases.len()).into()) }
}

fn check(case: &Case, platform: &Platform, anchor: &Server) -> Outcome {
    drop(anchor.waiting_lines());
    let headers = [platform.authorization(), multipart::content_type()];
    let body = multipart::body(&case.sent);
    let chunk = if body.len() > 64 * 1024 { 8191 } else { CHUNK };
    let answer = http::put(platform.server.address(), "/sep12/customer", &headers, &mut body.as_slice(), chunk)?;
    if answer.status != 202 {
        let said = anchor.waiting_lines().join("\n");
        return Err(format!("    answered with {}: {}\n    {said}", answer.status, answer.body).into());
    }
    let received = read_parts(&next_request(anchor)?)?;
    compare(&with_account(&case.expected), &received)?;
    match anchor.waiting_lines().len() {
        0 => Ok(()),
        more => Err(format!("    the anchor got {more} requests too many").into()),
    }
}

/// The request that was answered with 202: not one of an earlier case, cut off and noticed late.
fn next_request(anchor: &Server) -> Outcome<String> {
    loop {
        let line = anchor.next_line(PATIENCE)?;
        if !line.starts_with("{\"error\"") {
            return Ok(line);
        }
    }
}

/// Identity comes first.
fn with_account(expected: &[Seen]) -> Vec<&Seen> {
    static FIRST: std::sync::LazyLock<Seen> = std::sync::LazyLock::new(|| text("account", ACCOUNT));
    std::iter::once(&*FIRST).chain(expected).collect()
}

/// Reads one line of the reader.
fn read_parts(line: &str) -> Outcome<Vec<Seen>> {
    let request: Value = serde_json::from_str(line).map_err(|error| format!("{READER} printed no JSON: {error}"))?;
    let content_type = request["content_type"].as_str().unwrap_or_default();
    if !content_type.starts_with("multipart/form-data; boundary=") {
        return Err(format!("    the content type is `{content_type}`").into());
    }
    let parts = request["parts"].as_array().ok_or_else(|| format!("    {READER} says: {}", request["error"]))?;
    parts.iter().map(read_part).collect()
}

fn read_part(part: &Value) -> Outcome<Seen> {
    let member = |name: &str| part[name].as_str().map(str::to_owned);
    let file_name = member("filename");
    // A string field may say that it is text, or leave it to the default.
    let content_type = member("content_type").filter(|kind| file_name.is_some() || !kind.starts_with("text/plain"));
    let name = member("name").ok_or("    a part has no name")?;
    let hex = member("hex").ok_or("    a part has no content")?;
    Ok(Seen { name, file_name, content_type, hex })
}

fn compare(expected: &[&Seen], received: &[Seen]) -> Outcome {
    if expected.iter().copied().eq(received) {
        return Ok(());
    }
    let expected: Vec<String> = expected.iter().map(|part| part.to_line()).collect();
    let received: Vec<String> = received.iter().map(Seen::to_line).collect();
    Err(format!("    expected:\n{}\n    received:\n{}", expected.join("\n"), received.join("\n")).into())
}

impl Seen {
    fn to_line(&self) -> String {
        let start: String = self.hex.chars().take(64).collect();
        let length = self.hex.len() / 2;
        let (file_name, content_type) = (&self.file_name, &self.content_type);
        format!("      {:?} {file_name:?} {content_type:?} {length} bytes: {start}", self.name)
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn cases() -> Vec<Case> {
    let mut cases = vec![
        several_files(),
        text_around_a_file(),
        hostile_text(),
        file_without_file_name(),
        text_in_a_file_part(),
        unknown_file(),
        empty_file(),
        untouched_file_input(),
        long_file(),
    ];
    cases.extend(file_names());
    cases.extend(contents());
    cases
}

fn several_files() -> Case {
    Case {
        name: "several files keep their order",
        sent: vec![
            Part::text("first_name", "Ada"),
            Part::file("photo_id_back", "back.png", "image/png", b"\x89PNG\r\n\x1a\n"),
            Part::file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
            Part::file("notary_approval_of_photo_id", "approval.pdf", "application/pdf", b"%PDF-1.7\n"),
        ],
        expected: vec![
            text("first_name", "Ada"),
            file("photo_id_back", "back.png", "image/png", b"\x89PNG\r\n\x1a\n"),
            file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
            file("notary_approval_of_photo_id", "approval.pdf", "application/pdf", b"%PDF-1.7\n"),
        ],
    }
}

fn text_around_a_file() -> Case {
    Case {
        name: "text before and after a file stays where it is",
        sent: vec![
            Part::text("last_name", "Lovelace"),
            Part::file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
            Part::text("first_name", "Ada"),
            Part::file("photo_id_back", "back.jpg", "image/jpeg", b"back"),
            Part::text("city", "London"),
        ],
        expected: vec![
            text("last_name", "Lovelace"),
            file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
            text("first_name", "Ada"),
            file("photo_id_back", "back.jpg", "image/jpeg", b"back"),
            text("city", "London"),
        ],
    }
}

fn hostile_text() -> Case {
    let address = "1 \"Main\" Street\r\n--nothing\r\n\r\nZürich \\ 東京 🏦\r\n";
    Case {
        name: "text with quotes, line breaks and every alphabet",
        sent: vec![
            Part::text("address", address),
            Part::text("additional_name", ""),
            Part::file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
        ],
        expected: vec![
            text("address", address),
            text("additional_name", ""),
            file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
        ],
    }
}

fn file_without_file_name() -> Case {
    let bare = Part { name: "photo_id_front", file_name: None, content_type: None, content: JPEG.to_vec() };
    Case {
        name: "a file without file name and content type gets both",
        sent: vec![bare],
        expected: vec![file("photo_id_front", "photo_id_front", "application/octet-stream", JPEG)],
    }
}

fn text_in_a_file_part() -> Case {
    Case {
        name: "a string in a file part is a string",
        sent: vec![
            Part::file("first_name", "blob", "application/octet-stream", "Zoë".as_bytes()),
            Part::file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
        ],
        expected: vec![text("first_name", "Zoë"), file("photo_id_front", "front.jpg", "image/jpeg", JPEG)],
    }
}

fn unknown_file() -> Case {
    Case {
        name: "a file under a name that SEP-9 does not know",
        sent: vec![Part::file("company_seal", "seal.tiff", "image/tiff", b"II*\x00")],
        expected: vec![file("company_seal", "seal.tiff", "image/tiff", b"II*\x00")],
    }
}

fn empty_file() -> Case {
    Case {
        name: "an empty file is a file",
        sent: vec![
            Part::file("photo_id_front", "empty.jpg", "image/jpeg", b""),
            Part::file("photo_id_back", "back.jpg", "image/jpeg", JPEG),
        ],
        expected: vec![
            file("photo_id_front", "empty.jpg", "image/jpeg", b""),
            file("photo_id_back", "back.jpg", "image/jpeg", JPEG),
        ],
    }
}

fn untouched_file_input() -> Case {
    Case {
        name: "an untouched file input of a browser is left out",
        sent: vec![
            Part::file("photo_id_back", "", "application/octet-stream", b""),
            Part::file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
        ],
        expected: vec![file("photo_id_front", "front.jpg", "image/jpeg", JPEG)],
    }
}

fn long_file() -> Case {
    let content: Vec<u8> = (0..300_000_u32).map(|index| index.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    Case {
        name: "a file of many chunks",
        sent: vec![Part::file("photo_id_front", "front.jpg", "image/jpeg", &content)],
        expected: vec![file("photo_id_front", "front.jpg", "image/jpeg", &content)],
    }
}

/// (the case, the file name between the quotes as sent, the one that must arrive)
const FILE_NAMES: [(&str, &str, &str); 7] = [
    ("file name with quotes, escaped by a backslash", r#"the \"front\".jpg"#, "the %22front%22.jpg"),
    ("file name with quotes, escaped as browsers do", "the %22front%22.jpg", "the %22front%22.jpg"),
    ("file name with a backslash", r"photos\\front.jpg", "photos%5Cfront.jpg"),
    ("file name with a line break and a header behind it", "a%0D%0AX-Evil: 1.jpg", "a%0D%0AX-Evil: 1.jpg"),
    ("file name in every alphabet", "fotografía 東京 🏦.jpg", "fotografía 東京 🏦.jpg"),
    ("file name with a semicolon and an equals sign", "a; name=b.jpg", "a; name=b.jpg"),
    ("file name with a percent sign", "100%.jpg", "100%.jpg"),
];

fn file_names() -> impl Iterator<Item = Case> {
    FILE_NAMES.into_iter().map(|(name, sent, expected)| Case {
        name,
        sent: vec![Part::file("photo_id_front", sent, "image/jpeg", JPEG)],
        expected: vec![file("photo_id_front", expected, "image/jpeg", JPEG)],
    })
}

fn contents() -> impl Iterator<Item = Case> {
    let almost = &BOUNDARY[..BOUNDARY.len() - 1];
    let contents = [
        ("content of every byte", (0..=255).collect()),
        ("content with the boundary inside a line", format!("x--{BOUNDARY}--\r\ny").into_bytes()),
        ("content with most of the boundary", format!("x\r\n--{almost}X\r\n--{almost}\r\ny").into_bytes()),
        ("content with another boundary", b"x\r\n--other\r\n\r\ny\r\n--other--\r\n".to_vec()),
        ("content that starts like a boundary", b"--".to_vec()),
        ("content that ends like a boundary", b"x\r\n--".to_vec()),
        ("content that starts with an empty line", b"\r\n\r\nx".to_vec()),
        ("content that ends with line breaks", b"x\n\r\r\n\r\n".to_vec()),
        ("content that ends in the middle of a line break", b"x\r".to_vec()),
        ("content that is nothing but a line break", b"\r\n".to_vec()),
    ];
    contents.into_iter().map(|(name, content): (_, Vec<u8>)| Case {
        name,
        sent: vec![Part::file("photo_id_front", "front.jpg", "image/jpeg", &content), Part::text("city", "London")],
        expected: vec![file("photo_id_front", "front.jpg", "image/jpeg", &content), text("city", "London")],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_line_becomes_parts() -> Outcome {
        let line = r#"{"content_type": "multipart/form-data; boundary=x", "parts": [
            {"name": "account", "filename": null, "content_type": "text/plain; charset=utf-8", "hex": "41"},
            {"name": "photo_id_front", "filename": "a.txt", "content_type": "text/plain", "hex": ""}]}"#;
        assert_eq!(read_parts(line)?, [text("account", "A"), file("photo_id_front", "a.txt", "text/plain", b"")]);
        Ok(())
    }

    #[test]
    fn other_content_types_and_other_parts_are_refused() {
        assert!(read_parts(r#"{"content_type": "application/json", "parts": []}"#).is_err());
        assert!(compare(&[&text("a", "1")], &[text("a", "2")]).is_err());
        assert!(compare(&[&text("a", "1")], &[]).is_err());
        assert!(compare(&[&text("a", "1")], &[text("a", "1")]).is_ok());
    }

    #[test]
    fn no_content_holds_a_true_delimiter() {
        let delimiter = hex(format!("\r\n--{BOUNDARY}").as_bytes());
        for case in cases() {
            assert!(case.expected.iter().all(|part| !part.hex.contains(&delimiter)), "{}", case.name);
        }
    }
}
