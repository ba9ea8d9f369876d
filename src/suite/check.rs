//! A check: a program that tests requirements against a target, and what it can find.

use std::fmt;
use std::pin::Pin;

use super::client::Failure;
use super::context::Context;
use super::platform;
use super::requirement::{Level, Requirement, requirement};
use super::run::TargetKind;

/// One check.
#[derive(Clone, Copy)]
pub struct Check {
    /// Stable words: `put/same-customer-same-id`.
    pub id: &'static str,
    /// The claim that is tested.
    pub title: &'static str,
    /// The ids of the requirements it tests; at least one, all of one level.
    pub requirements: &'static [&'static str],
    pub(crate) run: Attempt,
}

/// The program of a check, by what it works with.
#[derive(Clone, Copy)]
pub(crate) enum Attempt {
    /// The suite is the platform in front of an anchor.
    Anchor(for<'a> fn(&'a mut Context) -> Pending<'a>),
    /// The suite is the wallet in front of a platform and the anchor behind it.
    Platform(for<'a> fn(&'a mut platform::Context) -> Pending<'a>),
    /// The suite is the wallet alone: it does not matter which anchor is behind the platform.
    Wallet(for<'a> fn(&'a mut platform::Context) -> Pending<'a>),
}

/// A check under way.
pub(crate) type Pending<'a> = Pin<Box<dyn Future<Output = Finding> + Send + 'a>>;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The requirement is kept.
    Pass,
    /// A must is broken.
    Fail,
    /// A should is broken.
    Warn,
    /// The check does not apply to this target.
    Skip,
    /// The check applies, but could not tell.
    Inconclusive,
}

/// What a check finds: nothing to complain about, or why not.
pub(crate) type Finding = Result<(), NotKept>;

/// Why a check does not simply pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotKept {
    Broken { expected: String, actual: String },
    Skip { reason: String },
    Inconclusive { reason: String },
}

impl Check {
    /// Which side of the contract it tests.
    #[must_use]
    pub fn target(&self) -> TargetKind {
        match self.run {
            Attempt::Anchor(_) => TargetKind::Anchor,
            Attempt::Platform(_) | Attempt::Wallet(_) => TargetKind::Platform,
        }
    }

    /// The requirements tested.
    pub fn required(&self) -> impl Iterator<Item = &'static Requirement> {
        self.requirements.iter().filter_map(|id| requirement(id))
    }

    /// The level that its requirements share.
    #[must_use]
    pub fn level(&self) -> Level {
        self.required().next().map_or(Level::Must, |requirement| requirement.level)
    }

    /// The source's own word for the first of its requirements that has one.
    #[must_use]
    pub fn source_level(&self) -> Option<&'static str> {
        self.required().find_map(|requirement| requirement.source_level)
    }
}

impl NotKept {
    pub(crate) fn broken(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self::Broken { expected: expected.into(), actual: actual.into() }
    }

    pub(crate) fn skip(reason: impl Into<String>) -> Self {
        Self::Skip { reason: reason.into() }
    }

    pub(crate) fn inconclusive(reason: impl Into<String>) -> Self {
        Self::Inconclusive { reason: reason.into() }
    }
}

impl From<Failure> for NotKept {
    fn from(failure: Failure) -> Self {
        Self::inconclusive(failure.to_string())
    }
}

impl Verdict {
    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Skip => "skip",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// Whether the check told something about the target.
    #[must_use]
    pub fn is_conclusive(self) -> bool {
        matches!(self, Self::Pass | Self::Fail | Self::Warn)
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
