//! What an anchor answers to `GET /customer` (SEP-12, customer GET): a customer's status and its fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::answer::{InvalidAnswer, member};
use super::customer_id::CustomerId;
use super::json;
use super::registry::Kind;
use super::status::{CustomerStatus, FieldStatus};

/// A customer as the anchor sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CustomerInfo {
    /// Absent while the customer is not registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<CustomerId>,
    /// Where the customer's KYC stands.
    pub status: CustomerStatus,
    /// What the anchor has not yet received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<BTreeMap<String, FieldInfo>>,
    /// What the anchor has received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provided_fields: Option<BTreeMap<String, FieldInfo>>,
    /// For a human; must be present when the status is `REJECTED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// One entry of `fields` or `provided_fields`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldInfo {
    /// The type of the value.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// For a human.
    pub description: String,
    /// The only values allowed, if the anchor restricts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<String>>,
    /// Whether the customer can go on without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Only in `provided_fields`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<FieldStatus>,
    /// Why a provided field is `REJECTED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A breach of SEP-12 that leaves the answer usable; the rule broken, and where, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The member, as `fields.NAME.type`.
    pub place: String,
    /// What should have been there.
    pub expected: &'static str,
}

impl CustomerInfo {
    /// Reads an answer as far as it can be read, with the lesser breaches found on the way; what breaches a rule is
    /// left out of the result.
    ///
    /// # Errors
    ///
    /// When a client could not go on: not a JSON object, or no known `status`.
    pub fn read(body: &[u8]) -> Result<(Self, Vec<Breach>), InvalidAnswer> {
        let answer = json::read(body).map_err(|_| InvalidAnswer::NotJson)?;
        let answer = answer.as_object().ok_or(InvalidAnswer::NotAnObject)?;
        let status = member(body, "status", InvalidAnswer::StatusTwice)?.ok_or(InvalidAnswer::NoStatus)?;
        let status = serde_json::from_str(status.get()).map_err(|_| InvalidAnswer::UnknownStatus)?;
        // Whose customer it is must not depend on which of two ids a reader takes.
        member(body, "id", InvalidAnswer::IdTwice)?;
        let mut breaches = Vec::new();
        let mut read = |name: &str| read_fields(name, answer.get(name)?, &mut breaches);
        let (fields, provided_fields) = (read("fields"), read("provided_fields"));
        let info = Self {
            id: read_member(answer.get("id"), "id", "a non-empty string", &mut breaches),
            status,
            fields,
            provided_fields,
            message: read_member(answer.get("message"), "message", "a string", &mut breaches),
        };
        info.check_status(&mut breaches);
        Ok((info, breaches))
    }

    fn check_status(&self, breaches: &mut Vec<Breach>) {
        let waits = |field: &FieldInfo| field.status == Some(FieldStatus::VerificationRequired);
        let asks_to_verify = self.provided_fields.iter().flat_map(BTreeMap::values).any(waits);
        let mut breach = |place: &str, expected| breaches.push(Breach { place: place.to_owned(), expected });
        match self.status {
            CustomerStatus::NeedsInfo if self.fields.is_none() && !asks_to_verify => {
                breach("fields", "an object, because the status is NEEDS_INFO");
            }
            CustomerStatus::Accepted if self.fields.iter().flat_map(BTreeMap::values).any(|field| !field.optional) => {
                breach("fields", "no required field, because the status is ACCEPTED");
            }
            CustomerStatus::Rejected if self.message.as_deref().is_none_or(str::is_empty) => {
                breach("message", "a text, because the status is REJECTED");
            }
            _ => {}
        }
    }
}

/// An optional member: absent and null alike mean not there.
fn read_member<'a, T: Deserialize<'a>>(
    member: Option<&'a Json>,
    place: &str,
    expected: &'static str,
    breaches: &mut Vec<Breach>,
) -> Option<T> {
    let member = member.filter(|member| !member.is_null())?;
    let read = T::deserialize(member).ok();
    if read.is_none() {
        breaches.push(Breach { place: place.to_owned(), expected });
    }
    read
}

