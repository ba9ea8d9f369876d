//! Troubles as text: `NAME[=VALUE][,KEY=VALUE]...`.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use super::kinds::{Read, TROUBLES, TroubleInfo};
use super::{Chance, Latency, Trouble, TroubleKind};
use crate::mock::answer::Delivery;

/// Why a text is no trouble, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTrouble(pub(super) String);

const A_TIME: &str = "a time, as 1.5s, 200ms or 20us";
const KEYS: &str = "on=ENDPOINT, next=N, chance=P%, and of status retry-after=SECONDS";

impl FromStr for Trouble {
    type Err = InvalidTrouble;

    fn from_str(text: &str) -> Result<Self, InvalidTrouble> {
        read(text).map_err(InvalidTrouble)
    }
}

impl TryFrom<String> for Trouble {
    type Error = InvalidTrouble;

    fn try_from(text: String) -> Result<Self, InvalidTrouble> {
        text.parse()
    }
}

fn read(text: &str) -> Result<Trouble, String> {
    let mut words = text.split(',');
    let (name, value) = key_and_value(words.next().unwrap_or_default());
    let info = TroubleInfo::named(name)
        .ok_or_else(|| format!("no trouble is called `{name}`; `anchor-conformance list troubles` shows them all"))?;
    let mut trouble = Trouble::always(info.kind(value)?);
    let mut seen = Vec::new();
    for word in words {
        let (key, value) = key_and_value(word);
        let value = value.ok_or_else(|| format!("`{key}` stands alone; there are {KEYS}"))?;
        if seen.contains(&key) {
            return Err(format!("`{key}` stands there twice; leave one out"));
        }
        seen.push(key);
        trouble.set(key, value)?;
    }
    trouble.checked()
}

fn key_and_value(word: &str) -> (&str, Option<&str>) {
    match word.split_once('=') {
        Some((key, value)) => (key.trim(), Some(value.trim())),
        None => (word.trim(), None),
    }
}

impl Trouble {
    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "on" => self.on = Some(value.parse().map_err(|error| format!("on: {error}"))?),
            "next" => self.next = Some(whole(key, value)?),
            "chance" => self.chance = Some(chance(value)?),
            "retry-after" => match &mut self.what {
                TroubleKind::Status { retry_after, .. } => *retry_after = Some(whole(key, value)?),
                _ => return Err("retry-after: only `status` can have one".to_owned()),
            },
            _ => return Err(format!("no key is called `{key}`; there are {KEYS}")),
        }
        Ok(())
    }

    /// The same, unless its parts contradict each other.
    pub(crate) fn checked(self) -> Result<Self, String> {
        match self.what {
            TroubleKind::Refused if self.on.is_some() => {
                Err("refused: it befalls connections, before there is a request; leave out `on`".to_owned())
            }
            TroubleKind::Status { status, .. } | TroubleKind::Early(status) if !ERRORS.contains(&status) => {
                Err(format!("{status} is no status of an error; 400 to 599 are"))
            }
            TroubleKind::Redirect(status) if !REDIRECTS.contains(&status) => {
                Err(format!("{status} is no status of a redirect; 300 to 399 are"))
            }
            TroubleKind::Latency(Latency::Between(least, most)) if least > most => {
                Err("latency: the shorter time comes first".to_owned())
            }
            TroubleKind::Delivery(Delivery::Whole | Delivery::BeforeBody) => {
                Err("an answer that is given whole is no trouble; `early` is an error before the body was read"
                    .to_owned())
            }
            _ if self.next == Some(0) => Err("next: it befalls at least 1 request".to_owned()),
            _ => Ok(self),
        }
    }
}

