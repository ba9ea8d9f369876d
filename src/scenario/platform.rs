//! How a scenario's platform is set up.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::platform::{AnchorBody, ApiKey, Config, Credentials, Limits, MuxedAs, OptionalEndpoint, Target, WebAuth};
use crate::sep10::SigningKey;
use crate::sep10::token::Secret;

/// Settings of the platform; each is the command line's option of that name.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Settings {
    /// How a muxed account is named to the anchor.
    muxed_as: MuxedAsWord,
    /// Refuse memos that no Stellar memo can hold.
    strict_memos: bool,
    /// Ask the anchor, before a request with an id, whose id that is.
    verify_ownership: bool,
    /// The customer type to look customers up by where a request names none.
    lookup_type: Option<String>,
    /// What the anchor serves beyond the callback API.
    anchor_serves: Vec<ServesWord>,
    /// How multipart goes to the anchor.
    anchor_body: AnchorBodyWord,
    /// Credentials toward the anchor.
    anchor_auth: Option<AnchorAuthKeys>,
    /// The path under which SEP-12 is served; `/sep12` if it is left out.
    sep12_path: Option<String>,
    /// The issuer that wallet tokens must have.
    jwt_issuer: Option<String>,
    /// It issues tokens itself (SEP-10), with an invented key.
    web_auth: bool,
    /// What one request may cost.
    limits: LimitKeys,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum MuxedAsWord {
    #[default]
    Account,
    Memo,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum AnchorBodyWord {
    #[default]
    Streamed,
    Buffered,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum ServesWord {
    Callback,
    Files,
}

/// Invented credentials; a scenario has no secrets.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct AnchorAuthKeys {
    /// Sent as `X-Api-Key`.
    api_key: Key,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
struct Key(ApiKey);

/// Sizes in bytes, times in milliseconds; what is left out is as on the command line.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct LimitKeys {
    /// The request body.
    body: Option<u64>,
    /// One string field, and one name.
    string_field: Option<usize>,
    /// All string fields of a request together; also a JSON or urlencoded body.
    all_strings: Option<usize>,
    /// The number of fields, files included.
    fields: Option<usize>,
    /// The headers of the request, and those of one multipart part.
    headers: Option<usize>,
    /// The anchor's answer.
    answer: Option<usize>,
    /// The longest pause of a client within its body.
    idle_ms: Option<u64>,
    /// The longest silence of the anchor.
    anchor_ms: Option<u64>,
    /// From the opening of a connection, or the end of the exchange before, to the end of a request's headers.
    header_ms: Option<u64>,
    /// All the time spent waiting for a client's body.
    body_ms: Option<u64>,
}

/// More than any scenario sends, and little enough to be refused if it leaked.
const BUFFER_BUDGET: usize = 64_000_000;

impl TryFrom<String> for Key {
    type Error = &'static str;

    fn try_from(key: String) -> Result<Self, &'static str> {
        ApiKey::new(&key).map(Self).ok_or("the key must not be empty, and only of characters that a header can carry")
    }
}

impl Settings {
    /// The configuration in front of that anchor.
    pub(super) fn config(&self, anchor: Target, wallet_secret: Secret) -> Config {
        let defaults = Config::new(anchor, wallet_secret);
        let mut wallet_tokens = defaults.wallet_tokens.clone();
        wallet_tokens.issuer.clone_from(&self.jwt_issuer);
        Config {
            wallet_tokens,
            anchor_auth: match &self.anchor_auth {
                None => Credentials::None,
                Some(auth) => Credentials::ApiKey(auth.api_key.0.clone()),
            },
            anchor_body: match self.anchor_body {
                AnchorBodyWord::Streamed => AnchorBody::Streamed,
                AnchorBodyWord::Buffered => AnchorBody::Buffered { budget: BUFFER_BUDGET },
            },
            muxed_as: match self.muxed_as {
                MuxedAsWord::Account => MuxedAs::Account,
                MuxedAsWord::Memo => MuxedAs::Memo,
            },
            strict_memos: self.strict_memos,
            verify_ownership: self.verify_ownership,
            lookup_type: self.lookup_type.clone(),
            anchor_serves: self.anchor_serves.iter().map(|word| word.endpoint()).collect(),
            web_auth: self.web_auth.then(|| WebAuth::new(SigningKey::generate())),
            sep12_path: self.sep12_path.clone().unwrap_or(defaults.sep12_path.clone()),
            limits: self.limits.limits(),
            ..defaults
        }
    }
}

impl ServesWord {
    fn endpoint(self) -> OptionalEndpoint {
        match self {
            Self::Callback => OptionalEndpoint::Callback,
            Self::Files => OptionalEndpoint::Files,
        }
    }
}

impl LimitKeys {
    fn limits(&self) -> Limits {
        let defaults = Limits::default();
        let time = |ms: Option<u64>, default| ms.map_or(default, Duration::from_millis);
        Limits {
            body: self.body.unwrap_or(defaults.body),
            string_field: self.string_field.unwrap_or(defaults.string_field),
            all_strings: self.all_strings.unwrap_or(defaults.all_strings),
            fields: self.fields.unwrap_or(defaults.fields),
            headers: self.headers.unwrap_or(defaults.headers),
            answer: self.answer.unwrap_or(defaults.answer),
            idle_time: time(self.idle_ms, defaults.idle_time),
            anchor_time: time(self.anchor_ms, defaults.anchor_time),
            header_time: time(self.header_ms, defaults.header_time),
            body_time: time(self.body_ms, defaults.body_time),
            ..defaults
        }
    }
}
