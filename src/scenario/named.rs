//! Names from the mock anchor's lists.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::mock::{Fault, TroubleEndpoint, Variant};

/// A list whose entries have names.
pub(super) trait Listed: std::str::FromStr<Err: std::fmt::Display> + Copy + 'static {
    const SCHEMA: &'static str;

    fn names() -> Vec<&'static str>;
}

/// One entry of a list, by its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named<T>(pub(super) T);

impl Listed for Fault {
    const SCHEMA: &'static str = "Fault";

    fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|fault| fault.name()).collect()
    }
}

impl Listed for Variant {
    const SCHEMA: &'static str = "Variant";

    fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|variant| variant.name()).collect()
    }
}

impl Listed for TroubleEndpoint {
    const SCHEMA: &'static str = "TroubleEndpoint";

    fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|endpoint| endpoint.name()).collect()
    }
}

impl<'de, T: Listed> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(de::Error::custom)
    }
}

impl<T: Listed> JsonSchema for Named<T> {
    fn schema_name() -> Cow<'static, str> {
        T::SCHEMA.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": T::names() })
    }
}
