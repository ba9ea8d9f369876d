//! One customer is named in one way, whatever it does.

use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::platform::Context;
use crate::suite::platform::compare::forwarded;
use crate::suite::platform::tokens::Holder;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "identity/memo-always-in-one-form",
        title: "a customer with a memo is named to the anchor in the same form in every request",
        requirements: &["one-form-of-identity"],
        run: Attempt::Platform(|context| Box::pin(one_form(context, Holder::Memo(99_801)))),
    },
    Check {
        id: "identity/muxed-always-in-one-form",
        title: "a muxed account is named to the anchor in the same form in every request",
        requirements: &["one-form-of-identity"],
        run: Attempt::Platform(|context| Box::pin(one_form(context, Holder::Muxed(99_802)))),
    },
];

/// With JSON, with a file, and when asking.
async fn one_form(context: &mut Context, holder: Holder) -> Finding {
    let wallet = context.wallet_as(holder).await?;
    let file = context.file("photo_id_front");
    let mut forms = Vec::new();
    for (more, what) in [(None, "PUT as JSON"), (Some(file), "PUT as multipart")] {
        let fields = context.customer_with(more);
        let (_, heard) = forwarded(context.put(&wallet, &fields).await, what)?;
        forms.push((what, wallet.form(&heard)));
    }
    let seen = context.get(&wallet, &[]).await;
    let heard = seen.heard.iter().find(|heard| heard.is_get());
    forms.extend(heard.map(|heard| ("GET", wallet.form(heard))));
    // What is no legal form at all is another check's business.
    let legal: Vec<_> = forms.into_iter().filter_map(|(what, form)| Some((what, form.ok()?))).collect();
    let Some(((first, form), rest)) = legal.split_first() else {
        return Err(NotKept::inconclusive("the customer is named in no form that is known"));
    };
    match rest.iter().find(|(_, other)| other != form) {
        None => Ok(()),
        Some((other, _)) => Err(NotKept::broken(
            format!("{}, but always the same of these", wallet.forms()),
            format!("one form in {first} and another in {other}"),
        )),
    }
}
