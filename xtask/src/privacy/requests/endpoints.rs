//! Every endpoint, as it is meant to be used.

use super::Suite;
use crate::privacy::anchor::{Script, answer, ok};

pub(super) fn add(suite: &mut Suite<'_>) {
    put(suite);
    get(suite);
    others(suite);
    files(suite);
    authentication(suite);
}

fn put(suite: &mut Suite<'_>) {
    let texts: Vec<String> =
        suite.fields.iter().filter(|field| field.kind == "string").map(|field| field.name.clone()).collect();
    let texts: Vec<String> = texts.into_iter().filter(|name| !is_identity(name)).collect();
    suite.add("PUT as JSON, every text field", 202, "PUT", "/customer", |draft| {
        let members = texts.iter().map(|name| format!("\"{name}\": \"{}\"", draft.value(name)));
        let mut members: Vec<String> = members.collect();
        let (name, nested, inner) =
            (draft.name("a custom name"), draft.value("a nested value"), draft.value("a nested name"));
        members.push(format!("\"{name}\": {{\"{inner}\": [\"{nested}\", {}]}}", draft.number("a nested number")));
        members.push(format!("\"{}\": {}", draft.name("another custom name"), draft.number("a number")));
        let (id, more) = (draft.passed("the anchor's id"), draft.withheld("another member of the anchor's answer"));
        draft.json(&format!("{{{}}}", members.join(", ")));
        let headers = format!("X-Anchor: {more}\r\nSet-Cookie: a={more}\r\nServer: {more}\r\n");
        draft.scripts([Script::Answer(answer(
            "202 Accepted",
            &headers,
            &format!(r#"{{"id": "{id}", "message": "{more}"}}"#),
        ))]);
    });
    suite.add("PUT as urlencoded, every text field", 202, "PUT", "/customer", |draft| {
        let pairs = texts.iter().map(|name| format!("{name}={}%20%2B", draft.value(name)));
        let mut pairs: Vec<String> = pairs.collect();
        pairs.push(format!("{}={}", draft.name("a custom name"), draft.value("a custom value")));
        draft.body("application/x-www-form-urlencoded", pairs.join("&"));
    });
    let binaries: Vec<String> =
        suite.fields.iter().filter(|field| field.kind == "binary").map(|field| field.name.clone()).collect();
    suite.add("PUT as multipart, every text and every file", 202, "PUT", "/customer", |draft| {
        let mut body = format!("{}\r\n", draft.value("a preamble"));
        for name in &texts {
            body += &part(&format!("name=\"{name}\""), "", &draft.value(name));
        }
        for name in &binaries {
            let (file_name, kind) = (draft.value("a file name"), draft.value("a content type"));
            let disposition = format!("name=\"{name}\"; filename=\"{file_name}.png\"");
            body += &part(&disposition, &format!("Content-Type: image/x-{kind}\r\n"), &draft.value("a file"));
        }
        let custom =
            format!("name=\"{}\"; filename*=UTF-8''{}", draft.name("a custom file"), draft.value("a file name*"));
        body += &part(&custom, &format!("X-Part: {}\r\n", draft.value("a header of a part")), &draft.value("a file"));
        let id = draft.passed("the anchor's id");
        let epilogue = draft.value("an epilogue");
        draft.body("multipart/form-data; boundary=b", format!("{body}--b--\r\n{epilogue}"));
        draft.scripts([Script::Answer(ok(&format!(r#"{{"id": "{id}"}}"#)))]);
    });
}

/// Named by the endpoints' own rules.
fn is_identity(name: &str) -> bool {
    ["id", "account", "memo", "memo_type", "type", "transaction_id"].contains(&name) || name.ends_with("date")
}

/// A part; the headers are ended each.
pub(super) fn part(disposition: &str, headers: &str, content: &str) -> String {
    format!("--b\r\nContent-Disposition: form-data; {disposition}\r\n{headers}\r\n{content}\r\n")
}

fn get(suite: &mut Suite<'_>) {
    suite.add("GET, an answer that is right", 200, "GET", "/customer", |draft| {
        for name in ["id", "type", "transaction_id", "lang", "memo", "unknown"] {
            let value = draft.value(&format!("{name} in the query"));
            draft.target(&format!("{}{name}={value}", if name == "id" { "?" } else { "&" }));
        }
        let [id, message, choice, description, error] = ["id", "message", "choice", "description", "error"].map(|place| {
            draft.passed(&format!("{place} in the anchor's answer"))
        });
        let custom = draft.passed("a field's name in the anchor's answer");
        let body = format!(
            r#"{{"id": "{id}", "status": "NEEDS_INFO", "message": "{message}", "fields": {{"first_name": {{"type": "string",
            "description": "{description}", "choices": ["{choice}"]}}, "{custom}": {{"type": "string", "description": "x"}}}},
            "provided_fields": {{"last_name": {{"type": "string", "description": "x", "status": "REJECTED", "error": "{error}"}}}}}}"#
        );
        draft.scripts([Script::Answer(ok(&body))]);
    });
    suite.add("GET, an answer that breaks lesser rules", 200, "GET", "/customer", |draft| {
        let [id, status, name] = ["id", "status", "name"].map(|place| draft.passed(&format!("{place} of a wrong kind")));
        let body = format!(
            r#"{{"status": "REJECTED", "id": ["{id}"], "message": ["{id}"], "fields": {{"first_name": "{status}", "{name}": "{status}"}},
            "provided_fields": {{"{name}": {{"type": "{status}", "status": "{status}"}}}}}}"#
        );
        draft.scripts([Script::Answer(ok(&body))]);
    });
}

