//! Bodies that are unusual, and bodies that are not SEP-12's.

use crate::sep12::Field;
use crate::sep12::body::{Escapes, Multipart};
use crate::sep12::field::Value;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::platform::Context;
use crate::suite::platform::compare::{forwarded, forwarded_or_declined, refused};
use crate::suite::request::{Content, Encoding};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "content/account-alone",
        title: "a customer of whom nothing is said but the account reaches the anchor, or is declined with 4xx",
        requirements: &["odd-requests-are-answered"],
        run: Attempt::Platform(|context| Box::pin(account_alone(context))),
    },
    Check {
        id: "content/empty-value",
        title: "an empty value arrives empty or not at all, or is declined with 4xx",
        requirements: &["odd-requests-are-answered"],
        run: Attempt::Platform(|context| Box::pin(empty_value(context))),
    },
    Check {
        id: "content/binary-name-as-text",
        title: "a binary SEP-9 name as JSON text is declined with 4xx, or arrives unchanged",
        requirements: &["odd-requests-are-answered"],
        run: Attempt::Platform(|context| Box::pin(binary_as_text(context))),
    },
    Check {
        id: "content/binary-needs-multipart",
        title: "a binary SEP-9 name outside multipart does not reach the anchor as JSON text",
        requirements: &["binary-needs-multipart"],
        run: Attempt::Platform(|context| Box::pin(binary_outside_multipart(context))),
    },
    Check {
        id: "content/null-value",
        title: "null in JSON is no text",
        requirements: &["odd-requests-are-answered"],
        run: Attempt::Platform(|context| Box::pin(null(context))),
    },
    Check {
        id: "content/other-types-are-refused",
        title: "a body of a type that SEP-12 does not know is refused",
        requirements: &["unreadable-bodies-are-refused"],
        run: Attempt::Wallet(|context| Box::pin(other_types(context))),
    },
    Check {
        id: "content/multipart-well-formed",
        title: "names and file names with quotes and line ends cannot break the body that the anchor reads",
        requirements: &["multipart-cannot-be-broken-into"],
        run: Attempt::Platform(|context| Box::pin(hostile_names(context))),
    },
];

async fn account_alone(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let Some(account) = wallet.account() else {
        return Err(NotKept::skip("the token given does not tell its account"));
    };
    let fields = [Field::text("account", account.to_string())];
    forwarded_or_declined(context.put(&wallet, &fields).await, "the account alone").map(drop)
}

async fn empty_value(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let fields = context.customer_with([Field::text("additional_name", "")]);
    let asked = "an empty additional_name";
    let Some((_, heard)) = forwarded_or_declined(context.put(&wallet, &fields).await, asked)? else { return Ok(()) };
    match heard.field("additional_name").map(|field| field.text()) {
        None | Some(Some("")) => Ok(()),
        Some(other) => Err(NotKept::broken(format!("{asked} arrives empty or not at all"), format!("{other:?}"))),
    }
}

async fn binary_as_text(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let fields = context.customer_with([Field::text("photo_id_front", "aGVsbG8=")]);
    let asked = "photo_id_front as JSON text";
    let Some((_, heard)) = forwarded_or_declined(context.put(&wallet, &fields).await, asked)? else { return Ok(()) };
    let arrived = heard.field("photo_id_front").map(|field| (field.text(), field.bytes().map(AsRef::as_ref)));
    match arrived {
        Some((Some("aGVsbG8="), _)) | Some((_, Some(b"aGVsbG8=" | b"hello"))) => Ok(()),
        None => Err(NotKept::broken(format!("{asked} is declined, or arrives"), "it was accepted and got lost")),
        Some(other) => Err(NotKept::broken(format!("{asked} arrives unchanged"), format!("{other:?}"))),
    }
}

/// Declining tells the wallet what to do; a file made of it is what the anchor expects.
async fn binary_outside_multipart(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    for encoding in [Encoding::Json, Encoding::Urlencoded] {
        let fields = context.customer_with([Field::text("photo_id_front", "aGVsbG8=")]);
        let asked = "photo_id_front outside multipart";
        let seen = context.put_as(&wallet, &fields, &encoding).await;
        let Some((_, heard)) = forwarded_or_declined(seen, asked)? else { continue };
        if heard.field("photo_id_front").is_some_and(|field| field.bytes().is_none()) {
            return Err(NotKept::broken(format!("{asked} is declined with 4xx"), "the anchor gets it as text in JSON"));
        }
    }
    Ok(())
}

async fn null(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let mark = context.mark();
    let body = format!(r#"{{"last_name": "{mark}", "additional_name": null}}"#);
    let asked = "additional_name = null";
    let seen = context.put_content(&wallet, Content::raw("application/json", body)).await;
    let Some((_, heard)) = forwarded_or_declined(seen, asked)? else { return Ok(()) };
    match heard.field("additional_name").and_then(|field| field.text()) {
        None | Some("") => Ok(()),
        Some(text) => Err(NotKept::broken(format!("{asked} is not provided, or declined"), format!("{text:?}"))),
    }
}

async fn other_types(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let mark = context.mark();
    for (content_type, body) in [
        ("text/plain", format!("last_name={mark}")),
        ("application/xml", format!("<last_name>{mark}</last_name>")),
        ("multipart/form-data", format!("last_name={mark}")),
    ] {
        let seen = context.put_content(&wallet, Content::raw(content_type, body)).await;
        refused(seen, &format!("a body of type {content_type}"))?;
    }
    Ok(())
}

/// A hostile name can do nothing but be refused, or arrive within one part.
async fn hostile_names(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let hostile =
        ["quote\".png", "line\r\nX-Injected: 1\r\n\r\n.png", "a\"; name=\"account\"; x=\".png", "back\\slash.png"];
    for (name, escapes) in hostile.into_iter().flat_map(|name| [(name, Escapes::Percent), (name, Escapes::Backslash)]) {
        let mut file = context.file("photo_id_front");
        if let Value::File(file) = &mut file.value {
            file.file_name = Some(name.to_owned());
        }
        let fields = context.customer_with([file]);
        let asked = format!("a file named {name:?}");
        let style = Encoding::Multipart(Multipart { escapes, ..Multipart::default() });
        let seen = context.put_as(&wallet, &fields, &style).await;
        let Some((_, heard)) = forwarded_or_declined(seen, &asked)? else { continue };
        let count = |name: &str| heard.fields().iter().filter(|field| field.name == name).count();
        if count("account") > 1 || count("photo_id_front") != 1 {
            let actual = format!("the anchor reads {}", heard.summary());
            return Err(NotKept::broken(format!("{asked} arrives as one part, photo_id_front"), actual));
        }
    }
    let fields = context.customer_with([Field::text("custom\"; filename=\"x", "1")]);
    let multipart = Encoding::Multipart(Multipart::default());
    let seen = context.put_as(&wallet, &fields, &multipart).await;
    forwarded_or_declined(seen, "a field with quotes in its name").map(drop)?;
    let plain = context.customer();
    forwarded(context.put(&wallet, &plain).await, "an ordinary customer afterwards").map(drop)
}
