//! What is found wrong while HTTP itself is being read.

use super::Suite;
use crate::privacy::client::Manner;

pub(super) fn add(suite: &mut Suite<'_>) {
    routes(suite);
    malformed(suite);
    too_much_or_too_slow(suite);
}

fn routes(suite: &mut Suite<'_>) {
    suite.add("an unknown path", 404, "GET", "/", |draft| {
        let (path, query) = (draft.path("an unknown path"), draft.value("the query of an unknown path"));
        draft.target(&format!("{path}?{query}"));
    });
    suite.add("an unknown path below an account", 404, "DELETE", "/customer/", |draft| {
        let path = draft.path("a path of two segments");
        draft.target(&format!("{path}/{path}"));
    });
    let target = format!("{}/customer", suite.prefix);
    suite.add_at("a method that is known elsewhere", Some(405), "PATCH", &target, |draft| {
        let value = draft.value("the body of a PATCH");
        draft.json(&format!(r#"{{"first_name": "{value}"}}"#));
    });
    for (name, status, line) in [
        ("an unknown method", Some(405), "V /sep12/customer HTTP/1.1"),
        ("a whole URL", None, "GET http://V:V@V.example/sep12/customer?V HTTP/1.1"),
        ("a CONNECT", None, "CONNECT V.example:443 HTTP/1.1"),
    ] {
        raw(
            suite,
            name,
            status,
            &format!("{line}\r\nHost: V\r\nConnection: close\r\nAuthorization: Bearer V\r\n\r\n"),
            Manner::Waits,
        );
    }
}

/// A request as it is, each `V` another value.
fn raw(suite: &mut Suite<'_>, name: &str, status: Option<u16>, pattern: &str, manner: Manner) {
    suite.add_at(name, status, "", "", |draft| {
        // A method and a host are shown nowhere, but the sandbox shows methods.
        let mut text = String::new();
        for (number, piece) in pattern.split('V').enumerate() {
            if number > 0 {
                text += &draft.path("a malformed request");
            }
            text += piece;
        }
        draft.raw(text);
        draft.manner(manner);
    });
}

fn malformed(suite: &mut Suite<'_>) {
    let chunked =
        "PUT /sep12/customer HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    let token = suite.tokens.good.clone();
    for (name, pattern) in [
        ("no request line", "V\r\n\r\n"),
        ("an unknown version", "GET /V HTTP/V\r\nHost: V\r\n\r\n"),
        ("a target with blanks", "GET /V V HTTP/1.1\r\nHost: V\r\n\r\n"),
        ("a header without a colon", "GET /V HTTP/1.1\r\nHost: x\r\nV\r\n\r\n"),
        ("a header name with blanks", "GET /V HTTP/1.1\r\nHost: x\r\nV V: V\r\n\r\n"),
        ("a header with NUL", "GET /V HTTP/1.1\r\nHost: x\r\nX: V\0V\r\n\r\n"),
        ("a folded header", "GET /V HTTP/1.1\r\nHost: x\r\nX: V\r\n V\r\n\r\n"),
        ("a length that is none", "PUT /sep12/customer HTTP/1.1\r\nHost: x\r\nContent-Length: V\r\n\r\nV"),
        ("two lengths", "PUT /sep12/customer HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nV"),
        ("an unknown transfer encoding", "PUT /sep12/customer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: V\r\n\r\nV"),
        ("TLS", "\u{16}\u{3}\u{1}V"),
    ] {
        raw(suite, name, None, pattern, Manner::Waits);
    }
    for (name, body) in [
        ("a chunk without a length", "V\r\nV\r\n0\r\n\r\n"),
        ("a chunk with an extension", "5;V=V\r\n{}   \r\nV\r\n"),
        ("a trailer", "2\r\n{}\r\n0\r\nX-V: V\r\n\r\n"),
        ("chunks that break off", "50\r\n{\"first_name\": \"V"),
    ] {
        let manner = if name.ends_with("off") { Manner::BreaksOff } else { Manner::Waits };
        let head = format!("{chunked}Connection: close\r\nAuthorization: Bearer T\r\n\r\n{body}");
        suite.add_at(name, None, "", "", |draft| {
            let value = draft.value("a malformed chunk");
            let text = head.replace('V', &value).replacen("Bearer T", &format!("Bearer {token}"), 1);
            draft.raw(text);
            draft.manner(manner);
        });
    }
}

fn too_much_or_too_slow(suite: &mut Suite<'_>) {
    suite.add("headers over their limit", 431, "GET", "/customer", |draft| {
        let value = draft.value("a long header");
        draft.header("X-Long", &value.repeat(3000));
    });
    suite.add("too many headers", 431, "GET", "/customer", |draft| {
        let value = draft.value("one of many headers");
        for number in 0..150 {
            draft.header(&format!("X-{number}"), &value);
        }
    });
    raw(suite, "headers that come too slowly", Some(408), "GET /V HTTP/1.1\r\nHost: V\r\nX-V: V", Manner::Waits);
    raw(suite, "headers that break off", None, "GET /V HTTP/1.1\r\nHost: V\r\nX-V: V", Manner::BreaksOff);
}
