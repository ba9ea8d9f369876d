//! Values arrive character by character.

use serde_json::value::RawValue;

use crate::sep12::Field;
use crate::sep12::body::Multipart;
use crate::sep12::field::Value;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::people::random_name;
use crate::suite::platform::Context;
use crate::suite::platform::compare::{forwarded, forwarded_or_declined, kept};
use crate::suite::request::Encoding;

use super::kept::SCHEMA;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "kept/unicode-as-json",
        title: "text in any script arrives unchanged from JSON",
        requirements: &["values-are-kept"],
        run: Attempt::Platform(|context| Box::pin(texts(context, &UNICODE, &[Encoding::Json]))),
    },
    Check {
        id: "kept/unicode-as-urlencoded",
        title: "text in any script arrives unchanged from urlencoded",
        requirements: &["values-are-kept"],
        run: Attempt::Platform(|context| Box::pin(texts(context, &UNICODE, &[Encoding::Urlencoded]))),
    },
    Check {
        id: "kept/unicode-beside-a-file",
        title: "text in any script arrives unchanged beside a file",
        requirements: &["values-are-kept"],
        run: Attempt::Platform(|context| Box::pin(beside_a_file(context, &UNICODE))),
    },
    Check {
        id: "kept/line-breaks",
        title: "line breaks in an address arrive unchanged",
        requirements: &["values-are-kept"],
        run: Attempt::Platform(|context| Box::pin(everywhere(context, &LINES))),
    },
    Check {
        id: "kept/quotes-and-escapes",
        title: "quotes, backslashes, percent signs, plus signs and markup arrive unchanged",
        requirements: &["values-are-kept"],
        run: Attempt::Platform(|context| Box::pin(everywhere(context, &ESCAPES))),
    },
    Check {
        id: "kept/numbers-as-text",
        title: "text that looks like a number, a truth value or null arrives as it was written",
        requirements: &["values-are-kept"],
        run: Attempt::Platform(|context| Box::pin(everywhere(context, &NUMBERS))),
    },
    Check {
        id: "kept/outer-blanks",
        title: "blanks before and after a value arrive",
        requirements: &["blanks-are-kept"],
        run: Attempt::Platform(|context| Box::pin(everywhere(context, &[" 1 Main Street ", "\t12\t"]))),
    },
    Check {
        id: "kept/long-value",
        title: "a text of 10 kB arrives whole, or is declined with 4xx",
        requirements: &["accepted-values-are-whole"],
        run: Attempt::Platform(|context| Box::pin(long(context))),
    },
    Check {
        id: "kept/json-numbers",
        title: "a number in JSON arrives with every digit, or is declined with 4xx",
        requirements: &["json-values-are-kept"],
        run: Attempt::Platform(|context| Box::pin(scalars(context, "tax_id", &NUMERALS))),
    },
    Check {
        id: "kept/json-booleans",
        title: "true and false in JSON arrive as they were written, or are declined with 4xx",
        requirements: &["json-values-are-kept"],
        run: Attempt::Platform(|context| Box::pin(scalars(context, "occupation", &["true", "false"]))),
    },
    Check {
        id: "kept/nested-values",
        title: "an object in JSON arrives as it is, or is declined with 4xx",
        requirements: &["json-values-are-kept"],
        run: Attempt::Platform(|context| Box::pin(nested(context))),
    },
    Check {
        id: "kept/random-customers",
        title: "random customers of random fields arrive whole in all encodings",
        requirements: &["values-are-kept"],
        run: Attempt::Platform(|context| Box::pin(random(context))),
    },
];

/// Two, three and four bytes in UTF-8, a combining mark, right to left, joined emoji, and a line separator.
const UNICODE: [&str; 7] =
    ["Zoë Ångström", "山田 太郎", "Ne\u{301}le\u{300}", "محمد", "👩‍👩‍👧 𝔘", "a\u{2028}b", "Stra\u{df}e \u{feff}5"];
const LINES: [&str; 4] = ["1 Main Street\nTown", "1 Main Street\r\nTown", "a\n\nb\n", "a\rb"];
const ESCAPES: [&str; 6] =
    ["O'Brien \"Bob\"", "C:\\new\\table", "100% %41 %zz", "a+b c&d=e;f", "<b>&amp;</b> {} [] null", "--boundary--"];
const NUMBERS: [&str; 8] = ["007", "01234", "1e5", "1.0", "true", "null", "12345678901234567890123", "-0"];

/// JSON numbers that no double keeps as they are written, and one that it does.
const NUMERALS: [&str; 4] = ["1.0", "12345678901234567890", "0.1000", "42"];
const NESTED: &str =
    r#"{"size": 3, "names": ["Ann", "Zoë"], "rented": true, "pets": null, "rooms": [{"heated": false, "area": 20.5}]}"#;

