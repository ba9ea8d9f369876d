//! What is tested: servers, and how the suite is called against each.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::anchors::{self, Anchor, KEY_OPTION};
use super::lists::{Lists, array, texts};
use super::platforms::{self, SECRET};
use crate::Outcome;

/// The credentials of all anchors that want some, and the variable that they stand in.
pub(super) const KEY: (&str, &str) = ("DETECTION_KEY", "invented-for-the-detection-task");

/// One server and the runs of the suite against it; each run has a fresh process.
pub(super) struct Subject {
    pub(super) group: Group,
    pub(super) name: String,
    /// What it is, in the words of whoever wrote it.
    pub(super) about: String,
    /// Whether there is nothing to find.
    pub(super) is_sound: bool,
    pub(super) launch: Launch,
    /// The options of `check anchor` or `check platform`.
    pub(super) runs: Vec<Vec<String>>,
}

/// Where a subject comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Default,
    Variant,
    Fault,
    /// An independent anchor.
    Anchor(&'static str),
    /// A platform, ours or an independent one.
    Platform(&'static str),
}

/// Which side of the contract it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Anchor,
    Platform,
}

/// A command line without its output: [`Command`] cannot be copied.
#[derive(Clone)]
pub(super) struct Launch {
    program: PathBuf,
    arguments: Vec<String>,
}

/// Two types to compare; the second asks for other fields than the first.
const USUAL: &[&str] = &["--type", "default", "--type", "sep31-receiver"];
/// Required files, choices and dates; several files; names with dots.
const MORE: &[&[&str]] = &[&["--type", "sep6"], &["--type", "business"]];
/// Whom all anchors serve beside `G` and `M` accounts and id memos.
pub(super) const OTHER_IDENTITIES: &str = "text-memo,hash-memo,uuid-memo,contract";
/// The variant that serves fewer, and which of them.
const FEWER_IDENTITIES: (&str, &str) = ("only-id-memos", "contract");
/// With this variant a text field of the usual types has choices.
const CHOICES: &str = "offers-choices";

/// Other legal uses of the mock anchor: nobody may complain of them.
const MORE_OF_DEFAULT: &[&[&str]] = &[
    &["--type", "sep31-sender", "--type", "sep31-receiver"],
    &["--type", "default", "--field", "mobile_number_verification=123456"],
];

/// What an implementer whose anchor is like that variant would add.
const MORE_OF_VARIANTS: &[(&str, &[&str])] = &[
    ("verification-required", &["--type", "default", "--field", "mobile_number_verification=123456"]),
    ("rejects-some", &["--type", "default", "--field", "last_name=Rejected"]),
];

/// Everything there is of those targets.
pub(super) fn all(binary: &Path, lists: &Lists, targets: &[Target]) -> Outcome<Vec<Subject>> {
    let mut subjects = Vec::new();
    for target in targets {
        subjects.extend(match target {
            Target::Anchor => all_anchors(binary, lists)?,
            Target::Platform => platforms::all(binary)?,
        });
    }
    Ok(subjects)
}

fn all_anchors(binary: &Path, lists: &Lists) -> Outcome<Vec<Subject>> {
    let mut subjects = vec![default(binary, lists)];
    subjects.extend(lists.variants.iter().map(|variant| of_variant(binary, variant)));
    subjects.extend(lists.faults.iter().map(|fault| of_fault(binary, fault, lists)));
    for anchor in anchors::prepare()? {
        for mode in array(&mut anchor.launch.clone().with(["--list"]).command())? {
            subjects.push(of_mode(&anchor, &mode));
        }
    }
    Ok(subjects)
}

fn default(binary: &Path, lists: &Lists) -> Subject {
    let more = MORE_OF_DEFAULT.iter().map(|options| with_key(options));
    Subject {
        group: Group::Default,
        name: "default".to_owned(),
        about: "the mock anchor as it is".to_owned(),
        is_sound: true,
        launch: mock(binary, &[], &choices(lists)),
        runs: usual(Some(OTHER_IDENTITIES)).chain(more).collect(),
    }
}

fn of_variant(binary: &Path, variant: &Value) -> Subject {
    let name = text(variant, "name");
    let more = MORE_OF_VARIANTS.iter().filter(|(of, _)| *of == name).map(|(_, options)| with_key(options));
    let (fewer, some) = FEWER_IDENTITIES;
    let runs = usual(Some(if name == fewer { some } else { OTHER_IDENTITIES })).chain(more).collect();
    let launch = mock(binary, &[], std::slice::from_ref(&name));
    Subject { group: Group::Variant, about: text(variant, "title"), is_sound: true, launch, runs, name }
}

fn of_fault(binary: &Path, fault: &Value, lists: &Lists) -> Subject {
    let (name, needs) = (text(fault, "name"), &fault["needs"]);
    let mut variants = texts(&needs["variants"]);
    for choices in choices(lists) {
        if !variants.contains(&choices) {
            variants.push(choices);
        }
    }
    Subject {
        group: Group::Fault,
        about: text(fault, "title"),
        is_sound: false,
        launch: mock(binary, std::slice::from_ref(&name), &variants),
        runs: runs_for(needs),
        name,
    }
}

