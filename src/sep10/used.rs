//! The challenges that a token was given for, so that none is given twice.

use std::collections::BTreeSet;
use std::fmt;

use super::verify::Authenticated;

/// A record of bounded size. It forgets a challenge once that has expired, and never before.
#[derive(Clone, Debug)]
pub struct Used {
    capacity: usize,
    /// By the last second of validity; a hash has only one, since it is hashed too.
    entries: BTreeSet<(u64, [u8; 32])>,
}

/// Why no token may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotUsable {
    /// A token was given for this challenge.
    AlreadyUsed,
    /// So many challenges are in use that one more could not be remembered. It passes: `503`.
    Full,
}

impl Used {
    /// A record of at most so many challenges, each of about 50 bytes.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, entries: BTreeSet::new() }
    }

    /// Marks a challenge as used at `now`.
    ///
    /// # Errors
    ///
    /// If it was used before, or if the record is full of challenges that have not expired.
    pub fn insert(&mut self, challenge: &Authenticated, now: u64) -> Result<(), NotUsable> {
        self.forget_expired(now);
        let entry = (challenge.until, challenge.hash);
        if self.entries.contains(&entry) {
            return Err(NotUsable::AlreadyUsed);
        }
        if self.entries.len() >= self.capacity {
            return Err(NotUsable::Full);
        }
        self.entries.insert(entry);
        Ok(())
    }

    fn forget_expired(&mut self, now: u64) {
        while self.entries.first().is_some_and(|(until, _)| *until < now) {
            self.entries.pop_first();
        }
    }
}

impl fmt::Display for NotUsable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlreadyUsed => "the challenge was used before; ask for a new one",
            Self::Full => "too many challenges are in use; try again later",
        })
    }
}

impl std::error::Error for NotUsable {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sep10::ClientAccount;
    use crate::sep12::Account;

    fn challenge(number: u8, until: u64) -> Authenticated {
        let client = ClientAccount::new(Account::Classic([1; 32]), None).expect("classic");
        Authenticated { client, hash: [number; 32], until }
    }

    #[test]
    fn a_challenge_is_used_once_to_its_last_second() {
        let mut used = Used::new(10);
        assert_eq!(used.insert(&challenge(0, 100), 1), Ok(()));
        assert_eq!(used.insert(&challenge(0, 100), 100), Err(NotUsable::AlreadyUsed));
        assert_eq!(used.insert(&challenge(1, 100), 100), Ok(()));
    }

    #[test]
    fn a_full_record_refuses_rather_than_forgets() {
        let mut used = Used::new(2);
        assert_eq!(used.insert(&challenge(1, 100), 1), Ok(()));
        assert_eq!(used.insert(&challenge(2, 200), 1), Ok(()));
        assert_eq!(used.insert(&challenge(3, 300), 100), Err(NotUsable::Full));
        assert_eq!(used.insert(&challenge(1, 100), 100), Err(NotUsable::AlreadyUsed));
        assert_eq!(used.insert(&challenge(3, 300), 101), Ok(()));
        assert_eq!(used.insert(&challenge(2, 200), 101), Err(NotUsable::AlreadyUsed));
    }
}
