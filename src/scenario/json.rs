//! JSON written as YAML: the order of members is kept, and numbers that have more than one text are refused.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::text::Text;

/// A JSON value with placeholders in its texts.
#[derive(Clone, Debug)]
pub(super) enum Json {
    /// `null`, `true`, `false` or a whole number.
    Literal(String),
    Text(Text),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The JSON text.
    pub(super) fn resolve(&self, ids: &[Option<String>]) -> String {
        match self {
            Self::Literal(literal) => literal.clone(),
            Self::Text(text) => quoted(&text.resolve(ids)),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.resolve(ids)).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Object(members) => {
                let member = |(name, value): &(String, Self)| format!("{}: {}", quoted(name), value.resolve(ids));
                let members: Vec<String> = members.iter().map(member).collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }

    pub(super) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    pub(super) fn texts(&self) -> Vec<&Text> {
        match self {
            Self::Literal(_) => Vec::new(),
            Self::Text(text) => vec![text],
            Self::List(items) => items.iter().flat_map(Self::texts).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.texts()).collect(),
        }
    }
}

/// A text as JSON writes it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Literal(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Literal(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Literal(value.to_string()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Json, E> {
        Err(E::custom("a number with a fraction or an exponent can be written in many ways; use `json-text`"))
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Literal("null".to_owned()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Text::parse(text).map(Json::Text).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}

impl JsonSchema for Json {
    fn schema_name() -> Cow<'static, str> {
        "Json".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A JSON value; numbers with a fraction or an exponent need `json-text`." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_texts_are_escaped() {
        let json: Json = serde_saphyr::from_str("z: 1\na: [true, null, 'say \"hi\"', {}]").expect("valid");
        assert_eq!(json.resolve(&[]), r#"{"z": 1, "a": [true, null, "say \"hi\"", {}]}"#);
    }

    #[test]
    fn fractions_are_refused() {
        assert!(serde_saphyr::from_str::<Json>("a: 1.0").is_err());
    }
}
