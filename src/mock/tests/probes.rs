//! Short conversations that bring behaviours out.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value as Json, json};

use super::{account, authorised, complete, delete, g, get, m, multipart, put, request};
use crate::mock::received::query_pairs;
use crate::mock::{Anchor, Answer, Received, ReceivedBody, ReceivedValue};
use crate::sep12::{Account, Field, Identity};

/// A short conversation with a fresh anchor.
pub(super) type Probe = fn(&Anchor) -> Vec<Answer>;

pub(super) const PROBES: &[(&str, Probe)] = &[
    ("unregistered", |a| vec![get(a, &format!("account={}", g(1))), get(a, &format!("account={}", g(1)))]),
    ("register", |a| vec![put(a, &complete(&g(1)))]),
    ("update", |a| vec![put(a, &complete(&g(1))), put(a, &complete(&g(1)))]),
    ("merge", |a| {
        put(a, &json!({ "account": g(1), "first_name": "Ana" }));
        put(a, &json!({ "account": g(1), "last_name": "Silva" }));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("accepted", |a| {
        put(a, &complete(&g(1)));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("by id alone", |a| vec![put(a, &json!({ "id": seeded(a) }))]),
    ("unknown id", |a| vec![put(a, &json!({ "id": "x" })), get(a, "id=x")]),
    ("foreign put", |a| vec![put(a, &json!({ "id": seeded(a), "account": g(2) }))]),
    ("foreign get", |a| vec![get(a, &format!("id={}&account={}", seeded(a), g(2)))]),
    ("two types", |a| {
        vec![
            put(a, &json!({ "account": g(1), "type": "sep6" })),
            put(a, &json!({ "account": g(1), "type": "business" })),
        ]
    }),
    ("two memos", |a| ["1", "2"].map(|memo| put(a, &json!({ "account": g(1), "memo": memo }))).into()),
    ("large memos", |a| {
        ["9007199254740992", "9007199254740993"].map(|memo| put(a, &json!({ "account": g(1), "memo": memo }))).into()
    }),
    ("huge memo", |a| vec![put(a, &json!({ "account": g(1), "memo": "9223372036854775808" }))]),
    ("two muxed ids", |a| [1, 2].map(|id| put(a, &json!({ "account": m(1, id) }))).into()),
    ("muxed and memo", |a| {
        vec![put(a, &json!({ "account": m(1, 7) })), put(a, &json!({ "account": g(1), "memo": "7" }))]
    }),
    ("both encodings", |a| vec![put(a, &json!({ "account": g(1), "x": "" })), photo(a, b"ok")]),
    ("multipart", |a| vec![photo(a, b"ok"), get(a, &format!("account={}", g(1)))]),
    ("binary", |a| vec![photo(a, b"\xff\xd8")]),
    ("large file", |a| vec![photo_of(a, 1_100_000)]),
    ("huge file", |a| vec![photo_of(a, 5_000_001)]),
    ("no file name", |a| {
        let headers = "Content-Disposition: form-data; name=\"photo_id_front\"\r\nContent-Type: image/png";
        let account = format!("--b\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\n{}\r\n", g(1));
        let body = format!("{account}--b\r\n{headers}\r\n\r\nx\r\n--b--\r\n");
        vec![a.answer(authorised(request("PUT", "/customer", "multipart/form-data; boundary=b", body.as_bytes())))]
    }),
    ("dotted name", |a| {
        put(a, &json!({ "account": g(1), "organization.name": "Acme" }));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("beyond ASCII", |a| vec![put(a, &json!({ "account": g(1), "first_name": "é" }))]),
    ("name outside SEP-9", |a| vec![put(a, &json!({ "account": g(1), "favourite_colour": "red" }))]),
    ("empty value", |a| vec![put(a, &json!({ "account": g(1), "first_name": "" }))]),
    ("bad date", |a| {
        let bad = json!({ "account": g(1), "birth_date": "1976-02-30" });
        vec![put(a, &bad), get(a, &format!("account={}", g(1)))]
    }),
    ("bad choice", |a| vec![put(a, &json!({ "account": g(1), "type": "sep6", "id_type": "library_card" }))]),
    ("charset", |a| vec![sent(a, "application/json; charset=utf-8")]),
    ("capitals", |a| vec![sent(a, "Application/JSON")]),
    ("chunked", |a| {
        let mut chunked = request("PUT", "/customer", "application/json", complete(&g(1)).to_string().as_bytes());
        chunked.headers.retain(|(name, _)| name != "content-length");
        vec![a.answer(authorised(chunked))]
    }),
    ("credentials", |a| vec![a.answer(request("GET", "/customer", "", b""))]),
    ("phone", |a| {
        let with_phone = json!({ "account": g(1), "mobile_number": "+5511987654321" });
        put(a, &complete(&g(1)));
        put(a, &with_phone);
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("change", |a| {
        put(a, &complete(&g(1)));
        vec![put(a, &json!({ "account": g(1), "first_name": "Eve" }))]
    }),
    ("delete", |a| {
        let id = seeded(a);
        vec![delete(a, &id), get(a, &format!("id={id}"))]
    }),
    ("delete unknown", |a| vec![delete(a, "x")]),
    ("another type", |a| vec![get(a, "type=sep6")]),
    ("zero memo", |a| vec![put(a, &json!({ "account": g(1) })), memo(a, "0", "id")]),
    ("leading zeros", |a| vec![memo(a, "7", "id"), memo(a, "007", "id")]),
    ("memos of 33 bits", |a| vec![memo(a, "1", "id"), memo(a, "4294967297", "id")]),
    ("memo types", |a| vec![memo(a, "7", "id"), memo(a, "7", "text")]),
    ("memo case", |a| vec![memo(a, "Ana", "text"), memo(a, "ana", "text")]),
    ("long memos", |a| {
        let uuids = ["21bf91a4-7db1-401d-8108-fab7660a45d6", "21bf91a4-7db1-401d-8108-fab7660a45d7"];
        uuids.map(|uuid| memo(a, uuid, "text")).into()
    }),
    ("untyped memo", |a| vec![memo(a, "7", "")]),
    ("contracts", |a| {
        [1, 2].map(|number| put(a, &json!({ "account": Account::Contract([number; 32]).to_string() }))).into()
    }),
    ("contradiction", |a| vec![put(a, &json!({ "account": m(1, 7), "memo": "8" }))]),
    ("multipart update", |a| {
        put(a, &complete(&g(1)));
        photo(a, b"ok");
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("third put", |a| {
        for name in ["first_name", "last_name", "email_address"] {
            put(a, &json!({ "account": g(1), name: "x" }));
        }
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("ten puts", |a| (0..10).map(|_| put(a, &complete(&g(1)))).collect()),
    ("two files", |a| {
        a.answer(parts(&[("photo_id_front", FILE, "x"), ("photo_id_back", FILE, "x")]));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("text after file", |a| {
        a.answer(parts(&[("photo_id_front", FILE, "x"), ("first_name", "", "Ana")]));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("empty file", |a| vec![a.answer(parts(&[("photo_id_front", FILE, "")]))]),
    ("no part type", |a| vec![a.answer(parts(&[("photo_id_front", "; filename=\"a.png\"", "x")]))]),
    ("file name beyond ASCII", |a| {
        let file = FILE.replace("a.png", "é.png");
        vec![a.answer(parts(&[("photo_id_front", &file, "x")]))]
    }),
    ("quoted boundary", |a| {
        let mut quoted = parts(&[("first_name", "", "Ana")]);
        for (_, value) in &mut quoted.headers {
            *value = value.replace("boundary=b", "boundary=\"b\"");
        }
        vec![a.answer(quoted)]
    }),
    ("many fields", |a| {
        let mut fields = json!({ "account": g(1) });
        for number in 0..31 {
            fields[format!("name_{number}")] = json!("x");
        }
        vec![put(a, &fields), get(a, &format!("account={}", g(1)))]
    }),
    ("newer name", |a| {
        put(a, &json!({ "account": g(1), "sex": "female" }));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("emoji", |a| vec![put(a, &json!({ "account": g(1), "first_name": "🦀" }))]),
    ("apostrophe", |a| vec![put(a, &json!({ "account": g(1), "last_name": "O'Hara" }))]),
    ("long value", |a| vec![put(a, &json!({ "account": g(1), "address": "x".repeat(256) }))]),
    ("nested value", |a| vec![put(a, &json!({ "account": g(1), "addresses": [{ "city": "Rio" }] }))]),
    ("damaged body", |a| vec![a.answer(authorised(request("PUT", "/customer", "application/json", b"{")))]),
    ("shared e-mail", |a| vec![put(a, &complete(&g(1))), put(a, &complete(&g(2)))]),
    ("chosen id", |a| {
        let chosen = put(a, &json!({ "id": "x", "account": g(1) }));
        vec![chosen, get(a, "id=x"), get(a, &format!("account={}", g(1)))]
    }),
    ("foreign change", |a| {
        put(a, &json!({ "id": seeded(a), "account": g(2), "first_name": "Eve" }));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("foreign secret", |a| {
        let id = Field::text("last_name", "Silva");
        a.register_as("secret", &Identity::of_account(account(1)), vec![id]);
        vec![put(a, &json!({ "id": "secret", "account": g(2) }))]
    }),
    ("foreign memo put", |a| vec![put(a, &json!({ "id": seeded(a), "account": g(1), "memo": "1" }))]),
    ("foreign memo get", |a| vec![get(a, &format!("id={}&account={}&memo=1", seeded(a), g(1)))]),
    ("late bad date", |a| {
        put(a, &json!({ "account": g(1), "birth_date": "1976-02-30" }));
        put(a, &complete(&g(1)));
        (0..3).map(|_| get(a, &format!("account={}", g(1)))).collect()
    }),
    ("bad sex", |a| vec![put(a, &json!({ "account": g(1), "sex": "?" }))]),
    ("wrong code", |a| vec![put(a, &json!({ "account": g(1), "mobile_number_verification": "1" }))]),
    ("right code", |a| vec![put(a, &json!({ "account": g(1), "mobile_number_verification": "123456" }))]),
    ("rejected", |a| {
        put(a, &json!({ "account": g(1), "last_name": "Rejected" }));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("unknown type", |a| vec![get(a, "type=sep7")]),
    ("language", |a| vec![get(a, "lang=pt")]),
    ("no parameters", |a| vec![get(a, "")]),
    ("before and after", |a| {
        let ask = || get(a, &format!("account={}", g(1)));
        let before = ask();
        put(a, &complete(&g(1)));
        vec![before, ask()]
    }),
    ("status of two types", |a| {
        let mut sender = complete(&g(1));
        sender["type"] = json!("sep31-sender");
        put(a, &sender);
        vec![get(a, &format!("account={}&type=sep31-receiver", g(1)))]
    }),
    ("delete one memo", |a| {
        let first = memo(a, "1", "id");
        memo(a, "2", "id");
        vec![delete(a, &id_of(&first)), get(a, &format!("account={}&memo=2", g(1)))]
    }),
    ("delete the older", |a| {
        let id = seeded(a);
        put(a, &json!({ "account": g(2) }));
        vec![delete(a, &id), get(a, &format!("account={}", g(1))), get(a, &format!("account={}", g(2)))]
    }),
    ("delete and find by account", |a| vec![delete(a, &seeded(a)), get(a, &format!("account={}", g(1)))]),
    ("delete twice", |a| {
        let name = Field::text("first_name", "Ana");
        a.register_as("named", &Identity::of_account(account(1)), vec![name]);
        vec![delete(a, "named"), delete(a, "named")]
    }),
    ("delete and put", |a| {
        let id = seeded(a);
        vec![delete(a, &id), put(a, &json!({ "id": id }))]
    }),
    ("delete and register", |a| {
        let name = Field::text("first_name", "Ana");
        a.register_as("named", &Identity::of_account(account(1)), vec![name]);
        delete(a, "named");
        put(a, &json!({ "account": g(1) }));
        vec![get(a, &format!("account={}", g(1)))]
    }),
    ("delete and register another", |a| vec![delete(a, &seeded(a)), put(a, &json!({ "account": g(2) }))]),
    ("delete an encoded id", |a| {
        let id = put(a, &json!({ "account": g(1) }));
        let encoded = utf8_percent_encode(&id_of(&id), NON_ALPHANUMERIC).to_string();
        vec![delete(a, &encoded)]
    }),
    ("delete a slash", |a| {
        a.register_as("a/b", &Identity::of_account(account(1)), Vec::new());
        vec![delete(a, "a%2Fb")]
    }),
    ("delete an encoded slash", |a| {
        a.register_as("a%2Fb", &Identity::of_account(account(1)), Vec::new());
        vec![delete(a, "a%252Fb")]
    }),
    ("shared number", |a| vec![put(a, &complete_with(1, PHONE)), put(a, &complete_with(2, PHONE))]),
    ("update to a shared e-mail", |a| {
        put(a, &complete(&g(1)));
        put(a, &json!({ "account": g(2) }));
        let email = json!({ "account": g(2), "email_address": "ana@example.com" });
        vec![put(a, &email), put(a, &json!({ "account": g(2) }))]
    }),
    ("update to a shared number", |a| {
        put(a, &complete_with(1, PHONE));
        put(a, &json!({ "account": g(2) }));
        vec![put(a, &json!({ "account": g(2), PHONE.0: PHONE.1 })), put(a, &json!({ "account": g(2) }))]
    }),
    ("two accounts", |a| vec![put(a, &json!({ "account": g(1) })), put(a, &json!({ "account": g(2) }))]),
    ("hyphens in a file", |a| vec![photo(a, b"a\r\n--c\r\n")]),
    ("foreign code", |a| {
        let phone = Field::text(PHONE.0, PHONE.1);
        a.register_as("phoned", &Identity::of_account(account(1)), vec![phone]);
        let code = json!({ "id": "phoned", "account": g(2), "mobile_number_verification": "123456" });
        vec![put(a, &code), get(a, &format!("account={}", g(1)))]
    }),
    ("get by id alone", |a| vec![get(a, &format!("id={}", seeded(a)))]),
    ("get a large memo", |a| {
        put(a, &json!({ "account": g(1), "memo": "9007199254740992" }));
        put(a, &json!({ "account": g(1), "memo": "9007199254740993" }));
        vec![get(a, &format!("account={}&memo=9007199254740993", g(1)))]
    }),
    ("get a large muxed id", |a| {
        put(a, &json!({ "account": m(1, 1 << 63) }));
        vec![get(a, &format!("account={}", m(1, 1 << 63)))]
    }),
    ("encoded query", |a| {
        put(a, &json!({ "account": g(1) }));
        let account = utf8_percent_encode(&g(1), NON_ALPHANUMERIC).to_string().replace('G', "%47");
        let query = query_pairs(&format!("account={account}"), a.config());
        vec![a.answer(Received { query, ..authorised(request("GET", "/customer", "", b"")) })]
    }),
    ("nobody", |a| {
        seeded(a);
        vec![get(a, "")]
    }),
    ("transaction", |a| vec![get(a, "transaction_id=7&type=sep6")]),
    ("delete a part of an id", |a| {
        let id = seeded(a);
        vec![delete(a, &id[..4]), get(a, &format!("account={}", g(1)))]
    }),
    ("wrong key", |a| vec![a.answer(keyed("k2", "GET", "/customer"))]),
    ("longer key", |a| vec![a.answer(keyed("k1x", "GET", "/customer"))]),
    ("delete without key", |a| vec![a.answer(request("DELETE", &format!("/customer/{}", seeded(a)), "", b""))]),
    ("put without key", |a| {
        let body = json!({ "account": g(1) }).to_string();
        let refused = a.answer(request("PUT", "/customer", "application/json", body.as_bytes()));
        vec![refused, get(a, &format!("account={}", g(1)))]
    }),
    ("burst", |a| (0..30).map(|_| delete(a, "x")).collect()),
];

const PHONE: (&str, &str) = ("mobile_number", "+5511987654321");

/// A complete customer of an account with one more field; e-mail addresses differ.
fn complete_with(number: u8, (name, value): (&str, &str)) -> Json {
    let mut customer = complete(&g(number));
    customer["email_address"] = json!(format!("ana{number}@example.com"));
    customer[name] = json!(value);
    customer
}

/// A customer of the first account, put there without a request.
fn seeded(anchor: &Anchor) -> String {
    anchor.register_as("seeded", &Identity::of_account(account(1)), Vec::new());
    "seeded".to_owned()
}

/// The id in an answer; none of a refusal.
fn id_of(answer: &Answer) -> String {
    let body: Option<serde_json::Value> = serde_json::from_slice(&answer.body).ok();
    body.and_then(|body| body["id"].as_str().map(str::to_owned)).unwrap_or_default()
}

fn memo(anchor: &Anchor, memo: &str, memo_type: &str) -> Answer {
    put(anchor, &json!({ "account": g(1), "memo": memo, "memo_type": memo_type }))
}

fn keyed(key: &str, method: &str, path: &str) -> Received {
    let mut request = request(method, path, "", b"");
    request.headers.push(("x-api-key".to_owned(), key.to_owned()));
    request
}

/// What follows a part's name to make it a file.
const FILE: &str = "; filename=\"a.png\"\r\nContent-Type: image/png";

/// A multipart PUT for the first account; each part has a name, the rest of its headers, and its content.
fn parts(parts: &[(&str, &str, &str)]) -> Received {
    let account = g(1);
    let all = [("account", "", account.as_str())].into_iter().chain(parts.iter().copied());
    let disposition = "Content-Disposition: form-data; name=";
    let mut body: String =
        all.map(|(name, more, content)| format!("--b\r\n{disposition}\"{name}\"{more}\r\n\r\n{content}\r\n")).collect();
    body.push_str("--b--\r\n");
    authorised(request("PUT", "/customer", "multipart/form-data; boundary=b", body.as_bytes()))
}

fn photo(anchor: &Anchor, bytes: &[u8]) -> Answer {
    anchor.answer(photo_request(bytes))
}

fn photo_request(bytes: &[u8]) -> Received {
    multipart(&[("account", &g(1)), ("first_name", "Ana")], "photo_id_front", bytes)
}

fn sent(anchor: &Anchor, content_type: &str) -> Answer {
    anchor.answer(authorised(request("PUT", "/customer", content_type, complete(&g(1)).to_string().as_bytes())))
}

/// A file that is only said to be that long.
fn photo_of(anchor: &Anchor, length: u64) -> Answer {
    let mut received = photo_request(b"ok");
    let ReceivedBody::Multipart(fields) = &mut received.body else { panic!("not multipart") };
    for field in fields {
        if let ReceivedValue::File(file) = &mut field.value {
            file.length = length;
        }
    }
    anchor.answer(received)
}
