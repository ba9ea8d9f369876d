//! File names are the user's own.

use crate::sep12::Field;
use crate::sep12::body::{Escapes, Multipart};
use crate::suite::check::{Attempt, Check, Finding};
use crate::suite::context::Context;
use crate::suite::expect::tidy;
use crate::suite::people::Customer;
use crate::suite::request::Encoding;

use super::acceptance::{plain_multipart, with_file};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "put/odd-file-names",
    title: "file names with quotes, of any script and of any length are taken, or declined with 4xx",
    requirements: &["unusual-requests-are-answered"],
    run: Attempt::Anchor(|context| Box::pin(odd_names(context))),
}];

/// What stands before the extension.
const NAMES: [&str; 6] =
    ["my \"new\" card", "a\\b", "Ausweis Zoë", "身分証", "../../card; filename=x", "card.with.dots '%41'"];
const LONG: usize = 200;

async fn odd_names(context: &mut Context) -> Finding {
    plain_multipart(context).await?;
    let long = "n".repeat(LONG);
    for name in NAMES.into_iter().chain([long.as_str()]) {
        send(context, name, Escapes::Percent).await?;
    }
    for name in &NAMES[..2] {
        send(context, name, Escapes::Backslash).await?;
    }
    Ok(())
}

async fn send(context: &mut Context, name: &str, escapes: Escapes) -> Finding {
    let customer = renamed(with_file(context), name);
    let style = Multipart { escapes, ..Multipart::default() };
    let answer = context.put_as(customer.request_fields(), &Encoding::Multipart(style)).await;
    tidy(answer, &format!("a file named {name:?}")).map(drop)
}

/// The extension stays, so that it still tells what is in the file.
fn renamed(mut customer: Customer, name: &str) -> Customer {
    let fields = customer.fields.clone();
    for field in fields {
        if let Some(file) = field.as_file() {
            let mut file = file.clone();
            let extension = file.file_name.as_deref().and_then(|name| name.rsplit_once('.')).map_or("", |(_, end)| end);
            file.file_name = Some(format!("{name}.{extension}"));
            customer.set(Field::file(field.name, file));
        }
    }
    customer
}
