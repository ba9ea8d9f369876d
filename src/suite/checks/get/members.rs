//! What stands in an answer has the type that SEP-12 gives it.

use serde_json::Value as Json;

use crate::sep12::{Field, json};
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;

use super::moments::{by_id, visit, wanted_date};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "get/fields-are-objects",
        title: "`fields` and `provided_fields` are objects of objects, keyed by name",
        requirements: &["fields-are-objects"],
        run: Attempt::Anchor(|context| Box::pin(judge(context, &FIELDS))),
    },
    Check {
        id: "get/field-types-are-known",
        title: "every field is of type string, binary, number or date",
        requirements: &["field-types-are-known"],
        run: Attempt::Anchor(|context| Box::pin(judge(context, &TYPE))),
    },
    Check {
        id: "get/descriptions-are-texts",
        title: "a field's description is a text",
        requirements: &["texts-are-texts"],
        run: Attempt::Anchor(|context| Box::pin(judge(context, &DESCRIPTION))),
    },
    Check {
        id: "get/fields-are-described",
        title: "every field has a description",
        requirements: &["fields-are-described"],
        run: Attempt::Anchor(|context| Box::pin(judge(context, &DESCRIBED))),
    },
    Check {
        id: "get/choices-are-texts",
        title: "`choices` is a list of texts",
        requirements: &["choices-are-texts"],
        run: Attempt::Anchor(|context| Box::pin(judge(context, &CHOICES))),
    },
    Check {
        id: "get/optional-is-boolean",
        title: "`optional` is true or false",
        requirements: &["optional-is-boolean"],
        run: Attempt::Anchor(|context| Box::pin(judge(context, &OPTIONAL))),
    },
    Check {
        id: "get/provided-status-is-known",
        title: "the status of a provided field is one that SEP-12 knows",
        requirements: &["field-status-is-known"],
        run: Attempt::Anchor(|context| Box::pin(judge(context, &STATUS))),
    },
    Check {
        id: "get/field-errors-are-texts",
        title: "the error of a provided field is a text",
        requirements: &["texts-are-texts"],
        run: Attempt::Anchor(|context| Box::pin(errors_are_texts(context))),
    },
    Check {
        id: "get/message-is-text",
        title: "`message` is a text",
        requirements: &["texts-are-texts"],
        run: Attempt::Anchor(|context| Box::pin(judge(context, &MESSAGE))),
    },
];

/// A demand on one member wherever it stands.
struct Rule {
    expected: &'static str,
    /// What is skipped for if it never comes.
    what: &'static str,
    /// The values that the demand is about, each with its place.
    places: fn(&Json) -> Vec<(String, &Json)>,
    is_kept: fn(&Json) -> bool,
}

const FIELDS: Rule = Rule {
    expected: "`fields` and `provided_fields` are objects, and every entry is an object",
    what: "`fields`",
    places: |answer| {
        let maps = MAPS.into_iter().filter_map(|map| Some((map.to_owned(), present(answer, map)?)));
        maps.chain(entries(answer)).collect()
    },
    is_kept: Json::is_object,
};
const TYPE: Rule = Rule {
    expected: "`type` is string, binary, number or date",
    what: "fields",
    places: |answer| members_or_null(answer, "type"),
    is_kept: |value| value.as_str().is_some_and(|text| ["string", "binary", "number", "date"].contains(&text)),
};
const DESCRIPTION: Rule = Rule {
    expected: "`description` is a text",
    what: "descriptions",
    places: |answer| members(answer, "description"),
    is_kept: Json::is_string,
};
const DESCRIBED: Rule = Rule {
    expected: "`description` is there and not empty",
    what: "fields",
    places: |answer| members_or_null(answer, "description"),
    is_kept: |value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty()),
};
const CHOICES: Rule = Rule {
    expected: "`choices` is a list of texts",
    what: "`choices`",
    places: |answer| members(answer, "choices"),
    is_kept: |value| value.as_array().is_some_and(|choices| choices.iter().all(Json::is_string)),
};
const OPTIONAL: Rule = Rule {
    expected: "`optional` is true or false",
    what: "`optional`",
    places: |answer| members(answer, "optional"),
    is_kept: Json::is_boolean,
};
const STATUS: Rule = Rule {
    expected: "a provided field's `status` is ACCEPTED, PROCESSING, REJECTED or VERIFICATION_REQUIRED",
    what: "statuses of provided fields",
    places: |answer| provided(answer, "status"),
    is_kept: |value| {
        let known = ["ACCEPTED", "PROCESSING", "REJECTED", "VERIFICATION_REQUIRED"];
        value.as_str().is_some_and(|text| known.contains(&text))
    },
};
const ERROR: Rule = Rule {
    expected: "a provided field's `error` is a text",
    what: "errors of provided fields",
    places: |answer| provided(answer, "error"),
    is_kept: Json::is_string,
};
const MESSAGE: Rule = Rule {
    expected: "`message` is a text",
    what: "`message`",
    places: |answer| present(answer, "message").map(|value| ("message".to_owned(), value)).into_iter().collect(),
    is_kept: Json::is_string,
};

const MAPS: [&str; 2] = ["fields", "provided_fields"];

/// Null is as good as absent.
fn present<'a>(object: &'a Json, name: &str) -> Option<&'a Json> {
    object.get(name).filter(|value| !value.is_null())
}

/// The entries of both objects, as `fields.NAME`.
fn entries(answer: &Json) -> impl Iterator<Item = (String, &Json)> {
    MAPS.into_iter().flat_map(|map| entries_of(answer, map))
}

