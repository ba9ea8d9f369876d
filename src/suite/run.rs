//! A finished run: what reports are made of.

use std::time::Duration;

use jiff::Timestamp;

use super::check::Verdict;
use super::requirement::Level;
use crate::wire::transcript::Exchange;

/// Everything that a run found out.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was tested.
    pub target: Tested,
    /// What decided all inventions.
    pub seed: u64,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took.
    pub duration: Duration,
    /// Whether warnings count as failures.
    pub strict: bool,
    /// One for each check selected, in the order of `checks()`.
    pub checks: Vec<CheckResult>,
    /// Why the target could not be tested, wholly or for the most part; checks that did not run have it as reason.
    pub cause: Option<String>,
    /// What a reader should know beyond the checks: missing hints, customers that could not be deleted.
    pub notes: Vec<String>,
}

/// The target of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// Which side of the contract it is.
    pub kind: TargetKind,
    /// Its base URL.
    pub url: String,
}

/// Which side of the callback API a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// A business server that implements the callback API.
    Anchor,
    /// A platform that calls it.
    Platform,
}

/// What one check found.
#[derive(Clone, Debug)]
pub struct CheckResult {
    /// The check's id.
    pub id: &'static str,
    /// The claim that was tested.
    pub title: &'static str,
    /// The ids of the requirements tested.
    pub requirements: &'static [&'static str],
    /// The level that they share.
    pub level: Level,
    /// The source's own word.
    pub source_level: Option<&'static str>,
    /// How it ended.
    pub verdict: Verdict,
    /// Why it was skipped or could not tell.
    pub reason: Option<String>,
    /// What should have come, if something else did.
    pub expected: Option<String>,
    /// What came instead.
    pub actual: Option<String>,
    /// A command that runs this check alone again, with the same requests.
    pub replay: String,
    /// What was sent and received.
    pub exchanges: Vec<Exchange>,
    /// How long it took.
    pub duration: Duration,
}

/// How many checks ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Requirements kept.
    pub passed: usize,
    /// Musts broken.
    pub failed: usize,
    /// Shoulds broken.
    pub warned: usize,
    /// Checks that do not apply.
    pub skipped: usize,
    /// Checks that could not tell.
    pub inconclusive: usize,
}

/// What a run amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing failed.
    Passed,
    /// At least one check failed; with `strict`, or warned.
    Failed,
    /// Nothing conclusive was found.
    Untestable,
}

impl Run {
    /// How many checks ended how.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let count = |verdict| self.checks.iter().filter(|check| check.verdict == verdict).count();
        Summary {
            passed: count(Verdict::Pass),
            failed: count(Verdict::Fail),
            warned: count(Verdict::Warn),
            skipped: count(Verdict::Skip),
            inconclusive: count(Verdict::Inconclusive),
        }
    }

    /// What it amounts to. A failure outranks everything else.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let summary = self.summary();
        if summary.failed > 0 || self.strict && summary.warned > 0 {
            Outcome::Failed
        } else if self.cause.is_some() || summary.passed + summary.warned == 0 {
            Outcome::Untestable
        } else {
            Outcome::Passed
        }
    }
}

impl CheckResult {
    /// One command line that shows the last thing asked.
    #[must_use]
    pub fn curl(&self) -> Option<&str> {
        self.exchanges.last().map(|exchange| exchange.curl.as_str())
    }
}

impl Outcome {
    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Untestable => "untestable",
        }
    }

    /// The exit code of the program.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Untestable => 3,
        }
    }
}

impl TargetKind {
    /// The word in reports and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anchor => "anchor",
            Self::Platform => "platform",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::sample::{result, run};

    #[test]
    fn the_exit_code_follows_the_worst_that_was_found() {
        let code = |verdicts: &[Verdict], strict, cause: Option<&str>| {
            let checks = verdicts.iter().map(|verdict| result(*verdict)).collect();
            let run = Run { strict, cause: cause.map(str::to_owned), ..run(checks) };
            run.outcome().exit_code()
        };
        use Verdict::{Fail, Inconclusive, Pass, Skip, Warn};
        assert_eq!(code(&[Pass, Skip, Inconclusive], false, None), 0);
        assert_eq!(code(&[Pass, Warn], false, None), 0);
        assert_eq!(code(&[Pass, Warn], true, None), 1);
        assert_eq!(code(&[Fail, Inconclusive], false, None), 1);
        assert_eq!(code(&[Skip, Inconclusive], false, None), 3);
        assert_eq!(code(&[], false, None), 3);
        assert_eq!(code(&[Pass, Inconclusive], false, Some("interrupted")), 3);
        assert_eq!(code(&[Fail, Inconclusive], false, Some("interrupted")), 1);
    }
}
