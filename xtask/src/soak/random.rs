//! Random choices that depend on nothing but the words they begin with, so that a printed seed is a replay.

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    /// The same words, the same choices.
    pub(crate) fn of(words: &[u64]) -> Self {
        let mut random = Self(0x5EED);
        for word in words {
            random.0 ^= word.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            random.0 = random.next();
        }
        random
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `end`, which is not among them.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        u64::try_from((u128::from(self.next()) * u128::from(end)) >> 64).expect("less than `end`")
    }

    /// From `start` to `end`, which is not among them.
    pub(crate) fn between(&mut self, start: u64, end: u64) -> u64 {
        start + self.below(end - start)
    }

    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("less than a usize")
    }

    /// True so many times in a thousand.
    pub(crate) fn per_mille(&mut self, times: u64) -> bool {
        self.below(1000) < times
    }

    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.index(choices.len())]
    }

    /// One of the choices, as often as its weight says.
    pub(crate) fn weighted<T: Copy>(&mut self, choices: &[(u64, T)]) -> T {
        let mut left = self.below(choices.iter().map(|choice| choice.0).sum());
        for (weight, choice) in choices {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *choice,
            }
        }
        unreachable!("it is below the sum of the weights")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_are_the_same_choices() {
        let choices = |words: &[u64]| {
            let mut random = Random::of(words);
            [(); 5].map(|()| random.below(1000))
        };
        assert_eq!(choices(&[1, 2]), choices(&[1, 2]));
        assert_ne!(choices(&[1, 2]), choices(&[2, 1]));
    }

    #[test]
    fn weights_are_kept() {
        let mut random = Random::of(&[7]);
        let drawn: Vec<char> = (0..10_000).map(|_| random.weighted(&[(1, 'a'), (0, 'b'), (3, 'c')])).collect();
        let count = |wanted| drawn.iter().filter(|letter| **letter == wanted).count();
        assert_eq!(count('b'), 0);
        assert!((2200..2800).contains(&count('a')), "{}", count('a'));
    }
}