const LONG: usize = 10_000;
/// Where people write what they like.
const FREE: [&str; 3] = ["address", "employer_address", "birth_place"];

async fn texts(context: &mut Context, values: &[&str], encodings: &[Encoding]) -> Finding {
    let wallet = context.wallet().await?;
    for value in values {
        for encoding in encodings {
            let free = FREE.map(|name| Field::text(name, *value));
            let fields = context.customer_with(free);
            let asked = format!("{} = {value:?}", FREE.join(", "));
            let (_, heard) = forwarded(context.put_as(&wallet, &fields, encoding).await, &asked)?;
            kept(&heard, &fields, &asked)?;
        }
    }
    Ok(())
}

async fn beside_a_file(context: &mut Context, values: &[&str]) -> Finding {
    let wallet = context.wallet().await?;
    for value in values {
        let file = context.file("photo_id_front");
        let free = FREE.map(|name| Field::text(name, *value));
        let fields = context.customer_with(free.into_iter().chain([file]));
        let asked = format!("{} = {value:?} beside a file", FREE.join(", "));
        let (_, heard) = forwarded(context.put(&wallet, &fields).await, &asked)?;
        kept(&heard, &fields, &asked)?;
    }
    Ok(())
}

async fn everywhere(context: &mut Context, values: &[&str]) -> Finding {
    let encodings = [Encoding::Json, Encoding::Urlencoded, Encoding::Multipart(Multipart::default())];
    texts(context, values, &encodings).await?;
    beside_a_file(context, values).await
}

async fn long(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let file = context.file("photo_id_front");
    for more in [None, Some(file)] {
        let long = Field::text("employer_address", "Long ".repeat(LONG / 5));
        let fields = context.customer_with(more.into_iter().chain([long]));
        let asked = format!("employer_address of {LONG} characters");
        let Some((_, heard)) = forwarded_or_declined(context.put(&wallet, &fields).await, &asked)? else { continue };
        kept(&heard, &fields, &asked)?;
    }
    Ok(())
}

/// A number or a truth value may become text, as the callback schema wants it, but must keep its characters.
async fn scalars(context: &mut Context, name: &str, values: &[&str]) -> Finding {
    use crate::suite::platform::anchor::HeardValue::{Json, Part, Text};
    let wallet = context.wallet().await?;
    for value in values {
        let sent = raw(name, value)?;
        let fields = context.customer_with([sent]);
        let asked = format!("{name} = {value} in JSON, without quotes,");
        let Some((_, heard)) = forwarded_or_declined(context.put(&wallet, &fields).await, &asked)? else { continue };
        match heard.field(name).map(|field| &field.value) {
            Some(Text(arrived) | Json(arrived)) if arrived == value => {}
            Some(Text(arrived) | Json(arrived)) => return Err(NotKept::broken(format!("{asked} arrives"), arrived)),
            Some(Part { .. }) => return Err(NotKept::broken(format!("{asked} arrives"), "a part of multipart")),
            None => return Err(NotKept::broken(format!("{asked} arrives"), format!("{name} is missing"))),
        }
    }
    Ok(())
}

async fn nested(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let sent = raw("household", NESTED)?;
    let fields = context.customer_with([sent]);
    match forwarded_or_declined(context.put(&wallet, &fields).await, "an object as value")? {
        Some((_, heard)) => kept(&heard, &fields, "an object as value"),
        None => Ok(()),
    }
}

fn raw(name: &str, json: &str) -> Result<Field, NotKept> {
    let raw = RawValue::from_string(json.to_owned()).map_err(|error| NotKept::inconclusive(error.to_string()))?;
    Ok(Field { name: name.to_owned(), value: Value::Json(raw) })
}

async fn random(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    for case in 0..context.suite.cases * 2 {
        let chosen: Vec<&str> = SCHEMA.iter().copied().filter(|_| context.dice.below(3) == 0).collect();
        let mut more = context.fields(&chosen);
        more.extend(FREE.map(|name| Field::text(name, random_name(&mut context.dice))));
        let encoding = match case % 4 {
            0 => Encoding::Json,
            1 => Encoding::Urlencoded,
            2 => Encoding::Multipart(Multipart::default()),
            _ => {
                more.push(context.file("photo_id_back"));
                Encoding::ChunkedMultipart
            }
        };
        let mut seen = std::collections::BTreeSet::new();
        more.reverse();
        more.retain(|field| seen.insert(field.name.clone()));
        more.reverse();
        let fields = context.customer_with(more);
        let asked = format!("a random customer ({encoding:?})");
        let (_, heard) = forwarded(context.put_as(&wallet, &fields, &encoding).await, &asked)?;
        kept(&heard, &fields, &asked)?;
    }
    Ok(())
}
