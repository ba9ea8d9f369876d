//! What is demanded of credentials and refusals, beside what is demanded of each request.

use super::Level::Must;
use super::Requirement;

pub(crate) const REQUIREMENTS: &[Requirement] = &[
    Requirement {
        id: "refused-credentials-change-nothing",
        title: "A request that is refused for its credentials changes nothing",
        level: Must,
        source_level: None,
        source: "RFC 9110, section 15.5.2; Anchor Platform, callback API authentication",
        why: "The 401 would only hide that anybody can write and delete customers.",
        right: "no X-Api-Key: 401; GET shows what it showed before",
        wrong: "no X-Api-Key: 401; GET shows the data that was refused",
    },
    Requirement {
        id: "refusals-show-no-customer",
        title: "A refusal shows nothing of the customer that it is about",
        level: Must,
        source_level: None,
        source: "SEP-12, Customer PUT, Response (id of a different account); SEP-12, Customer GET, Errors",
        why: "The platform hands error texts on: whoever tries ids would read other people's data.",
        right: r#"404 {"error": "no such customer"}"#,
        wrong: r#"404 {"error": "1 belongs to a.sampleton@example.com"}"#,
    },
];
