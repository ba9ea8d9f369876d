//! Snapshots of both sides of the platform: what the anchor receives, what the client gets.

use std::fmt::Write;

use anchor_conformance::mock::{self, Received, ReceivedValue};
use anchor_conformance::sep12::body::{self, Body, Multipart};
use anchor_conformance::sep12::{Field, File};
use bytes::Bytes;

use crate::support::{Answer, C, G, M, SHARED, Stack, assert_snapshot};

#[derive(Clone, Copy)]
enum Encoding {
    Json,
    Urlencoded,
    Multipart,
}

/// Names and values.
type Claims = &'static [(&'static str, &'static str)];

/// Each identity of the table, with what the client says of it.
const IDENTITIES: [(&str, &str, Claims); 8] = [
    ("G, silent", G, &[]),
    ("G, repeats it", G, &[("account", G)]),
    ("G, names a customer by memo", G, &[("memo", "21bf91a4-7db1-401d-8108-fab7660a45d6"), ("memo_type", "text")]),
    ("G:n, silent", SHARED, &[]),
    ("G:n, repeats it", SHARED, &[("account", G), ("memo", "7"), ("memo_type", "text")]),
    ("M, silent", M, &[]),
    ("M, repeats it as G and memo", M, &[("account", G), ("memo", "9223372036854775808")]),
    ("C, silent", C, &[]),
];

fn no_fields() -> Vec<Field> {
    Vec::new()
}

fn strings() -> Vec<Field> {
    vec![
        Field::text("first_name", "Ada \"A\" Invented"),
        Field::text("address", "1 Test Street\r\nTesttown"),
        Field::text("organization.name", "Größe & Söhne"),
        Field::text("favourite_colour", ""),
        Field::text("id_number", "007"),
    ]
}

fn strings_and_binaries() -> Vec<Field> {
    let photo = File {
        file_name: Some("pass \"1\".png".to_owned()),
        content_type: Some("image/png".to_owned()),
        bytes: Bytes::from_static(b"\x89PNG\r\n--not-a-boundary\r\n\0"),
    };
    let bare = File { file_name: None, content_type: None, bytes: Bytes::new() };
    vec![
        Field::text("first_name", "Ada"),
        Field::file("photo_id_front", photo),
        Field::text("last_name", "Invented"),
        Field::file("photo_id_back", bare),
    ]
}

fn binary_alone() -> Vec<Field> {
    let photo =
        File { file_name: None, content_type: Some("image/jpeg".to_owned()), bytes: Bytes::from_static(b"jpeg") };
    vec![Field::file("photo_proof_of_income", photo)]
}

fn encoded(encoding: Encoding, fields: &[Field]) -> Body {
    match encoding {
        Encoding::Json => body::json(fields).expect("text"),
        Encoding::Urlencoded => body::urlencoded(fields).expect("text"),
        Encoding::Multipart => body::multipart(fields, &Multipart::default()).expect("writable"),
    }
}

async fn snapshot(case: &str, encoding: Encoding, fields: Vec<Field>) {
    let mut text = String::new();
    for (identity, sub, claims) in IDENTITIES {
        let stack = Stack::with(mock::Config { seed: Some(1), ..mock::Config::default() }, |_| {}).await;
        let claims = claims.iter().map(|(name, value)| Field::text(*name, *value));
        let sent: Vec<Field> = claims.chain(fields.clone()).collect();
        let answer = stack.wallet(sub).put(encoded(encoding, &sent)).await;
        writeln!(text, "{identity}").expect("memory");
        for received in stack.anchor.received() {
            text.push_str(&shown(&received));
        }
        writeln!(text, "  client gets {}\n", shown_answer(&answer)).expect("memory");
    }
    assert_snapshot("forwarding", case, &text);
}

fn shown(received: &Received) -> String {
    let content_type = received.content_type().unwrap_or_default();
    let mut text = format!("  anchor receives {} {} as {content_type}\n", received.method, received.path);
    for field in received.fields() {
        let value = match &field.value {
            ReceivedValue::Text(value) => format!("{value:?}"),
            ReceivedValue::Json(value) => value.get().to_owned(),
            ReceivedValue::File(file) => {
                let bytes = file.bytes.as_ref().map(|bytes| bytes.escape_ascii().to_string()).unwrap_or_default();
                format!("file {:?} {:?} \"{bytes}\"", file.file_name.as_deref(), file.content_type.as_deref())
            }
        };
        writeln!(text, "    {} = {value}", field.name).expect("memory");
    }
    text
}

fn shown_answer(answer: &Answer) -> String {
    format!("{} {}", answer.status.as_u16(), String::from_utf8_lossy(&answer.body))
}

#[tokio::test]
async fn json_without_fields() {
    snapshot("json_without_fields", Encoding::Json, no_fields()).await;
}

#[tokio::test]
async fn json_with_strings() {
    snapshot("json_with_strings", Encoding::Json, strings()).await;
}

#[tokio::test]
async fn urlencoded_without_fields() {
    snapshot("urlencoded_without_fields", Encoding::Urlencoded, no_fields()).await;
}

#[tokio::test]
async fn urlencoded_with_strings() {
    snapshot("urlencoded_with_strings", Encoding::Urlencoded, strings()).await;
}

#[tokio::test]
async fn multipart_without_fields() {
    snapshot("multipart_without_fields", Encoding::Multipart, no_fields()).await;
}

#[tokio::test]
async fn multipart_with_strings() {
    snapshot("multipart_with_strings", Encoding::Multipart, strings()).await;
}

#[tokio::test]
async fn multipart_with_strings_and_binaries() {
    snapshot("multipart_with_strings_and_binaries", Encoding::Multipart, strings_and_binaries()).await;
}

#[tokio::test]
async fn multipart_with_a_binary_alone() {
    snapshot("multipart_with_a_binary_alone", Encoding::Multipart, binary_alone()).await;
}
