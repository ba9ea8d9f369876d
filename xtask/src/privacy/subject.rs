//! The programs that are looked at: how each is started, what it is sent, and what it may show.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::anchor::Anchor;
use super::client;
use super::login;
use super::markers::{Kind, Markers};
use super::requests::{self, Exchange, Field, HOST, LIMITS};
use super::strace::Strace;
use super::tokens::Tokens;
use super::verdict::{Answered, Evidence, Verdict};
use crate::Outcome;
use crate::process::Server;

/// A way to run one of our servers.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    command: &'static [&'static str],
    /// The path under which it has SEP-12.
    prefix: &'static str,
    /// Whether its clients have the key that it wants.
    is_shown_key: bool,
    /// What its operator is shown on purpose.
    shown: &'static [Kind],
    /// What a client is shown of its own request.
    own: &'static [Kind],
    /// What it is shown of its earlier ones: all requests are one customer's.
    kept: &'static [Kind],
    /// Whether every request must get the status that is written beside it.
    is_strict: bool,
}

/// SEP-23's own; nobody's key.
const SEED: &str = "SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHOKR";

const PLATFORM: Subject = Subject {
    name: "",
    command: &[
        "platform",
        "--anchor-serves",
        "callback,files",
        "--signing-seed",
        "env:SEED",
        "--anchor-auth",
        "api-key:env:API_KEY",
    ],
    prefix: "/sep12",
    is_shown_key: false,
    shown: &[],
    own: &[Kind::Name, Kind::Passed],
    kept: &[],
    is_strict: false,
};

/// Most requests show it a wrong key, and are refused.
const MOCK: Subject =
    Subject { name: "mock", command: &["mock", "--api-key", "env:API_KEY"], prefix: "", own: ANYTHING, ..PLATFORM };

pub(crate) const SUBJECTS: &[Subject] = &[
    Subject { name: "platform --log info", is_strict: true, ..PLATFORM },
    Subject {
        name: "platform --log warn, buffered, verifying",
        command: &[
            "platform",
            "--log",
            "warn",
            "--anchor-body",
            "buffered",
            "--verify-ownership",
            "--muxed-as",
            "memo",
            "--strict-memos",
            "--anchor-serves",
            "callback,files",
            "--anchor-auth",
            "jwt:env:API_KEY",
        ],
        ..PLATFORM
    },
    Subject { name: "platform --log off", command: &["platform", "--log", "off"], ..PLATFORM },
    Subject {
        name: "sandbox",
        command: &["sandbox", "--signing-seed", "env:SEED"],
        shown: &[Kind::Name, Kind::Path, Kind::Account],
        kept: &[Kind::Name],
        ..PLATFORM
    },
    MOCK,
    Subject { name: "mock, shown its key", is_shown_key: true, ..MOCK },
    Subject { name: "mock --desk", command: &["mock", "--desk", "--signing-seed", "env:SEED"], ..MOCK },
];

/// The mock anchor is asked to keep what it is sent, and tells its sender of it.
const ANYTHING: &[Kind] = &[Kind::Value, Kind::Name, Kind::Path, Kind::Passed, Kind::Withheld];

impl Subject {
    /// Whether it serves SEP-10.
    fn authenticates(&self) -> bool {
        self.command[0] != "mock" && self.command.contains(&"--signing-seed")
    }

