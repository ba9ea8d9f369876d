//! What is counted and timed, for the summary.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

/// Counts by name, and times.
#[derive(Default)]
pub(crate) struct Figures {
    counts: BTreeMap<(&'static str, String), u64>,
    times: BTreeMap<u32, u64>,
}

/// Times are kept to a sixteenth.
const PARTS: u32 = 4;

impl Figures {
    pub(crate) fn count(&mut self, table: &'static str, row: impl Into<String>) {
        *self.counts.entry((table, row.into())).or_default() += 1;
    }

    pub(crate) fn time(&mut self, time: Duration) {
        *self.times.entry(bucket(time)).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (row, count) in &other.counts {
            *self.counts.entry(row.clone()).or_default() += count;
        }
        for (bucket, count) in &other.times {
            *self.times.entry(*bucket).or_default() += count;
        }
    }

    /// The time that so many of a thousand do not exceed.
    pub(crate) fn percentile(&self, per_mille: u64) -> Duration {
        let all: u64 = self.times.values().sum();
        let mut left = (all * per_mille).div_ceil(1000);
        for (bucket, count) in &self.times {
            if *count >= left {
                return upper(*bucket);
            }
            left -= count;
        }
        Duration::ZERO
    }

    pub(crate) fn has(&self, table: &str) -> bool {
        self.counts.keys().any(|row| row.0 == table)
    }

    pub(crate) fn table(&self, table: &'static str) -> String {
        let rows: Vec<_> = self.counts.iter().filter(|row| row.0.0 == table).collect();
        let width = rows.iter().map(|row| row.0.1.chars().count()).max().unwrap_or_default();
        let mut text = format!("{table}\n");
        for ((_, row), count) in rows {
            let _ = writeln!(text, "  {row:<width$}  {count:>9}");
        }
        text
    }
}

fn bucket(time: Duration) -> u32 {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1 << PARTS);
    let magnitude = micros.ilog2();
    let part = u32::try_from((micros >> (magnitude - PARTS)) & ((1 << PARTS) - 1)).unwrap_or_default();
    (magnitude << PARTS) | part
}

fn upper(bucket: u32) -> Duration {
    let (magnitude, part) = (bucket >> PARTS, u64::from(bucket & ((1 << PARTS) - 1)));
    Duration::from_micros(((1 << PARTS) + part + 1) << (magnitude - PARTS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_right_to_a_sixteenth() {
        let mut figures = Figures::default();
        (1..=1000).for_each(|millis| figures.time(Duration::from_millis(millis)));
        for (per_mille, right) in [(500, 500), (990, 990), (1000, 1000)] {
            let shown = figures.percentile(per_mille).as_millis();
            assert!((right..=right + right / 16 + 1).contains(&shown), "{shown} instead of {right}");
        }
    }

    #[test]
    fn figures_add_up() {
        let (mut one, mut other) = (Figures::default(), Figures::default());
        one.count("status", "202");
        other.count("status", "202");
        other.count("trouble", "none");
        one.add(&other);
        assert_eq!(one.table("status"), "status\n  202          2\n");
    }
}
