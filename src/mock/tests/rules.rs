//! SEP-12 as the mock anchor keeps it.

use serde_json::json;

use super::{KEY, account, body, complete, delete, g, get, id, m, put, put_multipart, request, status};
use crate::mock::{Anchor, Config, FieldSpec};
use crate::sep12::{Account, Field, Identity, Memo};

#[test]
fn the_same_customer_gets_the_same_id() {
    let anchor = Anchor::default();
    let first = id(&put(&anchor, &complete(&g(1))));
    assert_eq!(id(&put(&anchor, &complete(&g(1)))), first);
    assert_eq!(id(&put_multipart(&anchor, &[("account", &g(1))], "photo_id_front", b"\xff")), first);
    assert_eq!(id(&put(&anchor, &json!({ "id": first }))), first);
    assert_ne!(id(&put(&anchor, &complete(&g(2)))), first);
}

#[test]
fn fields_merge_over_updates() {
    let anchor = Anchor::default();
    let id = id(&put(&anchor, &json!({ "account": g(1), "first_name": "Ana", "x": "1" })));
    put(&anchor, &json!({ "id": id, "first_name": "Ane", "y": [1], "z": null }));
    let fields = anchor.customer(&id).expect("registered").fields;
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["first_name", "x", "y"]);
    assert_eq!(fields["first_name"].as_text(), Some("Ane"));
}

#[test]
fn an_account_alone_registers() {
    let anchor = Anchor::default();
    let id = id(&put(&anchor, &json!({ "account": g(1) })));
    assert_eq!(status(&get(&anchor, &format!("id={id}"))), "NEEDS_INFO");
}

#[test]
fn a_muxed_account_equals_its_account_with_the_id_as_memo() {
    let anchor = Anchor::default();
    let max = u64::MAX;
    let first = id(&put(&anchor, &json!({ "account": m(1, max) })));
    for (memo, memo_type) in
        [("18446744073709551615", "id"), ("018446744073709551615", ""), ("18446744073709551615", "")]
    {
        let again = put(&anchor, &json!({ "account": g(1), "memo": memo, "memo_type": memo_type }));
        assert_eq!(id(&again), first, "{memo} {memo_type}");
    }
    for other in [
        json!({ "account": g(1) }),
        json!({ "account": m(1, max - 1) }),
        json!({ "account": g(1), "memo": "18446744073709551615", "memo_type": "text" }),
        json!({ "account": g(2), "memo": "18446744073709551615" }),
    ] {
        assert_ne!(id(&put(&anchor, &other)), first, "{other}");
    }
}

#[test]
fn any_memo_value_is_accepted() {
    let anchor = Anchor::default();
    let uuid = "21bf91a4-7db1-401d-8108-fab7660a45d6";
    let untyped = id(&put(&anchor, &json!({ "account": g(1), "memo": uuid })));
    assert_eq!(id(&put(&anchor, &json!({ "account": g(1), "memo": uuid, "memo_type": "text" }))), untyped);
    for memo_type in ["id", "hash"] {
        let typed = put(&anchor, &json!({ "account": g(1), "memo": uuid, "memo_type": memo_type }));
        assert_ne!(id(&typed), untyped, "{memo_type}");
    }
}

#[test]
fn bad_identities_are_refused_by_name() {
    let anchor = Anchor::default();
    let contract = Account::Contract([3; 32]).to_string();
    for (body, name) in [
        (json!({ "first_name": "Ana" }), "account"),
        (json!({ "account": "" }), "account"),
        (json!({ "account": "GABC" }), "account"),
        (json!({ "account": 7 }), "account"),
        (json!({ "account": contract, "memo": "1" }), "memo"),
        (json!({ "account": m(1, 7), "memo": "8" }), "memo"),
        (json!({ "account": g(1), "memo": "1", "memo_type": "return" }), "memo_type"),
        (json!({ "account": g(1), "memo": 1 }), "memo"),
    ] {
        let answer = put(&anchor, &body);
        let error = super::body(&answer)["error"].as_str().expect("error").to_owned();
        assert!(answer.status == 400 && error.starts_with(&format!("{name}:")), "{body}: {error}");
    }
    assert!(anchor.customers().is_empty());
    assert_eq!(put(&anchor, &json!({ "account": contract })).status, 200);
    assert_eq!(put(&anchor, &json!({ "account": m(1, 7), "memo": "7" })).status, 200);
}

