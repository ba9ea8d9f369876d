//! `list`: everything that has a name.

use serde_json::{Value, json};

use super::{EXIT_OK, Usage, say};
use crate::mock::{Fault, MAGIC, Need, TROUBLES, Variant};
use crate::sep12::registry::{self, Definition};
use crate::suite::{checks, requirements};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What to list
    #[arg(value_enum, default_value_t = What::Checks)]
    what: What,
    /// As a JSON array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// What is demanded of an anchor and of a platform
    Requirements,
    /// What tests it
    Checks,
    /// Deviations that the mock anchor shows on demand
    Faults,
    /// Legal behaviours that the mock anchor shows on demand
    Variants,
    /// Disturbances that `mock --trouble` shows on demand
    Troubles,
    /// Values that lead a customer of `mock --desk` into each state
    Magic,
    /// The field names of SEP-9, SEP-12 and the callback API
    Fields,
}

impl Arguments {
    pub(super) fn run(self) -> Result<u8, Usage> {
        let entries = entries(self.what);
        if self.json {
            say(&format!("{:#}\n", Value::Array(entries)));
            return Ok(EXIT_OK);
        }
        for entry in entries {
            let text = |member: &str| entry[member].as_str().unwrap_or_default().to_owned();
            let id = ["id", "name"].iter().find_map(|member| entry[member].as_str()).unwrap_or_default();
            let title = if entry["title"].is_string() { text("title") } else { text("kind") };
            say(&format!("{id}\t{title}\n"));
        }
        Ok(EXIT_OK)
    }
}

fn entries(what: What) -> Vec<Value> {
    match what {
        What::Requirements => requirements()
            .map(|requirement| {
                json!({
                    "id": requirement.id, "title": requirement.title, "target": requirement.target().as_str(),
                    "level": requirement.level.as_str(), "source_level": requirement.source_level, "source": requirement.source,
                })
            })
            .collect(),
        What::Checks => checks()
            .map(|check| {
                json!({
                    "id": check.id, "title": check.title, "target": check.target().as_str(),
                    "level": check.level().as_str(),
                    "requirements": check.requirements,
                })
            })
            .collect(),
        What::Faults => Fault::ALL
            .iter()
            .map(|fault| {
                json!({
                    "name": fault.name(), "title": fault.title(), "effect": fault.effect(), "source": fault.source(),
                    "needs": needs(fault.needs()),
                })
            })
            .collect(),
        What::Variants => Variant::ALL
            .iter()
            .map(|variant| {
                json!({
                    "name": variant.name(), "title": variant.title(), "effect": variant.effect(),
                    "source": variant.source(),
                })
            })
            .collect(),
        What::Troubles => TROUBLES
            .iter()
            .map(|trouble| {
                json!({
                    "name": trouble.name, "title": trouble.effect, "value": trouble.value,
                    "acts": if trouble.acts { "yes" } else { "no" },
                })
            })
            .collect(),
        What::Magic => MAGIC
            .iter()
            .map(|magic| {
                json!({
                    "name": magic.name, "title": magic.effect, "place": magic.place.describe(), "value": magic.value,
                    "source": magic.source,
                })
            })
            .collect(),
        What::Fields => registry::SEP9.iter().chain(&registry::EXTRA).map(field).collect(),
    }
}

/// What must come together for a fault to show, by kind.
fn needs(needs: &[Need]) -> Value {
    let (mut variants, mut fields, mut types) = (Vec::new(), Vec::new(), Vec::new());
    for need in needs {
        match need {
            Need::Variant(variant) => variants.push(variant.name()),
            Need::Field(name, value) => fields.push([*name, *value]),
            Need::Types(one, other) => types.extend([*one, *other]),
            Need::Credentials | Need::RawFront | Need::OtherIdentities => {}
        }
    }
    json!({
        "credentials": needs.contains(&Need::Credentials), "variants": variants, "fields": fields, "types": types,
        "raw_front": needs.contains(&Need::RawFront), "other_identities": needs.contains(&Need::OtherIdentities),
    })
}

fn field(definition: &Definition) -> Value {
    json!({
        "name": definition.name, "kind": definition.kind, "section": definition.section.title(),
        "encoding": definition.encoding.title(),
    })
}
