//! Values that may be written as a word, as a mapping or as a list.
//!
//! serde's untagged enums would do it too, but their errors say neither what is wrong nor where.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A value with more than one way to write it.
pub(super) trait Shaped: Sized {
    /// What a mapping is read as.
    type Map: DeserializeOwned;

    /// What would be right, for an error message.
    const EXPECTED: &'static str;

    /// The value of a plain word or a quoted text.
    fn word(text: &str) -> Result<Self, String> {
        Err(format!("unexpected `{text}`; this must be {}", Self::EXPECTED))
    }

    /// The value of a mapping.
    fn map(map: Self::Map) -> Self;

    /// The value of a list of mappings, if it can be one.
    fn list(_: Vec<Self::Map>) -> Option<Self> {
        None
    }
}

/// Reads a value in whichever way it is written.
pub(super) fn read<'de, D: Deserializer<'de>, T: Shaped>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Shape(PhantomData))
}

/// Reads one value or a list of values.
pub(super) fn one_or_many<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_any(OneOrMany(PhantomData))
}

struct OneOrMany<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for OneOrMany<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value or a list of values")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<T>, E> {
        T::deserialize(text.into_deserializer()).map(|value| vec![value])
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|value| vec![value])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(values)
    }
}

struct Shape<T>(PhantomData<T>);

impl<'de, T: Shaped> Visitor<'de> for Shape<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::word(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::Map::deserialize(MapAccessDeserializer::new(map)).map(T::map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<T, A::Error> {
        let mut maps = Vec::new();
        while let Some(map) = list.next_element()? {
            maps.push(map);
        }
        T::list(maps).ok_or_else(|| A::Error::custom(format!("this must be {}", T::EXPECTED)))
    }
}