#[test]
fn unknown_and_foreign_ids_are_404_and_change_nothing() {
    let anchor = Anchor::default();
    let mine = id(&put(&anchor, &complete(&g(1))));
    let before = anchor.customers();
    for body in [
        json!({ "id": "nobody", "account": g(1) }),
        json!({ "id": mine, "account": g(2), "first_name": "Eve" }),
        json!({ "id": mine, "account": g(1), "memo": "1", "first_name": "Eve" }),
    ] {
        let answer = put(&anchor, &body);
        assert!(answer.status == 404 && super::body(&answer)["error"].is_string(), "{body}");
    }
    for query in ["id=nobody", &format!("id={mine}&account={}", g(2)), &format!("id={mine}&account={}", m(1, 1))] {
        assert_eq!(get(&anchor, query).status, 404, "{query}");
    }
    assert_eq!(delete(&anchor, "nobody").status, 404);
    assert_eq!(anchor.customers(), before);
}

#[test]
fn impossible_dates_and_values_outside_choices_are_refused_without_being_quoted() {
    let anchor = Anchor::default();
    for (name, value) in [("birth_date", "1976-02-30"), ("id_type", "library_card"), ("photo_id_front", "cGhvdG8")] {
        let answer = put(&anchor, &json!({ "account": g(1), "type": "sep6", name: value }));
        let error = body(&answer)["error"].as_str().expect("error").to_owned();
        assert_eq!(answer.status, 400, "{name}");
        assert!(error.starts_with(name) && !error.contains(value), "{error}");
        assert_eq!(put(&anchor, &json!({ "account": g(1), "type": "sep6", name: "" })).status, 200, "{name}");
    }
    assert_eq!(put(&anchor, &json!({ "account": g(2), "type": "sep6", "id_type": "passport" })).status, 200);
}

#[test]
fn an_unknown_type_is_refused() {
    let anchor = Anchor::default();
    assert_eq!(put(&anchor, &json!({ "account": g(1), "type": "sep7" })).status, 400);
    assert_eq!(get(&anchor, &format!("account={}&type=sep7", g(1))).status, 400);
}

