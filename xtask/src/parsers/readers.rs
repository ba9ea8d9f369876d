//! The programs of `tests/interop/parsers`, started and asked.
//!
//! Each reads lines of JSON from stdin, a request each, and prints what it has understood. What a machine lacks is not
//! tried, and that is said; what is there and does not work is an error.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use serde_json::{Value, json};

use super::habits::{self, Habits};
use super::recorder::Recorded;
use crate::{Outcome, cargo, npm, process};

const PROGRAMS: &str = "tests/interop/parsers";
const PATIENCE: Duration = Duration::from_secs(60);

/// A parser of multipart bodies, perhaps also one of JSON.
pub(super) struct Parser {
    pub(super) name: &'static str,
    pub(super) reads_json: bool,
    /// Whether it stands for itself when parsers are counted, or is another one with other settings.
    pub(super) counts: bool,
    pub(super) habits: Habits,
    /// Its program, with what it needs installed below the given directory.
    command: fn(&Path) -> Result<Command, Absent>,
}

pub(super) const EMAIL: &str = "Python email";
pub(super) const PYTHON_MULTIPART: &str = "python-multipart";
pub(super) const WERKZEUG: &str = "Werkzeug";
pub(super) const BUSBOY: &str = "busboy";
pub(super) const BUSBOY_AS_IT_COMES: &str = "busboy as it comes";
pub(super) const FETCH: &str = "Node fetch";
pub(super) const GO: &str = "Go";
pub(super) const FILE_UPLOAD: &str = "Commons FileUpload";

pub(super) const PARSERS: &[Parser] = &[
    Parser {
        name: EMAIL,
        reads_json: true,
        counts: true,
        habits: habits::EMAIL,
        command: |_| program("python3", &["python/email_reader.py"]),
    },
    Parser {
        name: PYTHON_MULTIPART,
        reads_json: false,
        counts: true,
        habits: habits::FAITHFUL,
        command: |place| in_venv(place, "python/python_multipart_reader.py"),
    },
    Parser {
        name: WERKZEUG,
        reads_json: false,
        counts: true,
        habits: habits::WERKZEUG,
        command: |place| in_venv(place, "python/werkzeug_reader.py"),
    },
    Parser {
        name: BUSBOY,
        reads_json: true,
        counts: true,
        habits: habits::BUSBOY,
        command: |_| with_packages(&["node/busboy_reader.mjs"]),
    },
    Parser {
        name: BUSBOY_AS_IT_COMES,
        reads_json: false,
        counts: false,
        habits: habits::BUSBOY_AS_IT_COMES,
        command: |_| with_packages(&["node/busboy_reader.mjs", "--defaults"]),
    },
    Parser {
        name: FETCH,
        reads_json: false,
        counts: true,
        habits: habits::FETCH,
        command: |_| program("node", &["node/fetch_reader.mjs"]),
    },
    Parser { name: GO, reads_json: true, counts: true, habits: habits::GO, command: go },
    Parser { name: FILE_UPLOAD, reads_json: true, counts: true, habits: habits::FILE_UPLOAD, command: java },
];

/// Why a parser is not tried.
#[derive(Debug)]
pub(super) struct Absent(pub(super) String);

