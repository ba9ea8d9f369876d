//! A trouble of the mock anchor, as a scenario file writes it.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::anchor::DeliveryWord;
use super::named::Named;
use crate::mock::{Chance, Latency, Trouble, TroubleEndpoint, TroubleKind};

/// A disturbance, and whom it befalls.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "TroubleKeys")]
#[schemars(with = "TroubleKeys")]
pub(super) struct ScriptedTrouble(Trouble);

/// A disturbance, and whom it befalls. Exactly one of `latency-ms`, `latency-us-per-byte`, `status`, `early`, `redirect`,
/// `refused` and `delivery` says what it is.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct TroubleKeys {
    /// The answer comes so many milliseconds later.
    latency_ms: Option<u32>,
    /// The answer comes up to so many milliseconds later, and at least `latency-ms`.
    latency_up_to_ms: Option<u32>,
    /// Each byte of the request's body takes so many microseconds to be read.
    latency_us_per_byte: Option<u32>,
    /// The answer is an error with this status, 400 to 599; the request is not acted on.
    status: Option<u16>,
    /// The seconds that the `Retry-After` beside `status` says.
    retry_after: Option<u32>,
    /// An error with this status, 400 to 599, comes before the request's body was read.
    early: Option<u16>,
    /// The answer is a redirect with this status, 300 to 399.
    redirect: Option<u16>,
    /// The connection is reset as soon as it is accepted.
    #[serde(default)]
    refused: bool,
    /// How the answer is given.
    delivery: Option<DeliveryWord>,
    /// The pause at each byte of the deliveries `drip` and `drip-headers`, in milliseconds; 10 if it is left out.
    pause_ms: Option<u32>,
    /// The only requests that it befalls.
    on: Option<Named<TroubleEndpoint>>,
    /// How many of these it befalls; all if it is left out.
    next: Option<u64>,
    /// By what chance it befalls each, in percent; always if it is left out.
    chance: Option<u32>,
}

const PAUSE: u32 = 10;

impl ScriptedTrouble {
    pub(super) fn trouble(&self) -> Trouble {
        self.0.clone()
    }
}

impl TryFrom<TroubleKeys> for ScriptedTrouble {
    type Error = String;

    fn try_from(keys: TroubleKeys) -> Result<Self, String> {
        let what = keys.what()?;
        let belongs = |is_there: bool, key: &str, to: &str, fits: bool| match is_there && !fits {
            true => Err(format!("`{key}` belongs to {to}")),
            false => Ok(()),
        };
        belongs(keys.latency_up_to_ms.is_some(), "latency-up-to-ms", "`latency-ms`", keys.latency_ms.is_some())?;
        belongs(keys.retry_after.is_some(), "retry-after", "`status`", keys.status.is_some())?;
        let drips = matches!(keys.delivery, Some(DeliveryWord::Drip | DeliveryWord::DripHeaders));
        belongs(keys.pause_ms.is_some(), "pause-ms", "the deliveries `drip` and `drip-headers`", drips)?;
        if keys.chance.is_some_and(|chance| chance > 100) {
            return Err("`chance` is a percentage, 0 to 100".to_owned());
        }
        let on = keys.on.map(|on| on.0);
        let trouble = Trouble { what, on, next: keys.next, chance: keys.chance.map(Chance::percent) };
        trouble.checked().map(Self)
    }
}

impl TroubleKeys {
    fn what(&self) -> Result<TroubleKind, String> {
        let milliseconds = |time: u32| Duration::from_millis(time.into());
        let latency = self.latency_ms.map(|least| {
            let most = self.latency_up_to_ms.map(milliseconds);
            let least = milliseconds(least);
            TroubleKind::Latency(most.map_or(Latency::Fixed(least), |most| Latency::Between(least, most)))
        });
        let per_byte = |time: u32| TroubleKind::Latency(Latency::PerByte(Duration::from_micros(time.into())));
        let pause = milliseconds(self.pause_ms.unwrap_or(PAUSE));
        let said = [
            latency,
            self.latency_us_per_byte.map(per_byte),
            self.status.map(|status| TroubleKind::Status { status, retry_after: self.retry_after }),
            self.early.map(TroubleKind::Early),
            self.redirect.map(TroubleKind::Redirect),
            self.refused.then_some(TroubleKind::Refused),
            self.delivery.map(|word| TroubleKind::Delivery(word.delivery(pause))),
        ];
        let mut said = said.into_iter().flatten();
        match (said.next(), said.next()) {
            (Some(what), None) => Ok(what),
            _ => {
                Err("a trouble is exactly one of `latency-ms`, `latency-us-per-byte`, `status`, `early`, `redirect`, \
                      `refused: true` and `delivery`"
                    .to_owned())
            }
        }
    }
}
