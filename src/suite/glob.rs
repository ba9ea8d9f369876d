//! Patterns that select checks by id.

/// A pattern: `*` stands for any text, `?` for any one character, everything else for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// The pattern; every text is one.
    #[must_use]
    pub fn new(pattern: impl Into<String>) -> Self {
        Self(pattern.into())
    }

    /// The text of the pattern.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it covers the whole text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let pattern: Vec<char> = self.0.chars().collect();
        let text: Vec<char> = text.chars().collect();
        matches(&pattern, &text)
    }
}

/// Goes back to the last `*` only, which is enough: what an earlier one could swallow, the last one can too.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, read));
                at += 1;
            }
            Some(&char) if char == '?' || char == text[read] => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((after, swallowed)) = star else { return false };
                star = Some((after, swallowed + 1));
                (at, read) = (after, swallowed + 1);
            }
        }
    }
    pattern[at..].iter().all(|char| *char == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_covers_the_whole_id() {
        for (pattern, text) in [
            ("put/*", "put/account-alone"),
            ("*", "put/account-alone"),
            ("*-id", "put/same-customer-same-id"),
            ("put/*-id*", "put/update-by-id"),
            ("put/?pdate-*", "put/update-by-id"),
            ("**", ""),
        ] {
            assert!(Glob::new(pattern).matches(text), "{pattern} {text}");
        }
        for (pattern, text) in [("put", "put/x"), ("put/*", "get/x"), ("?", ""), ("*-id", "put/x-ids"), ("", "x")] {
            assert!(!Glob::new(pattern).matches(text), "{pattern} {text}");
        }
    }
}
