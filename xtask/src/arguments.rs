//! The options of a task, taken out one by one; what is left over is an error.

use std::str::FromStr;

use crate::Outcome;

/// The words behind the task's name.
pub(crate) struct Arguments {
    words: Vec<String>,
}

impl Arguments {
    pub(crate) fn new(words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { words: words.into_iter().map(Into::into).collect() }
    }

    /// Takes out `--name`, and says whether it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let position = self.words.iter().position(|word| word == name);
        position.map(|index| self.words.remove(index)).is_some()
    }

    /// Takes out `--name N`.
    pub(crate) fn number<N: FromStr>(&mut self, name: &str) -> Outcome<Option<N>> {
        let Some(value) = self.value(name, "a number")? else {
            return Ok(None);
        };
        let number = value.parse().map_err(|_| format!("{name} needs a number, not `{value}`"))?;
        Ok(Some(number))
    }

    /// Takes out `--name TEXT`.
    pub(crate) fn text(&mut self, name: &str) -> Outcome<Option<String>> {
        self.value(name, "a text")
    }

    fn value(&mut self, name: &str, what: &str) -> Outcome<Option<String>> {
        let Some(index) = self.words.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.words.remove(index);
        if index == self.words.len() {
            return Err(format!("{name} needs {what} behind it").into());
        }
        Ok(Some(self.words.remove(index)))
    }

    /// The words that are left, as file names.
    pub(crate) fn files(self) -> Outcome<Vec<String>> {
        match self.words.iter().find(|word| word.starts_with('-')) {
            Some(word) => Err(format!("there is no option `{word}`").into()),
            None => Ok(self.words),
        }
    }

    /// Refuses what no call above has taken out.
    pub(crate) fn finish(self) -> Outcome {
        match self.words.first() {
            Some(word) => Err(format!("does not know what to do with `{word}`").into()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_taken_out_in_any_order() -> Outcome {
        let mut arguments = Arguments::new(["--seed", "7", "--only", "a*", "--check", "--cases", "12"]);
        assert_eq!(arguments.text("--only")?.as_deref(), Some("a*"));
        assert_eq!(arguments.number("--cases")?, Some(12));
        assert!(arguments.flag("--check"));
        assert!(!arguments.flag("--check"));
        assert_eq!(arguments.number("--seed")?, Some(7));
        assert_eq!(arguments.number::<u64>("--seed")?, None);
        arguments.finish()
    }

    #[test]
    fn a_number_must_be_there_and_be_one() {
        assert!(Arguments::new(["--seed"]).number::<u64>("--seed").is_err());
        assert!(Arguments::new(["--seed", "x"]).number::<u64>("--seed").is_err());
    }

    #[test]
    fn left_over_words_are_refused() {
        assert!(Arguments::new(["--sede", "7"]).finish().is_err());
        assert!(Arguments::new(["--sede"]).files().is_err());
        assert!(Arguments::new(["a.yaml"]).files().is_ok());
    }
}
