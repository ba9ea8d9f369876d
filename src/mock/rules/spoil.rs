//! The faults that lie in the form of what GET shows, and the members that a legal anchor may add.

use serde_json::{Map, Value as Json, json};

use super::Rules;
use crate::mock::faults::Fault;
use crate::mock::variants::Variant;
use crate::sep12::info::CustomerInfo;

type Members = Map<String, Json>;

/// The two members that list fields.
const LISTS: [&str; 2] = ["fields", "provided_fields"];

impl Rules<'_> {
    pub(super) fn spoilt(&self, info: &CustomerInfo) -> Json {
        let mut body = json!(info);
        if let Json::Object(members) = &mut body {
            self.spoil_lists(members);
            self.spoil_status(members);
            self.spoil_id(members);
            if let (true, Some(message)) = (self.has(Fault::MessageAsObject), members.get_mut("message")) {
                *message = json!({ "en": message.take() });
            }
            if self.shows(Variant::FieldExtraMembers) {
                members.insert("updated_at".to_owned(), json!("2024-02-29T12:00:00Z"));
            }
        }
        body
    }

    fn spoil_lists(&self, members: &mut Members) {
        for list in LISTS {
            let entries = members.get_mut(list).and_then(Json::as_object_mut);
            for entry in entries.into_iter().flat_map(Map::values_mut).filter_map(Json::as_object_mut) {
                self.spoil_field(entry);
            }
        }
        let is_status = |entry: &Json, status: &str| entry["status"] == status;
        if let Some(provided) = members.get_mut("provided_fields").and_then(Json::as_object_mut) {
            if self.has(Fault::VerificationNotListed) {
                provided.retain(|_, entry| !is_status(entry, "VERIFICATION_REQUIRED"));
            }
            if self.has(Fault::UnknownProvidedStatus) {
                let accepted = provided.values_mut().filter(|entry| is_status(entry, "ACCEPTED"));
                accepted.for_each(|entry| entry["status"] = json!("VERIFIED"));
            }
        }
        self.spoil_fields(members);
    }

    fn spoil_fields(&self, members: &mut Members) {
        let needs_info = members["status"] == "NEEDS_INFO";
        let Some(fields) = members.get_mut("fields") else { return };
        if self.has(Fault::NeedsInfoWithEmptyFields) && needs_info {
            *fields = json!({});
        }
        if let (true, Some(entries)) = (self.has(Fault::FieldsAsArray), fields.as_object()) {
            *fields = entries.iter().map(|(name, field)| json!({ "name": name, "field": field })).collect();
        }
        if self.has(Fault::NeedsInfoWithoutFields) && needs_info {
            members.remove("fields");
        }
    }

    fn spoil_field(&self, entry: &mut Members) {
        if self.has(Fault::FieldWithoutType) {
            entry.remove("type");
        }
        if self.has(Fault::FieldWithoutDescription) {
            entry.remove("description");
        }
        if self.shows(Variant::FieldExtraMembers) {
            entry.insert("max_length".to_owned(), json!(100));
        }
        for (name, value) in entry.iter_mut() {
            match (name.as_str(), &*value) {
                ("type", Json::String(word)) if self.has(Fault::UnknownFieldType) => *value = json!(other_type(word)),
                ("choices", Json::Array(choices)) if self.has(Fault::ChoicesAsText) => {
                    let choices: Vec<&str> = choices.iter().filter_map(Json::as_str).collect();
                    *value = json!(choices.join(","));
                }
                ("description", text) if self.has(Fault::DescriptionAsObject) => *value = json!({ "en": text }),
                ("error", text) if self.has(Fault::FieldErrorAsList) => *value = json!([text]),
                ("optional", Json::Bool(flag)) if self.has(Fault::OptionalAsText) => *value = json!(flag.to_string()),
                _ => {}
            }
        }
    }

    fn spoil_status(&self, members: &mut Members) {
        let status = members["status"].as_str().unwrap_or_default().to_owned();
        if self.has(Fault::RejectedWithoutMessage) && status == "REJECTED" {
            members.remove("message");
        }
        let asks_to_verify = || {
            let provided = members.get("provided_fields").and_then(Json::as_object);
            provided.into_iter().flat_map(Map::values).any(|entry| entry["status"] == "VERIFICATION_REQUIRED")
        };
        let spoilt = match () {
            () if self.has(Fault::LowerCaseStatus) => status.to_lowercase(),
            () if self.has(Fault::UnknownStatus) => other_status(&status).to_owned(),
            () if self.has(Fault::VerificationAsStatus) && asks_to_verify() => "VERIFICATION_REQUIRED".to_owned(),
            () => status,
        };
        members.insert("status".to_owned(), json!(spoilt));
        if self.has(Fault::NoStatus) {
            members.remove("status");
        }
    }

    fn spoil_id(&self, members: &mut Members) {
        if self.has(Fault::GetWithoutId) {
            members.remove("id");
        }
        if let (true, Some(id)) = (self.has(Fault::GetShowsAnotherId), members.get_mut("id")) {
            *id = json!(format!("customer-{}", id.as_str().unwrap_or_default()));
        }
    }
}

fn other_type(word: &str) -> &str {
    match word {
        "string" => "text",
        "binary" => "file",
        other => other,
    }
}

fn other_status(word: &str) -> &str {
    match word {
        "ACCEPTED" => "APPROVED",
        "NEEDS_INFO" => "INCOMPLETE",
        "PROCESSING" => "PENDING",
        "REJECTED" => "DENIED",
        other => other,
    }
}
