//! The same request, written in the ways that clients and platforms have.

use crate::sep12::body::Multipart;
use crate::sep12::{Field, File};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::{accepted, tidy};
use crate::suite::people::{Customer, Format, Picture};
use crate::suite::request::Encoding;

use super::acceptance::{plain_json, plain_multipart, with_file};
use super::kept::{all_received, listed};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/content-type-with-charset",
        title: "application/json; charset=utf-8 is JSON",
        requirements: &["content-type-parameters"],
        run: Attempt::Anchor(|context| Box::pin(with_charset(context))),
    },
    Check {
        id: "put/content-type-in-capitals",
        title: "a content type in capitals is the same content type",
        requirements: &["content-type-case"],
        run: Attempt::Anchor(|context| Box::pin(in_capitals(context))),
    },
    Check {
        id: "put/multipart-quoted-boundary",
        title: "a boundary in quotes, text before the first part and after the last are understood",
        requirements: &["multipart-is-read-by-its-rules"],
        run: Attempt::Anchor(|context| Box::pin(quoted_boundary(context))),
    },
    Check {
        id: "put/part-without-file-name",
        title: "a file part without a file name is a file",
        requirements: &["file-name-is-optional"],
        run: Attempt::Anchor(|context| Box::pin(without_file_name(context))),
    },
    Check {
        id: "put/part-without-content-type",
        title: "a file part without a content type is a file",
        requirements: &["part-content-type-is-optional"],
        run: Attempt::Anchor(|context| Box::pin(without_content_type(context))),
    },
    Check {
        id: "put/arbitrary-bytes",
        title: "a picture may hold any bytes, boundary look-alikes too",
        requirements: &["files-are-bytes"],
        run: Attempt::Anchor(|context| Box::pin(arbitrary_bytes(context))),
    },
    Check {
        id: "put/large-file",
        title: "a picture as large as phones make them is taken, or declined with 4xx",
        requirements: &["large-files-do-not-crash"],
        run: Attempt::Anchor(|context| Box::pin(large_file(context))),
    },
];

/// Larger than most photos of phones.
const LARGE: usize = 4 * 1024 * 1024;

async fn with_charset(context: &mut Context) -> Finding {
    as_plain_json(context, &Encoding::JsonWithCharset, "JSON with a charset parameter").await
}

async fn in_capitals(context: &mut Context) -> Finding {
    as_plain_json(context, &Encoding::CapitalJson, "JSON as Application/JSON").await
}

/// What is taken as plain JSON must be taken in that encoding.
async fn as_plain_json(context: &mut Context, encoding: &Encoding, asked: &str) -> Finding {
    let customer = context.customer();
    plain_json(context, &customer).await?;
    let other = context.customer();
    accepted(context.put_as(other.text_fields(), encoding).await, asked).map(drop)
}

async fn quoted_boundary(context: &mut Context) -> Finding {
    let style = Multipart {
        boundary: Some("a boundary: with 'marks'".to_owned()),
        quote_boundary: true,
        preamble: "This is a message in several parts.".to_owned(),
        epilogue: "The end.".to_owned(),
        ..Multipart::default()
    };
    like_plain_multipart(context, &Encoding::Multipart(style), "multipart with a quoted boundary").await
}

async fn without_file_name(context: &mut Context) -> Finding {
    let style = Multipart { omit_file_names: true, ..Multipart::default() };
    plain_multipart(context).await?;
    let customer = with_file(context);
    files_arrive(context, &customer, style, "a file without a file name").await
}

async fn without_content_type(context: &mut Context) -> Finding {
    plain_multipart(context).await?;
    let mut customer = with_file(context);
    for field in customer.fields.clone() {
        if let Some(file) = field.as_file() {
            customer.set(Field::file(&field.name, File { content_type: None, ..file.clone() }));
        }
    }
    files_arrive(context, &customer, Multipart::default(), "a file without a content type").await
}

/// What is taken as plain multipart must be taken so, and its files must be kept.
async fn files_arrive(context: &mut Context, customer: &Customer, style: Multipart, asked: &str) -> Finding {
    let answer = context.put_as(customer.request_fields(), &Encoding::Multipart(style)).await;
    let id = accepted(answer, &format!("multipart with {asked}"))?;
    let files: Vec<Field> = customer.fields.iter().filter(|field| field.as_file().is_some()).cloned().collect();
    match all_received(context, customer, &id, &listed(context.survey(), &files)).await {
        Ok(Some(missing)) => Err(NotKept::broken(
            format!("after a 2xx, {asked} is no longer asked for"),
            format!("GET /customer still asks for {missing}"),
        )),
        // That the anchor does not show what it has says nothing about how files are sent.
        Ok(None) | Err(NotKept::Inconclusive { .. }) => Ok(()),
        Err(other) => Err(other),
    }
}

/// What is taken as plain multipart must be taken in that encoding.
async fn like_plain_multipart(context: &mut Context, encoding: &Encoding, asked: &str) -> Finding {
    plain_multipart(context).await?;
    let customer = with_file(context);
    accepted(context.put_as(customer.request_fields(), encoding).await, asked).map(drop)
}

async fn arbitrary_bytes(context: &mut Context) -> Finding {
    let mut hidden: Vec<u8> = (0..=u8::MAX).collect();
    hidden.extend_from_slice(
        b"\r\n--anchor-conformanc\r\n--\r\n\r\n--boundary--\r\n\0\r\r\n\n\xff\xfe\xed\xa0\x80\r\n--",
    );
    plain_multipart(context).await?;
    for (format, place) in [(Format::Jpeg, "a JPEG's comment"), (Format::Png, "a PNG's private chunk")] {
        let customer = with_picture(context, Some(format), hidden.clone());
        let answer = context.put(customer.request_fields()).await;
        tidy(answer, &format!("a picture with arbitrary bytes in {place}"))?;
    }
    Ok(())
}

async fn large_file(context: &mut Context) -> Finding {
    plain_multipart(context).await?;
    let customer = large_picture(context);
    let answer = context.put(customer.request_fields()).await;
    if let Ok(answer) = &answer
        && answer.status == 413
    {
        let limit = LARGE / 1024 / 1024;
        return Err(NotKept::skip(format!("the anchor takes files of less than {limit} MiB: {answer}")));
    }
    tidy(answer, &format!("a picture of {} MiB", LARGE / 1024 / 1024)).map(drop)
}

/// A customer whose first picture is as large as phones make them.
pub(super) fn large_picture(context: &mut Context) -> Customer {
    with_picture(context, None, vec![0; LARGE])
}

/// A customer whose first picture hides those bytes. Files that the user gives stay as they are.
pub(super) fn with_picture(context: &mut Context, format: Option<Format>, hidden: Vec<u8>) -> Customer {
    let mut customer = with_file(context);
    let given = &context.suite.inventor.files;
    let is_drawn = |field: &&Field| field.as_file().is_some() && given.iter().all(|(name, _)| *name != field.name);
    let Some(name) = customer.fields.iter().find(is_drawn).map(|field| field.name.clone()) else { return customer };
    let picture = Picture { hidden };
    let file = match format {
        Some(format) => picture.draw_as(format, &name, &mut context.dice),
        None => picture.draw(&name, &mut context.dice),
    };
    customer.set(Field::file(name, file));
    customer
}
