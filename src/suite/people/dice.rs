//! Repeatable chance: SplitMix64, which needs no more than a seed.

/// A stream of numbers that a seed and a label decide.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Every label has a stream of its own, so that checks can run in any order.
    pub(crate) fn new(seed: u64, label: &str) -> Self {
        let mixed = label
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        let mut dice = Self(seed ^ mixed);
        dice.next();
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below the bound, which must not be 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        let bound = u64::try_from(choices.len()).ok().filter(|len| *len > 0)?;
        choices.get(usize::try_from(self.below(bound)).ok()?)
    }

    /// That many decimal digits, the first of them not 0.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|at| if at == 0 { 1 + self.below(9) } else { self.below(10) }).map(|d| d.to_string()).collect()
    }

    pub(crate) fn bytes32(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for chunk in bytes.chunks_exact_mut(8) {
            chunk.copy_from_slice(&self.next().to_be_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_label_give_the_same_numbers() {
        let roll = |seed, label| Dice::new(seed, label).bytes32();
        assert_eq!(roll(1, "a"), roll(1, "a"));
        assert_ne!(roll(1, "a"), roll(2, "a"));
        assert_ne!(roll(1, "a"), roll(1, "b"));
    }

    #[test]
    fn digits_do_not_begin_with_zero() {
        let mut dice = Dice::new(7, "digits");
        for _ in 0..100 {
            let digits = dice.digits(5);
            assert_eq!(digits.len(), 5);
            assert!(!digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()));
        }
        assert_eq!(dice.pick::<u8>(&[]), None);
    }
}
