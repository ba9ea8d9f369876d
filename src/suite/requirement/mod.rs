//! What is demanded of an anchor and of a platform, sentence by sentence, and why.

use std::fmt;

use super::run::TargetKind;

pub(crate) mod access;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod identity;
pub(crate) mod platform;
pub(crate) mod put;
pub(crate) mod verification;

/// One testable demand of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Stable words, never numbers.
    pub id: &'static str,
    /// The demand in plain words.
    pub title: &'static str,
    /// How much depends on it: ours, by consequence.
    pub level: Level,
    /// The word that the source itself uses, if it uses one.
    pub source_level: Option<&'static str>,
    /// Where it stands.
    pub source: &'static str,
    /// What happens to a correct wallet or platform otherwise.
    pub why: &'static str,
    /// An exchange that keeps it.
    pub right: &'static str,
    /// An exchange that breaks it.
    pub wrong: &'static str,
}

/// How much depends on a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A correct wallet or platform would otherwise break, lose data or leak data.
    Must,
    /// Everything else.
    Should,
}

/// Every requirement, in the order of the requests they are about; those of platforms last.
pub fn requirements() -> impl Iterator<Item = &'static Requirement> {
    put::REQUIREMENTS
        .iter()
        .chain(identity::REQUIREMENTS)
        .chain(get::REQUIREMENTS)
        .chain(verification::REQUIREMENTS)
        .chain(delete::REQUIREMENTS)
        .chain(access::REQUIREMENTS)
        .chain(platform::requirements())
}

/// The requirement of that id.
#[must_use]
pub fn requirement(id: &str) -> Option<&'static Requirement> {
    requirements().find(|requirement| requirement.id == id)
}

impl Requirement {
    /// Of which side of the contract it is demanded.
    #[must_use]
    pub fn target(&self) -> TargetKind {
        if platform::requirements().any(|other| other.id == self.id) {
            TargetKind::Platform
        } else {
            TargetKind::Anchor
        }
    }
}

impl Level {
    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_words() {
        let mut seen = BTreeSet::new();
        for Requirement { id, .. } in requirements() {
            assert!(seen.insert(id), "{id} twice");
            assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{id}");
        }
    }

    #[test]
    fn every_requirement_explains_itself() {
        for requirement in requirements() {
            let Requirement { id, title, source, why, right, wrong, .. } = requirement;
            for text in [title, source, why, right, wrong] {
                assert!(!text.is_empty(), "{id}");
            }
        }
    }
}
