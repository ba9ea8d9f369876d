//! A desk's states, each reached by its magic value; the clock is set forward instead of waiting.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{body, complete, g, get, id, put, put_multipart, status};
use crate::mock::desk::{Desk, MAGIC};
use crate::mock::{Anchor, Config};

/// More than a while.
const WHILE: Duration = Duration::from_secs(4);

fn anchor() -> Anchor {
    Anchor::new(Config::with_desk(Desk::default()))
}

/// A complete customer but for these members.
fn with(changes: &Json) -> Json {
    let mut customer = complete(&g(1));
    let changes = changes.as_object().expect("an object").clone();
    customer.as_object_mut().expect("an object").extend(changes);
    customer
}

fn magic(name: &str) -> &'static str {
    MAGIC.iter().find(|magic| magic.name == name).expect("a magic value").value
}

fn named(name: &str) -> Json {
    with(&json!({ "last_name": magic(name) }))
}

fn shown(anchor: &Anchor) -> Json {
    body(&get(anchor, &format!("account={}", g(1))))
}

fn state(anchor: &Anchor) -> String {
    status(&get(anchor, &format!("account={}", g(1))))
}

#[test]
fn an_ordinary_customer_is_accepted_as_soon_as_nothing_is_missing() {
    let anchor = anchor();
    assert_eq!(state(&anchor), "NEEDS_INFO");
    put(&anchor, &json!({ "account": g(1), "first_name": "Ana" }));
    assert_eq!(state(&anchor), "NEEDS_INFO");
    put(&anchor, &complete(&g(1)));
    assert_eq!(shown(&anchor)["provided_fields"]["first_name"]["status"], "ACCEPTED");
    assert_eq!(state(&anchor), "ACCEPTED");
}

#[test]
fn stays_processing_does_so() {
    let anchor = anchor();
    put(&anchor, &named("stays-processing"));
    anchor.advance(100 * WHILE);
    let shown = shown(&anchor);
    assert_eq!(
        (&shown["status"], &shown["provided_fields"]["last_name"]["status"]),
        (&json!("PROCESSING"), &json!("PROCESSING"))
    );
    assert_eq!(shown["message"], "the data is being looked at");
}

#[test]
fn accepted_later_and_rejected_later_take_a_while_from_the_last_change() {
    for (name, end) in [("accepted-later", "ACCEPTED"), ("rejected-later", "REJECTED")] {
        let anchor = anchor();
        put(&anchor, &named(name));
        assert_eq!(state(&anchor), "PROCESSING");
        anchor.advance(WHILE / 2);
        put(&anchor, &json!({ "account": g(1), "first_name": "Eva" }));
        anchor.advance(WHILE / 2);
        assert_eq!(state(&anchor), "PROCESSING", "{name}");
        anchor.advance(WHILE / 2);
        assert_eq!(state(&anchor), end);
    }
}

#[test]
fn a_repeated_put_that_changes_nothing_does_not_begin_the_while_anew() {
    let anchor = anchor();
    put(&anchor, &named("accepted-later"));
    anchor.advance(WHILE);
    put(&anchor, &named("accepted-later"));
    assert_eq!(state(&anchor), "ACCEPTED");
}

#[test]
fn who_is_rejected_stays_so_whatever_comes() {
    for name in ["rejected-now", "rejected-later"] {
        let anchor = anchor();
        put(&anchor, &named(name));
        anchor.advance(WHILE);
        let before = shown(&anchor);
        assert_eq!(before["status"], "REJECTED");
        assert!(!before["message"].as_str().expect("a message").is_empty());
        assert!(before.get("fields").is_none());
        put(&anchor, &complete(&g(1)));
        assert_eq!(state(&anchor), "REJECTED", "{name}");
    }
}

#[test]
fn rejected_now_waits_for_nothing() {
    let anchor = anchor();
    put(&anchor, &json!({ "account": g(1), "last_name": magic("rejected-now") }));
    assert_eq!(state(&anchor), "REJECTED");
}

#[test]
fn asked_later_is_accepted_then_asked_for_one_more_field_then_accepted() {
    let anchor = anchor();
    put(&anchor, &named("asked-later"));
    assert_eq!(state(&anchor), "ACCEPTED");
    anchor.advance(WHILE);
    let asked = shown(&anchor);
    assert_eq!(asked["status"], "NEEDS_INFO");
    assert!(asked["fields"]["tax_id"].get("optional").is_none(), "{asked}");
    put(&anchor, &json!({ "account": g(1), "tax_id": "123" }));
    anchor.advance(WHILE);
    assert_eq!(state(&anchor), "ACCEPTED");
}

#[test]
fn a_rejected_field_is_asked_for_again_and_another_value_heals_it() {
    for (field, name) in
        [("first_name", "field-rejected"), ("email_address", "email-rejected"), ("mobile_number", "phone-rejected")]
    {
        let anchor = anchor();
        put(&anchor, &with(&json!({ field: magic(name) })));
        let shown = shown(&anchor);
        assert_eq!(shown["status"], "NEEDS_INFO");
        assert_eq!(shown["provided_fields"][field]["status"], "REJECTED");
        assert!(!shown["provided_fields"][field]["error"].as_str().expect("an error").is_empty());
        assert!(shown["fields"][field].is_object(), "{shown}");
        put(&anchor, &json!({ "account": g(1), field: "another" }));
        assert_eq!(state(&anchor), "ACCEPTED");
    }
}

