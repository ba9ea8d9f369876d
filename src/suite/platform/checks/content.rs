//! The content type toward the anchor: JSON if all fields are text, multipart if any is binary.

use crate::sep12::body::Multipart;
use crate::sep12::registry::{Kind, SEP9};
use crate::sep12::{Field, File};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::platform::Context;
use crate::suite::platform::anchor::Heard;
use crate::suite::platform::compare::{forwarded, forwarded_or_declined, kept};
use crate::suite::request::Encoding;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "content/json-stays-json",
        title: "text fields that come as JSON reach the anchor as application/json",
        requirements: &["text-goes-as-json"],
        run: Attempt::Platform(|context| Box::pin(text_as(context, Encoding::Json, "text fields as JSON"))),
    },
    Check {
        id: "content/urlencoded-becomes-json",
        title: "text fields that come urlencoded reach the anchor as application/json",
        requirements: &["text-goes-as-json", "wallets-choose-their-encoding"],
        run: Attempt::Platform(|context| Box::pin(text_as(context, Encoding::Urlencoded, "text fields urlencoded"))),
    },
    Check {
        id: "content/multipart-text-becomes-json",
        title: "text fields that come as multipart reach the anchor as application/json",
        requirements: &["text-goes-as-json", "wallets-choose-their-encoding"],
        run: Attempt::Platform(|context| {
            Box::pin(text_as(context, Encoding::Multipart(Multipart::default()), "text fields as multipart"))
        }),
    },
    Check {
        id: "content/charset-parameter",
        title: "application/json with a charset parameter is JSON",
        requirements: &["wallets-choose-their-encoding"],
        run: Attempt::Platform(|context| {
            Box::pin(text_as(context, Encoding::JsonWithCharset, "application/json; charset=utf-8"))
        }),
    },
    Check {
        id: "content/media-type-in-capitals",
        title: "media types are compared without regard to case",
        requirements: &["media-types-have-no-case"],
        run: Attempt::Platform(|context| Box::pin(text_as(context, Encoding::CapitalJson, "Application/JSON"))),
    },
    Check {
        id: "content/each-binary-name",
        title: "a file of any binary SEP-9 name reaches the anchor as multipart/form-data",
        requirements: &["files-go-as-multipart"],
        run: Attempt::Platform(|context| Box::pin(each_binary_name(context))),
    },
    Check {
        id: "content/several-files",
        title: "all binary SEP-9 fields in one request reach the anchor, each under its own name",
        requirements: &["files-go-as-multipart"],
        run: Attempt::Platform(|context| Box::pin(several_files(context))),
    },
    Check {
        id: "content/file-of-an-unknown-name",
        title: "a file under a name that nobody has standardised reaches the anchor",
        requirements: &["unknown-names-are-kept"],
        run: Attempt::Platform(|context| Box::pin(unknown_name(context))),
    },
    Check {
        id: "content/chunked-upload",
        title: "an upload in chunks, without a length, reaches the anchor, or is declined with 411",
        requirements: &["uploads-may-be-chunked"],
        run: Attempt::Platform(|context| Box::pin(chunked(context))),
    },
];

async fn text_as(context: &mut Context, encoding: Encoding, asked: &str) -> Finding {
    let wallet = context.wallet().await?;
    let fields = context.customer();
    let (_, heard) = forwarded(context.put_as(&wallet, &fields, &encoding).await, asked)?;
    expect_type(&heard, "application/json", asked)?;
    kept(&heard, &fields, asked)
}

async fn each_binary_name(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    for name in binary_names() {
        let file = context.file(name);
        let fields = context.customer_with([file]);
        let asked = format!("a customer with {name}");
        let (_, heard) = forwarded(context.put(&wallet, &fields).await, &asked)?;
        expect_type(&heard, "multipart/form-data", &asked)?;
        kept(&heard, &fields, &asked)?;
    }
    Ok(())
}

async fn several_files(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let files = context.fields(&binary_names());
    let fields = context.customer_with(files);
    let (_, heard) = forwarded(context.put(&wallet, &fields).await, "a customer with every binary field")?;
    expect_type(&heard, "multipart/form-data", "a customer with every binary field")?;
    kept(&heard, &fields, "a customer with every binary field")
}

/// The anchor's own names are not in SEP-9, so a platform that has a list of names may refuse them, but not lose them.
async fn unknown_name(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let file = File {
        file_name: Some("deed.pdf".to_owned()),
        content_type: Some("application/pdf".to_owned()),
        bytes: b"%PDF-1.4\xff\x00".as_slice().into(),
    };
    let fields = context.customer_with([Field::file("deed_of_house", file)]);
    let seen = context.put(&wallet, &fields).await;
    match forwarded_or_declined(seen, "a file named deed_of_house")? {
        Some((_, heard)) => kept(&heard, &fields, "a file named deed_of_house"),
        None => Ok(()),
    }
}

async fn chunked(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let file = context.file("photo_id_front");
    let fields = context.customer_with([file]);
    let seen = context.put_as(&wallet, &fields, &Encoding::ChunkedMultipart).await;
    if let Ok(refusal) = &seen.answer
        && refusal.status == 411
        && seen.heard.is_empty()
    {
        return Err(NotKept::skip(format!("the platform wants a Content-Length, as it may: {refusal}")));
    }
    let (_, heard) = forwarded(seen, "a file in a chunked upload")?;
    kept(&heard, &fields, "a file in a chunked upload")
}

/// The names that SEP-9 types as binary.
pub(super) fn binary_names() -> Vec<&'static str> {
    SEP9.iter().filter(|definition| definition.kind == Kind::Binary).map(|definition| definition.name).collect()
}

pub(super) fn expect_type(heard: &Heard, media_type: &str, asked: &str) -> Finding {
    let arrived = heard.media_type();
    if arrived == media_type {
        return Ok(());
    }
    let arrived = if arrived.is_empty() { "no Content-Type".to_owned() } else { arrived };
    Err(NotKept::broken(format!("{asked} reaches the anchor as {media_type}"), arrived))
}
