//! The anchor learns who the customer is: from the token, whatever the wallet leaves out.

use super::super::wallet::Wallet;
use super::ids::known;
use crate::sep12::{Caller, Field};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::platform::Context;
use crate::suite::platform::anchor::Heard;
use crate::suite::platform::compare::{forwarded, kept};
use crate::suite::platform::tokens::Holder;
use crate::suite::request::Encoding;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "identity/account",
        title: "the token's account reaches the anchor although the wallet does not name it",
        requirements: &["identity-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(put_by(context, Holder::Account))),
    },
    Check {
        id: "identity/memo",
        title: "the token's memo reaches the anchor with its account",
        requirements: &["identity-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(put_by(context, Holder::Memo(2_810_101_841)))),
    },
    Check {
        id: "identity/muxed-account",
        title: "a muxed account reaches the anchor, as itself or taken apart",
        requirements: &["identity-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(put_by(context, Holder::Muxed(4_611)))),
    },
    Check {
        id: "identity/extreme-numbers",
        title: "memos and muxed ids from 0 to 2^64-1 reach the anchor with every digit",
        requirements: &["identity-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(extremes(context))),
    },
    Check {
        id: "identity/contract-account",
        title: "a contract account reaches the anchor",
        requirements: &["identity-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(put_by(context, Holder::Contract))),
    },
    Check {
        id: "identity/in-get",
        title: "the token's account and memo reach the anchor when the wallet only asks",
        requirements: &["identity-reaches-the-anchor"],
        run: Attempt::Platform(|context| Box::pin(in_get(context))),
    },
    Check {
        id: "identity/beside-an-id",
        title: "the token's account reaches the anchor beside the id that the wallet sends",
        requirements: &["identity-goes-with-an-id"],
        run: Attempt::Platform(|context| Box::pin(beside_an_id(context))),
    },
    Check {
        id: "identity/own-account-named",
        title: "a wallet may name its own account and memo",
        requirements: &["own-identity-may-be-named"],
        run: Attempt::Platform(|context| Box::pin(own_named(context))),
    },
    Check {
        id: "identity/before-files",
        title: "identity stands before the first file",
        requirements: &["identity-goes-first"],
        run: Attempt::Platform(|context| Box::pin(before_files(context))),
    },
];

/// In every encoding that a wallet may choose: platforms treat them apart.
async fn put_by(context: &mut Context, holder: Holder) -> Finding {
    let wallet = context.wallet_as(holder).await?;
    for encoding in [Encoding::Json, Encoding::Urlencoded, Encoding::ChunkedMultipart] {
        let is_multipart = matches!(encoding, Encoding::ChunkedMultipart);
        let file = is_multipart.then(|| context.file("photo_id_front"));
        let fields = context.customer_with(file);
        let (_, heard) = forwarded(context.put_as(&wallet, &fields, &encoding).await, "a customer without identity")?;
        expect_form(&wallet, &heard)?;
        kept(&heard, &fields, "a customer without identity")?;
    }
    Ok(())
}

pub(super) fn expect_form(wallet: &Wallet, heard: &Heard) -> Finding {
    let broken = |actual| NotKept::broken(format!("the anchor gets {}", wallet.forms()), actual);
    for name in ["account", "memo", "memo_type"] {
        if heard.fields().iter().filter(|field| field.name == name).count() > 1 {
            return Err(broken(format!("{name} twice")));
        }
    }
    wallet.form(heard).map(drop).map_err(broken)
}

async fn extremes(context: &mut Context) -> Finding {
    for number in [0, 1, (1 << 53) + 1, 1 << 63, u64::MAX] {
        for holder in [Holder::Memo(number), Holder::Muxed(number)] {
            let wallet = context.wallet_as(holder).await?;
            let fields = context.customer();
            let asked = format!("a customer of the number {number}");
            let (_, heard) = forwarded(context.put(&wallet, &fields).await, &asked)?;
            expect_form(&wallet, &heard)?;
        }
    }
    Ok(())
}

async fn in_get(context: &mut Context) -> Finding {
    for holder in [Holder::Account, Holder::Memo(77), Holder::Muxed(78)] {
        if !matches!(holder, Holder::Account) && context.suite.tokens.is_one_customer() {
            continue;
        }
        let wallet = context.wallet_as(holder).await?;
        let seen = context.get(&wallet, &[]).await;
        let Some(heard) = seen.heard.iter().find(|heard| heard.is_get()) else {
            let actual = seen.answer.map_or_else(|failure| failure.to_string(), |answer| answer.to_string());
            let actual = format!("it gets nothing that names this customer; the wallet gets {actual}");
            return Err(NotKept::broken(format!("the anchor gets GET /customer with {}", wallet.forms()), actual));
        };
        expect_form(&wallet, heard)?;
    }
    Ok(())
}

async fn beside_an_id(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let id = context.id();
    context.script(known(&id));
    let fields = context.customer_with([Field::text("id", &id)]);
    let (_, heard) = forwarded(context.put(&wallet, &fields).await, "a PUT with an id")?;
    expect_form(&wallet, &heard)?;
    let seen = context.get(&wallet, &[("id", &id)]).await;
    seen.heard.iter().filter(|heard| heard.is_get()).try_for_each(|heard| expect_form(&wallet, heard))
}

async fn own_named(context: &mut Context) -> Finding {
    for holder in [Holder::Account, Holder::Memo(5_551), Holder::Muxed(5_552)] {
        if !matches!(holder, Holder::Account) && context.suite.tokens.is_one_customer() {
            continue;
        }
        let wallet = context.wallet_as(holder).await?;
        let (account, memo) = match wallet.caller {
            Some(Caller::SharedAccount { account, memo }) => (account, Some(memo)),
            Some(Caller::Muxed(account)) => (account, None),
            Some(Caller::Account(account) | Caller::Contract(account)) => (account, None),
            None => return Err(NotKept::skip("the token given does not tell its account")),
        };
        let mut own = vec![Field::text("account", account.to_string())];
        own.extend(memo.map(|memo| Field::text("memo", memo.to_string())));
        own.extend(memo.map(|_| Field::text("memo_type", "id")));
        let file = context.file("photo_id_front");
        for more in [None, Some(file)] {
            let rest = context.customer_with(more);
            let fields: Vec<_> = own.iter().cloned().chain(rest).collect();
            let (_, heard) = forwarded(context.put(&wallet, &fields).await, "a customer that names itself")?;
            expect_form(&wallet, &heard)?;
        }
    }
    Ok(())
}

async fn before_files(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let file = context.file("photo_id_front");
    let fields = context.customer_with([file]);
    let (_, heard) = forwarded(context.put(&wallet, &fields).await, "a customer with a file")?;
    let place = |name: &str| heard.fields().iter().position(|field| field.name == name);
    match (place("account"), place("photo_id_front")) {
        (Some(account), Some(photo)) if account > photo => {
            Err(NotKept::broken("account stands before photo_id_front", "it stands behind it"))
        }
        _ => Ok(()),
    }
}
