//! Files at the desk: uploaded, referred to, expired.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{authorised, body, complete, delete, g, get, id, multipart, put, request, status};
use crate::mock::desk::Desk;
use crate::mock::{Anchor, Answer, Config};

const HOUR: Duration = Duration::from_secs(3600);

fn anchor() -> Anchor {
    Anchor::new(Config::with_desk(Desk { max_file_bytes: 100, ..Desk::default() }))
}

fn upload(anchor: &Anchor, query: &str, bytes: &[u8]) -> Answer {
    let mut sent = multipart(&[("comment", "of no interest")], "file", bytes);
    "POST".clone_into(&mut sent.method);
    "/customer/files".clone_into(&mut sent.path);
    sent.query = request("POST", &format!("/?{query}"), "", b"").query;
    anchor.answer(authorised(sent))
}

fn file_id(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    body(answer)["file_id"].as_str().expect("a file id").to_owned()
}

fn files(anchor: &Anchor, query: &str) -> Vec<Json> {
    let answer = anchor.answer(request("GET", &format!("/customer/files?{query}"), "", b""));
    assert_eq!(answer.status, 200, "{answer:?}");
    body(&answer)["files"].as_array().expect("a list").clone()
}

fn account(number: u8) -> String {
    format!("account={}", g(number))
}

#[test]
fn a_file_is_described_as_sep_12_says() {
    let anchor = anchor();
    let id = id(&put(&anchor, &complete(&g(1))));
    let described = body(&upload(&anchor, &account(1), b"1234567"));
    assert_eq!(
        (&described["content_type"], &described["size"], &described["customer_id"]),
        (&json!("image/jpeg"), &json!(7), &json!(id))
    );
    let expires = described["expires_at"].as_str().expect("a time");
    let expires: jiff::Timestamp = expires.parse().expect("RFC 3339");
    let left = expires.duration_since(jiff::Timestamp::now()).as_secs();
    assert!((3590..=3601).contains(&left), "{left}");
    assert_eq!(files(&anchor, &format!("{}&customer_id={id}", account(1))), [described]);
}

#[test]
fn a_file_can_come_before_its_customer() {
    let anchor = anchor();
    let answer = upload(&anchor, &account(1), b"1234567");
    assert_eq!(body(&answer)["customer_id"], Json::Null);
    let file = file_id(&answer);
    assert_eq!(status(&get(&anchor, &account(1))), "NEEDS_INFO");
    assert!(body(&get(&anchor, &account(1))).get("id").is_none(), "nobody is registered by a file");
    assert_eq!((anchor.customers().len(), anchor.desk().len()), (0, 0));
    let id = id(&put(&anchor, &json!({ "account": g(1), "photo_id_front_file_id": file })));
    assert_eq!(body(&get(&anchor, &account(1)))["provided_fields"]["photo_id_front"]["status"], "ACCEPTED");
    let customer = anchor.customer(&id).expect("registered");
    assert_eq!(customer.fields["photo_id_front"].as_file().expect("a file").bytes.as_deref(), Some(&b"1234567"[..]));
    assert!(!customer.fields.contains_key("photo_id_front_file_id"));
}

#[test]
fn a_file_expires_unless_a_field_refers_to_it() {
    let anchor = anchor();
    let id = id(&put(&anchor, &complete(&g(1))));
    let [kept, lost] = [b"kept", b"lost"].map(|bytes| file_id(&upload(&anchor, &account(1), bytes)));
    put(&anchor, &json!({ "id": id, "photo_id_front_file_id": kept }));
    anchor.advance(HOUR);
    let left = files(&anchor, &format!("customer_id={id}"));
    assert_eq!((left.len(), &left[0]["file_id"], left[0].get("expires_at")), (1, &json!(kept), None));
    assert_eq!(files(&anchor, &format!("file_id={lost}")), [Json::Null; 0]);
    let refused = put(&anchor, &json!({ "id": id, "photo_id_back_file_id": lost }));
    assert_eq!(refused.status, 400);
    assert!(body(&refused)["error"].as_str().expect("an error").starts_with("photo_id_back_file_id: must"));
}

#[test]
fn a_file_of_nobody_goes_with_its_time() {
    let anchor = anchor();
    let file = file_id(&upload(&anchor, &account(1), b"1"));
    anchor.advance(HOUR);
    assert_eq!(files(&anchor, &format!("file_id={file}")), [Json::Null; 0]);
    let put = put(&anchor, &json!({ "account": g(1), "photo_id_front_file_id": file }));
    assert_eq!((put.status, anchor.customers().len()), (400, 0));
}

#[test]
fn nobody_gets_at_the_file_of_another() {
    let anchor = anchor();
    let owner = id(&put(&anchor, &complete(&g(1))));
    put(&anchor, &complete(&g(2)));
    let file = file_id(&upload(&anchor, &account(1), b"1"));
    for foreign in [account(2), account(3), format!("{}&memo=7&memo_type=id", account(1))] {
        assert_eq!(files(&anchor, &format!("{foreign}&file_id={file}")), [Json::Null; 0], "{foreign}");
        assert_eq!(files(&anchor, &format!("{foreign}&customer_id={owner}")), [Json::Null; 0], "{foreign}");
    }
    for taker in [json!({ "account": g(2) }), json!({ "account": g(3) }), json!({ "account": g(1), "memo": "7" })] {
        let mut body = taker;
        body["photo_id_front_file_id"] = json!(file);
        assert_eq!(put(&anchor, &body).status, 400, "{body}");
    }
    assert_eq!(upload(&anchor, &format!("id={owner}&{}", account(2)), b"1").status, 404);
}

#[test]
fn what_is_no_file_for_somebody_is_refused() {
    let anchor = anchor();
    assert_eq!(upload(&anchor, &account(1), &[0; 101]).status, 413);
    assert_eq!(upload(&anchor, "", b"1").status, 400);
    let json = request("POST", &format!("/customer/files?{}", account(1)), "application/json", b"{\"file\": \"x\"}");
    assert_eq!(anchor.answer(json).status, 400);
    assert_eq!(anchor.answer(request("GET", "/customer/files", "", b"")).status, 400);
    assert_eq!(anchor.answer(request("PUT", "/customer/files", "", b"")).status, 405);
}

#[test]
fn a_field_and_its_file_id_are_the_same_field_twice() {
    let anchor = anchor();
    let id = id(&put(&anchor, &complete(&g(1))));
    let file = file_id(&upload(&anchor, &account(1), b"1"));
    let both = multipart(&[("id", &id), ("photo_id_front_file_id", &file)], "photo_id_front", b"2");
    let refused = anchor.answer(both);
    assert_eq!(refused.status, 400);
    assert_eq!(body(&refused)["error"], "photo_id_front: must not come twice");
}

#[test]
fn a_customer_s_files_go_with_the_customer() {
    let anchor = anchor();
    let id = id(&put(&anchor, &complete(&g(1))));
    let file = file_id(&upload(&anchor, &account(1), b"1"));
    assert_eq!(delete(&anchor, &id).status, 204);
    assert_eq!(files(&anchor, &format!("file_id={file}")), [Json::Null; 0]);
}