#[test]
fn a_file_is_rejected_by_its_name() {
    let anchor = anchor();
    put(&anchor, &complete(&g(1)));
    put_multipart(&anchor, &[("account", &g(1))], "photo_id_front\"; filename=\"unreadable.jpg", b"x");
    assert_eq!(shown(&anchor)["provided_fields"]["photo_id_front"]["status"], "REJECTED");
    assert_eq!(state(&anchor), "NEEDS_INFO");
}

#[test]
fn a_field_that_must_be_verified_waits_for_its_code() {
    for (field, name) in [("email_address", "email-verified"), ("mobile_number", "phone-verified")] {
        let anchor = anchor();
        put(&anchor, &with(&json!({ field: magic(name) })));
        let waiting = shown(&anchor);
        assert_eq!(waiting["status"], "NEEDS_INFO");
        assert_eq!(waiting["provided_fields"][field]["status"], "VERIFICATION_REQUIRED");
        let code = format!("{field}_verification");
        let wrong = put(&anchor, &json!({ "account": g(1), "first_name": "Eva", &code: "999999" }));
        assert_eq!(wrong.status, 400);
        assert_eq!(body(&wrong)["error"], format!("{code}: not the code that was sent"));
        assert_eq!(anchor.customers()[0].fields["first_name"].as_text(), Some("Ana"), "nothing of it is kept");
        id(&put(&anchor, &json!({ "account": g(1), &code: magic("right-code") })));
        assert_eq!(shown(&anchor)["provided_fields"][field]["status"], "ACCEPTED");
        assert_eq!(state(&anchor), "ACCEPTED");
        id(&put(&anchor, &json!({ "account": g(1), &code: magic("right-code") })));
    }
}

#[test]
fn the_slow_code_leaves_the_field_processing_for_a_while() {
    let anchor = anchor();
    put(&anchor, &with(&json!({ "mobile_number": magic("phone-verified") })));
    id(&put(&anchor, &json!({ "account": g(1), "mobile_number_verification": magic("slow-code") })));
    let shown = shown(&anchor);
    assert_eq!(
        (&shown["status"], &shown["provided_fields"]["mobile_number"]["status"]),
        (&json!("PROCESSING"), &json!("PROCESSING"))
    );
    anchor.advance(WHILE);
    assert_eq!(state(&anchor), "ACCEPTED");
}

#[test]
fn a_verified_field_that_changes_is_verified_anew() {
    let anchor = anchor();
    let phone = magic("phone-verified");
    put(&anchor, &with(&json!({ "mobile_number": phone, "mobile_number_verification": magic("right-code") })));
    assert_eq!(state(&anchor), "ACCEPTED");
    put(&anchor, &json!({ "account": g(1), "mobile_number": "+12025550123" }));
    put(&anchor, &json!({ "account": g(1), "mobile_number": phone }));
    assert_eq!(shown(&anchor)["provided_fields"]["mobile_number"]["status"], "VERIFICATION_REQUIRED");
}

#[test]
fn a_code_for_a_field_that_waits_for_none_is_not_judged() {
    let anchor = anchor();
    id(&put(&anchor, &with(&json!({ "email_address_verification": "999999" }))));
    assert_eq!(state(&anchor), "ACCEPTED");
}

#[test]
fn states_are_per_type() {
    let anchor = anchor();
    put(&anchor, &named("stays-processing"));
    let of = |name: &str| status(&get(&anchor, &format!("account={}&type={name}", g(1))));
    assert_eq!(
        (of("default"), of("sep6"), of("business")),
        ("PROCESSING".into(), "NEEDS_INFO".into(), "NEEDS_INFO".into())
    );
    let business = json!({ "organization.name": "Silva Lda", "organization.VAT_number": "PT1" });
    put(&anchor, &with(&business));
    assert_eq!(of("business"), "ACCEPTED", "the person's name is nothing to it");
}

#[test]
fn descriptions_and_messages_are_in_the_language_asked_for() {
    let anchor = anchor();
    let asked = |query: &str| body(&get(&anchor, query));
    let unregistered = asked("lang=es-MX");
    assert_eq!(unregistered["fields"]["last_name"]["description"], "apellido");
    assert_eq!(unregistered["message"], "faltan datos: vea fields");
    put(&anchor, &named("rejected-now"));
    let account = g(1);
    assert_eq!(asked(&format!("account={account}&lang=de"))["message"], "dieser Kunde kann nicht angenommen werden");
    let german = asked(&format!("account={account}&lang=de-AT"));
    assert_eq!(german["provided_fields"]["email_address"]["description"], "E-Mail-Adresse");
    for query in ["lang=fr", "lang=", ""] {
        assert_eq!(asked(query)["fields"]["last_name"]["description"], "last name", "{query}");
    }
}

#[test]
fn without_a_desk_magic_values_are_values_like_others() {
    let anchor = Anchor::default();
    put(&anchor, &named("rejected-now"));
    assert_eq!(status(&get(&anchor, &format!("account={}&lang=es", g(1)))), "ACCEPTED");
    assert_eq!(anchor.desk(), []);
}

#[test]
fn every_magic_value_has_a_name_of_its_own_and_an_explanation() {
    for (at, magic) in MAGIC.iter().enumerate() {
        assert!(!MAGIC[..at].iter().any(|other| other.name == magic.name), "{}", magic.name);
        assert!(!magic.effect.is_empty() && !magic.source.is_empty() && !magic.place.describe().is_empty());
    }
}
