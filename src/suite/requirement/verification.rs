//! What is demanded of verification codes.

use super::Level::Must;
use super::Requirement;

pub(crate) const REQUIREMENTS: &[Requirement] = &[
    Requirement {
        id: "wrong-codes-verify-nothing",
        title: "A wrong code verifies nothing",
        level: Must,
        source_level: Some("must"),
        source: "SEP-12, Verification; SEP-12, Customer PUT, Response; Callback API, PUT /customer (validate)",
        why: "The customer counts as the owner of a phone or an address that may be anybody's.",
        right: r#"mobile_number_verification=wrong: 400 {"error": "wrong code"}"#,
        wrong: "mobile_number_verification=wrong: 200, and then mobile_number is ACCEPTED",
    },
    Requirement {
        id: "codes-are-handled",
        title: "Whatever comes as a code is taken, or declined with 4xx",
        level: Must,
        source_level: None,
        source: "SEP-12, Verification; SEP-12, Customer PUT, Response",
        why: "People mistype codes: after a 5xx a wallet can only send the same again, and not ask for another.",
        right: r#"mobile_number_verification=12345: 400 {"error": "six digits"}"#,
        wrong: "mobile_number_verification=12345: 500",
    },
    Requirement {
        id: "right-codes-verify",
        title: "The right code verifies its field",
        level: Must,
        source_level: Some("must"),
        source: "SEP-12, Verification; SEP-12, Customer PUT Verification, Response",
        why: "The customer has the code and types it, and nothing goes on.",
        right: "mobile_number_verification=123456: 200, and mobile_number is ACCEPTED or PROCESSING",
        wrong: "mobile_number_verification=123456: 200, and mobile_number is VERIFICATION_REQUIRED for ever",
    },
    Requirement {
        id: "strangers-verify-nothing",
        title: "Nobody verifies the customer of another account",
        level: Must,
        source_level: None,
        source: "SEP-12, Customer PUT, Response; SEP-12, Verification",
        why: "Who holds an id could try codes for it, past every limit on the account of its owner.",
        right: r#"{"id": "1", "account": OTHER, "mobile_number_verification": "123456"}: 404"#,
        wrong: r#"{"id": "1", "account": OTHER, "mobile_number_verification": "123456"}: 200"#,
    },
];
