//! Where customer ids come from.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::config::Config;
use super::faults::Fault;
use super::variants::Variant;

/// How ids are shaped.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Uuid,
    SmallNumber,
    Digits,
    Long,
    Slashed,
    Sequential,
}

/// A source of ids that never repeats one.
#[derive(Debug)]
pub(super) struct Ids {
    shape: Shape,
    prefix: String,
    seed: Option<u64>,
    given: u64,
}

/// The length of ids under [`Variant::LongIds`], in characters.
const LONG: usize = 512;

impl Ids {
    pub(super) fn new(config: &Config) -> Self {
        let has = |variant| config.variants.contains(&variant);
        let shape = match () {
            () if config.faults.contains(&Fault::IdIsNumber) => Shape::SmallNumber,
            () if has(Variant::NumericIds) => Shape::Digits,
            () if has(Variant::LongIds) => Shape::Long,
            () if has(Variant::SlashedIds) => Shape::Slashed,
            () if has(Variant::SequentialIds) => Shape::Sequential,
            () => Shape::Uuid,
        };
        Self { shape, prefix: config.id_prefix.clone(), seed: config.seed, given: 0 }
    }

    /// How many were given out so far.
    #[cfg(feature = "store")]
    pub(super) fn given(&self) -> u64 {
        self.given
    }

    /// Goes on after that many.
    #[cfg(feature = "store")]
    pub(super) fn resume_after(&mut self, given: u64) {
        self.given = given;
    }

    pub(super) fn next(&mut self) -> String {
        self.given += 1;
        let unique = self.unique();
        let prefix = &self.prefix;
        match self.shape {
            Shape::Uuid => format!("{prefix}{}", Uuid::from_u128(unique)),
            Shape::SmallNumber => (1_000_000 + self.given).to_string(),
            Shape::Sequential => format!("{prefix}{}", self.given),
            Shape::Digits => format!("{prefix}0{:019}", unique % 10_u128.pow(19)),
            Shape::Long => format!("{prefix}{:-<LONG$}", format!("{unique:032x}")),
            Shape::Slashed => format!("{prefix}a/b%2F../é {unique:032x}?c=d#e;f+g"),
        }
    }

    fn unique(&self) -> u128 {
        let Some(seed) = self.seed else { return Uuid::new_v4().as_u128() };
        let hash: [u8; 32] = Sha256::digest([seed.to_be_bytes(), self.given.to_be_bytes()].concat()).into();
        hash.iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
    }
}
