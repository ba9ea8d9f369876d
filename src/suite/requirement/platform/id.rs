//! What is demanded of a platform: the customer's id, and what counts as a success.

use crate::suite::requirement::Level::{Must, Should};
use crate::suite::requirement::Requirement;

pub(super) const REQUIREMENTS: &[Requirement] = &[
    Requirement {
        id: "id-comes-back",
        title: "The wallet gets the id exactly as the anchor gave it",
        level: Must,
        source_level: None,
        source: "Callback API, PUT /customer; SEP-12, Customer PUT, Response",
        why: "The id is all by which wallet and anchor speak of the customer: one that differs in a character is \
            nobody's.",
        right: r#"anchor: {"id": "007"}; wallet: {"id": "007"}"#,
        wrong: r#"anchor: {"id": "007"}; wallet: {"id": 7}"#,
    },
    Requirement {
        id: "id-reaches-the-anchor",
        title: "An id that the wallet sends, or by which its customer is deleted, reaches the anchor exactly",
        level: Must,
        source_level: None,
        source: "Callback API, GET /customer; Callback API, DELETE /customer/{id}",
        why: "The anchor would not find the customer, or find, show and delete another one.",
        right: "id a/b: DELETE /customer/a%2Fb",
        wrong: "id a/b: DELETE /customer/a/b",
    },
    Requirement {
        id: "anchor-success-is-success",
        title: "An anchor's 200 or 202 with an id is a success to the wallet",
        level: Must,
        source_level: Some("should"),
        source: "SEP-12, Customer PUT, Response",
        why: "SEP-12 lets the anchor answer either; a platform that knows one of them turns stored customers into \
            errors.",
        right: r#"anchor: 202 {"id": "391fb415"}; wallet: 200 or 202 with the id"#,
        wrong: r#"anchor: 202 {"id": "391fb415"}; wallet: 500"#,
    },
    Requirement {
        id: "created-is-success",
        title: "An anchor's 201 with an id is a success to the wallet",
        level: Should,
        source_level: None,
        source: "RFC 9110, section 15.3.2",
        why: "Frameworks answer 201 when something was created; the customer is stored all the same.",
        right: r#"anchor: 201 {"id": "391fb415"}; wallet: 200 or 202 with the id"#,
        wrong: r#"anchor: 201 {"id": "391fb415"}; wallet: 502"#,
    },
    Requirement {
        id: "success-has-its-form",
        title: "A success is 200 or 202 as application/json",
        level: Should,
        source_level: Some("should"),
        source: "SEP-12, Customer PUT, Response; SEP-12, Content Type",
        why: "Wallets decide by status and type whether they read the answer.",
        right: r#"202, application/json {"id": "391fb415"}"#,
        wrong: r#"201, text/plain {"id": "391fb415"}"#,
    },
    Requirement {
        id: "no-success-without-id",
        title: "An anchor's success without a usable id is an error to the wallet, never a 2xx",
        level: Must,
        source_level: None,
        source: "SEP-12, Customer PUT, Response",
        why: "The wallet would store that there is a customer, and has nothing to ask for it by.",
        right: r#"anchor: 200 {}; wallet: 502 {"error": TEXT}"#,
        wrong: r#"anchor: 200 {}; wallet: 202 {} or {"id": null}"#,
    },
];
