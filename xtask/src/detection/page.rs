//! `docs/detection.md` and `docs/detection-platform.md`.

use super::expected;
use super::findings::{Finding, Findings};
use super::history::{MISSED_AT_FIRST, PLATFORMS_MISSED_AT_FIRST};
use super::judgement::Verdict;
use super::subject::{Group, Target};
use crate::docs::escaped;

const ANCHOR_HEADER: &str = "<!-- Written by `cargo xtask detection`; do not edit. -->

# Detection

What `anchor-conformance check anchor` finds, and what it leaves in peace; [platforms](detection-platform.md) have a page
of their own. The suite runs against the mock anchor with each of its [faults](faults.md) and
[legal variants](variants.md), and against three anchors in Python, Node.js and Rust that share no code with it, sound and
broken. What each fault breaks was written down beforehand, in `xtask/src/detection/expected.rs`; a fault counts as caught
only if a check of one of those [requirements](requirements.md) fails, or warns where the requirement is a should.

To run all of it again, which takes some minutes: `cargo xtask detection`; a part of it:
`cargo xtask detection --only 'fault/*-id-*'`. `cargo xtask detection --check` fails if anything below has changed.
";

const PLATFORM_HEADER: &str = "<!-- Written by `cargo xtask detection`; do not edit. -->

# Detection: platforms

What `anchor-conformance check platform` finds, and what it leaves in peace: the other half of [detection](detection.md),
made in the same way. The suite runs against the built-in platform, and against two platforms in Node.js and Python that
share no code with it, sound, legally different and broken; it is the wallet in front of each and the anchor behind it.
What each fault breaks was written down beforehand, in `xtask/src/detection/expected_platform.rs`.

To run all of it again, which takes some minutes: `cargo xtask detection --target platform`; a part of it:
`cargo xtask detection --target platform --only 'platform-node/id-*'`. `--check` fails if anything below has changed.
";

/// The page about that kind of target.
pub(super) fn write(findings: &Findings<'_>, target: Target) -> String {
    let header = match target {
        Target::Anchor => ANCHOR_HEADER,
        Target::Platform => PLATFORM_HEADER,
    };
    let mut page = format!("{header}\n## Summary\n\n{}", summary(findings, target));
    if target == Target::Anchor {
        page += "\n## Faults of the mock anchor\n\n";
        page += &broken_table(findings.of(Group::Fault));
        page += "\n## Legal variants of the mock anchor\n\n";
        page += &sound_table(findings.of(Group::Default).chain(findings.of(Group::Variant)));
    }
    for group in findings.named_groups().into_iter().filter(|group| group.target() == target) {
        page += &of_group(findings, group);
    }
    let ended = |verdict| findings.against(target).filter(move |finding| finding.judgement.verdict == verdict);
    page += &listed("Survivors", "Broken, and no check noticed.", ended(Verdict::Survived));
    page += &listed("Untestable", "So broken that no check can run; the suite says why.", ended(Verdict::Untestable));
    page += &listed("Caught by a crash only", "Noticed only because requests failed.", ended(Verdict::ByCrashOnly));
    page += &listed("Not looked for", "Wrong, but not so that a fair check could say it.", ended(Verdict::Unseen));
    let alarms = ended(Verdict::FalseAlarm).chain(ended(Verdict::Warned));
    page += &listed("False alarms", "Sound, and a check complained.", alarms);
    page += "\n## Checks that catch nothing\n\n";
    page += &bullets(findings.useless_checks_of(target).into_iter().map(|id| format!("`{id}`")));
    page += "\n## Missed at first\n\nWhat the first whole run left unnoticed; the tables above say by which check each is \
             caught now, if it is.\n\n";
    let missed = match target {
        Target::Anchor => MISSED_AT_FIRST,
        Target::Platform => PLATFORMS_MISSED_AT_FIRST,
    };
    page += &bullets(missed.iter().map(|id| format!("`{id}`")));
    page
}

/// The tables of an independent anchor or of a platform.
fn of_group(findings: &Findings<'_>, group: Group) -> String {
    let mut part = match group.target() {
        Target::Anchor => format!("\n## The independent anchor `{}`\n\n{}", group.word(), options(findings, group)),
        Target::Platform => format!("\n## The platform `{}`\n\n", group.word()),
    };
    part += &sound_table(findings.of(group).filter(|finding| finding.subject.is_sound));
    if findings.of(group).any(|finding| !finding.subject.is_sound) {
        part += "\n";
        part += &broken_table(findings.of(group).filter(|finding| !finding.subject.is_sound));
    }
    part
}