fn entries_of<'a>(answer: &'a Json, map: &str) -> impl Iterator<Item = (String, &'a Json)> {
    let entries = answer.get(map).and_then(Json::as_object).into_iter().flatten();
    entries.map(move |(name, entry)| (format!("{map}.{name}"), entry))
}

fn members<'a>(answer: &'a Json, name: &str) -> Vec<(String, &'a Json)> {
    let member = |(place, entry)| Some((format!("{place}.{name}"), present(entry, name)?));
    entries(answer).filter_map(member).collect()
}

/// One for each entry that is an object, null if it lacks the member.
fn members_or_null<'a>(answer: &'a Json, name: &str) -> Vec<(String, &'a Json)> {
    let objects = entries(answer).filter(|(_, entry)| entry.is_object());
    objects.map(|(place, entry)| (format!("{place}.{name}"), entry.get(name).unwrap_or(&Json::Null))).collect()
}

fn provided<'a>(answer: &'a Json, name: &str) -> Vec<(String, &'a Json)> {
    let member = |(place, entry)| Some((format!("{place}.{name}"), present(entry, name)?));
    entries_of(answer, "provided_fields").filter_map(member).collect()
}

impl Rule {
    /// Whether it came up at all.
    fn judge(&self, answer: &Answer) -> Result<bool, NotKept> {
        let Ok(json) = json::read(&answer.body) else { return Ok(false) };
        let places = (self.places)(&json);
        match places.iter().find(|(_, value)| !(self.is_kept)(value)) {
            Some((place, value)) => Err(NotKept::broken(self.expected, format!("{place} is {}", told(value)))),
            None => Ok(!places.is_empty()),
        }
    }

    fn never_seen(&self) -> NotKept {
        NotKept::skip(format!("no answer of GET /customer had {}", self.what))
    }
}

/// A value in a sentence.
fn told(value: &Json) -> String {
    match value {
        Json::Null => "missing".to_owned(),
        value => crate::suite::answer::one_line(&value.to_string()),
    }
}

async fn judge(context: &mut Context, rule: &Rule) -> Finding {
    let mut seen = false;
    visit(context, |answer| {
        seen |= rule.judge(answer)?;
        Ok(())
    })
    .await?;
    if seen { Ok(()) } else { Err(rule.never_seen()) }
}

/// Errors come with values that an anchor finds wrong, so it is sent one.
async fn errors_are_texts(context: &mut Context) -> Finding {
    let ordinary = judge(context, &ERROR).await;
    if !matches!(ordinary, Err(NotKept::Skip { .. })) {
        return ordinary;
    }
    let Some(date) = wanted_date(context) else { return ordinary };
    let mut customer = context.customer();
    customer.set(Field::text(date, "2023-02-30"));
    let answer = context.put(customer.request_fields()).await?;
    let Some(id) = answer.id().ok().filter(|_| answer.is_success()) else { return ordinary };
    let judged = |answer: &Answer| match ERROR.judge(answer) {
        Ok(false) => None,
        judged => Some(judged.map(drop)),
    };
    context.get_until(&by_id(&customer, &id), judged).await?.unwrap_or_else(|_| Err(ERROR.never_seen()))
}

#[cfg(test)]
mod tests {
    use hyper::{HeaderMap, StatusCode};

    use super::*;

    fn judged(rule: &Rule, body: &'static str) -> Option<bool> {
        let answer =
            Answer { status: StatusCode::OK, headers: HeaderMap::new(), body: body.into(), quoted: String::new() };
        rule.judge(&answer).ok()
    }

    #[test]
    fn a_full_answer_keeps_every_rule() {
        let body = r#"{"message": "", "fields": {"sex": {"type": "string", "description": "d", "choices": ["a"],
            "optional": false}}, "provided_fields": {"city": {"type": "string", "description": "d", "status": "REJECTED",
            "error": "no"}}}"#;
        for rule in [FIELDS, TYPE, DESCRIPTION, DESCRIBED, CHOICES, OPTIONAL, STATUS, ERROR, MESSAGE] {
            assert_eq!(judged(&rule, body), Some(true), "{}", rule.expected);
            assert_eq!(judged(&rule, r#"{"status": "ACCEPTED", "fields": null}"#), Some(false), "{}", rule.expected);
        }
    }

    #[test]
    fn each_breach_breaks_its_own_rule() {
        for (rule, body) in [
            (FIELDS, r#"{"fields": []}"#),
            (FIELDS, r#"{"fields": {"a": "string"}}"#),
            (TYPE, r#"{"fields": {"a": {"description": "d"}}}"#),
            (TYPE, r#"{"provided_fields": {"a": {"type": "String"}}}"#),
            (DESCRIPTION, r#"{"fields": {"a": {"description": {"en": "d"}}}}"#),
            (DESCRIBED, r#"{"fields": {"a": {"description": ""}}}"#),
            (DESCRIBED, r#"{"fields": {"a": {}}}"#),
            (CHOICES, r#"{"fields": {"a": {"choices": "a,b"}}}"#),
            (CHOICES, r#"{"fields": {"a": {"choices": [1]}}}"#),
            (OPTIONAL, r#"{"fields": {"a": {"optional": "false"}}}"#),
            (STATUS, r#"{"provided_fields": {"a": {"status": "VALID"}}}"#),
            (ERROR, r#"{"provided_fields": {"a": {"error": {}}}}"#),
            (MESSAGE, r#"{"message": ["a"]}"#),
        ] {
            assert_eq!(judged(&rule, body), None, "{body}");
        }
        assert_eq!(judged(&DESCRIBED, r#"{"fields": {"a": {"description": 7}}}"#), Some(true));
    }
}
