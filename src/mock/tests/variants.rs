//! What the variants and faults with a course of their own do over time.

use std::thread::sleep;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{body, complete, delete, g, get, id, put, status};
use crate::mock::{Anchor, Config, Fault, Variant};

fn anchor(variant: Variant) -> Anchor {
    Anchor::new(Config::with_variants([variant]))
}

fn ask(anchor: &Anchor) -> serde_json::Value {
    body(&get(anchor, &format!("account={}", g(1))))
}

#[test]
fn asynchronous_acceptance_says_processing_twice_after_each_change() {
    let anchor = anchor(Variant::AsynchronousAcceptance);
    for _ in 0..2 {
        put(&anchor, &complete(&g(1)));
        let said = [1, 2, 3].map(|_| ask(&anchor)["status"].clone());
        assert_eq!(said, ["PROCESSING", "PROCESSING", "ACCEPTED"]);
    }
}

#[test]
fn staged_fields_appear_as_earlier_ones_arrive() {
    let anchor = anchor(Variant::StagedFields);
    let asked = || ask(&anchor)["fields"].as_object().expect("fields").keys().cloned().collect::<Vec<_>>();
    assert_eq!(asked(), ["email_address", "first_name"]);
    put(&anchor, &json!({ "account": g(1), "email_address": "ana@example.com", "first_name": "Ana" }));
    assert_eq!(asked(), ["last_name"]);
    put(&anchor, &json!({ "account": g(1), "last_name": "Silva" }));
    assert_eq!(ask(&anchor)["status"], "ACCEPTED");
}

#[test]
fn deferred_validation_rejects_the_field_until_it_is_right() {
    let anchor = anchor(Variant::DeferredValidation);
    let names = json!({ "account": g(1), "type": "sep6", "id_type": "library_card" });
    assert_eq!(put(&anchor, &names).status, 200);
    let answer = body(&get(&anchor, &format!("account={}&type=sep6", g(1))));
    assert_eq!(answer["provided_fields"]["id_type"]["status"], "REJECTED");
    assert!(answer["provided_fields"]["id_type"]["error"].is_string() && answer["fields"]["id_type"].is_object());
    put(&anchor, &json!({ "account": g(1), "id_type": "passport" }));
    let answer = body(&get(&anchor, &format!("account={}&type=sep6", g(1))));
    assert_eq!(answer["provided_fields"]["id_type"]["status"], "ACCEPTED");
}

#[test]
fn verification_waits_for_a_code() {
    let anchor = anchor(Variant::VerificationRequired);
    put(&anchor, &complete(&g(1)));
    put(&anchor, &json!({ "account": g(1), "mobile_number": "+5511987654321" }));
    let answer = ask(&anchor);
    assert_eq!(answer["status"], "NEEDS_INFO");
    assert_eq!(answer["provided_fields"]["mobile_number"]["status"], "VERIFICATION_REQUIRED");
    let wrong = put(&anchor, &json!({ "account": g(1), "mobile_number_verification": "123457" }));
    assert!(wrong.status == 400 && body(&wrong)["error"].is_string());
    assert_eq!(ask(&anchor)["status"], "NEEDS_INFO");
    put(&anchor, &json!({ "account": g(1), "mobile_number_verification": "123456" }));
    assert_eq!(ask(&anchor)["status"], "ACCEPTED");
}

#[test]
fn an_incomplete_registration_is_refused_with_the_missing_names() {
    let anchor = anchor(Variant::RefusesIncomplete);
    let answer = put(&anchor, &json!({ "account": g(1), "first_name": "Ana" }));
    assert_eq!((answer.status, &body(&answer)["error"]), (400, &json!("missing: email_address, last_name")));
    assert!(anchor.customers().is_empty());
    assert_eq!(put(&anchor, &complete(&g(1))).status, 200);
    assert_eq!(put(&anchor, &json!({ "account": g(1), "x": "1" })).status, 200);
}

#[test]
fn accepted_data_can_be_repeated_and_added_to_but_not_changed() {
    let anchor = anchor(Variant::RefusesChanges);
    let id = id(&put(&anchor, &complete(&g(1))));
    assert_eq!(super::id(&put(&anchor, &complete(&g(1)))), id);
    assert_eq!(put(&anchor, &json!({ "id": id, "sex": "female" })).status, 200);
    assert_eq!(put(&anchor, &json!({ "id": id, "first_name": "Eve" })).status, 400);
}

#[test]
fn a_queued_deletion_happens_soon() {
    let anchor = anchor(Variant::DeletionQueued);
    let id = id(&put(&anchor, &complete(&g(1))));
    assert_eq!(delete(&anchor, &id).status, 204);
    assert_eq!(status(&get(&anchor, &format!("id={id}"))), "ACCEPTED");
    sleep(Duration::from_millis(250));
    assert_eq!(get(&anchor, &format!("id={id}")).status, 404);
    assert!(anchor.customers().is_empty());
}

#[test]
fn odd_ids_work_everywhere() {
    for variant in [Variant::NumericIds, Variant::LongIds, Variant::SlashedIds, Variant::SequentialIds] {
        let anchor = anchor(variant);
        let id = id(&put(&anchor, &complete(&g(1))));
        let encoded = utf8_percent_encode(&id, NON_ALPHANUMERIC).to_string();
        assert_eq!(super::id(&put(&anchor, &json!({ "id": id }))), id);
        assert_eq!(ask(&anchor)["id"], json!(id));
        assert_eq!(status(&get(&anchor, &format!("id={encoded}"))), "ACCEPTED");
        assert_eq!(delete(&anchor, &encoded).status, 204, "{variant}");
    }
}

