//! Random bodies, changed a little: read alike by the platform and multer, or otherwise for a reason that is listed.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::ours::Way;
use super::rows::{FORMATS, Kind, Row, rows};
use super::{Compared, Content, Reading, compared, theirs};

const CASES: u32 = 400;
/// The same for everybody: what another one finds is a row to be written, and no failure of whoever ran the tests.
const SEED: u64 = 1;

/// One change at one place; the place is a share of the body, so that it shrinks towards its beginning.
#[derive(Clone, Debug)]
enum Change {
    Drop(usize),
    Double(usize),
    Insert(&'static [u8]),
    /// Cut off.
    End,
}

/// What framing, headers and parameters are made of.
const TOKENS: [&[u8]; 20] = [
    b"\r\n",
    b"\r",
    b"\n",
    b"--",
    b"-",
    b"--b",
    b"--b\r\n",
    b"--b--",
    b" ",
    b"\t",
    b"\"",
    b"\\",
    b";",
    b"=",
    b":",
    b"; name=\"c\"",
    b"\0",
    b"\xff",
    b"%22",
    b"x",
];

/// Pieces of a body that is well-formed.
fn arb_body() -> impl Strategy<Value = Vec<u8>> {
    let heads = [
        "Content-Disposition: form-data; name=\"{}\"",
        "Content-Disposition: form-data; name={}",
        "content-disposition: form-data; name=\"{}\"\r\nContent-Type: text/plain",
        "Content-Disposition: form-data; name=\"{}\"; filename=\"f.jpg\"\r\nContent-Type: image/jpeg",
        "Content-Type: image/jpeg\r\nContent-Disposition: form-data; filename=\"f.jpg\"; name=\"{}\"",
        "X-A: 1\r\nContent-Disposition:form-data;name=\"{}\"",
    ];
    let contents = ["", "x", "x\r\n--c\r\n", "\r\n", "x--b", "--"];
    vec((select(heads.to_vec()), select(contents.to_vec())), 0..4).prop_map(|parts| {
        let mut body = String::new();
        for (index, (head, content)) in parts.into_iter().enumerate() {
            body += &format!("--b\r\n{}\r\n\r\n{content}\r\n", head.replace("{}", &format!("f{index}")));
        }
        (body + "--b--\r\n").into_bytes()
    })
}

fn arb_change() -> impl Strategy<Value = (usize, Change)> {
    let change = prop_oneof![
        2 => (1..4_usize).prop_map(Change::Drop),
        2 => (1..16_usize).prop_map(Change::Double),
        4 => select(&TOKENS[..]).prop_map(Change::Insert),
        1 => Just(Change::End),
    ];
    (0..1000_usize, change)
}

fn changed(mut body: Vec<u8>, changes: &[(usize, Change)]) -> Vec<u8> {
    for (share, change) in changes {
        let at = body.len() * share / 1000;
        let until = |count: &usize| body.len().min(at + count);
        match change {
            Change::Drop(count) => drop(body.drain(at..until(count))),
            Change::Double(count) => {
                let doubled = body[at..until(count)].to_vec();
                drop(body.splice(at..at, doubled));
            }
            Change::Insert(token) => drop(body.splice(at..at, token.iter().copied())),
            Change::End => body.truncate(at),
        }
    }
    body
}

/// The kinds that a difference may be of, none where there is no difference: what one reader refuses, or in what their
/// readings differ together with what is odd in the body.
fn classes(body: &[u8], ours: &Reading, theirs: &Reading) -> Vec<String> {
    match (ours, theirs) {
        (Reading::Refused(_), Reading::Refused(_)) => Vec::new(),
        (Reading::Refused(why), Reading::Fields(_)) => vec![format!("ours refuses: {}", without_names(why))],
        (Reading::Fields(_), Reading::Refused(why)) => vec![format!("multer refuses: {}", without_names(why))],
        (Reading::Fields(ours), Reading::Fields(theirs)) if ours == theirs => Vec::new(),
        (Reading::Fields(ours), Reading::Fields(theirs)) => {
            let aspect = aspect(ours, theirs);
            oddities(body).iter().map(|oddity| format!("{aspect} differ: {oddity}")).collect()
        }
    }
}

/// What may explain that both read a body, and not the same.
fn oddities(body: &[u8]) -> Vec<&'static str> {
    let text = String::from_utf8_lossy(body);
    let first = text.find("--b").unwrap_or_default();
    let values = text.match_indices('=').map(|(at, equals)| text[at + equals.len()..].trim_start());
    let bare_values = values.filter(|value| !value.starts_with('"'));
    let mut bare_values = bare_values.map(|value| value.split([';', '\r']).next().unwrap_or_default().trim());
    let oddities = [
        ("a delimiter within a line", first > 0 && !text[..first].ends_with("\r\n")),
        ("a delimiter right behind headers", text.replace("\r\n\r\n\r\n", "").contains("\r\n\r\n--b")),
        ("an escape", text.contains("%22") || text.contains("%0D")),
        ("two backslashes", text.contains("\\\\")),
        ("an extended file name", text.contains("filename*=")),
        ("a charset", text.contains("charset=")),
        ("a byte order mark", text.contains('\u{feff}')),
        ("a blank in a value without quotes", bare_values.any(|value| value.contains(' '))),
        ("a parameter within quotes", text.contains("=\"x; name=") || text.contains("; filename=c\"")),
    ];
    let found: Vec<_> = oddities.into_iter().filter(|(_, is_there)| *is_there).map(|(oddity, _)| oddity).collect();
    if found.is_empty() { vec!["nothing odd"] } else { found }
}

