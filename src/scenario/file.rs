//! A scenario file as a whole.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::anchor::{self, Answers};
use super::anchor_receives::AnchorReceives;
use super::client::Request;
use super::client_gets::ClientGets;
use super::front::Front;
use super::platform;
use super::text::Text;

/// A scenario: what the client sends, what the anchor must receive, what the client must get back.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Scenario {
    /// One sentence that the steps show to be true.
    pub(super) about: String,
    /// Where the sentence comes from.
    #[serde(default)]
    pub(super) source: Option<String>,
    /// How the platform is set up.
    #[serde(default)]
    pub(super) platform: platform::Settings,
    /// How the mock anchor is set up.
    #[serde(default)]
    pub(super) anchor: anchor::Settings,
    /// What happens, in order.
    #[schemars(with = "Vec<Step>", length(min = 1))]
    pub(super) steps: Spanned<Vec<Spanned<Step>>>,
}

/// One request of the client, and what comes of it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Step {
    /// What this step shows.
    #[serde(default)]
    pub(super) about: Option<String>,
    /// How many seconds later than the step before it is at the anchor's desk. Nobody waits: its clock is set forward.
    #[serde(default)]
    pub(super) seconds_later: u32,
    /// What the client sends.
    pub(super) send: Request,
    /// What the anchor must receive.
    pub(super) anchor_receives: AnchorReceives,
    /// What the anchor answers; as its rules say if it is left out.
    #[serde(default)]
    pub(super) anchor_answers: Answers,
    /// What the client must get back.
    pub(super) client_gets: ClientGets,
}

impl Scenario {
    /// The sentence that it shows to be true.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// Where the sentence comes from.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    pub(super) fn steps(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.steps.value.iter().map(|step| &step.value)
    }

    /// The fronts of the mock anchor that can show it.
    #[must_use]
    pub fn fronts(&self) -> &'static [Front] {
        if !self.anchor.troubles.is_empty() || self.steps().any(Step::needs_raw_front) {
            &[Front::Raw]
        } else {
            &Front::ALL
        }
    }
}

impl Step {
    /// The last step whose id it refers to.
    pub(super) fn last_step(&self) -> usize {
        let Self { send, anchor_receives, client_gets, .. } = self;
        let texts = send.texts().into_iter().chain(anchor_receives.texts()).chain(client_gets.texts());
        texts.map(Text::last_step).max().unwrap_or(0)
    }

    fn needs_raw_front(&self) -> bool {
        self.send.stops.is_some() || self.anchor_receives.tolerates_broken_off() || !self.anchor_answers.are_whole()
    }
}

/// The JSON Schema of scenario files, for editors.
#[must_use]
pub fn schema() -> String {
    let schema = schemars::schema_for!(Scenario);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON")
}