/// A running reader.
pub(super) struct Reader {
    pub(super) parser: &'static Parser,
    /// What it says of itself: the library's version and the language's.
    pub(super) version: String,
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl Reader {
    /// Starts it, with what it needs installed below `place`.
    pub(super) fn start(parser: &'static Parser, place: &Path) -> Outcome<Result<Self, Absent>> {
        let mut command = match (parser.command)(place) {
            Ok(command) => command,
            Err(absent) => return Ok(Err(absent)),
        };
        let failed = |error: &dyn std::fmt::Display| format!("failed to start the reader {}: {error}", parser.name);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).env("PYTHONDONTWRITEBYTECODE", "1");
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed(&"it has no pipes").into());
        };
        let mut reader = Self { parser, version: String::new(), child, stdin, lines: process::forward_lines(stdout) };
        let first = reader.next().map_err(|error| failed(&error))?;
        first["reader"].as_str().unwrap_or_default().clone_into(&mut reader.version);
        Ok(Ok(reader))
    }

    /// What it understands of a request.
    pub(super) fn read(&mut self, request: &Recorded) -> Outcome<Value> {
        let line = json!({"content_type": request.content_type, "hex": hex(&request.body)});
        writeln!(self.stdin, "{line}").map_err(|error| format!("{} reads no more: {error}", self.parser.name))?;
        self.next()
    }

    fn next(&self) -> Outcome<Value> {
        let line = self.lines.recv_timeout(PATIENCE).map_err(|_| format!("{} says nothing", self.parser.name))?;
        serde_json::from_str(&line).map_err(|error| format!("{} printed no JSON: {error}", self.parser.name).into())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Both fail only if the process has ended already, which is what they are for.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A program of an interpreter that is on the machine, or not.
fn program(interpreter: &str, arguments: &[&str]) -> Result<Command, Absent> {
    require(interpreter, &["--version"])?;
    let mut command = Command::new(interpreter);
    let (file, options) = arguments.split_first().expect("every reader has a file");
    command.arg(format!("{PROGRAMS}/{file}")).args(options);
    Ok(command)
}

fn with_packages(arguments: &[&str]) -> Result<Command, Absent> {
    require("npm", &["--version"])?;
    npm::install(&format!("{PROGRAMS}/node")).map_err(|error| Absent(format!("npm could not install it: {error}")))?;
    program("node", arguments)
}

fn in_venv(place: &Path, file: &str) -> Result<Command, Absent> {
    let (venv, list) = (place.join("python"), format!("{PROGRAMS}/python/requirements.txt"));
    let python = venv.join("bin/python");
    once(&list, &venv.join("requirements.txt"), || {
        succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
        succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement", &list]))
    })?;
    let mut command = Command::new(python);
    command.arg(format!("{PROGRAMS}/{file}"));
    Ok(command)
}

fn go(place: &Path) -> Result<Command, Absent> {
    require("go", &["version"])?;
    let place = std::path::absolute(place.join("go-reader")).map_err(|error| Absent(error.to_string()))?;
    succeed(Command::new("go").args(["build", "-o"]).arg(&place).arg(".").current_dir(format!("{PROGRAMS}/go")))?;
    Ok(Command::new(place))
}

fn java(place: &Path) -> Result<Command, Absent> {
    require("java", &["-version"])?;
    require("mvn", &["--version"])?;
    let libraries = std::path::absolute(place.join("java")).map_err(|error| Absent(error.to_string()))?;
    let list = format!("{PROGRAMS}/java/pom.xml");
    once(&list, &libraries.join("pom.xml"), || {
        drop(fs::remove_dir_all(&libraries));
        let directory = format!("-DoutputDirectory={}", libraries.display());
        let goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
        succeed(Command::new("mvn").args(["-q", "-B", "-f", &list, goal, &directory]))
    })?;
    let mut command = Command::new("java");
    command.arg("-cp").arg(libraries.join("*")).arg(format!("{PROGRAMS}/java/Reader.java"));
    Ok(command)
}

fn require(program: &str, arguments: &[&str]) -> Result<(), Absent> {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Absent(format!("there is no {program}"))),
    }
}

/// Installs, unless that was done since the list of what to install has changed.
fn once(list: &str, done: &Path, install: impl FnOnce() -> Result<(), Absent>) -> Result<(), Absent> {
    let wanted = fs::read(list).map_err(|error| Absent(format!("failed to read {list}: {error}")))?;
    if fs::read(done).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    install()?;
    fs::write(done, wanted).map_err(|error| Absent(format!("failed to write {}: {error}", done.display())))
}

fn succeed(command: &mut Command) -> Result<(), Absent> {
    cargo::run(command.stdout(Stdio::null())).map_err(|error| Absent(error.to_string()))
}
