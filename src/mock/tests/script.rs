//! The journal and scripted answers.

use serde_json::json;

use super::{complete, g, get, put};
use crate::mock::{Anchor, Answer, Config};

#[test]
fn scripted_answers_come_in_order_and_then_the_rules() {
    let anchor = Anchor::default();
    anchor.script_next(Answer::error(503, "first"));
    anchor.script_next(Answer::empty(429).with_header("retry-after", "1"));
    let statuses = [1, 2, 3].map(|_| put(&anchor, &complete(&g(1))).status);
    assert_eq!(statuses, [503, 429, 200]);
    assert_eq!((anchor.received().len(), anchor.customers().len()), (3, 1));
}

#[test]
fn an_answer_for_always_holds_until_it_is_taken_back() {
    let anchor = Anchor::default();
    anchor.script_always(Some(Answer::empty(500)));
    anchor.script_next(Answer::empty(404));
    assert_eq!([1, 2, 3].map(|_| get(&anchor, "").status), [404, 500, 500]);
    anchor.script_always(None);
    assert_eq!(get(&anchor, "").status, 200);
}

#[test]
fn the_journal_is_bounded() {
    let anchor = Anchor::new(Config { keep_requests: 2, ..Config::default() });
    for number in 1..=3 {
        get(&anchor, &format!("account={}", g(number)));
    }
    let accounts: Vec<_> = anchor.received().iter().map(|one| one.query_value("account").map(str::to_owned)).collect();
    assert_eq!(accounts, [Some(g(2)), Some(g(3))]);
}

#[test]
fn clear_forgets_customers_requests_and_script() {
    let anchor = Anchor::default();
    put(&anchor, &json!({ "account": g(1) }));
    anchor.script_always(Some(Answer::empty(500)));
    anchor.clear();
    assert!(anchor.customers().is_empty() && anchor.received().is_empty());
    assert_eq!(get(&anchor, "").status, 200);
}
