//! `--prove`: the search is shown to find, by a program that leaks on purpose.
//!
//! The sources are copied to a directory under `target/`, and each leak of [`LEAKS`] is written into the copy behind a
//! variable that turns it on, so that one build is enough. Its dependencies are those of the ordinary build. Then the
//! copy is looked at as the program is: without a leak nothing may be found; with each, it must be, and where it went.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::subject::{SUBJECTS, Subject};
use super::verdict::Verdict;
use crate::Outcome;
use crate::cargo::{self, Profile};

/// Something that nobody should do.
struct Leak {
    name: &'static str,
    file: &'static str,
    /// What it is put behind; it stands once in the file.
    behind: &'static str,
    code: &'static str,
    /// The subject that shows it.
    subject: &'static str,
    /// What a finding must say.
    found: &'static str,
}

const PLATFORM: &str = "platform --log info";
const PUT: &str = "src/platform/endpoints/put_customer.rs";
const BEHIND_TEXTS: &str = "    record.tally.texts(&identified.texts);\n";

const LEAKS: &[Leak] = &[
    Leak {
        name: "a-value-in-a-log-line",
        file: PUT,
        behind: BEHIND_TEXTS,
        code: r#"tracing::info!("{identified:?}");"#,
        subject: PLATFORM,
        found: "stderr has 20 letters",
    },
    Leak {
        name: "eight-letters-of-a-value-in-a-log-line",
        file: PUT,
        behind: BEHIND_TEXTS,
        code: r#"for part in &identified.texts { let text = format!("{part:?}"); tracing::info!("{}", text.rsplit('"').nth(1).unwrap_or_default().get(..8).unwrap_or_default()); }"#,
        subject: PLATFORM,
        found: "stderr has 8 letters",
    },
    Leak {
        name: "a-value-as-bytes-in-a-log-line",
        file: PUT,
        behind: BEHIND_TEXTS,
        code: r#"tracing::info!("{:?}", format!("{identified:?}").as_bytes());"#,
        subject: PLATFORM,
        found: "(decimal bytes)",
    },
    Leak {
        name: "a-value-in-a-temporary-file",
        file: PUT,
        behind: BEHIND_TEXTS,
        code: r#"let path = std::env::temp_dir().join("customer"); let _ = std::fs::write(&path, format!("{identified:?}")); let _ = std::fs::remove_file(path);"#,
        subject: PLATFORM,
        found: "strace: openat",
    },
    Leak {
        name: "a-value-to-syslog",
        file: PUT,
        behind: BEHIND_TEXTS,
        code: r#"let _ = std::os::unix::net::UnixStream::connect("/dev/log");"#,
        subject: PLATFORM,
        found: "strace: connect",
    },
    Leak {
        name: "a-value-in-a-panic",
        file: PUT,
        behind: BEHIND_TEXTS,
        code: r#"std::panic::set_hook(Box::new(|panic| eprintln!("{panic}"))); if identified.id.is_none() { panic!("{identified:?}") }"#,
        subject: PLATFORM,
        found: "stderr has 20 letters",
    },
    Leak {
        name: "a-value-in-an-error",
        file: "src/platform/decode/json.rs",
        behind: "    let read = deserializer.deserialize_map(&mut members).and_then(|()| deserializer.end());\n",
        code: r#"if read.is_err() { return Err(Refusal::malformed(String::from_utf8_lossy(&body).into_owned())); }"#,
        subject: PLATFORM,
        found: "the answer to",
    },
    Leak {
        name: "a-value-in-another-client-s-answer",
        file: "src/platform/accept.rs",
        behind: "    let mut response = response.ok_or(Hangup)?;\n",
        code: r#"static LAST: std::sync::Mutex<String> = std::sync::Mutex::new(String::new());
            let body = futures_util::FutureExt::now_or_never(http_body_util::BodyExt::collect(response.body().clone()));
            let body = body.and_then(Result::ok).map(|body| body.to_bytes()).unwrap_or_default();
            let own = String::from_utf8_lossy(&body).replace(|letter: char| !letter.is_ascii_graphic(), "");
            let last = std::mem::replace(&mut *LAST.lock().expect("unharmed"), own);
            response.headers_mut().insert("x-last", last.parse().expect("ASCII"));"#,
        subject: PLATFORM,
        found: "the answer to",
    },
    Leak {
        name: "a-token-in-a-debug-line",
        file: "src/platform/authenticate.rs",
        behind: "    let mut values = headers.get_all(AUTHORIZATION).iter();\n",
        code: r#"tracing::info!("{headers:?}");"#,
        subject: PLATFORM,
        found: "a token's signature",
    },
    Leak {
        name: "the-key-toward-the-anchor-in-a-log-line",
        file: "src/platform/forward.rs",
        behind: "        let target = self.pool.target();\n",
        code: r#"tracing::info!("{:?}", self.credentials.header(unix_time()));"#,
        subject: PLATFORM,
        found: "the key toward the anchor",
    },
    Leak {
        name: "the-anchor-s-failure-in-an-error",
        file: "src/platform/reply.rs",
        behind: "pub(crate) fn refused(answer: &AnchorAnswer) -> Refusal {\n",
        code: r#"if answer.status.is_server_error() { return Refusal::malformed(String::from_utf8_lossy(&answer.body).into_owned()); }"#,
        subject: PLATFORM,
        found: "the anchor's answer: 500",
    },
    Leak {
        name: "a-request-on-the-mock-s-stderr",
        file: "src/mock/raw_front.rs",
        behind: "    let (received, mut body) = parse_head(request, anchor.config());\n",
        code: r#"eprintln!("{received:?}");"#,
        subject: "mock",
        found: "stderr has",
    },
    Leak {
        name: "a-value-in-the-sandbox-s-walk-through",
        file: PUT,
        behind: BEHIND_TEXTS,
        code: r#"eprintln!("{identified:?}");"#,
        subject: "sandbox",
        found: "stderr has 20 letters",
    },
];

