//! Requests that are legal and that hardly anybody sends: taken or declined, and declined so that it can be understood.

use serde_json::value::RawValue;

use crate::sep12::body::Multipart;
use crate::sep12::field::Value;
use crate::sep12::{Field, File};
use crate::suite::answer::Answer;
use crate::suite::check::{Attempt, Check, Finding};
use crate::suite::checks::access::all_json;
use crate::suite::context::Context;
use crate::suite::expect::tidy;
use crate::suite::people::{Customer, is_sent_as_binary};
use crate::suite::request::Encoding;

use super::acceptance::plain_multipart;
use super::bodies::large_picture;
use super::values::{UNKNOWN_NAMES, text_names, with_names};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/empty-file",
        title: "a file of no bytes, with a file name and without, is taken, or declined with 4xx",
        requirements: &["unusual-requests-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(empty_file(context))),
    },
    Check {
        id: "put/nested-value",
        title: "an array or an object under a name outside SEP-9 is taken, or declined with 4xx",
        requirements: &["unusual-requests-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(nested_value(context))),
    },
    Check {
        id: "put/unusual-refusals-are-json",
        title: "who declines names outside SEP-9, nested values or an empty file says why as JSON",
        requirements: &["errors-are-json"],
        run: Attempt::Anchor(|context| Box::pin(unusual_refusals(context))),
    },
    Check {
        id: "put/large-file-refusal-is-json",
        title: "who declines a picture as large as phones make them says why as JSON",
        requirements: &["errors-are-json"],
        run: Attempt::Anchor(|context| Box::pin(large_file_refusal(context))),
    },
];

const NESTED: [&str; 2] =
    [r#"["red", 1.0, null]"#, r#"{"first": {"name": "red", "shades": [1, 12345678901234567890]}}"#];
/// A browser names the file that nobody chose with an empty name.
const FILE_NAMES: [&str; 2] = ["photo.jpg", ""];

async fn empty_file(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    for file_name in FILE_NAMES {
        let customer = with_empty_file(context, file_name);
        let asked = format!("a file of no bytes named {file_name:?}");
        tidy(context.put(customer.request_fields()).await, &asked)?;
    }
    Ok(())
}

/// Of the files that the anchor knows the first is empty; one of SEP-9's, if it asks for none.
fn with_empty_file(context: &mut Context, file_name: &str) -> Customer {
    let mut customer = context.customer();
    let mut wanted = context.survey().wanted.iter().filter(|wanted| is_sent_as_binary(&wanted.name, wanted.kind));
    let name = wanted.next().map_or("photo_id_front", |wanted| &wanted.name).to_owned();
    let file_name = Some(file_name.to_owned());
    let content_type = Some("image/jpeg".to_owned());
    customer.set(Field::file(name, File { file_name, content_type, bytes: Vec::new().into() }));
    customer
}

async fn nested_value(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    for nested in NESTED {
        let customer = with_nested(context, nested);
        let asked = format!("{}={nested} as JSON", UNKNOWN_NAMES[0]);
        tidy(context.put_as(customer.text_fields(), &Encoding::Json).await, &asked)?;
    }
    Ok(())
}

fn with_nested(context: &mut Context, nested: &str) -> Customer {
    let mut customer = context.customer();
    let value = RawValue::from_string(nested.to_owned()).map_or(Value::Text(nested.to_owned()), Value::Json);
    customer.set(Field { name: UNKNOWN_NAMES[0].to_owned(), value });
    customer
}

/// Only refusals count: crashes are another check's business.
async fn unusual_refusals(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let mut answers = Vec::new();
    for names in [UNKNOWN_NAMES.to_vec(), text_names()] {
        for encoding in [Encoding::Json, Encoding::Multipart(Multipart::default())] {
            let customer = with_names(context, &names);
            answers.push(context.put_as(customer.text_fields(), &encoding).await?);
        }
    }
    let nested = with_nested(context, NESTED[0]);
    answers.push(context.put_as(nested.text_fields(), &Encoding::Json).await?);
    let empty = with_empty_file(context, FILE_NAMES[0]);
    answers.push(context.put(empty.request_fields()).await?);
    judge(answers)
}

async fn large_file_refusal(context: &mut Context) -> Finding {
    plain_multipart(context).await?;
    let customer = large_picture(context);
    judge(vec![context.put(customer.request_fields()).await?])
}

fn judge(answers: Vec<Answer>) -> Finding {
    let refusals: Vec<_> = answers.into_iter().filter(|answer| answer.status.is_client_error()).collect();
    all_json(&refusals)
}
