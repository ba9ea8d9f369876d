//! How a scenario ended, and the table that explains a failure.

use std::fmt;

use super::compare::{Row, Section};
use super::front::Front;

/// How a scenario ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every step went as the file says.
    Passed,
    /// A step did not; the ones after it were not played.
    Failed(Box<Failure>),
}

/// What went otherwise than the file says. Printed as a table of what was expected and what was received, with the
/// command that sends the request again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub(super) front: Front,
    pub(super) scenario: String,
    pub(super) source: Option<String>,
    /// The step, counted from 1, and what it shows.
    pub(super) step: usize,
    pub(super) about: Option<String>,
    pub(super) sections: Vec<Section>,
    pub(super) token: Option<String>,
    /// The command that sends it again.
    pub(super) again: String,
}

/// The widest a column becomes.
const COLUMN: usize = 64;
const MARK: char = '!';

impl Outcome {
    /// Whether it passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        matches!(self, Self::Passed)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}", self.scenario)?;
        if let Some(source) = &self.source {
            writeln!(f, "  source: {source}")?;
        }
        write!(f, "  step {}, {} front", self.step, self.front)?;
        writeln!(f, "{}\n", self.about.as_deref().map(|about| format!(": {about}")).unwrap_or_default())?;
        let rows = || self.sections.iter().flat_map(|section| &section.rows);
        let names = rows().map(|row| row.name.chars().count() + 2).max().unwrap_or(0);
        let expected = rows().map(|row| row.cells().0.chars().count()).max().unwrap_or(0).max("expected".len());
        line(f, ' ', "", ("expected", "received"), (names, expected))?;
        for section in &self.sections {
            writeln!(f, "    {}", section.title)?;
            for row in &section.rows {
                let (left, right) = row.cells();
                let mark = if row.agrees { ' ' } else { MARK };
                line(f, mark, &format!("  {}", row.name), (&left, &right), (names, expected))?;
            }
        }
        writeln!(f, "\n  to send it again to a platform at $PLATFORM:")?;
        for command in self.token.iter().chain([&self.again]) {
            writeln!(f, "    {command}")?;
        }
        Ok(())
    }
}

fn line(
    f: &mut fmt::Formatter<'_>,
    mark: char,
    name: &str,
    (left, right): (&str, &str),
    (names, expected): (usize, usize),
) -> fmt::Result {
    let text = format!("  {mark} {name:names$}  {left:expected$}  {right}");
    writeln!(f, "{}", text.trim_end())
}

impl Row {
    /// Both values, shortened where both are long: to the place of their first difference.
    fn cells(&self) -> (String, String) {
        let pairs = self.expected.chars().zip(self.received.chars());
        let common = pairs.take_while(|(left, right)| left == right).count();
        let skipped = if self.agrees { 0 } else { common.saturating_sub(COLUMN / 2) };
        (shortened(&self.expected, skipped), shortened(&self.received, skipped))
    }
}

fn shortened(text: &str, skipped: usize) -> String {
    let length = text.chars().count();
    if length <= COLUMN {
        return text.to_owned();
    }
    let shown: String = text.chars().skip(skipped).take(COLUMN).collect();
    let before = if skipped > 0 { "..." } else { "" };
    let after = if skipped + COLUMN < length { "..." } else { "" };
    format!("{before}{shown}{after} ({length} characters)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_shown_where_they_differ() {
        let [left, right] = ["x", "y"].map(|end| format!("{}{end}", "a".repeat(100)));
        let row = Row { name: String::new(), expected: left, received: right, agrees: false };
        let (left, right) = row.cells();
        assert!(left.contains("ax (101 ch") && right.contains("ay (101 ch"), "{left} {right}");
    }
}
