//! The mock anchor of a scenario: its settings, its customers, and what it is told to answer.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::client_gets::Status;
use super::json::Json;
use super::named::Named;
use super::shaped::{self, Shaped};
use super::text::Text;
use super::trouble::ScriptedTrouble;
use crate::mock::{Answer, Config, Delivery, Desk, Fault, Variant};
use crate::sep12::{Account, Field, Identity, Memo, MemoType};

/// The mock anchor.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Settings {
    /// Nothing listens where the anchor should be.
    pub(super) unreachable: bool,
    /// The `X-Api-Key` that it wants.
    api_key: Option<String>,
    /// What stands before `/customer` in its paths, as `/kyc`.
    prefix: String,
    /// What its ids begin with.
    id_prefix: String,
    /// Deviations, by name (`anchor-conformance list faults`).
    faults: Vec<Named<Fault>>,
    /// Legal behaviours, by name (`anchor-conformance list variants`).
    variants: Vec<Named<Variant>>,
    /// Disturbances of the network, and of the anchor's being there (`anchor-conformance list troubles`).
    pub(super) troubles: Vec<ScriptedTrouble>,
    /// What decides the troubles that come by chance.
    seed: Option<u64>,
    /// It is a KYC desk: documented values lead customers through all statuses (`anchor-conformance list magic`).
    desk: bool,
    /// Customers that are registered before the first step.
    pub(super) customers: Vec<Customer>,
}

/// A customer that the anchor knows.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "CustomerKeys")]
#[schemars(with = "CustomerKeys")]
pub(super) struct Customer {
    pub(super) id: String,
    pub(super) identity: Identity,
    fields: BTreeMap<String, Text>,
}

/// A customer that the anchor knows.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct CustomerKeys {
    /// Its id.
    id: String,
    /// Its account: `G...`, `M...` or `C...`.
    account: Text,
    /// Its memo, if it shares the account.
    memo: Option<String>,
    /// `id`, `hash` or `text`.
    memo_type: Option<String>,
    /// What it has sent so far.
    #[serde(default)]
    fields: BTreeMap<String, Text>,
}

/// What the anchor answers instead of going by its rules: one answer, or one for each request.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(with = "OneOrMany")]
pub(super) struct Answers(Vec<AnswerKeys>);

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is the schema of `Answers`, which has its own reader")]
enum OneOrMany {
    One(AnswerKeys),
    Many(Vec<AnswerKeys>),
}

/// An answer. It has no body unless it has `json` or `text`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct AnswerKeys {
    /// The status; 200 if it is left out.
    #[serde(default = "ok")]
    status: Status,
    /// Headers.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The body, sent as application/json.
    json: Option<Json>,
    /// The body, sent as application/json unless `headers` names a content type.
    text: Option<Text>,
    /// How long the anchor waits before it answers, in milliseconds.
    #[serde(default)]
    delay_ms: u64,
    /// How the answer is given.
    #[serde(default)]
    delivery: DeliveryWord,
    /// The pause at each byte of `drip` and `drip-headers`, in milliseconds; 10 if it is left out.
    #[serde(default = "ten")]
    pause_ms: u64,
}

/// How an answer is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum DeliveryWord {
    /// After the request's body was read.
    #[default]
    Whole,
    /// As soon as the request's headers are there.
    BeforeBody,
    /// Not at all: the connection is closed after the request was read.
    HangUp,
    /// Not at all: the connection is closed as soon as the request's headers are there.
    HangUpBeforeBody,
    /// Not at all: nothing happens after the request was read.
    Silent,
    /// The connection is closed after half of the answer's body.
    Truncated,
    /// The answer's body comes byte by byte.
    Drip,
    /// Not at all: the connection is reset as soon as the request's headers are there.
    ResetBeforeBody,
    /// Not at all: the connection is reset after the first piece of the request's body.
    ResetDuringBody,
    /// Not at all: the connection is reset after the request was read.
    ResetAfterBody,
    /// The connection is closed in the midst of the answer's headers.
    TruncatedHeaders,
    /// The connection is reset in the midst of the answer's headers.
    ResetInHeaders,
    /// The connection is reset after half of the answer's body.
    ResetInAnswer,
    /// The answer's body is chunked, and the size of its second chunk is no number.
    MalformedChunk,
    /// The answer's Content-Length is greater than its body is long; the connection stays open.
    LengthTooLong,
    /// The answer's Content-Length is half of what its body is long; all of it comes.
    LengthTooShort,
    /// Bytes that are no HTTP come in the answer's place.
    Garbage,
    /// The answer's headers come byte by byte.
    DripHeaders,
    /// The answer's headers never end.
    EndlessHeaders,
    /// The answer's body, chunks of spaces, never ends.
    EndlessBody,
}

