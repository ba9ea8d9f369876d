//! Multipart bodies as wallets write them: parts in any order, without names, empty, or wrapped as files.

use bytes::Bytes;

use super::content::expect_type;
use crate::sep12::body::{Escapes, Multipart};
use crate::sep12::{Field, File};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::platform::Context;
use crate::suite::platform::compare::{forwarded, forwarded_or_declined, kept};
use crate::suite::request::{Content, Encoding};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "content/text-around-files",
        title: "text before and after a file is kept, or the request is declined with 4xx",
        requirements: &["accepted-parts-are-kept"],
        run: Attempt::Platform(|context| Box::pin(text_around(context))),
    },
    Check {
        id: "content/file-without-file-name",
        title: "a binary field whose part has no file name is a file all the same",
        requirements: &["files-go-as-multipart"],
        run: Attempt::Platform(|context| Box::pin(bare_file(context, Some("image/png")))),
    },
    Check {
        id: "content/file-without-name-and-type",
        title: "a binary field whose part has neither file name nor type is a file all the same",
        requirements: &["files-go-as-multipart"],
        run: Attempt::Platform(|context| Box::pin(bare_file(context, None))),
    },
    Check {
        id: "content/empty-file-input",
        title: "an untouched file input is left out, and the customer's text arrives",
        requirements: &["untouched-file-inputs-are-harmless"],
        run: Attempt::Platform(|context| Box::pin(empty_input(context))),
    },
    Check {
        id: "content/text-wrapped-as-files",
        title: "text that a wallet wraps as files reaches the anchor as text, or is declined with 4xx",
        requirements: &["wrapped-text-is-text"],
        run: Attempt::Platform(|context| Box::pin(wrapped_text(context))),
    },
    Check {
        id: "content/multipart-in-other-hands",
        title: "multipart with a quoted boundary, a preamble, an epilogue and other escapes is read",
        requirements: &["multipart-is-read-as-specified"],
        run: Attempt::Platform(|context| Box::pin(other_hands(context))),
    },
    Check {
        id: "content/part-headers-in-any-case",
        title: "parts whose headers are written in small or capital letters are read",
        requirements: &["multipart-is-read-as-specified"],
        run: Attempt::Platform(|context| Box::pin(part_headers(context))),
    },
];

async fn text_around(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let [front, back] = ["photo_id_front", "photo_id_back"].map(|name| context.file(name));
    let mut fields = context.customer();
    fields.push(front);
    fields.extend(context.fields(&["city", "postal_code"]));
    fields.push(back);
    fields.extend(context.fields(&["address"]));
    let asked = "text before, between and after two files";
    match forwarded_or_declined(context.put(&wallet, &fields).await, asked)? {
        Some((_, heard)) => kept(&heard, &fields, asked),
        None => Ok(()),
    }
}

async fn bare_file(context: &mut Context, content_type: Option<&str>) -> Finding {
    let wallet = context.wallet().await?;
    let mut file = context.file("photo_id_front");
    if let crate::sep12::field::Value::File(file) = &mut file.value {
        file.file_name = None;
        file.content_type = content_type.map(str::to_owned);
    }
    let fields = context.customer_with([file]);
    let asked = "photo_id_front without a file name";
    let (_, heard) = forwarded(context.put(&wallet, &fields).await, asked)?;
    expect_type(&heard, "multipart/form-data", asked)?;
    kept(&heard, &fields, asked)
}

/// What a browser sends for a form whose file input nobody touched.
async fn empty_input(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let empty = File {
        file_name: Some(String::new()),
        content_type: Some("application/octet-stream".to_owned()),
        bytes: Bytes::new(),
    };
    let customer = context.customer();
    let mut fields = customer.clone();
    fields.push(Field::file("photo_id_front", empty));
    let asked = "a form with an untouched file input";
    let (_, heard) = forwarded(context.put(&wallet, &fields).await, asked)?;
    kept(&heard, &customer, asked)?;
    match heard.field("photo_id_front") {
        None => Ok(()),
        Some(_) => Err(NotKept::broken(format!("{asked}: photo_id_front is left out"), "the anchor gets one")),
    }
}

async fn wrapped_text(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let fields = context.customer();
    let style = Multipart { text_as_blobs: true, ..Multipart::default() };
    let asked = "text in parts with a file name";
    let seen = context.put_as(&wallet, &fields, &Encoding::Multipart(style)).await;
    match forwarded_or_declined(seen, asked)? {
        Some((_, heard)) => kept(&heard, &fields, asked),
        None => Ok(()),
    }
}

async fn other_hands(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let quoted =
        Multipart { quote_boundary: true, boundary: Some("a (legal) boundary?".to_owned()), ..Multipart::default() };
    let framed = Multipart {
        preamble: "This text is nobody's.".to_owned(),
        epilogue: "Nor is this.".to_owned(),
        ..Multipart::default()
    };
    let escaped = Multipart { escapes: Escapes::Backslash, ..Multipart::default() };
    for (style, asked) in [
        (quoted, "multipart with a quoted boundary"),
        (framed, "multipart with a preamble and an epilogue"),
        (escaped, "multipart with quoted pairs"),
    ] {
        let file = context.file("photo_id_front");
        let fields = context.customer_with([file]);
        let content = Content::write(fields.clone(), &Encoding::Multipart(style));
        let (_, heard) = forwarded(context.put_content(&wallet, content).await, asked)?;
        kept(&heard, &fields, asked)?;
    }
    Ok(())
}

/// Names of headers have no case; the HTTP library of Dart writes those of parts in small letters.
async fn part_headers(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let (mark, picture) = (context.mark(), "\u{89}PNG");
    let body = format!(
        "--b7\r\ncontent-disposition: form-data; name=\"last_name\"\r\n\r\n{mark}\r\n--b7\r\nCONTENT-DISPOSITION: form-data; \
         name=\"first_name\"\r\n\r\nAnn\r\n--b7\r\ncontent-type: image/png\r\ncontent-disposition: form-data; \
         name=\"photo_id_front\"; filename=\"a.png\"\r\n\r\n{picture}\r\n--b7--\r\n"
    );
    let file = File { file_name: None, content_type: None, bytes: picture.into() };
    let sent = [Field::text("last_name", mark), Field::text("first_name", "Ann"), Field::file("photo_id_front", file)];
    let asked = "parts with content-disposition and CONTENT-DISPOSITION";
    let content = Content::raw("multipart/form-data; boundary=b7", body);
    let (_, heard) = forwarded(context.put_content(&wallet, content).await, asked)?;
    kept(&heard, &sent, asked)
}
