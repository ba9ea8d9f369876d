//! Everything that an anchor can do wrong, with something of the customer's in it.

use super::{Draft, Suite};
use crate::privacy::anchor::{Script, answer, ok};

/// What comes in place of `W` is no business of the client's; of `$`, it is.
struct Case {
    name: &'static str,
    status: u16,
    script: fn(Filled) -> Script,
    pattern: &'static str,
}

/// A pattern with its markers.
struct Filled(String);

const CASES: &[Case] = &[
    case("400 with an error", 400, said_400, r#"{"error": "$ is no name", "other": "W"}"#),
    case("400 with HTML", 400, said_400, "<html><h1>W</h1></html>"),
    case("400 with an error that is no text", 400, said_400, r#"{"error": {"W": "W"}}"#),
    case("400 with an error twice", 400, said_400, r#"{"error": "W", "error": "W"}"#),
    case("401", 502, |text| said("401 Unauthorized", text), r#"{"error": "W"}"#),
    case("403", 502, |text| said("403 Forbidden", text), r#"{"error": "W"}"#),
    case("404 with an error", 404, |text| said("404 Not Found", text), r#"{"error": "no customer $"}"#),
    case("409 with an error", 409, |text| said("409 Conflict", text), r#"{"error": "$ was changed"}"#),
    case("415", 502, |text| said("415 Unsupported Media Type", text), r#"{"error": "W"}"#),
    case("429", 429, slow_down, "$"),
    case(
        "500 with a stack trace",
        502,
        |text| said("500 Internal Server Error", text),
        "Error: W\n    at put (/srv/W.js:1:1)",
    ),
    case("500 with JSON", 502, |text| said("500 Internal Server Error", text), r#"{"error": "duplicate key (W)"}"#),
    case("503", 502, |text| said("503 Service Unavailable", text), "W"),
    case("an unknown status", 502, |text| said("799 W", text), "W"),
    case("a redirect", 502, redirect, "https://W:W@anchor.example/customer?name=W"),
    case("another success", 502, |text| said("204 W", text), ""),
    case("no JSON", 502, said_200, "W"),
    case("JSON that ends too early", 502, said_200, r#"{"id": "W"#),
    case("a list", 502, said_200, r#"["W"]"#),
    case("an id of another kind", 502, said_200, r#"{"id": {"W": "W"}, "status": "W"}"#),
    case("an id twice", 502, said_200, r#"{"id": "W", "id": "W", "status": "W"}"#),
    case("another member alone", 502, said_200, r#"{"customer_id": "W"}"#),
    case("half an answer", 502, half, r#"{"id": "W"}"#),
    case("a malformed chunk", 502, chunk, "W"),
    case("a malformed status line", 502, raw, "HTTP/1.1 W\r\n\r\n"),
    case("a malformed header", 502, raw, "HTTP/1.1 200 OK\r\nW W: W\r\n\r\n"),
    case("no HTTP", 502, raw, "W\r\n\r\n"),
    case("a length that is none", 502, raw, "HTTP/1.1 200 OK\r\nContent-Length: W\r\n\r\n{}"),
    case(
        "a length and chunks",
        502,
        raw,
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\nX: W\r\n\r\n{}",
    ),
    case("another protocol", 502, raw, "HTTP/1.1 101 W\r\nUpgrade: W\r\nConnection: upgrade\r\n\r\nW"),
    case("a closed connection", 502, |_| Script::Close, ""),
    case("a reset connection", 502, |_| Script::Reset, ""),
    case("silence", 504, |_| Script::Silence, ""),
];

const fn case(name: &'static str, status: u16, script: fn(Filled) -> Script, pattern: &'static str) -> Case {
    Case { name, status, script, pattern }
}

pub(super) fn add(suite: &mut Suite<'_>) {
    for case in CASES {
        put_json(suite, case);
        put_multipart(suite, case);
        get(suite, case);
    }
    early(suite);
}

fn put_json(suite: &mut Suite<'_>, case: &Case) {
    suite.add(format!("PUT JSON, the anchor: {}", case.name), case.status, "PUT", "/customer", |draft| {
        let (name, value) = (draft.name("a custom name"), draft.value("a text that the anchor refuses"));
        draft.json(&format!(r#"{{"{name}": "{value}", "first_name": "{value}"}}"#));
        play(draft, case);
    });
}

fn put_multipart(suite: &mut Suite<'_>, case: &Case) {
    suite.add(format!("PUT multipart, the anchor: {}", case.name), case.status, "PUT", "/customer", |draft| {
        let disposition = format!("name=photo_id_front; filename=\"{}\"", draft.value("a file name"));
        let body = super::endpoints::part(&disposition, "", &draft.value("a file that the anchor refuses"));
        draft.body("multipart/form-data; boundary=b", body + "--b--\r\n");
        play(draft, case);
    });
}

fn get(suite: &mut Suite<'_>, case: &Case) {
    let target = format!("{}/customer", suite.prefix);
    suite.add_at(format!("GET, the anchor: {}", case.name), Some(case.status), "GET", &target, |draft| {
        let id = draft.value("the id of a GET");
        draft.target(&format!("?id={id}"));
        play(draft, case);
    });
}

fn play(draft: &mut Draft<'_>, case: &Case) {
    let withheld = draft.withheld(&format!("the anchor's answer: {}", case.name));
    let passed = draft.passed(&format!("the anchor's answer: {}", case.name));
    let text = case.pattern.replace('W', &withheld).replace('$', &passed);
    draft.scripts([(case.script)(Filled(text))]);
}

fn said(status: &str, Filled(body): Filled) -> Script {
    Script::Answer(answer(status, "", &body))
}

fn said_200(Filled(body): Filled) -> Script {
    Script::Answer(ok(&body))
}

fn said_400(text: Filled) -> Script {
    said("400 Bad Request", text)
}

fn slow_down(Filled(marker): Filled) -> Script {
    Script::Answer(answer("429 Too Many Requests", &format!("Retry-After: {marker}\r\n"), "{}"))
}

fn redirect(Filled(url): Filled) -> Script {
    Script::Answer(answer("307 Temporary Redirect", &format!("Location: {url}\r\n"), ""))
}

fn half(Filled(body): Filled) -> Script {
    let mut bytes = ok(&body);
    bytes.truncate(bytes.len() - 3);
    Script::Answer(bytes)
}

fn chunk(Filled(marker): Filled) -> Script {
    raw(Filled(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{marker}\r\n{marker}\r\n0\r\n\r\n")))
}

fn raw(Filled(text): Filled) -> Script {
    Script::Answer(text.into_bytes())
}

/// An answer before the request was read; whether it arrives before the reset that follows it is chance.
fn early(suite: &mut Suite<'_>) {
    for (name, line) in [("refusal", "400 Bad Request"), ("success", "200 OK")] {
        let target = format!("{}/customer", suite.prefix);
        suite.add_at(format!("PUT multipart, an early {name}"), None, "PUT", &target, |draft| {
            let value = draft.value("a file that the anchor does not read");
            let body = super::endpoints::part("name=photo_id_front; filename=x", "", &value.repeat(5000));
            draft.body("multipart/form-data; boundary=b", body + "--b--\r\n");
            let said = draft.passed("an early answer");
            draft.scripts([Script::Early(answer(line, "", &format!(r#"{{"error": "{said}", "id": "{said}"}}"#)))]);
        });
    }
}