fn summary(findings: &Findings<'_>, target: Target) -> String {
    let count = |verdict| findings.against(target).filter(|finding| finding.judgement.verdict == verdict).count();
    let tried = |is_sound| findings.against(target).filter(|finding| finding.subject.is_sound == is_sound).count();
    let word = target.word();
    let row = |what: &str, count: usize| format!("| {what} | {count} |\n");
    [
        "| | |\n| --- | --- |\n".to_owned(),
        row("Checks", findings.lists.check_ids_of(target).count()),
        row("Requirements", findings.lists.requirements_of(target)),
        row(&format!("Broken {word}s tried"), tried(false)),
        row("Caught", count(Verdict::Caught)),
        row("Caught by a crash only", count(Verdict::ByCrashOnly)),
        row("Untestable, and said so", count(Verdict::Untestable)),
        row("Not looked for", count(Verdict::Unseen)),
        row("Survived", count(Verdict::Survived)),
        row(&format!("Sound {word}s tried"), tried(true)),
        row("Without a complaint", count(Verdict::Clean)),
        row("False alarms, as failures", count(Verdict::FalseAlarm)),
        row("False alarms, as warnings", count(Verdict::Warned)),
        row("Checks that catch nothing", findings.useless_checks_of(target).len()),
    ]
    .concat()
}

/// The first two columns are what `--check` compares: who else complains may depend on the time of day.
fn broken_table<'a>(findings: impl Iterator<Item = &'a Finding>) -> String {
    let mut table = "| Name | Verdict | What is wrong | Breaks | Caught by | Also complain |\n".to_owned();
    table += "| --- | --- | --- | --- | --- | --- |\n";
    for Finding { subject, judgement } in findings {
        let breaks = expected::of(subject.group, &subject.name).map_or(&[][..], |it| it.breaks);
        let breaks = if breaks.is_empty() { "no requirement".to_owned() } else { codes(breaks) };
        table += &format!(
            "| `{}` | {} | {} | {} | {} | {} |\n",
            subject.name,
            judgement.verdict.word(),
            escaped(&subject.about),
            breaks,
            codes(&judgement.by),
            codes(&judgement.beside),
        );
    }
    table
}

fn sound_table<'a>(findings: impl Iterator<Item = &'a Finding>) -> String {
    let mut table = "| Name | Verdict | What it is | Complaints |\n| --- | --- | --- | --- |\n".to_owned();
    for Finding { subject, judgement } in findings {
        let (word, about) = (judgement.verdict.word(), escaped(&subject.about));
        table += &format!("| `{}` | {word} | {about} | {} |\n", subject.name, codes(&judgement.by));
    }
    table
}

/// How the suite is called against an independent anchor.
fn options(findings: &Findings<'_>, group: Group) -> String {
    let Some(finding) = findings.of(group).next() else { return String::new() };
    let options = (0..finding.subject.runs.len()).map(|run| format!("`{}`", finding.subject.options(run)));
    format!("Options, one run each:\n\n{}\n", bullets(options))
}

fn listed<'a>(title: &str, meaning: &str, findings: impl Iterator<Item = &'a Finding>) -> String {
    let lines = findings.map(|Finding { subject, judgement }| {
        let details: String = judgement.details.iter().map(|detail| format!("\n  - {detail}")).collect();
        format!("`{}`: {}{details}", subject.id(), escaped(&subject.about))
    });
    format!("\n## {title}\n\n{meaning}\n\n{}", bullets(lines))
}

fn bullets(lines: impl Iterator<Item = String>) -> String {
    let text: String = lines.map(|line| format!("- {line}\n")).collect();
    if text.is_empty() { "None.\n".to_owned() } else { text }
}

fn codes(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{}`", word.as_ref())).collect();
    words.join(", ")
}

/// What has another verdict in one page than in the other, a line each.
pub(super) fn differences(file: &str, current: &str, new: &str) -> Vec<String> {
    let (current, new) = (verdicts(current), verdicts(new));
    let gone = current.iter().filter(|row| !new.contains(row)).map(|row| format!("{file} is not current: - {row}"));
    let come = new.iter().filter(|row| !current.contains(row)).map(|row| format!("{file} is not current: + {row}"));
    gone.chain(come).collect()
}

/// `SECTION: NAME: VERDICT` of every row whose first column is a name.
fn verdicts(page: &str) -> Vec<String> {
    let mut section = "";
    let mut verdicts = Vec::new();
    for line in page.lines() {
        section = line.strip_prefix("## ").unwrap_or(section);
        let Some((name, rest)) = line.strip_prefix("| `").and_then(|row| row.split_once("` | ")) else { continue };
        let verdict = rest.split(" |").next().unwrap_or_default();
        verdicts.push(format!("{section}: {name}: {verdict}"));
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "docs/detection.md";

    #[test]
    fn only_names_and_verdicts_are_compared() {
        let page = |verdict: &str, by: &str| format!("## Faults\n\n| `no-id` | {verdict} | about | {by} |\n");
        assert_eq!(differences(FILE, &page("caught", "a"), &page("caught", "b")), Vec::<String>::new());
        let changed = differences(FILE, &page("caught", "a"), &page("**survived**", ""));
        assert!(changed[0].ends_with("- Faults: no-id: caught"), "{changed:?}");
        assert!(changed[1].ends_with("+ Faults: no-id: **survived**"), "{changed:?}");
        assert_eq!((changed.len(), differences(FILE, "", &page("caught", "a")).len()), (2, 1));
    }
}
