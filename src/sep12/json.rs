//! JSON that strangers wrote, as a tree.
//!
//! `serde_json::Value` must not be read from it: an object whose first name is the one under which serde_json hands on
//! raw values is taken for a text to read again, with a depth of its own. What says `{...}` would be read as something
//! else, and a few such objects within each other would overflow the stack.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Reads one value; of members that occur twice the last counts.
///
/// # Errors
///
/// When the text is not JSON, or too deep.
pub(crate) fn read(text: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(text).map(|Tree(value)| value)
}

struct Tree(Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor).map(Self)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Tree(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Tree(value))) = members.next_entry::<String, _>()? {
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_value_is_read_as_it_stands() {
        let text = r#" {"a": [null, true, -1, 18446744073709551615, 1.5, "\u00e9", {}], "b": 1, "b": 2}"#;
        let read = read(text.as_bytes()).expect("JSON");
        assert_eq!(read, json!({"a": [null, true, -1, u64::MAX, 1.5, "é", {}], "b": 2}));
        for wrong in ["", "{", "{} {}", "[1,]", "nul", r#""\ud800""#] {
            assert!(super::read(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_name_makes_an_object_anything_else() {
        let text = r#"{"$serde_json::private::RawValue": "[1]"}"#;
        let read = read(text.as_bytes()).expect("JSON");
        assert_eq!(read.get("$serde_json::private::RawValue"), Some(&json!("[1]")));
    }

    /// Each object holds a text that would be read again, with another 127 lists around the next.
    #[test]
    fn no_text_is_deeper_than_the_limit() {
        let mut text = "0".to_owned();
        for _ in 0..8 {
            let lists = ["[".repeat(120), text, "]".repeat(120)].concat();
            text = json!({"$serde_json::private::RawValue": lists}).to_string();
        }
        assert!(matches!(read(text.as_bytes()), Ok(Value::Object(object)) if object.len() == 1));
        assert!(read(["[".repeat(1000), "]".repeat(1000)].concat().as_bytes()).is_err());
    }
}
