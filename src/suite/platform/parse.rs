//! JSON of a platform, or what is wrong with it in words that quote nothing: it may be a token, or whole customers.

use serde::de::DeserializeOwned;
use serde_json::Error;

pub(super) fn json<T: DeserializeOwned>(text: &[u8]) -> Result<T, String> {
    serde_json::from_slice(text).map_err(|error| why(&error))
}

/// What serde says of a value of a wrong type holds the value.
fn why(error: &Error) -> String {
    match error.is_data() {
        true => format!("JSON of another shape at line {} column {}", error.line(), error.column()),
        false => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_is_wrong_is_told_without_a_value() {
        for text in ["\"VALUE\"", "{\"a\": \"VALUE\"}", "{\"VALUE\": \"VALUE\"}", "{\"a\": 1} VALUE", "{\"a\": VALUE"] {
            let why = json::<BTreeMap<String, u8>>(text.as_bytes()).expect_err("no map of numbers");
            assert!(why.contains("line 1 column") && !why.contains("VALUE"), "{text}: {why}");
        }
    }
}
