//! Nothing is lost around files, wherever they stand in the body.

use crate::sep12::body::Multipart;
use crate::sep12::registry::{self, Kind};
use crate::sep12::{CustomerId, Field, Identity};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::tidy;
use crate::suite::people::{Customer, Wanted, is_sent_as_binary};
use crate::suite::request::Encoding;

use super::acceptance::{plain_multipart, with_file};
use super::bodies::with_picture;
use super::kept::{all_received, listed};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/file-before-texts",
        title: "texts that come after a file are kept, or the request is declined with 4xx",
        requirements: &["nothing-is-lost-around-files"],
        run: Attempt::Anchor(|context| Box::pin(file_first(context))),
    },
    Check {
        id: "put/file-between-texts",
        title: "texts before and after a file are kept, or the request is declined with 4xx",
        requirements: &["nothing-is-lost-around-files"],
        run: Attempt::Anchor(|context| Box::pin(file_between(context))),
    },
    Check {
        id: "put/several-files-at-once",
        title: "several files in one request are all kept, or the request is declined with 4xx",
        requirements: &["nothing-is-lost-around-files"],
        run: Attempt::Anchor(|context| Box::pin(several_files(context))),
    },
    Check {
        id: "put/look-alikes-at-chunk-borders",
        title: "a file full of boundary look-alikes ends where it ends, wherever chunks are cut",
        requirements: &["nothing-is-lost-around-files"],
        run: Attempt::Anchor(|context| Box::pin(look_alikes(context))),
    },
];

/// More than a few reading buffers, whatever their size.
const LOOK_ALIKES: usize = 200_000;
const FILES: usize = 4;

async fn file_first(context: &mut Context) -> Finding {
    plain_multipart(context).await?;
    let customer = with_file(context);
    let (files, texts) = apart(&customer);
    let only_texts = Customer { fields: texts.clone(), ..customer };
    kept(context, &only_texts, [files, texts].concat(), "texts after a file").await
}

async fn file_between(context: &mut Context) -> Finding {
    plain_multipart(context).await?;
    let customer = with_file(context);
    let (files, texts) = apart(&customer);
    let (before, after) = texts.split_at(texts.len() / 2);
    let order = [before, &files, after].concat();
    kept(context, &Customer { fields: texts, ..customer }, order, "texts around a file").await
}

fn apart(customer: &Customer) -> (Vec<Field>, Vec<Field>) {
    customer.fields.iter().cloned().partition(|field| field.as_file().is_some())
}

/// The files that the anchor asks for, and more of SEP-9's.
async fn several_files(context: &mut Context) -> Finding {
    plain_multipart(context).await?;
    let mut customer = with_file(context);
    let mut wanted: Vec<Wanted> = context.survey().wanted.iter().filter(|wanted| is_file(wanted)).cloned().collect();
    let others = registry::SEP9.iter().filter(|definition| definition.kind == Kind::Binary);
    let others = others.map(|definition| Wanted::given(definition.name, Kind::Binary));
    wanted.extend(others.take(FILES));
    for field in context.fields(&wanted) {
        if customer.fields.iter().all(|own| own.name != field.name) {
            customer.set(field);
        }
    }
    let incomplete = held_back(context, customer.clone());
    match kept(context, &incomplete, incomplete.fields.clone(), "several files").await {
        Err(NotKept::Skip { .. }) => kept(context, &customer, customer.fields.clone(), "several files").await,
        finding => finding,
    }
}

/// Without one text that the anchor insists on, and as somebody new: as long as it needs something, it has to say what.
fn held_back(context: &mut Context, customer: Customer) -> Customer {
    let insists = |field: &&Field| {
        let mut wanted = context.survey().wanted.iter();
        field.as_file().is_none() && wanted.any(|wanted| wanted.name == field.name && !wanted.optional)
    };
    let name = customer.fields.iter().find(insists).map(|field| field.name.clone());
    let identity = Identity::of_account(context.account());
    let fields = customer.fields.into_iter().filter(|field| Some(&field.name) != name.as_ref()).collect();
    Customer { identity, fields, ..customer }
}

fn is_file(wanted: &Wanted) -> bool {
    is_sent_as_binary(&wanted.name, wanted.kind)
}

/// Sends the fields in their order; what the customer is said to have must arrive.
async fn kept(context: &Context, customer: &Customer, fields: Vec<Field>, asked: &str) -> Finding {
    kept_as(context, customer, fields, &Encoding::Multipart(Multipart::default()), asked).await
}

async fn kept_as(
    context: &Context,
    customer: &Customer,
    fields: Vec<Field>,
    encoding: &Encoding,
    asked: &str,
) -> Finding {
    let Some(id) = tidy(context.put_as(customer.with(fields), encoding).await, asked)? else {
        return Err(NotKept::skip(format!("the anchor declines {asked}")));
    };
    judge(context, customer, &id, asked).await
}

async fn judge(context: &Context, customer: &Customer, id: &CustomerId, asked: &str) -> Finding {
    let sent = listed(context.survey(), &customer.fields);
    if sent.is_empty() {
        return Err(NotKept::skip("the anchor lists no field, so none can be seen to arrive"));
    }
    match all_received(context, customer, id, &sent).await? {
        None => Ok(()),
        Some(missing) => Err(NotKept::broken(
            format!("after a 2xx for {asked}, all of it is in provided_fields or no longer in fields"),
            format!("GET /customer still asks for {missing}"),
        )),
    }
}

/// The period of the pattern shares no factor with any usual buffer, so that every cut is met.
async fn look_alikes(context: &mut Context) -> Finding {
    plain_multipart(context).await?;
    let pattern = b"\r\n--anchor-conformanc\r\n--";
    let hidden = pattern.iter().copied().cycle().take(LOOK_ALIKES).collect();
    let customer = with_picture(context, None, hidden);
    let (files, texts) = apart(&customer);
    let asked = "texts after a file of boundary look-alikes, in chunks";
    let only_texts = Customer { fields: texts.clone(), ..customer };
    kept_as(context, &only_texts, [files, texts].concat(), &Encoding::ChunkedMultipart, asked).await
}
