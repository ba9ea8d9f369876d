//! What checks expect of both sides, in the words that reports use.

use std::sync::Arc;

use super::anchor::{Body, Heard, HeardField, HeardValue};
use super::context::Seen;
use crate::sep12::Field;
use crate::sep12::field::Value;
use crate::sep12::json;
use crate::suite::answer::Answer;
use crate::suite::check::{Finding, NotKept};
use crate::suite::expect::answered;

/// The `PUT /customer` that the anchor got for a request of the wallet's that must be a success.
pub(crate) fn forwarded(seen: Seen, asked: &str) -> Result<(Answer, Arc<Heard>), NotKept> {
    let expected = || format!("{asked} is answered 2xx and arrives at the anchor as PUT /customer that it can read");
    let answer = answered(seen.answer, expected)?;
    if !answer.is_success() {
        return Err(NotKept::broken(expected(), answer.to_string()));
    }
    let heard = arrived(&seen.heard).map_err(|actual| NotKept::broken(expected(), actual))?;
    Ok((answer, heard))
}

/// The same, or `None` if the platform declines as it may: with any 4xx.
pub(crate) fn forwarded_or_declined(seen: Seen, asked: &str) -> Result<Option<(Answer, Arc<Heard>)>, NotKept> {
    let is_declined = seen.answer.as_ref().is_ok_and(|answer| answer.status.is_client_error());
    if !is_declined {
        return forwarded(seen, asked).map(Some);
    }
    // What reached the anchor and could not be read there was declined by the anchor, not by the platform.
    let unreadable = seen.heard.iter().find_map(|heard| match &heard.body {
        Body::Unreadable(why) => Some(why),
        Body::Empty | Body::Fields(_) | Body::Incomplete => None,
    });
    match unreadable {
        None => Ok(None),
        Some(why) => Err(NotKept::broken(
            format!("{asked} arrives at the anchor so that it can be read, or is declined before"),
            format!("the anchor got a body that it cannot read: {why}"),
        )),
    }
}

/// A refusal: 4xx, and nothing whole at the anchor that would change a customer.
pub(crate) fn refused(seen: Seen, asked: &str) -> Result<Answer, NotKept> {
    let expected = || format!("{asked} is answered 4xx, and no such request reaches the anchor");
    let answer = answered(seen.answer, expected)?;
    if !answer.status.is_client_error() {
        return Err(NotKept::broken(expected(), answer.to_string()));
    }
    nothing_changed(&seen.heard, asked)?;
    Ok(answer)
}

/// Nothing whole arrived at the anchor that would change a customer.
pub(crate) fn nothing_changed(heard: &[Arc<Heard>], asked: &str) -> Finding {
    match heard.iter().find(|heard| heard.method != "GET" && heard.is_complete()) {
        None => Ok(()),
        Some(heard) => Err(NotKept::broken(
            format!("{asked} is refused before a whole request reaches the anchor"),
            format!("the anchor got {}", heard.summary()),
        )),
    }
}

/// An error of whatever kind: 4xx or 5xx.
pub(crate) fn an_error(seen: Seen, asked: &str) -> Result<Answer, NotKept> {
    let expected = || format!("{asked} is answered with an error, 4xx or 5xx");
    let answer = answered(seen.answer, expected)?;
    let is_error = answer.status.is_client_error() || answer.status.is_server_error();
    if is_error { Ok(answer) } else { Err(NotKept::broken(expected(), answer.to_string())) }
}

/// Makes sure that the fields arrived with exactly their values.
pub(crate) fn kept(heard: &Heard, sent: &[Field], asked: &str) -> Finding {
    let problems: Vec<String> = sent.iter().filter_map(|field| problem(heard, field)).collect();
    if problems.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = sent.iter().map(|field| field.name.as_str()).collect();
    let expected = format!("{asked}: the anchor gets {} with the values sent", names.join(", "));
    Err(NotKept::broken(expected, problems.join("; ")))
}

fn arrived(heard: &[Arc<Heard>]) -> Result<Arc<Heard>, String> {
    let Some(put) = heard.iter().rev().find(|heard| heard.is_put()) else {
        let others: Vec<String> = heard.iter().map(|heard| heard.summary()).collect();
        let others = if others.is_empty() { "nothing that names this customer".to_owned() } else { others.join(", ") };
        return Err(format!("the anchor got {others}"));
    };
    match &put.body {
        Body::Fields(_) => Ok(Arc::clone(put)),
        Body::Empty => Err("the anchor got PUT /customer without a body".to_owned()),
        Body::Unreadable(why) => Err(format!("the anchor got a body that it cannot read: {why}")),
        Body::Incomplete => Err("the anchor got a request that broke off".to_owned()),
    }
}

/// What became of a field, if it did not arrive as it was sent.
fn problem(heard: &Heard, sent: &Field) -> Option<String> {
    let name = &sent.name;
    let same_name: Vec<&HeardField> = heard.fields().iter().filter(|field| field.name == *name).collect();
    let field = match same_name.as_slice() {
        [] => return Some(format!("{name} is missing")),
        [field] => field,
        _ => return Some(format!("{name} occurs {} times", same_name.len())),
    };
    match &sent.value {
        Value::Text(text) if field.text() == Some(text) => None,
        Value::Text(text) => Some(format!("{name} was {} and is {}", shown(text), told(field))),
        Value::Json(raw) => {
            let same = matches!(&field.value, HeardValue::Json(arrived) if same_json(arrived, raw.get()));
            (!same).then(|| format!("{name} was {} and is {}", shown(raw.get()), told(field)))
        }
        Value::File(file) => match field.bytes() {
            Some(bytes) if *bytes == file.bytes => None,
            Some(bytes) => Some(format!(
                "{name} had {} bytes and has {}{}",
                file.bytes.len(),
                bytes.len(),
                same(bytes, &file.bytes)
            )),
            None => Some(format!("{name} was a file and is {}", told(field))),
        },
    }
}

fn same(arrived: &[u8], sent: &[u8]) -> String {
    let same = arrived.iter().zip(sent).take_while(|(one, other)| one == other).count();
    format!(", the first {same} of which are the same")
}

/// Blanks and the order of members have no meaning.
fn same_json(one: &str, other: &str) -> bool {
    let read = |text: &str| json::read(text.as_bytes()).ok();
    read(one).is_some_and(|one| Some(one) == read(other))
}

fn told(field: &HeardField) -> String {
    match (&field.value, field.text()) {
        (_, Some(text)) => shown(text),
        (HeardValue::Json(raw), _) => format!("the JSON value {}", shown(raw)),
        (HeardValue::Part { bytes, file_names, .. }, _) if !file_names.is_empty() => {
            format!("a file of {} bytes", bytes.len())
        }
        (HeardValue::Part { bytes, .. }, _) => format!("{} bytes that are no text", bytes.len()),
        (HeardValue::Text(text), _) => shown(text),
    }
}

/// A text in a sentence; control characters can be seen.
pub(crate) fn shown(text: &str) -> String {
    let cut: String = text.chars().take(60).collect();
    let more = if cut.len() < text.len() { format!("... ({} bytes)", text.len()) } else { String::new() };
    format!("{cut:?}{more}")
}
