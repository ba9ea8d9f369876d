//! Decisions at the desk, and what callbacks see of them.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{body, complete, delete, g, get, id, put, request, status};
use crate::mock::desk::{Decision, Desk, MAGIC, MagicPlace};
use crate::mock::{Anchor, Answer, Config};
use crate::sep12::info::CustomerInfo;

fn anchor() -> Anchor {
    Anchor::new(Config::with_desk(Desk::default()))
}

fn state(anchor: &Anchor, type_name: &str) -> String {
    status(&get(anchor, &format!("account={}&type={type_name}", g(1))))
}

fn shown(anchor: &Anchor) -> Json {
    body(&get(anchor, &format!("account={}", g(1))))
}

fn register_callback(anchor: &Anchor, query: &str, body: &Json) -> Answer {
    let path = format!("/customer/callback?{query}");
    anchor.answer(request("PUT", &path, "application/json", body.to_string().as_bytes()))
}

#[test]
fn a_decision_goes_before_the_values() {
    let anchor = anchor();
    let id = id(&put(&anchor, &complete(&g(1))));
    let decide = |decision| assert!(anchor.decide(&id, None, &decision), "{decision:?}");
    decide(Decision::Process);
    assert_eq!(state(&anchor, "default"), "PROCESSING");
    decide(Decision::Reject("an invented reason".to_owned()));
    assert_eq!(
        (shown(&anchor)["status"].as_str(), shown(&anchor)["message"].as_str()),
        (Some("REJECTED"), Some("an invented reason"))
    );
    decide(Decision::Accept);
    assert_eq!(state(&anchor, "default"), "ACCEPTED");
    decide(Decision::AskFor("occupation".to_owned()));
    assert_eq!(shown(&anchor)["fields"]["occupation"], json!({ "type": "number", "description": "occupation" }));
    put(&anchor, &json!({ "account": g(1), "occupation": "2166" }));
    assert_eq!(state(&anchor, "default"), "ACCEPTED");
    decide(Decision::RejectField("first_name".to_owned(), "an invented error".to_owned()));
    assert_eq!(shown(&anchor)["provided_fields"]["first_name"]["error"], "an invented error");
    put(&anchor, &json!({ "account": g(1), "first_name": "Ana" }));
    assert_eq!(state(&anchor, "default"), "NEEDS_INFO", "the same value does not heal it");
    put(&anchor, &json!({ "account": g(1), "first_name": "Eva" }));
    assert_eq!(state(&anchor, "default"), "ACCEPTED");
    decide(Decision::RequireVerification("email_address".to_owned()));
    assert_eq!(shown(&anchor)["provided_fields"]["email_address"]["status"], "VERIFICATION_REQUIRED");
    put(&anchor, &json!({ "account": g(1), "email_address_verification": "123456" }));
    assert_eq!(state(&anchor, "default"), "ACCEPTED");
    decide(Decision::RequireVerification("email_address".to_owned()));
    put(&anchor, &json!({ "account": g(1), "first_name": "Mia" }));
    assert_eq!(state(&anchor, "default"), "NEEDS_INFO", "an old code verifies nothing");
}

#[test]
fn a_decision_can_be_for_one_type() {
    let anchor = anchor();
    let id = id(&put(&anchor, &complete(&g(1))));
    assert!(anchor.decide(&id, Some("sep31-sender"), &Decision::Reject(String::new())));
    assert_eq!((state(&anchor, "default"), state(&anchor, "sep31-sender")), ("ACCEPTED".into(), "REJECTED".into()));
    assert!(!anchor.desk()[0].types["sep31-sender"].message.as_ref().expect("a message").is_empty());
}

#[test]
fn a_decision_without_effect_says_so() {
    let anchor = anchor();
    let id = id(&put(&anchor, &complete(&g(1))));
    let given = "first_name".to_owned();
    let absent = "tax_id".to_owned();
    assert!(!anchor.decide("nobody", None, &Decision::Accept));
    assert!(!anchor.decide(&id, Some("no such type"), &Decision::Accept));
    assert!(!anchor.decide(&id, None, &Decision::AskFor(given)));
    assert!(!anchor.decide(&id, None, &Decision::RejectField(absent.clone(), "no".to_owned())));
    assert!(!anchor.decide(&id, None, &Decision::RequireVerification(absent)));
    assert!(!Anchor::default().decide(&id, None, &Decision::Accept));
}

