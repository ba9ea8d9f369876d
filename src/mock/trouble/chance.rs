//! Repeatable chance.

/// A probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chance {
    per_million: u32,
}

const MILLION: u32 = 1_000_000;

impl Chance {
    /// So many of a million, at most all of them.
    #[must_use]
    pub fn per_million(parts: u32) -> Self {
        Self { per_million: parts.min(MILLION) }
    }

    /// So many of a hundred, at most all of them.
    #[must_use]
    pub fn percent(parts: u32) -> Self {
        Self::per_million(parts.saturating_mul(MILLION / 100))
    }

    pub(super) fn parts_per_million(self) -> u32 {
        self.per_million
    }

    pub(super) fn decides(self, roll: Roll) -> bool {
        roll.below(MILLION.into()) < self.per_million.into()
    }
}

/// A number by chance, that a seed and a place in two series decide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Roll(u64);

impl Roll {
    pub(super) fn new(seed: u64, series: u64, number: u64) -> Self {
        Self(mixed(mixed(mixed(seed) ^ series) ^ number))
    }

    /// Another, decided by this one.
    pub(super) fn another(self) -> Self {
        Self(mixed(self.0))
    }

    /// A number below the bound, which must not be 0.
    pub(super) fn below(self, bound: u64) -> u64 {
        self.0 % bound
    }
}

/// One step of SplitMix64.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