fn ok() -> Status {
    Status(200)
}

fn ten() -> u64 {
    10
}

impl Settings {
    pub(super) fn config(&self) -> Config {
        Config {
            api_key: self.api_key.clone(),
            prefix: self.prefix.clone(),
            id_prefix: self.id_prefix.clone(),
            faults: self.faults.iter().map(|fault| fault.0).collect(),
            variants: self.variants.iter().map(|variant| variant.0).collect(),
            troubles: self.troubles.iter().map(ScriptedTrouble::trouble).collect(),
            seed: self.seed,
            desk: self.desk.then(Desk::default),
            ..Config::default()
        }
    }
}

impl Customer {
    pub(super) fn fields(&self) -> Vec<Field> {
        self.fields.iter().map(|(name, value)| Field::text(name, value.fixed())).collect()
    }
}

impl TryFrom<CustomerKeys> for Customer {
    type Error = String;

    fn try_from(keys: CustomerKeys) -> Result<Self, String> {
        let account: Account = keys.account.fixed().parse().map_err(|error| format!("account: {error}"))?;
        let memo_type = keys.memo_type.as_deref().map(str::parse::<MemoType>).transpose();
        let memo_type = memo_type.map_err(|error| error.to_string())?;
        let identity = match keys.memo.and_then(|memo| Memo::new(memo, memo_type)) {
            None => Identity::of_account(account),
            Some(memo) => Identity::of_memo(account, memo).ok_or("memo: only a G account can have one")?,
        };
        Ok(Self { id: keys.id, identity, fields: keys.fields })
    }
}

impl Answers {
    pub(super) fn resolve(&self, ids: &[Option<String>]) -> Vec<Answer> {
        self.0.iter().map(|answer| answer.resolve(ids)).collect()
    }

    /// Whether a front that cannot reset connections could give them.
    pub(super) fn are_whole(&self) -> bool {
        self.0.iter().all(|answer| answer.delivery == DeliveryWord::Whole)
    }
}

impl AnswerKeys {
    fn resolve(&self, ids: &[Option<String>]) -> Answer {
        let body =
            self.json.as_ref().map(|json| json.resolve(ids)).or(self.text.as_ref().map(|text| text.resolve(ids)));
        let mut answer = Answer::empty(self.status.0)
            .with_delay(Duration::from_millis(self.delay_ms))
            .with_delivery(self.delivery.delivery(Duration::from_millis(self.pause_ms)));
        for (name, value) in &self.headers {
            answer = answer.with_header(name, value);
        }
        if body.is_some() && !self.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type")) {
            answer = answer.with_header("content-type", "application/json");
        }
        answer.body = body.unwrap_or_default().into_bytes();
        answer
    }
}

impl DeliveryWord {
    pub(super) fn delivery(self, pause: Duration) -> Delivery {
        match self {
            Self::Whole => Delivery::Whole,
            Self::BeforeBody => Delivery::BeforeBody,
            Self::HangUp => Delivery::HangUp,
            Self::HangUpBeforeBody => Delivery::HangUpBeforeBody,
            Self::Silent => Delivery::Silent,
            Self::Truncated => Delivery::Truncated,
            Self::Drip => Delivery::Drip(pause),
            Self::ResetBeforeBody => Delivery::ResetBeforeBody,
            Self::ResetDuringBody => Delivery::ResetDuringBody,
            Self::ResetAfterBody => Delivery::ResetAfterBody,
            Self::TruncatedHeaders => Delivery::TruncatedHeaders,
            Self::ResetInHeaders => Delivery::ResetInHeaders,
            Self::ResetInAnswer => Delivery::ResetInAnswer,
            Self::MalformedChunk => Delivery::MalformedChunk,
            Self::LengthTooLong => Delivery::LengthTooLong,
            Self::LengthTooShort => Delivery::LengthTooShort,
            Self::Garbage => Delivery::Garbage,
            Self::DripHeaders => Delivery::DripHeaders(pause),
            Self::EndlessHeaders => Delivery::EndlessHeaders,
            Self::EndlessBody => Delivery::EndlessBody,
        }
    }
}

impl Shaped for Answers {
    type Map = AnswerKeys;

    const EXPECTED: &'static str = "an answer (`status`, `json`, ...) or a list of answers";

    fn map(answer: AnswerKeys) -> Self {
        Self(vec![answer])
    }

    fn list(answers: Vec<AnswerKeys>) -> Option<Self> {
        Some(Self(answers))
    }
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        shaped::read(deserializer)
    }
}
