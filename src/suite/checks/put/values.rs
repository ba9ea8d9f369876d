//! Unusual requests are answered, not crashed on.

use crate::sep12::Field;
use crate::sep12::body::Multipart;
use crate::sep12::registry::{self, Kind};
use crate::suite::check::{Attempt, Check, Finding};
use crate::suite::context::Context;
use crate::suite::expect::{accepted, same_id, tidy};
use crate::suite::people::{Customer, Wanted, random_name};
use crate::suite::request::Encoding;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "put/account-alone",
        title: "a PUT of the account alone gets an id or a 4xx",
        requirements: &["unusual-requests-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(account_alone(context))),
    },
    Check {
        id: "put/unicode-values-survive",
        title: "names in any script are taken, or declined with 4xx",
        requirements: &["any-text-is-handled"],
        run: Attempt::Anchor(|context| Box::pin(unicode(context))),
    },
    Check {
        id: "put/empty-value",
        title: "an empty value is taken, or declined with 4xx",
        requirements: &["unusual-requests-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(empty_value(context))),
    },
    Check {
        id: "put/empty-values-of-asked-fields",
        title: "an empty value of a field that the anchor asks for is taken, or declined with 4xx",
        requirements: &["unusual-requests-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(empty_asked_values(context))),
    },
    Check {
        id: "put/long-value",
        title: "a text of 100 kB is taken, or declined with 4xx",
        requirements: &["unusual-requests-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(long_value(context))),
    },
    Check {
        id: "put/dotted-names",
        title: "names with a dot are taken flat, or declined with 4xx",
        requirements: &["unusual-requests-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(dotted_names(context))),
    },
    Check {
        id: "put/unknown-names",
        title: "names outside SEP-9 are taken, or declined with 4xx",
        requirements: &["unusual-requests-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(unknown_names(context))),
    },
    Check {
        id: "put/all-names-at-once",
        title: "all text fields of SEP-9 in one request are taken, or declined with 4xx",
        requirements: &["unusual-requests-are-answered"],
        run: Attempt::Anchor(|context| Box::pin(all_names(context))),
    },
];

/// Two, three and four bytes in UTF-8, a combining mark, right to left, joined emoji, and what JSON and HTML escape.
pub(super) const TEXTS: [&str; 6] =
    ["Zoë Ångström", "山田 太郎", "Ne\u{301}le\u{300}", "محمد", "👩‍👩‍👧 𝔘", "O'Brien \"<&>\" \\ %41 {}"];

/// Names that nobody has standardised.
pub(super) const UNKNOWN_NAMES: [&str; 3] = ["favourite_colour", "x-custom.name", "Ünknown name"];

const EMPTIED: usize = 3;
const LONG: usize = 100_000;

async fn account_alone(context: &mut Context) -> Finding {
    let customer = context.customer();
    let answer = context.put(customer.identity_fields()).await;
    match answer {
        Ok(answer) if answer.is_success() => accepted(Ok(answer), "the account alone").map(drop),
        answer => tidy(answer, "the account alone").map(drop),
    }
}

async fn unicode(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let names = free_texts(&context.customer());
    let shown = names.join(", ");
    let chosen = TEXTS.map(str::to_owned).into_iter();
    let random: Vec<_> = (0..context.suite.cases).map(|_| random_name(&mut context.dice)).collect();
    for text in chosen.chain(random) {
        let customer = renamed(context, &names, &text);
        let asked = format!("{shown} \"{text}\" as JSON");
        let first = tidy(context.put_as(customer.text_fields(), &Encoding::Json).await, &asked)?;
        let asked = format!("{shown} \"{text}\" as JSON again");
        let second = tidy(context.put_as(customer.text_fields(), &Encoding::Json).await, &asked)?;
        if let (Some(first), Some(second)) = (first, second) {
            same_id(&first, &second, &asked)?;
        }
        let asked = format!("{shown} \"{text}\" as multipart");
        let multipart = Encoding::Multipart(Multipart::default());
        tidy(context.put_as(customer.request_fields(), &multipart).await, &asked)?;
    }
    Ok(())
}

/// A customer with that text in all of those fields.
pub(super) fn renamed(context: &mut Context, names: &[&str], text: &str) -> Customer {
    let mut customer = context.customer();
    for name in names {
        customer.set(Field::text(*name, text));
    }
    customer
}

/// The names that hold what people choose freely, as far as the anchor wants them; one, if it wants none.
pub(super) fn free_texts(customer: &Customer) -> Vec<&'static str> {
    let free = ["last_name", "family_name", "first_name", "given_name", "city", "organization.name", "employer_name"];
    let is_wanted = |name: &&str| customer.fields.iter().any(|field| field.name == *name);
    let wanted: Vec<_> = free.into_iter().filter(is_wanted).collect();
    if wanted.is_empty() { vec!["last_name"] } else { wanted }
}

async fn empty_value(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let mut customer = context.customer();
    customer.set(Field::text("additional_name", ""));
    tidy(context.put(customer.request_fields()).await, "an empty additional_name").map(drop)
}

/// One at a time, as a form does whose user clears a line.
async fn empty_asked_values(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    for field in context.customer().text_only().iter().take(EMPTIED) {
        let mut customer = context.customer();
        customer.set(Field::text(&field.name, ""));
        tidy(context.put(customer.request_fields()).await, &format!("an empty {}", field.name))?;
    }
    Ok(())
}

async fn long_value(context: &mut Context) -> Finding {
    context.needs_acceptance()?;
    let mut customer = context.customer();
    let name = free_texts(&customer)[0];
    customer.set(Field::text(name, "Long ".repeat(LONG / 5)));
    tidy(context.put(customer.request_fields()).await, &format!("{name} of {LONG} characters")).map(drop)
}

async fn dotted_names(context: &mut Context) -> Finding {
    let names = ["organization.name", "organization.bank_account_number", "card.holder_name"];
    with_more(context, &names, "names with a dot").await
}

async fn unknown_names(context: &mut Context) -> Finding {
    with_more(context, &UNKNOWN_NAMES, "names outside SEP-9").await
}

async fn all_names(context: &mut Context) -> Finding {
    with_more(context, &text_names(), "all text fields of SEP-9").await
}

/// The names of all text fields of SEP-9.
pub(super) fn text_names() -> Vec<&'static str> {
    let texts = registry::SEP9.iter().filter(|definition| definition.kind != Kind::Binary);
    texts.map(|definition| definition.name).collect()
}

/// A complete customer and more, in both encodings.
async fn with_more(context: &mut Context, names: &[&str], asked: &str) -> Finding {
    context.needs_acceptance()?;
    for encoding in [Encoding::Json, Encoding::Multipart(Multipart::default())] {
        let customer = with_names(context, names);
        tidy(context.put_as(customer.text_fields(), &encoding).await, asked)?;
    }
    Ok(())
}

/// A complete customer that also provides the texts of those names.
pub(super) fn with_names(context: &mut Context, names: &[&str]) -> Customer {
    let mut customer = context.customer();
    let wanted: Vec<_> = names.iter().map(|name| Wanted::given(name, Kind::String)).collect();
    for field in context.fields(&wanted) {
        if customer.fields.iter().all(|own| own.name != field.name) {
            customer.set(field);
        }
    }
    customer
}