/// No leak: a panic that quotes a file, in the midst of an upload. Nothing of it may be found.
const PANIC: Leak = Leak {
    name: "a-panic-in-an-upload",
    file: "src/platform/encode.rs",
    behind: "            self.tally.file_bytes += chunk.len() as u64;\n",
    code: r#"tokio::time::sleep(std::time::Duration::from_millis(50)).await; panic!("{chunk:?}");"#,
    subject: PLATFORM,
    found: "\"PUT as multipart, every text and every file\" should be 202, not Some(500)",
};

/// The variable that turns a leak on.
const LEAK: &str = "LEAK";
const PROGRAM: &str = "anchor-conformance-that-leaks";

pub(super) fn run() -> Outcome {
    let began = Instant::now();
    let binary = build(&cargo::build(Profile::Debug)?)?;
    println!("built in {} s\n", began.elapsed().as_secs());
    let clean = subject(PLATFORM)?.look_at(&binary, &[])?;
    if !clean.found.is_empty() {
        return Err(format!("something is found without a leak: {:?}", clean.found).into());
    }
    println!("{:<42} nothing, as it should be", "no leak");
    let mut missed = Vec::new();
    for leak in LEAKS {
        let verdict = subject(leak.subject)?.look_at(&binary, &[(LEAK, leak.name)])?;
        match finding(leak, &verdict) {
            Some(found) => println!("{:<42} {} findings, as: {found:.200}", leak.name, verdict.found.len()),
            None => missed.push(leak.name),
        }
    }
    judge_panic(&clean, &subject(PANIC.subject)?.look_at(&binary, &[(LEAK, PANIC.name)])?)?;
    println!("\nproved in {} s", began.elapsed().as_secs());
    if missed.is_empty() { Ok(()) } else { Err(format!("not found: {}", missed.join(", ")).into()) }
}

/// It is answered, nothing of it is told, the process lives on, and the anchor was sent no whole body.
fn judge_panic(clean: &Verdict, panicked: &Verdict) -> Outcome {
    let answered = finding(&PANIC, panicked).is_some();
    let told = panicked.found.iter().find(|found| !found.contains("\" should be "));
    let [whole, broken] = panicked.anchor;
    let is_cut_off = whole < clean.anchor[0] && broken > clean.anchor[1];
    match (answered, told, is_cut_off) {
        (true, None, true) => {
            println!("{:<42} nothing is told; the anchor got {broken} broken bodies", PANIC.name);
            Ok(())
        }
        _ => Err(format!("{}: answered {answered}, told {told:?}, cut off {is_cut_off}", PANIC.name).into()),
    }
}

