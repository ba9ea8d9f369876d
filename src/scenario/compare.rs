//! Two sides beside each other, row by row.

use super::facts::{Expected, ExpectedFacts, ReceivedFacts};

/// One thing that was expected, received or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) expected: String,
    pub(super) received: String,
    pub(super) agrees: bool,
}

/// A part of the comparison, with a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
}

const NOTHING: &str = "(nothing)";

impl Section {
    /// Compares fact by fact; a name that occurs twice is matched in order.
    pub(super) fn of(title: impl Into<String>, expected: ExpectedFacts, received: ReceivedFacts) -> Self {
        let mut received: Vec<_> = received.into_iter().map(Some).collect();
        let mut rows = Vec::new();
        for (name, expected) in expected {
            let found = received.iter_mut().find(|fact| fact.as_ref().is_some_and(|(other, _)| *other == name));
            let found = found.and_then(Option::take).map(|(_, value)| value);
            rows.push(Row::of(name, &expected, found));
        }
        let unexpected = received.into_iter().flatten();
        rows.extend(unexpected.map(|(name, received)| Row {
            name,
            expected: NOTHING.to_owned(),
            received,
            agrees: false,
        }));
        Self { title: title.into(), rows }
    }

    pub(super) fn agrees(&self) -> bool {
        self.rows.iter().all(|row| row.agrees)
    }
}

impl Row {
    fn of(name: String, expected: &Expected, received: Option<String>) -> Self {
        Self {
            name,
            agrees: received.as_ref().is_some_and(|received| expected.matches(received)),
            expected: expected.shown(),
            received: received.unwrap_or_else(|| NOTHING.to_owned()),
        }
    }
}

impl Expected {
    fn shown(&self) -> String {
        match self {
            Self::Exactly(text) => text.clone(),
            Self::Containing(part) => format!("... {part} ..."),
            Self::Any => "(any)".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    fn expect(name: &str, value: &str) -> (String, Expected) {
        (name.to_owned(), Expected::Exactly(value.to_owned()))
    }

    #[test]
    fn what_is_missing_differs_and_so_does_what_is_unexpected() {
        let section = Section::of("", vec![expect("a", "1"), expect("b", "2")], vec![fact("a", "1"), fact("c", "3")]);
        let agreements: Vec<_> = section.rows.iter().map(|row| (row.name.as_str(), row.agrees)).collect();
        assert_eq!(agreements, [("a", true), ("b", false), ("c", false)]);
        assert!(!section.agrees());
    }

    #[test]
    fn a_name_that_comes_twice_is_compared_in_order_and_counted() {
        let twice = || vec![fact("a", "1"), fact("a", "2")];
        assert!(Section::of("", vec![expect("a", "1"), expect("a", "2")], twice()).agrees());
        assert!(!Section::of("", vec![expect("a", "1")], twice()).agrees());
    }
}