fn read_fields(place: &str, fields: &Json, breaches: &mut Vec<Breach>) -> Option<BTreeMap<String, FieldInfo>> {
    if fields.is_null() {
        return None;
    }
    let Some(fields) = fields.as_object() else {
        breaches.push(Breach { place: place.to_owned(), expected: "an object whose keys are field names" });
        return None;
    };
    let expected = "an object with type, description, and well-typed choices, optional, status, error";
    let read = |(name, field): (&String, &Json)| {
        if name.contains(char::is_control) {
            breaches.push(Breach { place: format!("{place}.{name}"), expected: "a name without control characters" });
            return None;
        }
        // A derived reader would take a list for its members in their order.
        if field.is_array() {
            breaches.push(Breach { place: format!("{place}.{name}"), expected });
            return None;
        }
        Some((name.clone(), read_member(Some(field), &format!("{place}.{name}"), expected, breaches)?))
    };
    Some(fields.iter().filter_map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_answer_is_read_without_breach() {
        let body = br#"{"id": "1", "status": "NEEDS_INFO",
            "fields": {"id_type": {"type": "string", "description": "id", "choices": ["passport"], "optional": true}},
            "provided_fields": {"mobile_number": {"type": "string", "description": "phone", "status": "VERIFICATION_REQUIRED"}}}"#;
        let (info, breaches) = CustomerInfo::read(body).expect("readable");
        assert_eq!(breaches, []);
        assert_eq!(info.status, CustomerStatus::NeedsInfo);
        assert!(info.fields.expect("fields")["id_type"].optional);
    }

    #[test]
    fn without_a_known_status_it_cannot_be_used() {
        for (body, error) in [
            ("", InvalidAnswer::NotJson),
            ("[]", InvalidAnswer::NotAnObject),
            ("{}", InvalidAnswer::NoStatus),
            (r#"{"status": "accepted"}"#, InvalidAnswer::UnknownStatus),
            (r#"{"status": null}"#, InvalidAnswer::UnknownStatus),
            (r#"{"status": "ACCEPTED", "status": "ACCEPTED"}"#, InvalidAnswer::StatusTwice),
            (r#"{"id": "a", "status": "ACCEPTED", "id": "b"}"#, InvalidAnswer::IdTwice),
            // serde_json's own way to write a value as it is, which no answer can mean.
            (r#"{"$serde_json::private::RawValue": "{\"status\": \"ACCEPTED\"}"}"#, InvalidAnswer::NoStatus),
        ] {
            assert_eq!(CustomerInfo::read(body.as_bytes()), Err(error), "{body}");
        }
    }

    #[test]
    fn a_name_that_no_request_can_carry_is_left_out() {
        let field = r#"{"type": "binary", "description": ""}"#;
        let body = format!(r#"{{"status": "NEEDS_INFO", "fields": {{"a\u0000": {field}, "b": {field}}}}}"#);
        let (info, _) = CustomerInfo::read(body.as_bytes()).expect("readable");
        assert_eq!(info.fields.expect("fields").into_keys().collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn lesser_breaches_are_named_by_place() {
        for (body, place) in [
            (r#"{"status": "NEEDS_INFO"}"#, "fields"),
            (r#"{"status": "REJECTED"}"#, "message"),
            (r#"{"status": "PROCESSING", "id": 7}"#, "id"),
            (r#"{"status": "PROCESSING", "id": {"$serde_json::private::RawValue": "\"x\""}}"#, "id"),
            (r#"{"status": "PROCESSING", "fields": []}"#, "fields"),
            (r#"{"status": "PROCESSING", "fields": {"a": {"type": "text", "description": ""}}}"#, "fields.a"),
            (r#"{"status": "PROCESSING", "fields": {"a": ["string", "", null, false, null, null]}}"#, "fields.a"),
            (r#"{"status": "PROCESSING", "fields": {"a\n": {"type": "string", "description": ""}}}"#, "fields.a\n"),
            (r#"{"status": "ACCEPTED", "fields": {"a": {"type": "string", "description": ""}}}"#, "fields"),
        ] {
            let (_, breaches) = CustomerInfo::read(body.as_bytes()).expect("readable");
            assert_eq!(breaches.iter().map(|breach| breach.place.as_str()).collect::<Vec<_>>(), [place], "{body}");
        }
    }
}
