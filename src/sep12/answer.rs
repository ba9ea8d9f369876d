//! What an anchor answers to `PUT /customer`, and how errors are worded (SEP-12, customer PUT).

use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::customer_id::CustomerId;

/// Why an anchor's answer cannot be used. The texts never quote the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidAnswer {
    /// Not JSON at all.
    NotJson,
    /// JSON, but not an object.
    NotAnObject,
    /// No member `id`.
    NoId,
    /// Two members `id`.
    IdTwice,
    /// Two members `status`.
    StatusTwice,
    /// The `id` is not a string.
    IdNotAString,
    /// The `id` is the empty string.
    IdEmpty,
    /// No member `status`.
    NoStatus,
    /// A `status` that SEP-12 does not know.
    UnknownStatus,
}

/// The id in the answer to `PUT /customer`; other members are ignored.
///
/// # Errors
///
/// When the text is not one JSON object with exactly one `id` that is a non-empty string.
pub fn read_id(body: &[u8]) -> Result<CustomerId, InvalidAnswer> {
    let id = member(body, "id", InvalidAnswer::IdTwice)?.ok_or(InvalidAnswer::NoId)?;
    let id: String = serde_json::from_str(id.get()).map_err(|_| InvalidAnswer::IdNotAString)?;
    CustomerId::try_from(id).map_err(|_| InvalidAnswer::IdEmpty)
}

/// The `error` text of an error answer, if it is a JSON object with a non-empty one.
#[must_use]
pub fn read_error(body: &[u8]) -> Option<String> {
    let error: String = serde_json::from_str(member(body, "error", InvalidAnswer::NotAnObject).ok()??.get()).ok()?;
    (!error.trim().is_empty()).then_some(error)
}

/// One member of the object in `body`, as it was written; `twice` if there are two.
pub(super) fn member(
    body: &[u8],
    name: &'static str,
    twice: InvalidAnswer,
) -> Result<Option<Box<RawValue>>, InvalidAnswer> {
    let mut found = Member { name, value: None, twice: false };
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let read = deserializer.deserialize_map(&mut found).and_then(|()| deserializer.end());
    if read.is_err() {
        let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok();
        return Err(if is_json { InvalidAnswer::NotAnObject } else { InvalidAnswer::NotJson });
    }
    if found.twice { Err(twice) } else { Ok(found.value) }
}

struct Member {
    name: &'static str,
    value: Option<Box<RawValue>>,
    twice: bool,
}

impl<'de> Visitor<'de> for &mut Member {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == self.name {
                self.twice |= self.value.replace(map.next_value()?).is_some();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for InvalidAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotJson => "the answer is not JSON",
            Self::NotAnObject => "the answer is not a JSON object",
            Self::NoId => "the answer has no id",
            Self::IdTwice => "the answer has more than one id",
            Self::StatusTwice => "the answer has more than one status",
            Self::IdNotAString => "the id in the answer is not a string",
            Self::IdEmpty => "the id in the answer is empty",
            Self::NoStatus => "the answer has no status",
            Self::UnknownStatus => "the status in the answer is not ACCEPTED, PROCESSING, NEEDS_INFO or REJECTED",
        })
    }
}

impl std::error::Error for InvalidAnswer {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_read_exactly() {
        let id = read_id(br#"{"extra": [1], "id": "a\u00e9\/%2F\" "}"#).expect("valid");
        assert_eq!(id.as_str(), "aé/%2F\" ");
    }

    #[test]
    fn an_answer_without_one_usable_id_is_refused() {
        for (body, error) in [
            ("", InvalidAnswer::NotJson),
            ("<html>", InvalidAnswer::NotJson),
            (r#"{"id": "1""#, InvalidAnswer::NotJson),
            (r#"{"id": "1"} {}"#, InvalidAnswer::NotJson),
            (r#"["id"]"#, InvalidAnswer::NotAnObject),
            ("null", InvalidAnswer::NotAnObject),
            ("{}", InvalidAnswer::NoId),
            (r#"{"ID": "1"}"#, InvalidAnswer::NoId),
            (r#"{"id": "1", "id": "2"}"#, InvalidAnswer::IdTwice),
            (r#"{"id": 1}"#, InvalidAnswer::IdNotAString),
            (r#"{"id": null}"#, InvalidAnswer::IdNotAString),
            (r#"{"id": "\ud800"}"#, InvalidAnswer::IdNotAString),
            (r#"{"id": ""}"#, InvalidAnswer::IdEmpty),
        ] {
            assert_eq!(read_id(body.as_bytes()), Err(error), "{body}");
        }
    }

    #[test]
    fn error_texts_are_read_only_from_objects() {
        assert_eq!(read_error(br#"{"error": "no such type"}"#).as_deref(), Some("no such type"));
        for body in ["", "no such type", r#"{"error": ""}"#, r#"{"error": {"code": 1}}"#, r#"["error"]"#] {
            assert_eq!(read_error(body.as_bytes()), None, "{body}");
        }
    }
}
