//! Nothing is lost and nothing renamed, whatever the fields are called.

use crate::sep12::Field;
use crate::sep12::registry::{Kind, SEP9, Section};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::platform::Context;
use crate::suite::platform::compare::{forwarded, forwarded_or_declined, kept};
use crate::suite::request::Encoding;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "kept/callback-schema",
        title: "every text field of the callback API's schema reaches the anchor in a JSON request",
        requirements: &["schema-fields-are-kept"],
        run: Attempt::Platform(|context| Box::pin(schema(context, Encoding::Json))),
    },
    Check {
        id: "kept/callback-schema-urlencoded",
        title: "every text field of the callback API's schema reaches the anchor from a urlencoded request",
        requirements: &["schema-fields-are-kept"],
        run: Attempt::Platform(|context| Box::pin(schema(context, Encoding::Urlencoded))),
    },
    Check {
        id: "kept/callback-schema-beside-a-file",
        title: "every text field of the callback API's schema reaches the anchor beside a file",
        requirements: &["schema-fields-are-kept"],
        run: Attempt::Platform(|context| Box::pin(schema_with_file(context))),
    },
    Check {
        id: "kept/type",
        title: "the customer's type reaches the anchor",
        requirements: &["schema-fields-are-kept"],
        run: Attempt::Platform(|context| Box::pin(customer_type(context))),
    },
    Check {
        id: "kept/other-person-names",
        title: "SEP-9's other names of persons reach the anchor",
        requirements: &["standard-names-are-kept"],
        run: Attempt::Platform(|context| Box::pin(section(context, Section::NaturalPerson))),
    },
    Check {
        id: "kept/other-account-names",
        title: "SEP-9's other names of financial accounts reach the anchor",
        requirements: &["standard-names-are-kept"],
        run: Attempt::Platform(|context| Box::pin(section(context, Section::FinancialAccount))),
    },
    Check {
        id: "kept/organization-names",
        title: "SEP-9's organization.* names reach the anchor",
        requirements: &["standard-names-are-kept"],
        run: Attempt::Platform(|context| Box::pin(section(context, Section::Organization))),
    },
    Check {
        id: "kept/card-names",
        title: "SEP-9's card.* names reach the anchor",
        requirements: &["standard-names-are-kept"],
        run: Attempt::Platform(|context| Box::pin(section(context, Section::Card))),
    },
    Check {
        id: "kept/other-verification-codes",
        title: "codes for any field, NAME_verification, reach the anchor",
        requirements: &["standard-names-are-kept"],
        run: Attempt::Platform(|context| {
            Box::pin(named(context, &[("bank_phone_number_verification", "246810"), ("tax_id_verification", "013579")]))
        }),
    },
    Check {
        id: "kept/file-ids",
        title: "references to files sent before, NAME_file_id, reach the anchor",
        requirements: &["standard-names-are-kept"],
        run: Attempt::Platform(|context| {
            let id = format!("file_{}", context.id());
            Box::pin(async move { named(context, &[("photo_id_front_file_id", &id)]).await })
        }),
    },
    Check {
        id: "kept/transaction-id",
        title: "transaction_id reaches the anchor, with its type",
        requirements: &["standard-names-are-kept"],
        run: Attempt::Platform(|context| {
            let id = context.id();
            Box::pin(async move { named(context, &[("type", "sep6"), ("transaction_id", &id)]).await })
        }),
    },
    Check {
        id: "kept/unknown-names",
        title: "names that nobody has standardised reach the anchor",
        requirements: &["unknown-names-are-kept"],
        run: Attempt::Platform(|context| {
            Box::pin(named(context, &[("favourite_colour", "green"), ("x-custom.name", "7"), ("Ünknown", "é")]))
        }),
    },
    Check {
        id: "kept/nothing-is-added",
        title: "the anchor gets no field that the wallet has not sent, identity aside",
        requirements: &["nothing-is-invented"],
        run: Attempt::Platform(|context| Box::pin(nothing_added(context))),
    },
];

