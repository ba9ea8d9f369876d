//! What is demanded of whom a `PUT /customer` names: accounts, memos and memo types.

use super::Level::{Must, Should};
use super::Requirement;

pub(crate) const REQUIREMENTS: &[Requirement] = &[
    Requirement {
        id: "served-identities-are-accepted",
        title: "Complete customers of the kinds that the anchor is said to serve are accepted",
        level: Must,
        source_level: Some("should"),
        source: "SEP-12, Customer PUT, Request (account, memo, memo_type)",
        why: "The platform forwards contract accounts and the memos of shared accounts as they are: their customers \
            can never be registered. Only what --identities names is demanded.",
        right: r#"--identities contract; {"account": "C..."}: 200 {"id": "1"}"#,
        wrong: r#"--identities contract; {"account": "C..."}: 400 {"error": "account must begin with G"}"#,
    },
    Requirement {
        id: "muxed-accounts-are-accepted",
        title: "A complete customer with a muxed account is accepted",
        level: Should,
        source_level: None,
        source: "Callback API, PUT /customer (account); SEP-12, Shared Accounts",
        why: "The platform forwards the account that the wallet authenticated with: customers of a wallet that uses \
            muxed accounts can be registered only behind a platform that takes them apart.",
        right: r#"{"account": "M...", "first_name": ...}: 200 {"id": "1"}"#,
        wrong: r#"{"account": "M...", "first_name": ...}: 400 {"error": "account must begin with G"}"#,
    },
    Requirement {
        id: "contradictory-memos-are-refused",
        title: "A muxed account with a memo other than its own id is refused",
        level: Should,
        source_level: Some("must"),
        source: "SEP-12, Customer PUT, Request (memo)",
        why: "One of the two is wrong, and the data ends with a customer that nobody may have meant. A platform should \
            not let it pass, but the anchor keeps the data.",
        right: r#"{"account": "M... of id 7", "memo": "8"}: 400 {"error": "memo: not that of the account"}"#,
        wrong: r#"{"account": "M... of id 7", "memo": "8"}: 200"#,
    },
    Requirement {
        id: "memo-ids-are-numbers",
        title: "An id memo with leading zeros is the same memo, or is refused",
        level: Should,
        source_level: None,
        source: "SEP-12, Customer PUT, Request (memo_type); SEP-23 (ids are unsigned 64 bit)",
        why: "The memo of a payment is a number. Owners of shared accounts write it as they like, so one customer \
            becomes two, of whom one never pays.",
        right: r#"memo 7, then memo 007 of type id: {"id": "1"}, {"id": "1"}, or 400"#,
        wrong: r#"memo 7, then memo 007 of type id: {"id": "1"}, {"id": "2"}"#,
    },
];