impl TroubleInfo {
    fn kind(&self, value: Option<&str>) -> Result<TroubleKind, String> {
        let needed = || value.ok_or_else(|| format!("{0}: it needs a value, {0}={1}", self.name, self.value));
        match self.read {
            Read::Latency => latency(needed()?),
            Read::Status => Ok(TroubleKind::Status { status: whole(self.name, needed()?)?, retry_after: None }),
            Read::Early => Ok(TroubleKind::Early(whole(self.name, needed()?)?)),
            Read::Redirect => Ok(TroubleKind::Redirect(whole(self.name, needed()?)?)),
            Read::Pause(delivery) => Ok(TroubleKind::Delivery(delivery(time(self.name, needed()?)?))),
            Read::Refused | Read::Delivery(_) if value.is_some() => Err(format!("{}: it takes no value", self.name)),
            Read::Refused => Ok(TroubleKind::Refused),
            Read::Delivery(delivery) => Ok(TroubleKind::Delivery(delivery)),
        }
    }
}

/// The statuses of errors.
const ERRORS: RangeInclusive<u16> = 400..=599;
/// The statuses of redirects.
const REDIRECTS: RangeInclusive<u16> = 300..=399;

fn whole<N: FromStr>(key: &str, value: &str) -> Result<N, String> {
    value.parse().map_err(|_| format!("{key}: `{value}` is no whole number that fits"))
}

fn latency(value: &str) -> Result<TroubleKind, String> {
    let time = |text| time("latency", text);
    let latency = if let Some(each) = value.strip_suffix("/byte") {
        Latency::PerByte(time(each)?)
    } else if let Some((least, most)) = value.split_once("..") {
        Latency::Between(time(least)?, time(most)?)
    } else {
        Latency::Fixed(time(value)?)
    };
    Ok(TroubleKind::Latency(latency))
}

/// At most an hour, in whole microseconds.
fn time(key: &str, text: &str) -> Result<Duration, String> {
    let wrong = || format!("{key}: `{text}` is not {A_TIME}, and at most an hour");
    let unit = text.find(|letter: char| letter.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(unit);
    let micros = match unit {
        "s" => 1e6,
        "ms" => 1e3,
        "us" => 1.0,
        _ => return Err(wrong()),
    };
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let micros = (number * micros).round();
    if !(0.0..=3.6e9).contains(&micros) {
        return Err(wrong());
    }
    Ok(Duration::from_micros(micros as u64))
}

fn chance(value: &str) -> Result<Chance, String> {
    let percent = value.strip_suffix('%').and_then(|percent| percent.parse::<f64>().ok());
    let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
    percent
        .map(|percent| Chance::per_million((percent * 1e4).round() as u32))
        .ok_or_else(|| format!("chance: `{value}` is no percentage from 0% to 100%, as 5% or 0.1%"))
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if let TroubleKind::Status { retry_after: Some(seconds), .. } = self.what {
            write!(f, ",retry-after={seconds}")?;
        }
        if let Some(endpoint) = self.on {
            write!(f, ",on={}", endpoint.name())?;
        }
        if let Some(requests) = self.next {
            write!(f, ",next={requests}")?;
        }
        match self.chance {
            Some(chance) => write!(f, ",chance={}%", f64::from(chance.parts_per_million()) / 1e4),
            None => Ok(()),
        }
    }
}

impl fmt::Display for TroubleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |time: Duration| format!("{}us", time.as_micros());
        match *self {
            Self::Latency(Latency::Fixed(fixed)) => write!(f, "latency={}", time(fixed)),
            Self::Latency(Latency::Between(least, most)) => write!(f, "latency={}..{}", time(least), time(most)),
            Self::Latency(Latency::PerByte(each)) => write!(f, "latency={}/byte", time(each)),
            Self::Status { status, .. } => write!(f, "status={status}"),
            Self::Redirect(status) => write!(f, "redirect={status}"),
            Self::Early(status) => write!(f, "early={status}"),
            Self::Refused => f.write_str("refused"),
            Self::Delivery(Delivery::Drip(pause)) => write!(f, "drip={}", time(pause)),
            Self::Delivery(Delivery::DripHeaders(pause)) => write!(f, "drip-headers={}", time(pause)),
            Self::Delivery(delivery) => f.write_str(name_of(delivery)),
        }
    }
}

fn name_of(delivery: Delivery) -> &'static str {
    let is_it = |info: &&TroubleInfo| matches!(info.read, Read::Delivery(other) if other == delivery);
    TROUBLES.iter().find(is_it).map_or("whole", |info| info.name)
}

impl fmt::Display for InvalidTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidTrouble {}
