//! Every scenario file is a test of its own: those in `scenarios/` and below pass, on each front that can show them, and
//! those in `scenarios/invalid/` are refused with the place where they are wrong.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anchor_conformance::scenario::{self, Front, Outcome, Scenario};
use insta::Settings;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = vec![Trial::test("a_failure_is_explained_side_by_side", a_failure_is_explained)];
    trials.push(Trial::test("a_failure_of_bytes_says_how_to_send_them_again", bytes_can_be_sent_again));
    for (file, name) in scenario_files() {
        trials.extend(plays(&file, &name));
    }
    trials.extend(yaml_files("scenarios/invalid").into_iter().map(refusal));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn yaml_files(directory: impl AsRef<Path>) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let entries = fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    assert!(!files.is_empty(), "there is no *.yaml in {}", directory.display());
    files
}

/// Files and names: those of a directory begin with its name.
fn scenario_files() -> Vec<(PathBuf, String)> {
    let mut files: Vec<_> = yaml_files("scenarios").into_iter().map(|file| (file.clone(), name(&file))).collect();
    let directories = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")).expect("it is there");
    let mut directories: Vec<PathBuf> = directories.filter_map(|entry| Some(entry.ok()?.path())).collect();
    directories.retain(|path| path.is_dir() && !path.ends_with("invalid"));
    directories.sort();
    for directory in directories {
        let of = |file: PathBuf| (file.clone(), format!("{}/{}", name(&directory), name(&file)));
        files.extend(yaml_files(&directory).into_iter().map(of));
    }
    files
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// A test for each front; one that fails if the file cannot be read.
fn plays(file: &Path, name: &str) -> Vec<Trial> {
    match scenario::load(file) {
        Ok(scenario) => scenario.fronts().iter().map(|front| playing(name, &scenario, *front)).collect(),
        Err(error) => vec![Trial::test(name, move || Err(error.into()))],
    }
}

fn playing(name: &str, scenario: &Scenario, front: Front) -> Trial {
    let scenario = scenario.clone();
    Trial::test(format!("{name} ({front})"), move || match scenario::run(&scenario, front)? {
        Outcome::Passed => Ok(()),
        Outcome::Failed(failure) => Err(format!("\n{failure}").into()),
    })
}

fn refusal(file: PathBuf) -> Trial {
    let name = name(&file);
    Trial::test(format!("invalid/{name}"), move || match scenario::load(&file) {
        Ok(_) => Err("it was read as a scenario".into()),
        Err(error) => {
            snapshot(&format!("scenario_invalid__{name}"), &error.without_directory().to_string());
            Ok(())
        }
    })
}

/// A scenario that cannot pass: the anchor is sent less, and the client gets more, than the file says.
const UNTRUE: &str = r#"
about: Photos are sent as text and get no answer.
source: nobody
steps:
  - about: a photo
    send:
      multipart:
        - {name: first_name, text: Änne}
        - {name: photo_id_front, file-name: passport.jpg, content-type: image/jpeg, size: 100}
    anchor-receives:
      content-type: application/json
      fields: {account: "${G}", first_name: Anne, last_name: Muster}
      headers: {x-api-key: invented}
    anchor-answers: {status: 200, json: {id: anna}}
    client-gets: {status: 400, error-contains: photo}
"#;

fn a_failure_is_explained() -> Result<(), Failed> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("untrue.yaml");
    fs::write(&file, UNTRUE)?;
    match scenario::run(&scenario::load(&file)?, Front::Raw)? {
        Outcome::Passed => Err("it passed".into()),
        Outcome::Failed(failure) => {
            snapshot("scenario_failure__side_by_side", &failure.to_string());
            Ok(())
        }
    }
}

/// Bytes that do not get this answer.
const UNTRUE_BYTES: &str = r#"
about: A space before a colon is fine.
steps:
  - send:
      raw:
        - head: ["GET /it's HTTP/1.1\nAuthorization: Bearer ${token}\n", {repeat: "X : y\n", times: 2}]
          body: [{hex: "00 ff"}]
    anchor-receives: nothing
    client-gets: {status: 404}
"#;

fn bytes_can_be_sent_again() -> Result<(), Failed> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("untrue.yaml");
    fs::write(&file, UNTRUE_BYTES)?;
    let Outcome::Failed(failure) = scenario::run(&scenario::load(&file)?, Front::Raw)? else {
        return Err("it passed".into());
    };
    let text = failure.to_string();
    let again = r#"{ printf -- 'GET /it'\''s HTTP/1.1\r\nAuthorization: Bearer '; printf %s "$TOKEN"; printf -- '\r\n'; printf -- 'X : y\r\n%.0s' $(seq 2); printf -- '\r\n'; printf -- '\000\377'; } | nc -N $(echo "${PLATFORM#*://}" | tr : ' ')"#;
    if text.contains(again) && text.contains("TOKEN=$(anchor-conformance token") { Ok(()) } else { Err(text.into()) }
}

fn snapshot(name: &str, content: &str) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, content));
}
