//! How the mock anchor behaves.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::desk::Desk;
use super::faults::Fault;
use super::received::ReceivedValue;
use super::trouble::Trouble;
use super::variants::Variant;
use crate::sep12::info::FieldInfo;
use crate::sep12::registry::{self, Kind};

/// The mock anchor's settings. As a file: keys in snake case, everything optional, unknown keys refused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The customer types by name (SEP-12, type specification); each names its fields.
    pub types: BTreeMap<String, CustomerType>,
    /// The type of a request that names none; must be one of `types`. Without it such a request is answered 400.
    pub default_type: Option<String>,
    /// The `X-Api-Key` that every request must have.
    pub api_key: Option<String>,
    /// What stands before `/customer` in the path, as `/kyc`; empty for nothing.
    pub prefix: String,
    /// Files up to this many bytes are kept; of longer ones only length and hash.
    pub keep_file_bytes: u64,
    /// Bodies over this many bytes are answered 413; any size is taken without it.
    pub max_body: Option<u64>,
    /// How many requests are remembered; the oldest go first.
    pub keep_requests: usize,
    /// What every id begins with.
    pub id_prefix: String,
    /// Makes ids and troubles repeatable: the same seed and the same order of requests give the same ones.
    pub seed: Option<u64>,
    /// Deviations to show.
    pub faults: BTreeSet<Fault>,
    /// Legal behaviours to show instead of the default ones.
    pub variants: BTreeSet<Variant>,
    /// Disturbances of the network and of the anchor's being there. [`RawAnchor`](super::RawAnchor) and
    /// [`run`](super::run) show them; [`MockAnchor`](super::MockAnchor) answers 501 where one would show.
    pub troubles: Vec<Trouble>,
    /// A KYC desk, where customers are not simply accepted as soon as they are complete.
    pub desk: Option<Desk>,
}

/// The fields of a customer type by name.
pub type CustomerType = BTreeMap<String, FieldSpec>;

/// What the anchor wants to know about one field (SEP-12, fields).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// The type of the value.
    #[serde(default = "string", rename = "type")]
    pub kind: Kind,
    /// Whether a customer can be accepted without it.
    #[serde(default)]
    pub optional: bool,
    /// The only values allowed.
    #[serde(default)]
    pub choices: Option<Vec<String>>,
    /// For a human; made from the name if absent.
    #[serde(default)]
    pub description: Option<String>,
}

impl Config {
    /// The default with a desk.
    #[must_use]
    pub fn with_desk(desk: Desk) -> Self {
        Self { desk: Some(desk), ..Self::default() }
    }

    /// The default with these faults.
    #[must_use]
    pub fn with_faults(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self { faults: faults.into_iter().collect(), ..Self::default() }
    }

    /// The default with these troubles.
    #[must_use]
    pub fn with_troubles(troubles: impl IntoIterator<Item = Trouble>) -> Self {
        Self { troubles: troubles.into_iter().collect(), ..Self::default() }
    }

    /// The default with these legal variants.
    #[must_use]
    pub fn with_variants(variants: impl IntoIterator<Item = Variant>) -> Self {
        Self { variants: variants.into_iter().collect(), ..Self::default() }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            types: default_types(),
            default_type: Some("default".to_owned()),
            api_key: None,
            prefix: String::new(),
            keep_file_bytes: 8 * 1024 * 1024,
            max_body: None,
            keep_requests: 10_000,
            id_prefix: String::new(),
            seed: None,
            faults: BTreeSet::new(),
            variants: BTreeSet::new(),
            troubles: Vec::new(),
            desk: None,
        }
    }
}

impl FieldSpec {
    /// A required field of the type that SEP-9 gives the name; text if it gives none.
    #[must_use]
    pub fn required(name: &str) -> Self {
        let kind = registry::kind(name).unwrap_or_else(string);
        Self { kind, optional: false, choices: None, description: None }
    }

    /// The same, optional.
    #[must_use]
    pub fn optional(name: &str) -> Self {
        Self { optional: true, ..Self::required(name) }
    }

    /// The same, with only these values allowed.
    #[must_use]
    pub fn with_choices(self, choices: &[&str]) -> Self {
        Self { choices: Some(choices.iter().map(|&choice| choice.to_owned()).collect()), ..self }
    }

    /// A field that the customer's type does not ask for.
    pub(super) fn unasked(name: &str, value: &ReceivedValue) -> Self {
        let kind = if value.as_file().is_some() { Kind::Binary } else { Kind::String };
        Self { kind: registry::kind(name).unwrap_or(kind), ..Self::optional(name) }
    }

    /// The entry of `fields` or `provided_fields`, as yet without a status.
    pub(super) fn info(&self, description: String) -> FieldInfo {
        let Self { kind, choices, optional, .. } = self.clone();
        FieldInfo { kind, description, choices, optional, status: None, error: None }
    }

    /// The description, or one made from the name.
    pub(super) fn description_of(&self, name: &str) -> String {
        self.description.clone().unwrap_or_else(|| name.replace(['_', '.'], " "))
    }
}

fn string() -> Kind {
    Kind::String
}

const NAME_AND_EMAIL: [&str; 3] = ["first_name", "last_name", "email_address"];

fn default_types() -> BTreeMap<String, CustomerType> {
    let sender = customer_type(&NAME_AND_EMAIL, &["address", "city", "address_country_code"]);
    let receiver = customer_type(
        &["first_name", "last_name", "email_address", "bank_account_number", "bank_number"],
        &["bank_name", "bank_account_type", "bank_branch_number", "clabe_number"],
    );
    let business = customer_type(
        &["organization.name", "organization.VAT_number"],
        &["organization.registration_date", "organization.number_of_shareholders", "organization.photo_proof_address"],
    );
    let any = customer_type(&NAME_AND_EMAIL, &["mobile_number", "birth_date", "tax_id", "sex", "photo_id_front"]);
    [
        ("default", any),
        ("sep31-sender", sender),
        ("sep31-receiver", receiver),
        ("sep6", deposit()),
        ("sep24-customer", customer_type(&NAME_AND_EMAIL, &["mobile_number"])),
        ("business", business),
    ]
    .map(|(name, fields)| (name.to_owned(), fields))
    .into()
}

fn deposit() -> CustomerType {
    let mut fields = customer_type(
        &["first_name", "last_name", "email_address", "birth_date", "id_type", "photo_id_front"],
        &[
            "photo_id_back",
            "id_number",
            "id_issue_date",
            "id_expiration_date",
            "mobile_number",
            "address",
            "occupation",
        ],
    );
    let id_type = FieldSpec::required("id_type").with_choices(&["passport", "drivers_license", "id_card"]);
    fields.insert("id_type".to_owned(), id_type);
    fields
}

fn customer_type(required: &[&str], optional: &[&str]) -> CustomerType {
    let required = required.iter().map(|&name| (name.to_owned(), FieldSpec::required(name)));
    let optional = optional.iter().map(|&name| (name.to_owned(), FieldSpec::optional(name)));
    required.chain(optional).collect()
}