    /// Runs it with these variables beside its own, sends everything, and looks.
    pub(crate) fn look_at(&self, binary: &Path, variables: &[(&str, &str)]) -> Outcome<Verdict> {
        let folders = Folders::new(binary)?;
        let mut markers = Markers::new();
        let [jwt_secret, api_key] = ["the wallet-token secret", "the key toward the anchor"]
            .map(|place| markers.mint(Kind::Secret, place) + &markers.mint(Kind::Secret, place));
        markers.add(SEED, Kind::Secret, "the signing seed");
        let tokens = Tokens::sign(&jwt_secret, &mut markers)?;
        let exchanges = requests::all(&mut markers, &tokens, &fields(binary)?, self.prefix);
        let anchor = Anchor::start()?;

        let strace = Strace::find(&folders.record);
        let mut command = strace.as_ref().map_or_else(|| Command::new(binary), |strace| strace.command(binary));
        command.args(self.command).args(["--listen", "127.0.0.1:0"]).envs(variables.iter().copied());
        command.env("ANCHOR_CONFORMANCE_JWT_SECRET", &jwt_secret).env("API_KEY", &api_key).env("SEED", SEED);
        if self.command[0] == "platform" {
            command.args(LIMITS).args(["--anchor", &anchor.url()]);
        }
        let server = folders.start(&mut command)?;
        // A sandbox believes nobody's tokens but its own.
        let token = match self.command[0] {
            "sandbox" => crate::browser::read_token(&folders.stderr)?,
            _ => tokens.good.clone(),
        };
        let address = |bytes: &[u8]| {
            let request = replaced(bytes, &format!("Host: {HOST}\r\n"), &format!("Host: {}\r\n", server.address()));
            let request = replaced(&request, &tokens.good, &token);
            match self.is_shown_key {
                true => replaced(&request, "X-Api-Key: ", &format!("X-Api-Key: {api_key}\r\nX-Other-Key: ")),
                false => request,
            }
        };
        let mut answers = converse(server.address(), &anchor, exchanges, address)?;
        if self.authenticates() {
            answers.extend(login::log_in(server.address(), self.prefix, answers.len(), &mut markers)?);
        }
        let process = server.process_id();
        let stdout = server.stop()?;
        let record = strace.map(|strace| strace.record(process)).transpose()?;
        let evidence = Evidence {
            name: self.name,
            markers: markers.list(),
            shown: self.shown,
            own: self.own,
            kept: self.kept,
            is_strict: self.is_strict,
            answers,
            stdout: stdout.join("\n").into_bytes(),
            stderr: fs::read(&folders.stderr)?,
            left: folders.left()?,
            anchor: anchor.seen(),
            record,
        };
        Ok(evidence.judge())
    }
}

/// One after the other, so that what the anchor does belongs to the request that made it come.
fn converse(
    server: &str,
    anchor: &Anchor,
    exchanges: Vec<Exchange>,
    addressed: impl Fn(&[u8]) -> Vec<u8>,
) -> Outcome<Vec<Answered>> {
    let mut answers = Vec::new();
    for Exchange { name, bytes, manner, scripts, status, is_operators } in exchanges {
        anchor.expect(scripts);
        let answer = client::send(server, &addressed(&bytes), manner).map_err(|error| format!("{name}: {error}"))?;
        answers.push(Answered { name, status, is_operators, answer });
    }
    // What nobody has scripted is answered as SEP-12 has it.
    anchor.expect([]);
    Ok(answers)
}

/// The bytes with `new` where `old` stands first.
fn replaced(bytes: &[u8], old: &str, new: &str) -> Vec<u8> {
    match bytes.windows(old.len()).position(|window| window == old.as_bytes()) {
        Some(at) => [&bytes[..at], new.as_bytes(), &bytes[at + old.len()..]].concat(),
        None => bytes.to_vec(),
    }
}

/// Where a subject works, and what it left there.
struct Folders {
    top: PathBuf,
    work: PathBuf,
    record: PathBuf,
    stderr: PathBuf,
}

impl Folders {
    /// Anew, beside the binary.
    fn new(binary: &Path) -> Outcome<Self> {
        let top = binary.with_file_name(format!("privacy-{}", std::process::id()));
        let folders = Self { work: top.join("work"), record: top.join("record"), stderr: top.join("stderr"), top };
        drop(fs::remove_dir_all(&folders.top));
        fs::create_dir_all(&folders.work)?;
        fs::create_dir_all(&folders.record)?;
        Ok(folders)
    }

    /// In an environment of its own, in which a dependency that heeds such variables says all it can.
    fn start(&self, command: &mut Command) -> Outcome<Server> {
        let kept: Vec<_> =
            command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path))).envs(kept);
        for name in ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"] {
            command.env(name, &self.work);
        }
        command.envs([("RUST_LOG", "trace"), ("RUST_BACKTRACE", "1")]).current_dir(&self.work);
        Server::start("the server", command.stderr(File::create(&self.stderr)?))
    }

    /// The files that are there now.
    fn left(&self) -> Outcome<Vec<String>> {
        let entries = fs::read_dir(&self.work)?;
        Ok(entries.filter_map(|entry| Some(entry.ok()?.path().display().to_string())).collect())
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.top));
    }
}

/// What SEP-9 and SEP-12 define, as the program itself lists it.
fn fields(binary: &Path) -> Outcome<Vec<Field>> {
    let output = Command::new(binary).args(["list", "fields"]).output()?;
    let lines = String::from_utf8(output.stdout)?;
    let fields: Vec<Field> = lines
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, kind)| Field { name: name.to_owned(), kind: kind.trim().to_owned() })
        .collect();
    if fields.is_empty() { Err("the program lists no fields".into()) } else { Ok(fields) }
}
