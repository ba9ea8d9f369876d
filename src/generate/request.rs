//! A request as bytes, with what a correct anchor must receive of it.

use bytes::Bytes;
use proptest::prelude::*;

use super::json::arb_json_request;
use super::multipart::arb_multipart_request;
use super::urlencoded::arb_urlencoded_request;
use crate::sep12::Field;

/// One `PUT /customer` of a client, without identity.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientRequest {
    /// The value of the `Content-Type` header.
    pub content_type: String,
    /// The body.
    pub body: Bytes,
    /// What the anchor must receive, apart from identity, in the order in which it must come: text as text, nested
    /// values as they were written, files with the name and content type that they must arrive with.
    ///
    /// What the client did not provide (a JSON `null`, an untouched file input) is not among them.
    pub sent: Vec<Field>,
}

/// A request in any of the three encodings (SEP-12, customer PUT).
pub fn arb_request() -> impl Strategy<Value = ClientRequest> {
    prop_oneof![arb_json_request(), arb_urlencoded_request(), arb_multipart_request()]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_arrives_has_distinct_names_within_the_limits(request in arb_request()) {
            let names: HashSet<_> = request.sent.iter().map(|field| &field.name).collect();
            prop_assert_eq!(names.len(), request.sent.len());
            prop_assert!(names.iter().all(|name| (1..=1024).contains(&name.len())));
            let texts = request.sent.iter().filter_map(Field::as_text);
            prop_assert!(texts.map(str::len).sum::<usize>() < 2 << 20);
        }
    }
}
