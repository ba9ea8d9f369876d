//! What the anchor asks of which type of customer, and what values it takes.

use serde_json::{Map, Value, json};

use crate::store::Record;

pub struct Field {
    name: &'static str,
    kind: &'static str,
    description: &'static str,
    choices: &'static [&'static str],
    optional: bool,
}

pub struct CustomerType {
    pub name: &'static str,
    fields: &'static [Field],
    /// The status once nothing required is missing, and what is said with it.
    complete: (&'static str, &'static str),
}

const fn field(name: &'static str, kind: &'static str, description: &'static str) -> Field {
    Field { name, kind, description, choices: &[], optional: false }
}

impl Field {
    const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    const fn one_of(self, choices: &'static [&'static str]) -> Self {
        Self { choices, ..self }
    }
}

pub static TYPES: &[CustomerType] = &[
    CustomerType {
        name: "sep31-sender",
        fields: &[
            field("first_name", "string", "First name of the sender"),
            field("last_name", "string", "Last name of the sender"),
            field("email_address", "string", "Where to reach the sender by mail"),
            field("birth_date", "date", "Day of birth, as YYYY-MM-DD").optional(),
            field("sex", "string", "Sex as in the passport").one_of(&["male", "female", "other"]).optional(),
        ],
        complete: ("ACCEPTED", "This sender may send payments."),
    },
    CustomerType {
        name: "sep31-receiver",
        fields: &[
            field("first_name", "string", "First name of the receiver"),
            field("last_name", "string", "Last name of the receiver"),
            field("birth_date", "date", "Day of birth, as YYYY-MM-DD"),
            field("bank_account_number", "string", "Account to pay out to"),
            field("bank_account_type", "string", "Kind of that account").one_of(&["checking", "savings"]),
            field("photo_id_front", "binary", "Front of the identity card"),
            field("photo_id_back", "binary", "Back of the identity card"),
        ],
        complete: ("ACCEPTED", "This receiver may be paid."),
    },
    CustomerType {
        name: "business",
        fields: &[
            field("organization.name", "string", "Name in the company register"),
            field("organization.registration_number", "string", "Number in the company register"),
            field("organization.number_of_shareholders", "number", "How many shareholders there are"),
            field("organization.photo_incorporation_doc", "binary", "Scan of the incorporation").optional(),
        ],
        complete: ("PROCESSING", "Somebody is looking at the company's papers."),
    },
];

/// Dates and choices of SEP-9 that are checked even where no type asks for them.
const MORE_DATES: &[&str] = &["id_issue_date", "id_expiration_date"];

/// Members of a request that say whom and what it is about.
const ABOUT: &[&str] = &["id", "account", "memo", "memo_type", "type", "transaction_id"];

fn asked(name: &str) -> Option<&'static Field> {
    TYPES.iter().flat_map(|kind| kind.fields).find(|field| field.name == name)
}

/// The type of customer a request names; every anchor request has to name one.
pub fn customer_type(name: Option<&str>) -> Result<&'static CustomerType, String> {
    let names: Vec<_> = TYPES.iter().map(|kind| kind.name).collect();
    let Some(name) = name else {
        return Err(format!("'type' is required: one of {}", names.join(", ")));
    };
    TYPES
        .iter()
        .find(|kind| kind.name == name)
        .ok_or_else(|| format!("'type' has no value '{name}' here: use one of {}", names.join(", ")))
}

/// `Some(true)` for a file, `Some(false)` for a text, `None` for a name not known.
pub fn is_file(name: &str) -> Option<bool> {
    if ABOUT.contains(&name) {
        return Some(false);
    }
    asked(name).map(|field| field.kind == "binary")
}

/// SEP-9 gives two names two spellings.
pub fn canonical(name: &str) -> &str {
    match name {
        "given_name" => "first_name",
        "family_name" => "last_name",
        name => name,
    }
}

/// Refuses a text that its field cannot have. `lax` dates are the broken ones.
pub fn check(name: &str, text: &str, lax: bool) -> Result<(), String> {
    let field = asked(name);
    let kind = field.map_or("string", |field| field.kind);
    let choices = field.map_or(&[][..], |field| field.choices);
    if (kind == "date" || MORE_DATES.contains(&name)) && !is_date(text, lax) {
        return Err(format!("'{name}' has to be a date that exists, as YYYY-MM-DD"));
    }
    if kind == "number" && !text.parse::<f64>().is_ok_and(f64::is_finite) {
        return Err(format!("'{name}' has to be a number"));
    }
    if kind == "binary" {
        return Err(format!("'{name}' has to be sent as a file, in multipart/form-data"));
    }
    if !choices.is_empty() && !choices.contains(&text) {
        return Err(format!("'{name}' has to be one of {}", choices.join(", ")));
    }
    Ok(())
}

fn is_date(text: &str, lax: bool) -> bool {
    let bytes = text.as_bytes();
    let dash = |at: usize| at == 4 || at == 7;
    let shaped =
        bytes.len() == 10 && (0..10).all(|at| if dash(at) { bytes[at] == b'-' } else { bytes[at].is_ascii_digit() });
    if !shaped {
        return false;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(&text[..4]), number(&text[5..7]), number(&text[8..]));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        _ if lax => 31,
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=days).contains(&day)
}

impl CustomerType {
    /// Status, message and, where something is missing, the fields to send.
    pub fn assess(&self, record: &Record) -> Map<String, Value> {
        let missing = || self.fields.iter().filter(|field| !record.has(field.name));
        let mut answer = Map::new();
        if missing().all(|field| field.optional) {
            answer.insert("status".into(), json!(self.complete.0));
            answer.insert("message".into(), json!(self.complete.1));
            return answer;
        }
        let mut fields = Map::new();
        for field in missing() {
            let mut entry = json!({"type": field.kind, "description": field.description});
            if !field.choices.is_empty() {
                entry["choices"] = json!(field.choices);
            }
            if field.optional {
                entry["optional"] = json!(true);
            }
            fields.insert(field.name.into(), entry);
        }
        answer.insert("status".into(), json!("NEEDS_INFO"));
        answer.insert("message".into(), json!("Some information is still missing."));
        answer.insert("fields".into(), fields.into());
        answer
    }
}
