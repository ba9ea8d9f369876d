//! Deleting one customer spares all others, those of the same account too.

use crate::sep12::{Identity, Memo};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::{tidy, tidy_at_once};
use crate::suite::people::Customer;
use crate::suite::request::Request;

use super::known::{Blank, Known};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "delete/other-customers-stay",
        title: "deleting one customer leaves another account's alone",
        requirements: &["deletion-spares-others"],
        run: Attempt::Anchor(|context| Box::pin(other_customers(context))),
    },
    Check {
        id: "delete/other-memos-stay",
        title: "deleting the customer of one memo leaves the account's other memos alone",
        requirements: &["deletion-spares-others"],
        run: Attempt::Anchor(|context| Box::pin(other_memos(context))),
    },
    Check {
        id: "delete/other-muxed-accounts-stay",
        title: "deleting one muxed account leaves another of the same account alone",
        requirements: &["deletion-spares-others"],
        run: Attempt::Anchor(|context| Box::pin(other_muxed_accounts(context))),
    },
    Check {
        id: "delete/while-another-memo-is-written",
        title: "a customer written while another memo of its account is deleted is kept",
        requirements: &["deletion-spares-others"],
        run: Attempt::Anchor(|context| Box::pin(while_writing(context))),
    },
];

/// Chance decides who is first; a few tries show both.
const RACES: usize = 3;

async fn other_customers(context: &mut Context) -> Finding {
    let [one, other] = [context.account(), context.account()].map(|account| Some(Identity::of_account(account)));
    spared(context, [one, other], "another account").await
}

async fn other_memos(context: &mut Context) -> Finding {
    let account = context.account();
    spared(context, [1, 2].map(|memo| Identity::of_memo(account, Memo::id(memo))), "another memo").await
}

async fn other_muxed_accounts(context: &mut Context) -> Finding {
    let account = context.account();
    let muxed = |id| account.with_muxed_id(id).map(Identity::of_account);
    spared(context, [1, 2].map(muxed), "another muxed account").await
}

/// Deletes the first and looks for the second.
async fn spared(context: &mut Context, identities: [Option<Identity>; 2], what: &str) -> Finding {
    let blank = Blank::look(context).await?;
    let mut both = Vec::new();
    for identity in identities.into_iter().flatten() {
        let customer = context.customer_as(identity);
        both.push(register(context, customer, &blank, what).await?);
    }
    let [one, other] = both.as_slice() else { return Err(NotKept::skip("there is no such identity")) };
    if one.id == other.id {
        return Err(one_customer());
    }
    one.delete_for_good(context, &blank).await?;
    other.remains(context, &blank, &format!("DELETE of {what}")).await
}

fn one_customer() -> NotKept {
    NotKept::inconclusive("the anchor takes the two customers for one")
}

/// An anchor may decline customers with memos, and muxed ones.
async fn register(context: &Context, customer: Customer, blank: &Blank, what: &str) -> Result<Known, NotKept> {
    context.needs_acceptance()?;
    let answer = context.put(customer.request_fields()).await;
    match tidy(answer, &format!("a complete customer of {what}"))? {
        Some(id) => Known::find(context, customer, id, blank).await,
        None => Err(NotKept::skip(format!("the anchor declines a customer of {what}"))),
    }
}

/// What succeeds must stay; declining while the account is busy is legal.
async fn while_writing(context: &mut Context) -> Finding {
    let blank = Blank::look(context).await?;
    let mut written_meanwhile = Vec::new();
    for _ in 0..RACES {
        let account = context.account();
        let [Some(leaving), Some(coming)] = [1, 2].map(|memo| Identity::of_memo(account, Memo::id(memo))) else {
            return Err(NotKept::skip("there is no such identity"));
        };
        let leaving = context.customer_as(leaving);
        let leaving = register(context, leaving, &blank, "a memo").await?;
        let coming = context.customer_as(coming);
        let (deleted, written) =
            tokio::join!(context.send(Request::delete(&leaving.id)), context.put(coming.request_fields()));
        let written = tidy_at_once(written, "a PUT during DELETE of another memo")?;
        if let (true, Some(id)) = (deleted?.is_success(), written) {
            if id == leaving.id {
                return Err(one_customer());
            }
            let coming = Known { customer: coming, id };
            written_meanwhile.push((coming, "DELETE of another memo at the same time".to_owned()));
        }
    }
    Known::all_remain(context, &blank, &written_meanwhile).await
}
