//! What the trials of a subject amount to.

use std::collections::BTreeSet;

use super::expected::{self, Expectation};
use super::subject::Subject;
use super::trial::{Complaint, Trial};

/// What became of a subject.
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    /// The checks that complained of what is expected; of anything, if the subject is sound.
    pub(super) by: BTreeSet<String>,
    /// The other checks that complained of a broken subject.
    pub(super) beside: BTreeSet<String>,
    /// What a reader needs to understand a bad verdict.
    pub(super) details: Vec<String>,
    /// Runs that ended with an exit code that contradicts their report.
    pub(super) wrong_exits: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// Broken, and a check of a requirement that it breaks says so.
    Caught,
    /// The same, but only where requests were answered 5xx or not at all, which is not what is wrong with it.
    ByCrashOnly,
    /// Broken so that no check can run; the suite says that, and why.
    Untestable,
    /// Broken, but nobody was to notice.
    Unseen,
    /// Broken, and nobody noticed.
    Survived,
    /// Sound, and nobody complained.
    Clean,
    /// Sound, and a check warned.
    Warned,
    /// Sound, and a check failed.
    FalseAlarm,
    /// There is no report.
    NotRun,
}

pub(super) fn judge(subject: &Subject, trials: Result<Vec<Trial>, String>) -> Judgement {
    match trials {
        Err(error) => Judgement { details: vec![error], ..Judgement::bare(Verdict::NotRun) },
        Ok(trials) if subject.is_sound => sound(&trials),
        Ok(trials) => broken(&trials, expected::of(subject.group, &subject.name)),
    }
}

fn sound(trials: &[Trial]) -> Judgement {
    let complaints = || trials.iter().flat_map(|trial| &trial.complaints);
    let verdict = match () {
        () if complaints().any(|complaint| complaint.is_failure) => Verdict::FalseAlarm,
        () if complaints().next().is_some() => Verdict::Warned,
        () if trials.iter().any(Trial::is_untestable) => Verdict::Untestable,
        () => Verdict::Clean,
    };
    let describe = |trial: &Trial| {
        let options = &trial.options;
        let of =
            |it: &Complaint| format!("`{}` with `{options}`: expected {}; got {}", it.check, it.expected, it.actual);
        trial.complaints.iter().map(of).collect()
    };
    let details: Vec<Vec<String>> = trials.iter().map(describe).collect();
    Judgement {
        by: complaints().map(|complaint| complaint.check.clone()).collect(),
        details: details.concat().into_iter().chain(causes(trials)).collect(),
        wrong_exits: wrong_exits(trials),
        ..Judgement::bare(verdict)
    }
}

fn broken(trials: &[Trial], expectation: Option<&Expectation>) -> Judgement {
    let is_expected = |complaint: &Complaint| {
        complaint.requirements.iter().any(|id| expectation.is_some_and(|it| it.breaks.contains(&id.as_str())))
    };
    let complaints = trials.iter().flat_map(|trial| &trial.complaints);
    let (expected, beside): (Vec<_>, Vec<_>) = complaints.partition(|complaint| is_expected(complaint));
    let crashes = expectation.is_some_and(|it| it.is_crash);
    let verdict = match () {
        () if expected.iter().any(|complaint| crashes || !complaint.saw_crash) => Verdict::Caught,
        () if !expected.is_empty() => Verdict::ByCrashOnly,
        () if expectation.is_some_and(|it| it.is_untestable) && trials.iter().all(Trial::is_untestable) => {
            Verdict::Untestable
        }
        () if expectation.is_some_and(|it| it.unseen.is_some()) => Verdict::Unseen,
        () => Verdict::Survived,
    };
    let reason = expectation.and_then(|it| it.unseen).map(str::to_owned);
    let names = |complaints: Vec<&Complaint>| complaints.into_iter().map(|it| it.check.clone()).collect();
    Judgement {
        verdict,
        by: names(expected),
        beside: names(beside),
        details: causes(trials).chain(reason).collect(),
        wrong_exits: wrong_exits(trials),
    }
}

fn causes(trials: &[Trial]) -> impl Iterator<Item = String> {
    trials.iter().filter_map(|trial| trial.cause.as_ref().map(|cause| format!("`{}`: {cause}", trial.options)))
}