fn others(suite: &mut Suite<'_>) {
    let account = crate::privacy::tokens::ACCOUNT;
    suite.add("DELETE", 200, "DELETE", &format!("/customer/{account}"), |draft| {
        let memo = draft.value("the memo of a DELETE");
        let (name, value) = (draft.name("another field"), draft.value("another value"));
        draft.json(&format!(r#"{{"memo": "{memo}", "{name}": "{value}"}}"#));
        let (id, more) = (draft.withheld("the id that is deleted"), draft.withheld("the answer to the DELETE"));
        draft.scripts([
            Script::Answer(ok(&format!(r#"{{"id": "{id}", "status": "ACCEPTED"}}"#))),
            Script::Answer(ok(&more)),
        ]);
    });
    suite.add("PUT verification", 200, "PUT", "/customer/verification", |draft| {
        let (id, code) = (draft.value("id"), draft.value("a code"));
        draft.json(&format!(r#"{{"id": "{id}", "mobile_number_verification": "{code}"}}"#));
        let (put, got) = (draft.withheld("the id that the PUT gave"), draft.passed("the id that the GET gave"));
        let got = format!(r#"{{"id": "{got}", "status": "ACCEPTED"}}"#);
        draft.scripts([Script::Answer(ok(&format!(r#"{{"id": "{put}"}}"#))), Script::Answer(ok(&got))]);
    });
    suite.add("PUT callback", 200, "PUT", "/customer/callback", |draft| {
        let url =
            format!("https://{}.example/{}?t={}", draft.value("a host"), draft.value("a path"), draft.value("a query"));
        let id = draft.value("id");
        draft.json(&format!(r#"{{"url": "{url}", "id": "{id}"}}"#));
        let more = draft.withheld("the answer to the callback");
        draft.scripts([Script::Answer(ok(&format!(r#"{{"x": "{more}"}}"#)))]);
    });
    suite.add("OPTIONS", 204, "OPTIONS", "/customer", |draft| {
        let (origin, asked) = (draft.value("Origin"), draft.value("Access-Control-Request-Headers"));
        draft.header("Origin", &format!("https://{origin}.example"));
        draft.header("Access-Control-Request-Headers", &asked);
    });
    suite.add_at("GET health", Some(200), "GET", "/health", |draft| {
        let query = draft.value("the query of health");
        draft.target(&format!("?{query}"));
    });
}

fn files(suite: &mut Suite<'_>) {
    suite.add("POST a file", 200, "POST", "/customer/files", |draft| {
        let disposition = format!("name=\"file\"; filename=\"{}\"", draft.value("a file name"));
        let body = part(&disposition, "Content-Type: image/png\r\n", &draft.value("a file")) + "--b--\r\n";
        draft.body("multipart/form-data; boundary=b", body);
        let id = draft.passed("the file's id");
        draft.scripts([Script::Answer(ok(&format!(
            r#"{{"file_id": "{id}", "content_type": "image/png", "size": 1}}"#
        )))]);
    });
    suite.add("GET files", 200, "GET", "/customer/files", |draft| {
        let (file, customer) = (draft.value("file_id"), draft.value("customer_id"));
        draft.target(&format!("?file_id={file}&customer_id={customer}"));
        let id = draft.passed("the file's id");
        draft.scripts([Script::Answer(ok(&format!(r#"{{"files": [{{"file_id": "{id}"}}]}}"#)))]);
    });
}

fn authentication(suite: &mut Suite<'_>) {
    suite.add_at("GET the stellar.toml", Some(200), "GET", "/.well-known/stellar.toml", |_| {});
    let account = crate::privacy::tokens::OTHER_ACCOUNT;
    suite.add_at("GET a challenge", Some(200), "GET", &format!("/auth?account={account}"), |draft| {
        let (unknown, domain) = (draft.value("a query of auth"), draft.value("client_domain"));
        draft.target(&format!("&x={unknown}&client_domain={domain}.example"));
    });
    for (name, query) in [("account", "account="), ("memo", "memo="), ("home_domain", "home_domain=")] {
        suite.add_at(format!("GET a challenge, a wrong {name}"), Some(400), "GET", "/auth?", |draft| {
            let value = draft.value(&format!("{name} of auth"));
            let account = if name == "account" { String::new() } else { format!("account={account}&") };
            draft.target(&format!("{account}{query}{value}"));
        });
    }
    for (name, content_type, before) in [
        ("POST a transaction that is none, as JSON", "application/json", r#"{"transaction": ""#),
        ("POST a transaction that is none, as urlencoded", "application/x-www-form-urlencoded", "transaction="),
        ("POST no transaction", "text/plain", ""),
    ] {
        let status = if before.is_empty() { 415 } else { 400 };
        suite.add_at(name, Some(status), "POST", "/auth", |draft| {
            let value = draft.value("a transaction");
            let end = if before.starts_with('{') { "\"}" } else { "" };
            draft.body(content_type, format!("{before}{value}{end}"));
        });
    }
}