fn aspect(ours: &[(String, Content)], theirs: &[(String, Content)]) -> &'static str {
    let same = |part: fn(&(String, Content)) -> Vec<u8>| ours.iter().map(part).eq(theirs.iter().map(part));
    if ours.len() != theirs.len() {
        "numbers of fields"
    } else if !same(|(name, _)| name.clone().into_bytes()) {
        "names"
    } else if !same(|(_, content)| content.bytes()) {
        "contents"
    } else {
        "file names or types"
    }
}

impl Content {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) | Self::Nested(text) => text.clone().into_bytes(),
            Self::File { bytes, .. } => bytes.clone(),
        }
    }
}

/// A refusal without what it quotes of the body.
fn without_names(why: &str) -> String {
    let mut words = why.split(['\'', '"']);
    let first = words.next().unwrap_or_default();
    let last = words.next_back().unwrap_or_default();
    format!("{first}{last}").trim().to_owned()
}

fn runner() -> TestRunner {
    let setting = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().expect("a number"));
    let cases = setting("ANCHOR_CONFORMANCE_CASES").map_or(CASES, |cases| u32::try_from(cases).expect("fewer cases"));
    let seed = setting("ANCHOR_CONFORMANCE_SEED").unwrap_or(SEED);
    println!(
        "{cases} bodies; again: ANCHOR_CONFORMANCE_CASES={cases} ANCHOR_CONFORMANCE_SEED={seed} cargo test --test it mutations"
    );
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

#[test]
fn a_changed_body_is_read_alike_or_differs_for_a_listed_reason() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let listed: BTreeSet<String> = runtime
        .block_on(compared(rows(&FORMATS[0])))
        .iter()
        .flat_map(|Compared { row, ours, theirs }| classes(&row.body, ours, theirs))
        .collect();
    let way = runtime.block_on(Way::start());
    let strategy = (arb_body(), vec(arb_change(), 1..3));
    let outcome = runner().run(&strategy, |(body, changes)| {
        let row = Row {
            what: String::new(),
            kind: Kind::Multipart,
            content_type: "multipart/form-data; boundary=b".to_owned(),
            body: changed(body, &changes),
            because: None,
        };
        let (ours, theirs) = runtime.block_on(async { (way.read(&row).await, theirs::read(&row).await) });
        let classes = classes(&row.body, &ours, &theirs);
        prop_assert!(
            classes.is_empty() || classes.iter().any(|class| listed.contains(class)),
            "{:?} is in no row\n  body:   {}\n  ours:   {}\n  multer: {}",
            classes,
            row.body.escape_ascii(),
            ours,
            theirs
        );
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