fn subject(name: &str) -> Outcome<&'static Subject> {
    SUBJECTS.iter().find(|subject| subject.name == name).ok_or_else(|| format!("no subject is called {name}").into())
}

fn finding<'a>(leak: &Leak, verdict: &'a Verdict) -> Option<&'a String> {
    verdict.found.iter().find(|found| found.contains(leak.found))
}

/// Copies, breaks and builds; the target directory, and with it the dependencies, is that of the ordinary binary.
fn build(ordinary: &Path) -> Outcome<PathBuf> {
    let target = ordinary.parent().and_then(Path::parent).ok_or("the binary lies in no target directory")?;
    let copy = target.join("privacy-proof");
    drop(fs::remove_dir_all(&copy));
    for file in ["Cargo.lock", "README.md"] {
        fs::create_dir_all(&copy)?;
        fs::copy(file, copy.join(file))?;
    }
    fs::write(copy.join("Cargo.toml"), manifest(&fs::read_to_string("Cargo.toml")?))?;
    copy_folder(Path::new("src"), &copy.join("src"))?;
    for leak in LEAKS.iter().chain([&PANIC]) {
        let file = copy.join(leak.file);
        fs::write(&file, leaking(leak, &fs::read_to_string(&file)?)?)?;
    }
    cargo::build_into(target, &copy.join("Cargo.toml"), PROGRAM)
}

/// A package of its own, with a program whose name is nobody else's, and no tests. Its version is its own, too: cargo would
/// take the library of another package of that name and version for the ordinary one, and link its leaks.
fn manifest(text: &str) -> String {
    let text = text.replace("members = [\"xtask\"]", "members = []");
    let (before, version) = text.split_once("\nversion = \"").unwrap_or((&text, ""));
    let text = format!("{before}\nversion = \"{}", version.replacen('"', "-that-leaks\"", 1));
    let text = text.replacen("[[bin]]\nname = \"anchor-conformance\"", &format!("[[bin]]\nname = \"{PROGRAM}\""), 1);
    let tables: Vec<&str> =
        text.split("\n[[").filter(|table| !table.starts_with("test]]") && !table.starts_with("example]]")).collect();
    tables.join("\n[[")
}

fn leaking(leak: &Leak, text: &str) -> Outcome<String> {
    let Leak { name, file, behind, code, .. } = leak;
    if text.matches(behind).count() != 1 {
        return Err(format!("{name}: {file} should have this once, to be broken behind it: {}", behind.trim()).into());
    }
    let code = format!("{behind}if std::env::var_os(\"{LEAK}\").is_some_and(|leak| leak == \"{name}\") {{ {code} }}\n");
    Ok(text.replacen(behind, &code, 1))
}

fn copy_folder(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy_folder(&entry.path(), &target)?,
            false => drop(fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leak_has_its_place_and_its_subject() -> Outcome {
        for leak in LEAKS.iter().chain([&PANIC]) {
            let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
            leaking(leak, &fs::read_to_string(top.join(leak.file))?)?;
            subject(leak.subject)?;
        }
        Ok(())
    }

    #[test]
    fn the_copy_is_a_package_of_its_own_with_a_name_of_its_own() {
        let text = "[workspace]\nmembers = [\"xtask\"]\n\n[package]\nversion = \"0.1.0\"\n\n[[test]]\nname = \"it\"\n\n[[example]]\nname = \"x\"\n\n\
            [[bin]]\nname = \"anchor-conformance\"\n\n[profile.dev]\ndebug = false\n";
        let expected = "[workspace]\nmembers = []\n\n[package]\nversion = \"0.1.0-that-leaks\"\n\n[[bin]]\nname = \"anchor-conformance-that-leaks\"\n\n[profile.dev]\ndebug = false\n";
        assert_eq!(manifest(text), expected);
    }
}
