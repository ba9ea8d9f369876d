//! `application/json`: one object whose members are fields.
//!
//! Scalars become text exactly as they were written, so `1.0` and twenty digits survive; null is not provided; arrays
//! and objects are kept as they stand (SEP-12 allows nested values in JSON).

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::body::ClientBody;
use super::rules::Rules;
use super::{KindOf, Part, read_text_body};
use crate::platform::config::Limits;
use crate::platform::refusal::Refusal;
use crate::sep12::registry::Kind;

pub(super) async fn read(body: ClientBody, kind_of: KindOf, limits: &Limits) -> Result<Vec<Part>, Refusal> {
    let body = read_text_body(body, limits).await?;
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::malformed("the body is empty; send a JSON object"));
    }
    let mut members = Members { rules: Rules::new(limits), kind_of, parts: Vec::new(), refusal: None };
    let mut deserializer = serde_json::Deserializer::from_slice(&body);
    let read = deserializer.deserialize_map(&mut members).and_then(|()| deserializer.end());
    match (members.refusal, read) {
        (Some(refusal), _) => Err(refusal),
        (None, Err(error)) => Err(malformed(&error)),
        (None, Ok(())) => Ok(members.parts),
    }
}

/// Says where, and nothing of what stands there.
fn malformed(error: &serde_json::Error) -> Refusal {
    let problem = if error.is_data() { "the body must be a JSON object" } else { "the body is not valid JSON" };
    Refusal::malformed(format!("{problem} (line {}, column {})", error.line(), error.column().max(1)))
}

struct Members {
    rules: Rules,
    kind_of: KindOf,
    parts: Vec<Part>,
    refusal: Option<Refusal>,
}

impl Members {
    fn add(&mut self, name: String, value: Box<RawValue>) -> Result<(), Refusal> {
        self.rules.name(&name)?;
        let written = value.get();
        let part = match written.as_bytes().first() {
            Some(b'n') => return Ok(()),
            Some(b'{' | b'[') => {
                self.rules.text(&name, written)?;
                Part::Json { name, value }
            }
            Some(b'"') => {
                let value: String = serde_json::from_str(written)
                    .map_err(|_| Refusal::field(&name, "must be a string of valid Unicode"))?;
                self.rules.text(&name, &value)?;
                Part::Text { name, value }
            }
            _ => {
                self.rules.text(&name, written)?;
                Part::Text { name, value: written.to_owned() }
            }
        };
        self.parts.push(refuse_binary(part, self.kind_of)?);
        Ok(())
    }
}

/// Binary names need multipart (SEP-12, content type).
pub(super) fn refuse_binary(part: Part, kind_of: KindOf) -> Result<Part, Refusal> {
    match &part {
        Part::Text { name, .. } | Part::Json { name, .. } if kind_of(name) == Some(Kind::Binary) => {
            Err(Refusal::field(name, "is binary and must be sent as multipart/form-data"))
        }
        _ => Ok(part),
    }
}

impl<'de> Visitor<'de> for &mut Members {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key()? {
            let value = map.next_value()?;
            if let Err(refusal) = self.add(name, value) {
                self.refusal = Some(refusal);
                return Err(serde::de::Error::custom("a field was refused"));
            }
        }
        Ok(())
    }
}
