//! What an anchor answers about files (SEP-12, customer files).

use serde_json::{Map, Value as Json};

use super::info::Breach;
use super::json;

/// The lesser breaches of an answer to `POST /customer/files`, or what makes it useless.
pub(crate) fn read_file(body: &[u8]) -> Result<Vec<Breach>, &'static str> {
    let file = object(body)?;
    if file_id(&file).is_none() {
        return Err("the answer has no 'file_id' that is a non-empty string");
    }
    Ok(breaches("", &file))
}

/// The lesser breaches of an answer to `GET /customer/files`, or what makes it useless.
pub(crate) fn read_files(body: &[u8]) -> Result<Vec<Breach>, &'static str> {
    let answer = object(body)?;
    let files = answer.get("files").and_then(Json::as_array).ok_or("the answer has no list 'files'")?;
    let mut found = Vec::new();
    for file in files {
        match file.as_object() {
            Some(file) => found.extend(breaches("files: ", file)),
            None => found.push(breach("files", "a list of objects")),
        }
    }
    Ok(found)
}

fn object(body: &[u8]) -> Result<Map<String, Json>, &'static str> {
    match json::read(body) {
        Ok(Json::Object(members)) => Ok(members),
        _ => Err("the answer is not a JSON object"),
    }
}

fn file_id(file: &Map<String, Json>) -> Option<&str> {
    file.get("file_id").and_then(Json::as_str).filter(|id| !id.is_empty())
}

fn breaches(place: &str, file: &Map<String, Json>) -> Vec<Breach> {
    let is_text_or_null = |name| file.get(name).is_none_or(|value| value.is_string() || value.is_null());
    let rules = [
        ("file_id", "a non-empty string", file_id(file).is_some()),
        ("content_type", "a string", file.get("content_type").is_some_and(Json::is_string)),
        ("size", "a whole number", file.get("size").is_some_and(Json::is_u64)),
        ("expires_at", "a string, if it is there", is_text_or_null("expires_at")),
        ("customer_id", "a string, if it is there", is_text_or_null("customer_id")),
    ];
    let broken = rules.into_iter().filter(|(.., holds)| !holds);
    broken.map(|(name, expected, _)| breach(&format!("{place}{name}"), expected)).collect()
}

fn breach(place: &str, expected: &'static str) -> Breach {
    Breach { place: place.to_owned(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(read: Result<Vec<Breach>, &'static str>) -> Vec<String> {
        read.expect("usable").into_iter().map(|breach| breach.place).collect()
    }

    #[test]
    fn a_file_needs_its_id_and_should_have_the_rest() {
        let whole = br#"{"file_id": "f", "content_type": "image/png", "size": 7, "customer_id": null}"#;
        assert_eq!(places(read_file(whole)), [""; 0]);
        assert_eq!(
            places(read_file(br#"{"file_id": "f", "size": 7.5, "expires_at": 1}"#)),
            ["content_type", "size", "expires_at"]
        );
        for useless in ["", "[]", "{}", r#"{"file_id": ""}"#, r#"{"file_id": 7}"#] {
            assert!(read_file(useless.as_bytes()).is_err(), "{useless}");
        }
    }

    #[test]
    fn a_list_of_files_may_be_empty_but_must_be_there() {
        assert_eq!(places(read_files(br#"{"files": []}"#)), [""; 0]);
        assert_eq!(
            places(read_files(br#"{"files": [7, {"content_type": "a/b", "size": 0}]}"#)),
            ["files", "files: file_id"]
        );
        for useless in ["{}", r#"{"files": {}}"#, r#"{"files": null}"#] {
            assert!(read_files(useless.as_bytes()).is_err(), "{useless}");
        }
    }
}
