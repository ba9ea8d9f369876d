//! Everything that was found out, and whether it is good enough.

use std::collections::BTreeSet;

use super::judgement::{Judgement, Verdict};
use super::lists::Lists;
use super::subject::{Group, Subject, Target};
use crate::Outcome;

/// A subject and what became of it.
pub(super) struct Finding {
    pub(super) subject: Subject,
    pub(super) judgement: Judgement,
}

pub(super) struct Findings<'a> {
    pub(super) all: Vec<Finding>,
    /// Subjects without an expectation, and expectations of what does not exist.
    unknown: Vec<String>,
    pub(super) lists: &'a Lists,
    /// The targets of which every subject was tried: only then a check can be called useless.
    pub(super) whole: Vec<Target>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(all: Vec<Finding>, unknown: Vec<String>, lists: &'a Lists, whole: Vec<Target>) -> Self {
        Self { all, unknown, lists, whole }
    }

    pub(super) fn of(&self, group: Group) -> impl Iterator<Item = &Finding> {
        self.all.iter().filter(move |finding| finding.subject.group == group)
    }

    /// All against that kind of target.
    pub(super) fn against(&self, target: Target) -> impl Iterator<Item = &Finding> {
        self.all.iter().filter(move |finding| finding.subject.group.target() == target)
    }

    /// The independent anchors and all platforms, in order.
    pub(super) fn named_groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = self.all.iter().map(|finding| finding.subject.group).collect();
        groups.retain(|group| matches!(group, Group::Anchor(_) | Group::Platform(_)));
        groups.dedup();
        groups
    }

    pub(super) fn ended(&self, verdict: Verdict) -> impl Iterator<Item = &Finding> {
        self.all.iter().filter(move |finding| finding.judgement.verdict == verdict)
    }

    pub(super) fn count(&self, is_sound: bool) -> usize {
        self.all.iter().filter(|finding| finding.subject.is_sound == is_sound).count()
    }

    /// The checks of that kind of target that caught nothing anywhere.
    pub(super) fn useless_checks_of(&self, target: Target) -> Vec<&str> {
        let broken = self.all.iter().filter(|finding| !finding.subject.is_sound);
        let useful: BTreeSet<&str> = broken.flat_map(|finding| &finding.judgement.by).map(String::as_str).collect();
        self.lists.check_ids_of(target).filter(|id| !useful.contains(id)).collect()
    }

    pub(super) fn summary(&self) -> String {
        let count = |verdict| self.ended(verdict).count();
        format!(
            "{} of {} broken servers caught, {} by a crash only, {} untestable, {} not looked for, {} survived; {} of {} sound servers clean",
            count(Verdict::Caught),
            self.count(false),
            count(Verdict::ByCrashOnly),
            count(Verdict::Untestable),
            count(Verdict::Unseen),
            count(Verdict::Survived),
            count(Verdict::Clean),
            self.count(true),
        )
    }

    /// An error that names everything that must not be; `stale` is what the page says otherwise.
    pub(super) fn verdict(&self, stale: Vec<String>) -> Outcome {
        let bad = self.all.iter().filter(|it| it.judgement.verdict.is_bad(it.subject.is_sound)).map(in_a_line);
        let exits = self.all.iter().flat_map(|finding| {
            let wrong = finding.judgement.wrong_exits.iter();
            wrong.map(|wrong| format!("{}: {wrong}", finding.subject.id()))
        });
        let mut problems: Vec<String> = self.unknown.iter().cloned().chain(bad).chain(exits).collect();
        let useless = self.whole.iter().flat_map(|target| self.useless_checks_of(*target));
        problems.extend(useless.map(|id| format!("{id}: catches nothing")));
        problems.extend(stale);
        match problems.len() {
            0 => Ok(()),
            count => Err(format!("{count} problems\n  {}", problems.join("\n  ")).into()),
        }
    }
}

fn in_a_line(finding: &Finding) -> String {
    let Finding { subject, judgement } = finding;
    let mut line = format!("{}: {}", subject.id(), judgement.verdict.word().replace('*', ""));
    if !judgement.beside.is_empty() {
        let beside: Vec<&str> = judgement.beside.iter().map(String::as_str).collect();
        line += &format!(" (complaints about something else: {})", beside.join(", "));
    }
    for detail in &judgement.details {
        line += &format!("\n      {detail}");
    }
    line
}