/// The text fields of the callback API's request schema; identity, id and type aside.
pub(super) const SCHEMA: [&str; 42] = [
    "first_name",
    "last_name",
    "additional_name",
    "address_country_code",
    "state_or_province",
    "city",
    "postal_code",
    "address",
    "mobile_number",
    "email_address",
    "birth_date",
    "birth_place",
    "birth_country_code",
    "bank_name",
    "bank_account_number",
    "bank_account_type",
    "bank_number",
    "bank_phone_number",
    "bank_branch_number",
    "external_transfer_memo",
    "clabe_number",
    "cbu_alias",
    "mobile_money_number",
    "mobile_money_provider",
    "crypto_address",
    "crypto_memo",
    "tax_id",
    "tax_id_name",
    "occupation",
    "employer_name",
    "employer_address",
    "language_code",
    "id_type",
    "id_country_code",
    "id_issue_date",
    "id_expiration_date",
    "id_number",
    "ip_address",
    "sex",
    "referral_id",
    "mobile_number_verification",
    "email_address_verification",
];

async fn schema(context: &mut Context, encoding: Encoding) -> Finding {
    let wallet = context.wallet().await?;
    let more = context.fields(&SCHEMA);
    let fields = context.customer_with(more);
    let asked = "all text fields of the callback API's schema";
    let (_, heard) = forwarded(context.put_as(&wallet, &fields, &encoding).await, asked)?;
    kept(&heard, &fields, asked)
}

async fn schema_with_file(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let mut more = context.fields(&SCHEMA);
    more.push(context.file("photo_id_front"));
    let fields = context.customer_with(more);
    let asked = "all text fields of the callback API's schema and photo_id_front";
    let (_, heard) = forwarded(context.put(&wallet, &fields).await, asked)?;
    kept(&heard, &fields, asked)
}

async fn customer_type(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let name = context.suite.customer_type.clone().unwrap_or_else(|| "sep31-sender".to_owned());
    for is_multipart in [false, true] {
        let more = if is_multipart { vec![context.file("photo_id_front")] } else { Vec::new() };
        let mut fields = context.customer_with(more);
        fields.retain(|field| field.name != "type");
        fields.insert(0, Field::text("type", &name));
        let asked = format!("a customer of type {name}");
        let (_, heard) = forwarded(context.put(&wallet, &fields).await, &asked)?;
        kept(&heard, &fields, &asked)?;
    }
    Ok(())
}

/// A section's text fields beyond the callback API's schema, in JSON and beside a file. A platform with a list of names
/// may decline, which the wallet sees; what it accepts must not get lost.
async fn section(context: &mut Context, section: Section) -> Finding {
    let is_other = |name: &&str| !SCHEMA.contains(name);
    let of_section = SEP9.iter().filter(|it| it.section == section && it.kind != Kind::Binary);
    let names: Vec<&str> = of_section.map(|it| it.name).filter(is_other).collect();
    let fields = context.fields(&names);
    all_kept(context, fields).await
}

async fn named(context: &mut Context, fields: &[(&str, &str)]) -> Finding {
    let fields = fields.iter().map(|(name, value)| Field::text(*name, *value)).collect();
    all_kept(context, fields).await
}

async fn all_kept(context: &mut Context, more: Vec<Field>) -> Finding {
    let wallet = context.wallet().await?;
    let asked = more.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
    let file = context.file("photo_id_front");
    for with_file in [false, true] {
        let files = with_file.then(|| file.clone());
        let fields = context.customer_with(more.iter().cloned().chain(files));
        let Some((_, heard)) = forwarded_or_declined(context.put(&wallet, &fields).await, &asked)? else { continue };
        kept(&heard, &fields, &asked)?;
    }
    Ok(())
}

async fn nothing_added(context: &mut Context) -> Finding {
    let wallet = context.wallet().await?;
    let file = context.file("photo_id_front");
    for more in [Vec::new(), vec![file]] {
        let fields = context.customer_with(more);
        let (_, heard) = forwarded(context.put(&wallet, &fields).await, "a customer")?;
        let is_known = |name: &str| {
            ["account", "memo", "memo_type", "id", "type", "lang"].contains(&name)
                || fields.iter().any(|field| field.name == name)
        };
        if let Some(added) = heard.fields().iter().find(|field| !is_known(&field.name)) {
            return Err(NotKept::broken("the anchor gets the fields that were sent, and the identity", &added.name));
        }
    }
    Ok(())
}