#[test]
fn the_desk_shows_every_type_and_no_value() {
    let anchor = anchor();
    put(&anchor, &complete(&g(1)));
    let view = anchor.desk();
    assert_eq!(view[0].types.len(), anchor.config().types.len());
    assert_eq!(view[0].key.account, g(1));
    assert!(!format!("{view:?}").contains("Silva"));
}

#[test]
fn a_callback_is_registered_by_a_known_customer_for_a_public_host() {
    let anchor = anchor();
    let url = json!({ "url": "https://Wallet.example:444/kyc?secret=1" });
    let account = format!("account={}", g(1));
    assert_eq!(register_callback(&anchor, &account, &url).status, 404);
    let id = id(&put(&anchor, &complete(&g(1))));
    assert_eq!(register_callback(&anchor, &account, &url).status, 200);
    let callback = anchor.desk()[0].callback.clone().expect("a callback");
    assert_eq!((callback.host.as_str(), callback.type_name.as_str()), ("wallet.example", "default"));
    assert_eq!(register_callback(&anchor, &format!("id={id}&type=sep6"), &url).status, 200);
    assert_eq!(anchor.desk()[0].callback.as_ref().expect("a callback").type_name, "sep6");
    for (query, answer) in [("", 400), ("id=nobody", 404), (&format!("id={id}&account={}", g(2)), 404)] {
        assert_eq!(register_callback(&anchor, query, &url).status, answer, "{query}");
    }
    for bad in
        ["", "wallet.example", "ftp://wallet.example", "http://127.0.0.1/", "http://localhost:8000", "https://[::1]"]
    {
        let refused = register_callback(&anchor, &account, &json!({ "url": bad }));
        assert_eq!(refused.status, 400, "{bad}");
        assert!(body(&refused)["error"].as_str().expect("an error").starts_with("url: must"));
    }
    delete(&anchor, &id);
    assert_eq!(anchor.desk(), []);
}

#[test]
fn without_a_desk_there_is_neither_callback_nor_file() {
    let anchor = Anchor::default();
    put(&anchor, &complete(&g(1)));
    let url = json!({ "url": "https://wallet.example/" });
    assert!(register_callback(&anchor, &format!("account={}", g(1)), &url).status >= 404);
    assert!(anchor.answer(request("GET", "/customer/files?file_id=x", "", b"")).status >= 404);
    anchor.advance(Duration::from_secs(1));
}

#[test]
fn whatever_happens_the_answer_is_what_sep_12_allows() {
    let (name, error) = ("first_name".to_owned(), "an invented error".to_owned());
    let decisions = [
        None,
        Some(Decision::Accept),
        Some(Decision::Reject(String::new())),
        Some(Decision::Process),
        Some(Decision::AskFor("occupation".to_owned())),
        Some(Decision::RejectField(name.clone(), error)),
        Some(Decision::RequireVerification(name)),
    ];
    let bases = [json!({ "account": g(1), "first_name": "Ana" }), complete(&g(1))];
    let fields = MAGIC.iter().filter_map(|magic| match magic.place {
        MagicPlace::Fields([field, ..]) => Some((*field, magic.value)),
        MagicPlace::AnyText => Some(("last_name", magic.value)),
        _ => None,
    });
    let bases = &bases;
    let customers = fields.flat_map(|(field, value)| {
        bases.iter().cloned().map(move |mut customer| {
            customer[field] = json!(value);
            customer
        })
    });
    for (customer, decision) in customers.flat_map(|customer| decisions.iter().map(move |one| (customer.clone(), one)))
    {
        let anchor = anchor();
        let id = id(&put(&anchor, &customer));
        assert!(decision.as_ref().is_none_or(|decision| anchor.decide(&id, None, decision)));
        for _ in 0..2 {
            for type_name in anchor.config().types.keys() {
                let shown = get(&anchor, &format!("id={id}&type={type_name}"));
                let (_, breaches) = CustomerInfo::read(&shown.body).expect("readable");
                assert_eq!(breaches, [], "{customer} {decision:?} {type_name}");
            }
            anchor.advance(Duration::from_secs(4));
        }
    }
}