#[test]
fn parallel_registrations_make_two_customers_only_under_the_fault_and_only_while_unanswered() {
    let anchor = Anchor::new(Config::with_faults([Fault::DoublePutTwoIds]));
    let first = put(&anchor, &complete(&g(1)));
    let second = put(&anchor, &complete(&g(1)));
    assert_ne!(id(&first), id(&second));
    sleep(second.delay);
    assert_eq!(id(&put(&anchor, &complete(&g(1)))), id(&second));
}

#[test]
fn a_new_id_replaces_the_old_one() {
    let anchor = Anchor::new(Config::with_faults([Fault::NewIdOnUpdate]));
    let first = id(&put(&anchor, &complete(&g(1))));
    let second = id(&put(&anchor, &complete(&g(1))));
    assert_eq!(get(&anchor, &format!("id={first}")).status, 404);
    assert_eq!(status(&get(&anchor, &format!("id={second}"))), "ACCEPTED");
}

#[test]
fn processing_for_a_while_ends_by_itself() {
    let anchor = anchor(Variant::ProcessingForAWhile);
    put(&anchor, &complete(&g(1)));
    assert_eq!(ask(&anchor)["status"], "PROCESSING");
    sleep(Duration::from_millis(350));
    assert_eq!(ask(&anchor)["status"], "ACCEPTED");
}

#[test]
fn a_late_refusal_comes_after_processing_and_can_be_mended() {
    let anchor = anchor(Variant::LateRefusal);
    put(&anchor, &complete(&g(1)));
    assert_eq!(ask(&anchor)["status"], "ACCEPTED");
    assert_eq!(put(&anchor, &json!({ "account": g(1), "type": "sep6", "birth_date": "1976-02-30" })).status, 200);
    let said = [1, 2, 3].map(|_| ask(&anchor));
    assert_eq!([&said[0]["status"], &said[1]["status"]], ["PROCESSING", "PROCESSING"]);
    assert_eq!(said[2]["provided_fields"]["birth_date"]["status"], "REJECTED");
    assert!(said[2]["provided_fields"]["birth_date"]["error"].is_string());
}

#[test]
fn a_late_refusal_of_a_required_field_leaves_needs_info() {
    let anchor = anchor(Variant::LateRefusal);
    put(&anchor, &json!({ "account": g(1), "type": "sep6", "id_type": "library_card", "birth_date": "1976-02-30" }));
    let said = [1, 2, 3].map(|_| body(&get(&anchor, &format!("account={}&type=sep6", g(1)))));
    assert!(said[2]["status"] == "NEEDS_INFO" && said[2]["fields"]["birth_date"].is_object(), "{}", said[2]);
}

#[test]
fn more_is_asked_for_once_all_is_there() {
    let anchor = anchor(Variant::AsksForMore);
    put(&anchor, &complete(&g(1)));
    let answer = ask(&anchor);
    assert_eq!((&answer["status"], answer["fields"]["birth_date"].get("optional")), (&json!("NEEDS_INFO"), None));
    put(&anchor, &json!({ "account": g(1), "birth_date": "1976-02-29" }));
    assert_eq!(ask(&anchor)["status"], "ACCEPTED");
}

#[test]
fn a_rejected_customer_is_told_why() {
    let anchor = anchor(Variant::RejectsSome);
    put(&anchor, &json!({ "account": g(1), "last_name": "Rejected" }));
    let answer = ask(&anchor);
    assert!(answer["status"] == "REJECTED" && answer["message"].is_string() && answer.get("fields").is_none());
}

#[test]
fn the_rate_limit_lasts_for_a_second() {
    let anchor = anchor(Variant::RateLimitedPerSecond);
    let statuses: Vec<_> = (0..27).map(|_| get(&anchor, "").status).collect();
    assert_eq!((&statuses[..25], &statuses[25..]), (&[200; 25][..], &[429; 2][..]));
    sleep(Duration::from_millis(1_050));
    assert_eq!(get(&anchor, "").status, 200);
}

#[test]
fn a_put_conflicts_only_while_the_first_is_unanswered() {
    for (config, status) in [
        (Config::with_variants([Variant::ConflictOnParallelPuts]), 409),
        (Config::with_faults([Fault::AnswersFiveHundredOnParallelPuts]), 500),
    ] {
        let anchor = Anchor::new(config);
        let first = put(&anchor, &complete(&g(1)));
        assert_eq!(put(&anchor, &complete(&g(1))).status, status);
        sleep(first.delay);
        assert_eq!(id(&put(&anchor, &complete(&g(1)))), id(&first));
    }
}

#[test]
fn large_bodies_are_refused_as_a_whole() {
    let anchor = anchor(Variant::RefusesLargeBodies);
    let two =
        |length| put(&anchor, &json!({ "account": g(1), "a": "x".repeat(length), "b": "x".repeat(500_000) })).status;
    assert_eq!([two(500_000), two(500_001)], [200, 413]);
}
