//! What must come back to the client.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::customer::CustomerStands;
use super::json::Json;
use super::shaped::{self, Shaped};
use super::text::Text;

/// What the client must get back.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub(super) enum ClientGets {
    Word(NoAnswer),
    Answer(Box<Answer>),
    Many(Vec<Answer>),
}

/// An HTTP status.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "u16")]
pub(super) struct Status(#[schemars(range(min = 200, max = 599))] pub(super) u16);

/// No answer at all.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NoAnswer {
    Nothing,
}

/// An answer: `{"id": ...}` with 2xx and `{"error": ...}` with anything else, and no other member; or the body stated.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Answer {
    /// The status.
    pub(super) status: Status,
    /// The id; any if it is left out.
    pub(super) id: Option<Text>,
    /// The error text; any if it is left out.
    pub(super) error: Option<Text>,
    /// A part of the error text.
    pub(super) error_contains: Option<Text>,
    /// The body of application/json: an object, compared member by member.
    pub(super) json: Option<Json>,
    /// Where the customer stands that the body shows, as GET answers.
    pub(super) customer: Option<CustomerStands>,
    /// The body to the letter; an empty one has no content type.
    pub(super) body: Option<Text>,
    /// Headers beside those that every answer has.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    /// The platform closes the connection after it, although the client has not closed its side.
    #[serde(default)]
    pub(super) closes: bool,
}

impl TryFrom<u16> for Status {
    type Error = &'static str;

    fn try_from(status: u16) -> Result<Self, &'static str> {
        if (200..600).contains(&status) { Ok(Self(status)) } else { Err("a final status is a number from 200 to 599") }
    }
}

impl ClientGets {
    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.answers().iter().flat_map(Answer::texts)
    }

    /// In their order.
    pub(super) fn answers(&self) -> &[Answer] {
        match self {
            Self::Word(_) => &[],
            Self::Answer(answer) => std::slice::from_ref(answer),
            Self::Many(answers) => answers,
        }
    }

    /// Whether the platform must close the connection.
    pub(super) fn closes(&self) -> bool {
        self.answers().iter().any(|answer| answer.closes)
    }
}

impl Answer {
    fn texts(&self) -> impl Iterator<Item = &Text> {
        let texts = [&self.id, &self.error, &self.error_contains, &self.body].into_iter().flatten();
        texts.chain(self.json.iter().flat_map(Json::texts))
    }
}

impl Shaped for ClientGets {
    type Map = AnswerKeys;

    const EXPECTED: &'static str = "`nothing`, an answer (`status`, `id`, `error`, ...) or a list of answers";

    fn word(word: &str) -> Result<Self, String> {
        match word {
            "nothing" => Ok(Self::Word(NoAnswer::Nothing)),
            _ => Err(format!("unexpected `{word}`; this must be {}", Self::EXPECTED)),
        }
    }

    fn map(answer: AnswerKeys) -> Self {
        Self::Answer(Box::new(answer.0))
    }

    fn list(answers: Vec<AnswerKeys>) -> Option<Self> {
        Some(Self::Many(answers.into_iter().map(|answer| answer.0).collect()))
    }
}

/// An answer whose status and members go together.
#[derive(Deserialize)]
#[serde(try_from = "Answer")]
pub(super) struct AnswerKeys(Answer);

impl TryFrom<Answer> for AnswerKeys {
    type Error = &'static str;

    fn try_from(answer: Answer) -> Result<Self, &'static str> {
        let is_success = (200..300).contains(&answer.status.0);
        let whole = [answer.json.is_some(), answer.body.is_some(), answer.customer.is_some()];
        let members = [answer.id.is_some(), answer.error.is_some(), answer.error_contains.is_some()];
        let stated = whole.iter().chain(&members).filter(|stated| **stated).count();
        match (&answer.id, &answer.error, &answer.error_contains) {
            (_, Some(_), Some(_)) => Err("either `error` or `error-contains` can be there"),
            (Some(_), ..) if !is_success => Err("an answer with an `id` has a status of success"),
            (_, Some(_), _) | (.., Some(_)) if is_success => Err("an answer with an error has no status of success"),
            _ if whole.contains(&true) && stated > 1 => {
                Err("`json`, `body` and `customer` each state the whole body, alone")
            }
            _ if answer.json.as_ref().is_some_and(|json| !json.is_object()) => Err("`json` must be an object"),
            _ => Ok(Self(answer)),
        }
    }
}

impl<'de> Deserialize<'de> for ClientGets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shaped::read(deserializer)
    }
}
