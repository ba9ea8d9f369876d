//! From bytes to fields.

use std::task::Poll;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use sha2::{Digest, Sha256};

use super::request;
use crate::mock::config::Config;
use crate::mock::decode::{Broken, Limits, decode, decode_whole};
use crate::mock::{Received, ReceivedBody, ReceivedValue};

const MULTIPART: &str = "multipart/form-data; boundary=b";

fn json(body: &str) -> Received {
    request("PUT", "/customer", "application/json", body.as_bytes())
}

fn multipart(body: &str) -> Received {
    request("PUT", "/customer", MULTIPART, body.replace('\n', "\r\n").as_bytes())
}

fn part(headers: &str, content: &str) -> Received {
    multipart(&format!("--b\n{headers}\n\n{content}\n--b--\n"))
}

fn is_undecodable(received: &Received) -> bool {
    matches!(received.body, ReceivedBody::Undecodable { .. })
}

#[test]
fn json_members_keep_their_order_and_duplicates() {
    let received = json(r#"{"b": "1", "a": "2", "b": "3"}"#);
    assert_eq!(received.field_names(), ["b", "a", "b"]);
    assert_eq!(received.text("b"), Some("1"));
}

#[test]
fn json_values_other_than_strings_stay_as_written() {
    let received = json(r#"{"n": 1.0, "long": 12345678901234567890123, "null": null, "o": {"b":1, "a":[ 2 ]}}"#);
    let text = |value: &ReceivedValue| match value {
        ReceivedValue::Json(json) => json.get().to_owned(),
        other => panic!("{other:?}"),
    };
    let texts: Vec<_> = received.fields().iter().map(|field| text(&field.value)).collect();
    assert_eq!(texts, ["1.0", "12345678901234567890123", "null", r#"{"b":1, "a":[ 2 ]}"#]);
}

#[test]
fn json_strings_are_unescaped() {
    assert_eq!(json(r#"{"a\u0062": "\u00e9\n\/"}"#).text("ab"), Some("é\n/"));
}

#[test]
fn what_is_not_one_json_object_is_undecodable() {
    for body in ["[]", "null", "{", r#"{"a": "1"} {}"#, r#"{"a": "\ud800"}"#, "a=b", "\u{feff}{}"] {
        assert!(is_undecodable(&json(body)), "{body}");
    }
}

#[test]
fn an_undecodable_reason_quotes_nothing() {
    let ReceivedBody::Undecodable { reason } = json(r#"{"tax_id": secret}"#).body else { panic!("decoded") };
    assert!(!reason.contains("secret") && !reason.contains("tax_id"), "{reason}");
}

#[test]
fn a_part_is_a_file_by_file_name_or_content_type() {
    let is_file = |headers: &str| part(headers, "x").file("f").is_some();
    assert!(!is_file(r#"Content-Disposition: form-data; name="f""#));
    assert!(!is_file("Content-Disposition: form-data; name=\"f\"\nContent-Type: text/plain; charset=utf-8"));
    assert!(is_file("Content-Disposition: form-data; name=\"f\"\nContent-Type: image/png"));
    assert!(is_file(r#"Content-Disposition: form-data; name="f"; filename="""#));
    assert!(is_file("content-disposition: form-data; filename=\"a\"; name=\"f\"\ncontent-type: text/plain"));
}

#[tokio::test]
async fn a_body_is_read_alike_wherever_it_is_waited_for() {
    let body = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n";
    for at in 0..=body.len() {
        let mut pieces = vec![Some(&body[..at]), None, Some(&body[at..])].into_iter();
        let pieces = stream::poll_fn(move |cx| match pieces.next() {
            Some(Some(piece)) => Poll::Ready(Some(Ok(Bytes::from_static(piece)))),
            Some(None) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(None),
        });
        let read = decode(Some(MULTIPART), pieces, Limits { keep_file_bytes: 0, max_body: None }).await;
        let ReceivedBody::Multipart(fields) = read else { panic!("waiting after {at} bytes: {read:?}") };
        assert_eq!(fields.len(), 1);
    }
}

#[test]
fn an_extended_file_name_alone_makes_no_file() {
    let received = part("Content-Disposition: form-data; name=\"f\"; filename*=UTF-8''a.png", "x");
    assert_eq!(received.text("f"), Some("x"));
}

#[test]
fn names_and_file_names_are_unescaped_from_exactly_four_escapes() {
    let received = part(
        "Content-Disposition: form-data; name=\"a%22b%5cc\"; filename=\"é%0D%0a%2F100%.png%\"\nContent-Type: Image/PNG",
        "x",
    );
    let file = received.file("a\"b\\c").expect("a file");
    assert_eq!(file.file_name.as_deref(), Some("é\r\n%2F100%.png%"));
    assert_eq!(file.content_type.as_deref(), Some("Image/PNG"));
}

#[test]
fn files_carry_length_hash_and_bytes_up_to_the_limit() {
    let body = b"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n\xff\r\n--\0\r\n--b--";
    for (keep, kept) in [(6, true), (5, false)] {
        let decoded = decode_whole(Some(MULTIPART), body, Limits { keep_file_bytes: keep, max_body: None });
        let received = Received { body: decoded, ..part("", "") };
        let file = received.file("f").expect("a file");
        assert_eq!(file.length, 6);
        assert_eq!(file.sha256, <[u8; 32]>::from(Sha256::digest(b"\xff\r\n--\0")));
        assert_eq!(file.bytes.is_some(), kept, "{keep}");
    }
}

#[test]
fn damaged_multipart_is_undecodable() {
    let name = r#"Content-Disposition: form-data; name="a""#;
    for body in [
        "no boundary at all".to_owned(),
        format!("--b\n{name}\n\nx"),
        format!("--b\n{name}\n\nx\n--b"),
        "--b\nContent-Disposition: form-data\n\nx\n--b--\n".to_owned(),
        "--b\n\nx\n--b--\n".to_owned(),
    ] {
        assert!(is_undecodable(&multipart(&body)), "{body}");
    }
    let bare_line_feeds = format!("--b\n{name}\n\nx\n--b--\n");
    assert!(is_undecodable(&request("PUT", "/customer", MULTIPART, bare_line_feeds.as_bytes())));
}

#[test]
fn text_parts_and_names_must_be_utf8() {
    for body in [
        &b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--b--\r\n"[..],
        b"--b\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n--b--\r\n",
    ] {
        assert!(is_undecodable(&request("PUT", "/customer", MULTIPART, body)), "{body:?}");
    }
}

#[test]
fn a_multipart_body_needs_exactly_one_boundary() {
    let body = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\n";
    for content_type in ["Multipart/Form-Data; Boundary=b", "multipart/form-data;boundary=\"b\"; charset=utf-8"] {
        assert_eq!(request("PUT", "/customer", content_type, body).text("a"), Some("x"), "{content_type}");
    }
    for parameters in ["", "; boundary=", "; boundary=\"\"", "; boundary=b; boundary=c", "; boundary=b; BOUNDARY=b"] {
        let content_type = format!("multipart/form-data{parameters}");
        assert!(is_undecodable(&request("PUT", "/customer", &content_type, body)), "{content_type}");
    }
}

#[test]
fn no_bytes_are_an_empty_body_whatever_the_content_type() {
    for content_type in [None, Some("application/json"), Some(MULTIPART), Some("text/plain")] {
        let decoded = decode_whole(content_type, b"", Limits::of(&Config::default()));
        assert!(matches!(decoded, ReceivedBody::Empty), "{content_type:?}");
    }
}

#[test]
fn a_body_over_its_limit_is_too_large_in_every_encoding() {
    let limits = Limits { keep_file_bytes: 0, max_body: Some(10) };
    for content_type in ["application/json", MULTIPART, "text/plain"] {
        let decoded = decode_whole(Some(content_type), b"01234567890", limits);
        assert!(matches!(decoded, ReceivedBody::TooLarge), "{content_type}: {decoded:?}");
        let decoded = decode_whole(Some(content_type), b"0123456789", limits);
        assert!(matches!(decoded, ReceivedBody::Undecodable { .. }), "{content_type}: {decoded:?}");
    }
}

#[test]
fn a_body_that_breaks_off_is_incomplete_even_behind_its_closing_boundary() {
    let whole = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\n";
    for (content_type, body) in [("application/json", "{}"), (MULTIPART, whole), (MULTIPART, "--b"), ("text/plain", "")]
    {
        let chunks = stream::iter([Ok(Bytes::from_static(body.as_bytes())), Err(Broken)]);
        let decoded = decode(Some(content_type), chunks, Limits::of(&Config::default())).now_or_never();
        assert!(matches!(decoded, Some(ReceivedBody::Incomplete)), "{body}");
    }
}