fn of_mode(anchor: &Anchor, mode: &Value) -> Subject {
    let name = text(mode, "name");
    let is_sound = mode["clean"] == true;
    Subject {
        group: Group::Anchor(anchor.name),
        about: if is_sound { "as it should be".to_owned() } else { text(mode, "breaks") },
        is_sound,
        launch: anchor.launch.clone().with(["--port", "0", "--mode", &name]),
        runs: anchor.runs.iter().map(|options| owned(options)).collect(),
        name,
    }
}

fn choices(lists: &Lists) -> Vec<String> {
    let choices = lists.has_variant(CHOICES).then(|| CHOICES.to_owned());
    choices.into_iter().collect()
}

/// The mock anchor with credentials: without, the checks of credentials have nothing to do.
fn mock(binary: &Path, faults: &[String], variants: &[String]) -> Launch {
    let key = format!("env:{}", KEY.0);
    let launch = Launch::new(binary, ["mock", "--listen", "127.0.0.1:0", "--api-key", key.as_str()]);
    let launch = launch.with(faults.iter().flat_map(|fault| ["--fault", fault.as_str()]));
    launch.with(variants.iter().flat_map(|variant| ["--variant", variant.as_str()]))
}

/// The first run is told whom the anchor serves, if that is of interest.
fn usual(identities: Option<&str>) -> impl Iterator<Item = Vec<String>> {
    let served = identities.map(|names| ["--identities", names]);
    let first = [USUAL, served.as_slice().as_flattened()].concat();
    std::iter::once(with_key(&first)).chain(MORE.iter().copied().map(with_key))
}

/// The usual runs, or one with what the fault needs.
fn runs_for(needs: &Value) -> Vec<Vec<String>> {
    let types = texts(&needs["types"]);
    let fields: Vec<String> =
        needs["fields"].as_array().into_iter().flatten().map(|field| texts(field).join("=")).collect();
    if types.is_empty() && fields.is_empty() {
        let identities = (needs["other_identities"] == true).then_some(OTHER_IDENTITIES);
        return usual(identities).collect();
    }
    let mut options = with_key(if types.is_empty() { USUAL } else { &[] });
    options.extend(types.into_iter().flat_map(|name| ["--type".to_owned(), name]));
    options.extend(fields.into_iter().flat_map(|field| ["--field".to_owned(), field]));
    vec![options]
}

fn with_key(options: &[&str]) -> Vec<String> {
    owned(&[&["--auth", KEY_OPTION], options].concat())
}

fn owned(options: &[&str]) -> Vec<String> {
    options.iter().map(|&option| option.to_owned()).collect()
}

/// A member of an entry in a list; empty if it is not there.
pub(super) fn text(entry: &Value, member: &str) -> String {
    entry[member].as_str().unwrap_or_default().to_owned()
}

impl Subject {
    /// `fault/no-id`.
    pub(super) fn id(&self) -> String {
        match self.group {
            Group::Default => self.name.clone(),
            group => format!("{}/{}", group.word(), self.name),
        }
    }

    /// The id, and which of several runs it is.
    pub(super) fn run_name(&self, run: usize) -> String {
        if self.runs.len() == 1 { self.id() } else { format!("{} ({})", self.id(), run + 1) }
    }

    /// The options of a run as they are typed, without the credentials, which stand everywhere alike.
    pub(super) fn options(&self, run: usize) -> String {
        let words = self.runs[run].iter().map(String::as_str);
        let words: Vec<&str> = words.filter(|word| !["--auth", KEY_OPTION].contains(word)).collect();
        words.join(" ")
    }
}

impl Group {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Variant => "variant",
            Self::Fault => "fault",
            Self::Anchor(name) | Self::Platform(name) => name,
        }
    }

    pub(super) fn target(self) -> Target {
        match self {
            Self::Default | Self::Variant | Self::Fault | Self::Anchor(_) => Target::Anchor,
            Self::Platform(_) => Target::Platform,
        }
    }
}

impl Target {
    pub(super) const ALL: [Self; 2] = [Self::Anchor, Self::Platform];

    /// The word in the lists.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Anchor => "anchor",
            Self::Platform => "platform",
        }
    }
}

impl Launch {
    pub(super) fn new<'a>(program: impl Into<PathBuf>, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        Self { program: program.into(), arguments: Vec::new() }.with(arguments)
    }

    pub(super) fn with<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        self.arguments.extend(arguments.into_iter().map(str::to_owned));
        self
    }

    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env(KEY.0, KEY.1).env(SECRET.0, SECRET.1);
        command
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_runs_follow_what_a_fault_needs() {
        let needs = json!({"types": ["a", "b"], "fields": [["code", "123"]]});
        assert_eq!(runs_for(&needs), [with_key(&["--type", "a", "--type", "b", "--field", "code=123"])]);
        let none = json!({"types": [], "fields": []});
        assert_eq!(runs_for(&none), [USUAL, MORE[0], MORE[1]].map(with_key));
        let others = json!({"types": [], "fields": [], "other_identities": true});
        assert!(runs_for(&others)[0].ends_with(&["--identities".to_owned(), OTHER_IDENTITIES.to_owned()]));
    }
}
