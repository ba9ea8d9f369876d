//! Claims about the mock anchor.

mod behaviours;
mod decoding;
mod deliveries;
mod desk_files;
mod desk_moves;
mod desk_states;
mod fronts;
mod probes;
mod routing;
mod rules;
mod script;
mod troubles;
mod variants;

use serde_json::{Value as Json, json};

use super::decode::{Limits, decode_whole};
use super::received::query_pairs;
use super::{Anchor, Answer, Config, Received, ReceivedBody};
use crate::sep12::Account;

/// A classic account.
fn account(number: u8) -> Account {
    Account::Classic([number; 32])
}

/// Its text.
fn g(number: u8) -> String {
    account(number).to_string()
}

/// A muxed account of it.
fn m(number: u8, id: u64) -> String {
    account(number).with_muxed_id(id).expect("classic").to_string()
}

fn request(method: &str, path_and_query: &str, content_type: &str, body: &[u8]) -> Received {
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let limits = Limits::of(&Config::default());
    let mut headers = vec![("content-length".to_owned(), body.len().to_string())];
    if !content_type.is_empty() {
        headers.push(("content-type".to_owned(), content_type.to_owned()));
    }
    Received {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query_pairs(query, &Config::default()),
        headers,
        body: if body.is_empty() { ReceivedBody::Empty } else { decode_whole(Some(content_type), body, limits) },
    }
}

/// The key of the anchors that want one.
const KEY: &str = "k1";

fn authorised(mut request: Received) -> Received {
    request.headers.push(("x-api-key".to_owned(), KEY.to_owned()));
    request
}

fn put(anchor: &Anchor, body: &Json) -> Answer {
    anchor.answer(authorised(request("PUT", "/customer", "application/json", body.to_string().as_bytes())))
}

fn put_multipart(anchor: &Anchor, texts: &[(&str, &str)], file: &str, bytes: &[u8]) -> Answer {
    anchor.answer(multipart(texts, file, bytes))
}

/// A PUT of text parts and one file.
fn multipart(texts: &[(&str, &str)], file: &str, bytes: &[u8]) -> Received {
    let mut body = Vec::new();
    for (name, value) in texts {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    let disposition = format!("Content-Disposition: form-data; name=\"{file}\"; filename=\"f\"");
    body.extend(format!("--b\r\n{disposition}\r\nContent-Type: image/jpeg\r\n\r\n").bytes());
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    authorised(request("PUT", "/customer", "multipart/form-data; boundary=b", &body))
}

fn get(anchor: &Anchor, query: &str) -> Answer {
    anchor.answer(authorised(request("GET", &format!("/customer?{query}"), "", b"")))
}

fn delete(anchor: &Anchor, id: &str) -> Answer {
    anchor.answer(authorised(request("DELETE", &format!("/customer/{id}"), "", b"")))
}

fn body(answer: &Answer) -> Json {
    serde_json::from_slice(&answer.body).expect("JSON")
}

/// The id in a successful answer.
fn id(answer: &Answer) -> String {
    assert!(matches!(answer.status, 200..=202), "{answer:?}");
    body(answer)["id"].as_str().expect("an id").to_owned()
}

fn status(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    body(answer)["status"].as_str().expect("a status").to_owned()
}

/// A complete customer of the default type.
fn complete(account: &str) -> Json {
    json!({ "account": account, "first_name": "Ana", "last_name": "Silva", "email_address": "ana@example.com" })
}
