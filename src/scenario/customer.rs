//! Where a customer must stand: what the answer to a GET says, without its wording.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::facts::{Expected, ExpectedFacts, ReceivedFacts};
use super::json::quoted;
use crate::sep12::info::{CustomerInfo, FieldInfo};
use crate::sep12::{CustomerStatus, FieldStatus};

/// Where a customer stands (SEP-12, customer GET). Descriptions are not compared; whatever SEP-12 forbids is a difference.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct CustomerStands {
    /// The customer's status.
    #[schemars(with = "String")]
    status: CustomerStatus,
    /// The required fields that are still asked for; none if it is left out.
    #[serde(default)]
    asks_for: Vec<String>,
    /// The provided fields by name, and the status of each; not compared if it is left out.
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    provided: Option<BTreeMap<String, FieldStatus>>,
    /// A part of the `message`.
    message_contains: Option<String>,
    /// A part of the `error` of these provided fields.
    #[serde(default)]
    errors_contain: BTreeMap<String, String>,
}

const STATUS: &str = "customer status";
const ASKED: &str = "asked for";
const BREACHES: &str = "breaches of SEP-12";

impl CustomerStands {
    pub(super) fn expected(&self) -> ExpectedFacts {
        let mut asked = self.asks_for.clone();
        asked.sort_unstable();
        let mut facts = vec![
            (STATUS.to_owned(), Expected::Exactly(self.status.to_string())),
            (ASKED.to_owned(), Expected::Exactly(asked.join(", "))),
            (BREACHES.to_owned(), Expected::Exactly(String::new())),
        ];
        if let Some(part) = &self.message_contains {
            facts.push(("message".to_owned(), Expected::Containing(part.clone())));
        }
        for (name, status) in self.provided.iter().flatten() {
            facts.push((format!("provided {name}"), Expected::Exactly(status.to_string())));
        }
        for (name, part) in &self.errors_contain {
            facts.push((format!("error in {name}"), Expected::Containing(part.clone())));
        }
        facts
    }

    pub(super) fn received(&self, body: &[u8]) -> ReceivedFacts {
        let (info, breaches) = match CustomerInfo::read(body) {
            Ok(read) => read,
            Err(error) => {
                let body = quoted(&String::from_utf8_lossy(body));
                return vec![(STATUS.to_owned(), format!("none, because {error}: {body}"))];
            }
        };
        let required = |fields: BTreeMap<String, FieldInfo>| fields.into_iter().filter(|(_, field)| !field.optional);
        let asked: Vec<String> = info.fields.into_iter().flat_map(required).map(|(name, _)| name).collect();
        let breaches: Vec<String> = breaches.into_iter().map(|breach| breach.place).collect();
        let mut facts = vec![
            (STATUS.to_owned(), info.status.to_string()),
            (ASKED.to_owned(), asked.join(", ")),
            (BREACHES.to_owned(), breaches.join(", ")),
        ];
        facts.extend(self.message_contains.as_ref().and(info.message).map(|text| ("message".to_owned(), text)));
        for (name, field) in info.provided_fields.into_iter().flatten() {
            let status = field.status.map_or_else(|| "none".to_owned(), |status| status.to_string());
            if self.provided.is_some() {
                facts.push((format!("provided {name}"), status));
            }
            let error = self.errors_contain.get(&name).and(field.error);
            facts.extend(error.map(|error| (format!("error in {name}"), error)));
        }
        facts
    }
}
