//! Every check, in the order in which they are listed and started.

pub(crate) mod access;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod put;
pub(crate) mod verification;

use super::check::Check;
use super::platform;

/// Every check: those of anchors first, then those of platforms.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    put::checks()
        .chain(get::checks())
        .chain(verification::checks())
        .chain(delete::checks())
        .chain(access::checks())
        .chain(platform::checks())
}

/// The check of that id.
#[must_use]
pub fn check(id: &str) -> Option<&'static Check> {
    checks().find(|check| check.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::suite::requirement::{requirement, requirements};
    use crate::suite::run::TargetKind;

    #[test]
    fn every_check_names_requirements_of_one_level() {
        for check in checks() {
            assert!(!check.requirements.is_empty(), "{}", check.id);
            for id in check.requirements {
                let requirement = requirement(id).unwrap_or_else(|| panic!("{}: {id}", check.id));
                assert_eq!(requirement.level, check.level(), "{}: {id}", check.id);
            }
        }
    }

    #[test]
    fn ids_are_unique_words_behind_their_subject() {
        let mut seen = BTreeSet::new();
        for check in checks() {
            assert!(seen.insert(check.id), "{} twice", check.id);
            let (method, words) = check.id.split_once('/').expect("a slash");
            let known: &[&str] = match check.target() {
                TargetKind::Anchor => &["get", "put", "delete", "verification"],
                TargetKind::Platform => &["content", "kept", "files", "id", "identity", "errors", "privacy", "sep12"],
            };
            assert!(known.contains(&method), "{}", check.id);
            assert!(words.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
        }
    }

    #[test]
    fn every_requirement_is_tested() {
        let tested: BTreeSet<_> = checks().flat_map(|check| check.requirements).collect();
        for requirement in requirements() {
            assert!(tested.contains(&requirement.id), "{}", requirement.id);
        }
    }
}
