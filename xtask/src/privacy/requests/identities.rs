//! Who speaks for whom: tokens, accounts, memos, queries.

use super::Suite;
use crate::privacy::tokens::OTHER_ACCOUNT;

pub(super) fn add(suite: &mut Suite<'_>) {
    tokens(suite);
    accounts(suite);
    queries(suite);
}

fn tokens(suite: &mut Suite<'_>) {
    for (reason, token) in suite.tokens.wrong.clone() {
        suite.add(format!("PUT, a token with {reason}"), 401, "PUT", "/customer", |draft| {
            draft.token(Some(format!("Bearer {token}")));
            let value = draft.value("a text of nobody");
            draft.json(&format!(r#"{{"first_name": "{value}"}}"#));
        });
    }
    for (name, before, behind) in [
        ("of another scheme", "Basic ", ""),
        ("that is none", "Bearer ", ""),
        ("with blanks", "Bearer ", " and more"),
        ("of three parts", "Bearer a.", ".b"),
        ("without a scheme", "", ""),
    ] {
        suite.add(format!("GET, a token {name}"), 401, "GET", "/customer", |draft| {
            let token = draft.value("a token that is none");
            draft.token(Some(format!("{before}{token}{behind}")));
        });
    }
    suite.add("GET, no token", 401, "GET", "/customer", |draft| draft.token(None));
    suite.add("GET, two tokens", 401, "GET", "/customer", |draft| {
        let token = draft.value("a second token");
        draft.header("Authorization", &format!("Bearer {token}"));
    });
}

fn accounts(suite: &mut Suite<'_>) {
    suite.add("PUT, an account that is none", 403, "PUT", "/customer", |draft| {
        let value = draft.value("a malformed account");
        draft.json(&format!(r#"{{"account": "{value}"}}"#));
    });
    suite.add("PUT, another account", 403, "PUT", "/customer", |draft| {
        let value = draft.value("a text beside it");
        draft.json(&format!(r#"{{"account": "{OTHER_ACCOUNT}", "first_name": "{value}"}}"#));
    });
    let shared = format!("Bearer {}", suite.tokens.shared);
    suite.add("PUT, another memo", 403, "PUT", "/customer", |draft| {
        draft.token(Some(shared.clone()));
        let memo = draft.number("another memo");
        draft.json(&format!(r#"{{"memo": "{memo}"}}"#));
    });
    suite.add("PUT of a shared account", 202, "PUT", "/customer", |draft| {
        draft.token(Some(shared));
        let (id, kind) = (draft.value("id"), draft.value("type"));
        draft.json(&format!(r#"{{"id": "{id}", "type": "{kind}"}}"#));
    });
    suite.add("DELETE of an account that is none", 403, "DELETE", "/customer/", |draft| {
        let path = draft.path("a malformed account in a path");
        draft.target(&path);
    });
    suite.add("DELETE, percent-encoded", 403, "DELETE", "/customer/", |draft| {
        let path = draft.path("a percent-encoded account");
        draft.target(&path.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>());
    });
    suite.add("DELETE with an id", 400, "DELETE", &format!("/customer/{}", crate::privacy::tokens::ACCOUNT), |draft| {
        let id = draft.value("the id of a DELETE");
        draft.json(&format!(r#"{{"id": "{id}"}}"#));
    });
}

fn queries(suite: &mut Suite<'_>) {
    for name in ["id", "account", "memo"] {
        suite.add(format!("PUT, {name} in the query"), 400, "PUT", "/customer", |draft| {
            let value = draft.value(&format!("{name} in the query of a PUT"));
            draft.target(&format!("?{name}={value}"));
            draft.json("{}");
        });
    }
    for (name, query) in [
        ("a parameter twice", "?id=V&id=V"),
        ("a parameter that is not UTF-8", "?id=V%ff"),
        ("an unknown memo_type", "?memo=V&memo_type=V"),
        ("a transaction without a type", "?transaction_id=V"),
    ] {
        suite.add(format!("GET, {name}"), 400, "GET", "/customer", |draft| {
            let mut query = query.to_owned();
            while query.contains("=V") {
                query = query.replacen("=V", &format!("={}", draft.value("a query of a GET")), 1);
            }
            draft.target(&query);
        });
    }
    suite.add("GET, a query over its limit", 413, "GET", "/customer", |draft| {
        let value = draft.value("a long query");
        // Each dot takes three letters once it is encoded.
        draft.target(&format!("?id={value}{}", ".".repeat(20_500)));
    });
    suite.add("PUT callback, a URL that is none", 400, "PUT", "/customer/callback", |draft| {
        let (user, password) = (draft.value("a user in a URL"), draft.value("a password in a URL"));
        draft.json(&format!(r#"{{"url": "https://{user}:{password}@wallet.example/"}}"#));
    });
    suite.add("PUT verification, another field", 400, "PUT", "/customer/verification", |draft| {
        let (name, value) = (draft.name("another field"), draft.value("another value"));
        draft.json(&format!(r#"{{"id": "1", "{name}": "{value}", "email_address_verification": "{value}"}}"#));
    });
    suite.add("POST, a file under another name", 400, "POST", "/customer/files", |draft| {
        let disposition =
            format!("name=\"{}\"; filename=\"{}\"", draft.name("a file's field"), draft.value("a file name"));
        let body = super::endpoints::part(&disposition, "", &draft.value("a file")) + "--b--\r\n";
        draft.body("multipart/form-data; boundary=b", body);
    });
    suite.add("GET files, by nothing", 400, "GET", "/customer/files", |draft| {
        let query = draft.value("a query of files");
        draft.target(&format!("?x={query}"));
    });
}
