//! Customers of one shared account are told apart by memo.

use crate::sep12::{Identity, Memo, MemoType};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::{same_id, tidy};
use crate::suite::people::Customer;

use super::identity::{distinct, many};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/another-memo-another-id",
        title: "memos of one account are customers of their own, memo 0 included",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(small_memos(context))),
    },
    Check {
        id: "put/memo-leading-zeros",
        title: "the id memo 007 is the customer of the id memo 7, or is refused",
        requirements: &["memo-ids-are-numbers"],
        run: Attempt::Anchor(|context| Box::pin(leading_zeros(context))),
    },
    Check {
        id: "put/memos-beyond-2-53-are-distinct",
        title: "memos that no double and no signed number can hold are customers of their own",
        requirements: &["customers-are-told-apart"],
        run: Attempt::Anchor(|context| Box::pin(large_memos(context))),
    },
];

const SMALL: [u64; 3] = [7, 0, 1];

async fn small_memos(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let account = context.account();
    let mut ids = Vec::new();
    for memo in SMALL {
        let identity = Identity::of_memo(account, Memo::id(memo)).ok_or_else(|| NotKept::skip("no such identity"))?;
        let customer = context.customer_as(identity);
        let answer = context.put(customer.request_fields()).await;
        let Some(id) = tidy(answer, &format!("a complete customer with memo {memo}"))? else {
            return Err(refusal(memo));
        };
        ids.push(id);
    }
    distinct(&ids, &SMALL.map(|memo| format!("memo {memo}")))
}

fn refusal(memo: u64) -> NotKept {
    if memo == SMALL[0] {
        return NotKept::skip("the anchor takes no customer with a memo");
    }
    NotKept::broken(format!("memo {memo} is accepted, because memo {} is", SMALL[0]), "4xx")
}

async fn leading_zeros(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let account = context.account();
    let identity = |memo| Memo::new(memo, Some(MemoType::Id)).and_then(|memo| Identity::of_memo(account, memo));
    let (Some(plain), Some(padded)) = (identity("7"), identity("007")) else {
        return Err(NotKept::skip("no such identity"));
    };
    let customer = context.customer_as(plain);
    let Some(id) = tidy(context.put(customer.request_fields()).await, "a complete customer with memo 7")? else {
        return Err(refusal(SMALL[0]));
    };
    let same = Customer { identity: padded, ..customer };
    match tidy(context.put(same.request_fields()).await, "the same customer with memo 007")? {
        Some(again) => same_id(&id, &again, "the same customer with memo 007"),
        None => Ok(()),
    }
}

async fn large_memos(context: &mut Context) -> Finding {
    let account = context.account();
    many(context, |memo| Identity::of_memo(account, Memo::id(memo)), "memo").await
}
