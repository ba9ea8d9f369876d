//! Text with placeholders: `${G}` and its like for accounts, `${id:STEP}` for the id that an earlier step got,
//! `${TEXT*N}` for a text many times over.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use super::accounts;

/// A text, its accounts already written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Plain(String),
    /// A text so many times over.
    Repeated(String, usize),
    /// The id that the client got in this step, counted from 1.
    IdOf(usize),
}

impl Text {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, placeholder) = rest.split_at(at);
            if let Some(before) = before.strip_suffix('$') {
                pieces.push(Piece::Plain(format!("{before}${{")));
                rest = &placeholder[2..];
                continue;
            }
            let end = placeholder.find('}').ok_or("`${` needs a `}`; a `${` that is meant so is written `$${`")?;
            pieces.push(Piece::Plain(before.to_owned()));
            pieces.push(Piece::parse(&placeholder[2..end])?);
            rest = &placeholder[end + 1..];
        }
        pieces.push(Piece::Plain(rest.to_owned()));
        let text = Self(pieces);
        bounded(text.asked()).map(|()| text)
    }

    /// The text, given the ids of the steps before.
    pub(super) fn resolve(&self, ids: &[Option<String>]) -> String {
        self.0.iter().map(|piece| piece.resolve(ids)).collect()
    }

    /// The text of a place where no step has come before.
    pub(super) fn fixed(&self) -> String {
        self.resolve(&[])
    }

    /// The last step whose id is referred to.
    pub(super) fn last_step(&self) -> usize {
        let step = |piece: &Piece| if let Piece::IdOf(step) = piece { *step } else { 0 };
        self.0.iter().map(step).max().unwrap_or(0)
    }

    /// Whether it is the same, whatever ids the steps got.
    pub(super) fn is_fixed(&self) -> bool {
        self.last_step() == 0
    }

    /// How many bytes it asks for without writing them down.
    pub(super) fn asked(&self) -> usize {
        let asked = |piece: &Piece| {
            if let Piece::Repeated(text, times) = piece { text.len().saturating_mul(*times) } else { 0 }
        };
        self.0.iter().map(asked).fold(0, usize::saturating_add)
    }
}

impl Piece {
    fn parse(placeholder: &str) -> Result<Self, String> {
        if let Some(step) = placeholder.strip_prefix("id:").and_then(|step| step.parse().ok()).filter(|step| *step > 0)
        {
            return Ok(Self::IdOf(step));
        }
        if let Some((text, times)) = repetition(placeholder) {
            return Ok(Self::Repeated(text.to_owned(), times));
        }
        accounts::named(placeholder).map(|account| Self::Plain(account.to_string())).ok_or_else(|| {
            format!(
                "no placeholder is called `${{{placeholder}}}`; there are {}, ${{id:STEP}} and ${{TEXT*N}}",
                accounts::NAMES
            )
        })
    }

    fn resolve<'a>(&'a self, ids: &'a [Option<String>]) -> Cow<'a, str> {
        match self {
            Self::Plain(text) => Cow::Borrowed(text),
            Self::Repeated(text, times) => Cow::Owned(text.repeat(*times)),
            Self::IdOf(step) => match ids.get(step - 1) {
                Some(Some(id)) => Cow::Borrowed(id),
                _ => Cow::Owned(format!("(step {step} got no id)")),
            },
        }
    }
}

fn repetition(placeholder: &str) -> Option<(&str, usize)> {
    let (text, times) = placeholder.rsplit_once('*')?;
    times.parse().ok().map(|times| (text, times))
}

/// The most bytes that a step may ask for without writing them down.
const LARGEST: usize = 64 << 20;

/// Refuses to repeat so often that memory would be short.
pub(super) fn bounded(asked: usize) -> Result<(), String> {
    if asked <= LARGEST {
        return Ok(());
    }
    Err(format!("{asked} bytes are too many; at most {LARGEST} can be asked for in a step without writing them down"))
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let about = format!("Text, in which {}, ${{id:STEP}} and ${{TEXT*N}} are replaced.", accounts::NAMES);
        json_schema!({ "type": "string", "description": about })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_replaced_and_doubled_dollars_are_not() {
        let text = Text::parse("a$${b}$ ${id:2}/${G}").expect("valid");
        let account = accounts::named("G").expect("an account");
        assert_eq!(Text::parse("${a**3}${*2}").expect("valid").fixed(), "a*a*a*");
        assert_eq!(text.resolve(&[None, Some("x".to_owned())]), format!("a${{b}}$ x/{account}"));
        assert_eq!(text.last_step(), 2);
    }

    #[test]
    fn unknown_and_open_placeholders_are_refused() {
        for text in ["${X}", "${id:0}", "${id:x}", "${G", "${}"] {
            assert!(Text::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_no_memory_would_hold_is_refused() {
        let most = usize::MAX;
        let half = LARGEST / 2;
        for text in [format!("${{a*{half}}}${{b*{}}}", half + 1), format!("${{ab*{most}}}")] {
            assert!(Text::parse(&text).is_err_and(|error| error.contains("at most 67108864")), "{text}");
        }
        assert!(Text::parse(&format!("${{*{most}}}")).is_ok(), "nothing many times is nothing");
        assert!(Text::parse(&format!("${{a*{half}}}${{b*{half}}}")).is_ok());
    }
}