#[test]
fn a_name_twice_is_refused() {
    let text = format!(r#"{{"account": "{}", "x": null, "x": "1"}}"#, g(1));
    let answer = Anchor::default().answer(request("PUT", "/customer", "application/json", text.as_bytes()));
    assert_eq!((answer.status, body(&answer)["error"].clone()), (400, json!("x: must not come twice")));
}

#[test]
fn bodies_of_other_kinds_are_refused() {
    let anchor = Anchor::default();
    let refused = |content_type: &str, text: &str| {
        anchor.answer(request("PUT", "/customer", content_type, text.as_bytes())).status
    };
    assert_eq!(refused("application/json", "[]"), 400);
    assert_eq!(refused("application/json", ""), 400);
    assert_eq!(refused("application/x-www-form-urlencoded", "a=b"), 415);
    assert_eq!(refused("", "{}"), 415);
}

#[test]
fn an_unregistered_customer_is_told_all_fields_and_no_id() {
    let anchor = Anchor::default();
    for query in [String::new(), format!("account={}", g(1)), format!("account={}&memo=x", g(1))] {
        let answer = body(&get(&anchor, &query));
        assert_eq!((&answer["status"], answer.get("id")), (&json!("NEEDS_INFO"), None), "{query}");
        assert_eq!(answer["fields"]["first_name"], json!({ "type": "string", "description": "first name" }));
        assert_eq!(answer["fields"]["birth_date"]["optional"], json!(true));
    }
    assert!(anchor.customers().is_empty());
}

#[test]
fn a_registered_customer_is_told_what_is_missing_until_nothing_required_is() {
    let anchor = Anchor::default();
    let id =
        id(&put(&anchor, &json!({ "account": g(1), "first_name": "Ana", "last_name": "", "mobile_number": "+1" })));
    let answer = body(&get(&anchor, &format!("account={}", g(1))));
    assert_eq!((&answer["id"], &answer["status"]), (&json!(id), &json!("NEEDS_INFO")));
    let missing: Vec<_> = answer["fields"].as_object().expect("fields").keys().collect();
    assert_eq!(missing, ["birth_date", "email_address", "last_name", "photo_id_front", "sex", "tax_id"]);
    assert_eq!(answer["provided_fields"]["first_name"]["status"], json!("ACCEPTED"));
    put(&anchor, &complete(&g(1)));
    let answer = body(&get(&anchor, &format!("id={id}")));
    assert_eq!((&answer["status"], answer.get("fields")), (&json!("ACCEPTED"), None));
    assert_eq!(status(&get(&anchor, &format!("id={id}&type=sep31-receiver"))), "NEEDS_INFO");
}

#[test]
fn files_and_dotted_names_are_provided_fields() {
    let anchor = Anchor::default();
    let texts = [("account", &*g(1)), ("organization.name", "Acme"), ("favourite_colour", "red")];
    put_multipart(&anchor, &texts, "organization.photo_proof_address", b"\xff\xd8");
    let answer = body(&get(&anchor, &format!("account={}&type=business", g(1))));
    let types: Vec<_> = answer["provided_fields"].as_object().expect("provided").values().map(|f| &f["type"]).collect();
    assert_eq!(types, ["string", "string", "binary"]);
}

#[test]
fn a_deleted_customer_is_gone() {
    let anchor = Anchor::default();
    anchor.register_as("a/b %c", &Identity::of_account(account(1)), vec![Field::text("first_name", "Ana")]);
    assert_eq!(delete(&anchor, "a%2Fb%20%25c").status, 204);
    assert_eq!(delete(&anchor, "a%2Fb%20%25c").status, 404);
    assert_eq!(get(&anchor, "id=a/b+%25c").status, 404);
    assert!(anchor.customers().is_empty());
}

#[test]
fn seeded_customers_are_found_by_requests() {
    let anchor = Anchor::default();
    let identity = Identity::of_memo(account(1), Memo::id(7)).expect("classic");
    let id = anchor.register(&identity, vec![Field::text("first_name", "Ana")]);
    assert_eq!(super::id(&put(&anchor, &json!({ "account": m(1, 7), "last_name": "Silva" }))), id);
    assert_eq!(anchor.customer(&id).expect("registered").fields.len(), 2);
}

#[test]
fn credentials_are_checked_where_configured() {
    let anchor = Anchor::new(Config { api_key: Some(KEY.to_owned()), ..Config::default() });
    let ask = |key: Option<&str>| {
        let mut request = request("GET", "/customer", "", b"");
        request.headers.extend(key.map(|key| ("x-api-key".to_owned(), key.to_owned())));
        anchor.answer(request).status
    };
    assert_eq!([ask(None), ask(Some("k2")), ask(Some(KEY))], [401, 401, 200]);
}

#[test]
fn a_seed_makes_ids_repeatable() {
    let ids = |seed| {
        let anchor = Anchor::new(Config { seed: Some(seed), id_prefix: "c-".to_owned(), ..Config::default() });
        [1, 2].map(|number| id(&put(&anchor, &json!({ "account": g(number) }))))
    };
    assert_eq!(ids(1), ids(1));
    assert_ne!(ids(1), ids(2));
    assert!(ids(1)[0].starts_with("c-") && ids(1)[0] != ids(1)[1]);
}

#[test]
fn types_can_be_configured() {
    let text = r#"{"types": {"t": {"shoe_size": {"type": "number"}, "note": {"optional": true}}}, "default_type": "t",
        "faults": ["id-empty"], "variants": ["answers-202"]}"#;
    let config: Config = serde_json::from_str(text).expect("valid");
    assert_eq!(config.types["t"]["note"], FieldSpec::optional("note"));
    let answer = put(&Anchor::new(config), &json!({ "account": g(1) }));
    assert_eq!((answer.status, body(&answer)), (202, json!({ "id": "" })));
    for wrong in [r#"{"fault": []}"#, r#"{"faults": ["no-such"]}"#, r#"{"types": {"t": {"a": {"kind": "date"}}}}"#] {
        assert!(serde_json::from_str::<Config>(wrong).is_err(), "{wrong}");
    }
}
