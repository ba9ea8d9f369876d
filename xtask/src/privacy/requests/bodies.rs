//! Bodies that are refused, before anything went to the anchor and after.

use super::Suite;
use super::endpoints::part;
use crate::privacy::client::Manner;

const MULTIPART: &str = "multipart/form-data; boundary=b";
const URLENCODED: &str = "application/x-www-form-urlencoded";

pub(super) fn add(suite: &mut Suite<'_>) {
    content_types(suite);
    json(suite);
    urlencoded(suite);
    multipart(suite);
    late(suite);
    limits(suite);
}

fn content_types(suite: &mut Suite<'_>) {
    for (name, status, content_type) in [
        ("an unknown content type", 415, "application/{}"),
        ("a content type that is none", 415, "{}"),
        ("an unknown charset", 415, "application/json; charset={}"),
        ("an unknown parameter", 415, "application/json; {}={}; charset=latin1"),
        ("a malformed parameter", 400, "multipart/form-data; {}"),
        ("a boundary that is none", 400, "multipart/form-data; boundary=\"{} \""),
        ("two boundaries", 400, "multipart/form-data; boundary={}; boundary={}"),
    ] {
        suite.add(format!("PUT, {name}"), status, "PUT", "/customer", |draft| {
            let mut content_type = content_type.to_owned();
            while content_type.contains("{}") {
                content_type = content_type.replacen("{}", &draft.value("Content-Type"), 1);
            }
            let value = draft.value("a body that nobody reads");
            draft.body(&content_type, value);
        });
    }
    suite.add("PUT, a content encoding", 415, "PUT", "/customer", |draft| {
        let (encoding, value) = (draft.value("Content-Encoding"), draft.value("an encoded body"));
        draft.header("Content-Encoding", &encoding);
        draft.json(&format!(r#"{{"first_name": "{value}"}}"#));
    });
}

/// `N` is a custom name, the same throughout; each `V` another value.
fn filled(draft: &mut super::Draft<'_>, pattern: &str) -> String {
    let name = draft.name("a custom name");
    let mut body = pattern.replace('N', &name);
    while body.contains('\u{1}') {
        let value = draft.value("a value of a refused body");
        body = body.replacen('\u{1}', &value, 1);
    }
    body
}

fn refused(suite: &mut Suite<'_>, encoding: &str, content_type: &str, cases: &[(&str, &str)]) {
    for (name, pattern) in cases {
        suite.add(format!("PUT {encoding}, {name}"), 400, "PUT", "/customer", |draft| {
            let body = filled(draft, pattern);
            draft.body(content_type, body);
        });
    }
}

fn json(suite: &mut Suite<'_>) {
    refused(
        suite,
        "JSON",
        "application/json",
        &[
            ("no quotes", "{\"first_name\": \u{1}}"),
            ("an open string", "{\"first_name\": \"\u{1}"),
            ("an open object", "{\"first_name\": \"\u{1}\""),
            ("something behind the end", "{\"first_name\": \"\u{1}\"} \u{1}"),
            ("a wrong escape", "{\"first_name\": \"\u{1}\\q\"}"),
            ("half a surrogate pair", "{\"first_name\": \"\u{1}\\ud800\"}"),
            ("half a surrogate pair in a name", "{\"N\\ud800\": \"\u{1}\"}"),
            ("a control character", "{\"first_name\": \"\u{1}\n\"}"),
            ("a list", "[\"\u{1}\"]"),
            ("a text", "\"\u{1}\""),
            ("the same name twice", "{\"N\": \"\u{1}\", \"N\": \"\u{1}\"}"),
            ("the same defined name twice", "{\"first_name\": \"\u{1}\", \"first_name\": \"\u{1}\"}"),
            ("a date that is none", "{\"birth_date\": \"\u{1}\"}"),
            ("a file", "{\"photo_id_front\": \"\u{1}\"}"),
            ("a nested file", "{\"photo_id_front\": {\"\u{1}\": \"\u{1}\"}}"),
            ("an id that is no text", "{\"id\": [\"\u{1}\"], \"N\": 1}"),
            ("a transaction without a type", "{\"transaction_id\": \"\u{1}\"}"),
            ("an unknown memo_type", "{\"memo\": \"\u{1}\", \"memo_type\": \"\u{1}\"}"),
        ],
    );
    suite.add("PUT JSON, not UTF-8", 400, "PUT", "/customer", |draft| {
        let body = filled(draft, "{\"first_name\": \"\u{1}\u{2}\"}");
        draft
            .body("application/json", body.bytes().map(|byte| if byte == 2 { 0xff } else { byte }).collect::<Vec<_>>());
    });
    suite.add("PUT JSON, very deep", 202, "PUT", "/customer", |draft| {
        let value = draft.value("a value deep down");
        draft.json(&format!("{{\"a\": {}\"{value}\"{}}}", "[".repeat(2000), "]".repeat(2000)));
    });
}

fn urlencoded(suite: &mut Suite<'_>) {
    refused(
        suite,
        "urlencoded",
        URLENCODED,
        &[
            ("the same name twice", "N=\u{1}&N=\u{1}"),
            ("a value that is not UTF-8", "N=\u{1}%ff"),
            ("a name that is not UTF-8", "N%ff=\u{1}"),
            ("a date that is none", "birth_date=\u{1}"),
            ("a file", "photo_id_front=\u{1}"),
        ],
    );
}

fn multipart(suite: &mut Suite<'_>) {
    let named = "Content-Disposition: form-data; name=\"N\"";
    refused(
        suite,
        "multipart",
        MULTIPART,
        &[
            ("no end", &format!("--b\r\n{named}\r\n\r\n\u{1}")),
            ("nothing but a preamble", "\u{1}\r\n\u{1}"),
            ("no headers", "--b\r\n\r\n\u{1}\r\n--b--\r\n"),
            ("a header that is none", &format!("--b\r\n\u{1}\r\n{named}\r\n\r\n\u{1}\r\n--b--\r\n")),
            ("a header twice", &format!("--b\r\n{named}\r\n{named}\r\n\r\n\u{1}\r\n--b--\r\n")),
            ("no name", "--b\r\nContent-Disposition: form-data; filename=\"\u{1}\"\r\n\r\n\u{1}\r\n--b--\r\n"),
            ("two names", "--b\r\nContent-Disposition: form-data; name=N; name=\u{1}\r\n\r\n\u{1}\r\n--b--\r\n"),
            ("a disposition of another kind", "--b\r\nContent-Disposition: \u{1}; name=N\r\n\r\n\u{1}\r\n--b--\r\n"),
            ("an encoding", &format!("--b\r\n{named}\r\nContent-Transfer-Encoding: \u{1}\r\n\r\n\u{1}\r\n--b--\r\n")),
            ("a delimiter that goes on", &format!("--b\u{1}\r\n{named}\r\n\r\n\u{1}\r\n--b\u{1}\r\n")),
            (
                "the same name twice",
                &format!("--b\r\n{named}\r\n\r\n\u{1}\r\n--b\r\n{named}\r\n\r\n\u{1}\r\n--b--\r\n"),
            ),
            ("a date that is none", "--b\r\nContent-Disposition: form-data; name=birth_date\r\n\r\n\u{1}\r\n--b--\r\n"),
        ],
    );
    suite.add("PUT multipart, a text that is not UTF-8", 400, "PUT", "/customer", |draft| {
        let value = draft.value("a text that is not UTF-8");
        let body = part("name=first_name; filename=x", "", &format!("{value}\u{2}")) + "--b--\r\n";
        draft.body(MULTIPART, body.bytes().map(|byte| if byte == 2 { 0xff } else { byte }).collect::<Vec<_>>());
    });
}

/// What is found wrong once a file is on its way.
fn late(suite: &mut Suite<'_>) {
    let second = [
        ("the same name twice", 400, "name=first_name"),
        ("the same file twice", 400, "name=photo_id_front; filename=x"),
        ("a date that is none", 400, "name=birth_date"),
        ("another account", 403, "name=account"),
        ("a memo that comes too late", 400, "name=memo"),
    ];
    for (name, status, disposition) in second {
        suite.add(format!("PUT multipart, after a file {name}"), status, "PUT", "/customer", |draft| {
            let mut body = part("name=first_name", "", &draft.value("a text"));
            let file = format!("name=photo_id_front; filename=\"{}\"", draft.value("a file name"));
            body += &part(&file, "", &draft.value("a file"));
            body += &part(disposition, "", &draft.value("what is found wrong late"));
            draft.body(MULTIPART, body + "--b--\r\n");
        });
    }
    for (name, manner, status) in [("gives up", Manner::BreaksOff, None), ("falls silent", Manner::Waits, Some(408))] {
        let target = format!("{}/customer", suite.prefix);
        suite.add_at(format!("PUT multipart, the client {name} within a file"), status, "PUT", &target, |draft| {
            let mut body = part("name=first_name", "", &draft.value("a text"));
            body += &part("name=photo_id_front; filename=x", "", &draft.value("half a file"));
            draft.unfinished(MULTIPART, body, manner);
        });
        suite.add_at(format!("PUT JSON, the client {name}"), status, "PUT", &target, |draft| {
            let body = format!(r#"{{"first_name": "{}""#, draft.value("half a body"));
            draft.unfinished("application/json", body, manner);
        });
    }
}

fn limits(suite: &mut Suite<'_>) {
    suite.add("PUT, a text over its limit", 413, "PUT", "/customer", |draft| {
        let value = draft.value("a long text");
        draft.json(&format!(r#"{{"first_name": "{}"}}"#, value.repeat(1500)));
    });
    suite.add("PUT, a name over its limit", 413, "PUT", "/customer", |draft| {
        let name = draft.name("a long name");
        draft.json(&format!(r#"{{"{}": "x"}}"#, name.repeat(1500)));
    });
    suite.add("PUT, too many fields", 413, "PUT", "/customer", |draft| {
        let (name, value) = (draft.name("one of many names"), draft.value("one of many values"));
        let pairs: Vec<String> = (0..300).map(|number| format!("{name}{number}={value}")).collect();
        draft.body(URLENCODED, pairs.join("&"));
    });
    suite.add("PUT, a file over the limit of the body", 413, "PUT", "/customer", |draft| {
        let value = draft.value("a big file");
        let body = part("name=photo_id_front; filename=x", "", &value.repeat(12_000));
        draft.body(MULTIPART, body + "--b--\r\n");
    });
}
