//! What is found out late, or never comes: the anchor must not take a part for the whole.

use crate::sep12::Field;
use crate::sep12::body::Multipart;
use crate::suite::check::{Attempt, Check, Finding};
use crate::suite::platform::Context;
use crate::suite::platform::compare::nothing_changed;
use crate::suite::platform::context::put;
use crate::suite::request::{Content, Encoding, Request, Tries};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "errors/upload-that-breaks-off",
        title: "an upload that the wallet breaks off never reaches the anchor whole",
        requirements: &["no-half-body-looks-whole"],
        run: Attempt::Platform(|context| Box::pin(broken_off(context))),
    },
    Check {
        id: "errors/refusal-behind-a-file",
        title: "what is refused behind a file never reaches the anchor whole",
        requirements: &["no-half-body-looks-whole"],
        run: Attempt::Platform(|context| Box::pin(refused_late(context))),
    },
];

async fn broken_off(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    for chunked in [false, true] {
        let file = context.file("photo_id_front");
        let fields = context.customer_with([file]);
        let whole = Content::write(fields, &Encoding::Multipart(Multipart::default()));
        let cut = Some(whole.bytes.len() / 2);
        let request = Request::put_content(Content { cut, chunked, ..whole });
        let seen = context.ask_and_wait(wallet.signed(Request { tries: Tries::Once, ..request })).await;
        nothing_changed(&seen.heard, "an upload that breaks off within a file")?;
    }
    let fields = context.customer();
    let whole = Content::write(fields, &Encoding::Json);
    let cut = Some(whole.bytes.len() / 2);
    let request = Request::put_content(Content { cut, ..whole });
    let seen = context.ask_and_wait(wallet.signed(Request { tries: Tries::Once, ..request })).await;
    nothing_changed(&seen.heard, "JSON that breaks off")
}

/// Only what the platform itself refuses can be judged.
async fn refused_late(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    for (name, value) in [("birth_date", "2001-02-30"), ("last_name", "Other"), ("memo_type", "rune")] {
        let file = context.file("photo_id_front");
        let mut fields = context.customer_with([file]);
        fields.push(Field::text(name, value));
        let seen = context.ask_and_wait(wallet.signed(put(&fields))).await;
        if seen.answer.as_ref().is_ok_and(|answer| answer.status.is_client_error()) {
            nothing_changed(&seen.heard, &format!("{name}={value} behind a file, which the platform refuses,"))?;
        }
    }
    Ok(())
}