fn wrong_exits(trials: &[Trial]) -> Vec<String> {
    let wrong = trials.iter().filter(|trial| trial.exit_code != Some(trial.right_exit_code()));
    wrong
        .map(|trial| match trial.exit_code {
            Some(code) => format!("exit code {code} instead of {} with `{}`", trial.right_exit_code(), trial.options),
            None => format!("ended by a signal with `{}`", trial.options),
        })
        .collect()
}

impl Judgement {
    fn bare(verdict: Verdict) -> Self {
        Self { verdict, by: BTreeSet::new(), beside: BTreeSet::new(), details: Vec::new(), wrong_exits: Vec::new() }
    }
}

impl Verdict {
    /// The word in the page.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Caught => "caught",
            Self::ByCrashOnly => "by a crash only",
            Self::Untestable => "untestable",
            Self::Unseen => "not looked for",
            Self::Survived => "**survived**",
            Self::Clean => "clean",
            Self::Warned => "**warned**",
            Self::FalseAlarm => "**false alarm**",
            Self::NotRun => "**not run**",
        }
    }

    /// Whether somebody has to do something about it.
    pub(super) fn is_bad(self, is_sound: bool) -> bool {
        match self {
            Self::Caught | Self::ByCrashOnly | Self::Unseen | Self::Clean => false,
            Self::Untestable => is_sound,
            Self::Survived | Self::Warned | Self::FalseAlarm | Self::NotRun => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTATION: Expectation =
        Expectation { name: "x", breaks: &["a", "b"], is_crash: false, is_untestable: false, unseen: None };

    fn trial(complaints: &[(&str, bool, bool)]) -> Trial {
        let complaint = |&(requirement, is_failure, saw_crash): &(&str, bool, bool)| Complaint {
            check: format!("put/{requirement}"),
            requirements: vec![requirement.to_owned()],
            is_failure,
            saw_crash,
            expected: String::new(),
            actual: String::new(),
        };
        let complaints: Vec<_> = complaints.iter().map(complaint).collect();
        let mut trial =
            Trial { options: String::new(), exit_code: None, cause: None, complaints, passed: 1, untold: 0 };
        trial.exit_code = Some(trial.right_exit_code());
        trial
    }

    fn verdict(complaints: &[(&str, bool, bool)], expectation: Expectation) -> Verdict {
        broken(&[trial(&[]), trial(complaints)], Some(&expectation)).verdict
    }

    #[test]
    fn a_fault_is_caught_by_its_own_requirements_only() {
        assert_eq!(verdict(&[("b", false, false)], EXPECTATION), Verdict::Caught);
        assert_eq!(verdict(&[("c", true, false)], EXPECTATION), Verdict::Survived);
        assert_eq!(verdict(&[], EXPECTATION), Verdict::Survived);
    }

    #[test]
    fn a_crash_is_no_proof_unless_the_fault_is_one() {
        assert_eq!(verdict(&[("a", true, true)], EXPECTATION), Verdict::ByCrashOnly);
        assert_eq!(verdict(&[("a", true, true), ("b", true, false)], EXPECTATION), Verdict::Caught);
        assert_eq!(verdict(&[("a", true, true)], Expectation { is_crash: true, ..EXPECTATION }), Verdict::Caught);
    }

    #[test]
    fn nobody_may_complain_of_what_is_sound() {
        assert_eq!(sound(&[trial(&[])]).verdict, Verdict::Clean);
        assert_eq!(sound(&[trial(&[]), trial(&[("a", false, false)])]).verdict, Verdict::Warned);
        assert_eq!(sound(&[trial(&[("a", true, false)])]).verdict, Verdict::FalseAlarm);
        let silent = Trial { passed: 0, exit_code: Some(3), ..trial(&[]) };
        assert_eq!(sound(&[silent]).verdict, Verdict::Untestable);
    }

    #[test]
    fn the_exit_code_must_follow_the_report() {
        let lying = Trial { exit_code: Some(0), ..trial(&[("a", true, false)]) };
        assert_eq!(broken(&[lying], Some(&EXPECTATION)).wrong_exits.len(), 1);
    }
}
