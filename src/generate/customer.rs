//! Whole customers: the fields that one `PUT /customer` brings.

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::file::{arb_file, arb_file_name};
use super::name::{arb_name, arb_suffixed_name};
use super::text::arb_text;
use super::value::arb_encoded;
use crate::sep12::date::DATE_FIELDS;
use crate::sep12::registry::{Definition, EXTRA, Kind, SEP9, Section, definition};
use crate::sep12::{Field, File};

/// A customer of text fields alone, or one with files.
///
/// Names are distinct: SEP-9's, `organization.` before financial account fields, `..._verification`, `..._file_id`,
/// names of nobody's, sometimes `type` and `lang`. Never `id`, `account`, `memo`, `memo_type` or `transaction_id`.
pub fn arb_customer() -> impl Strategy<Value = Vec<Field>> {
    prop_oneof![arb_text_customer(), arb_binary_customer()]
}

/// A customer of text fields alone; fit for every encoding. There may be no field at all.
pub fn arb_text_customer() -> impl Strategy<Value = Vec<Field>> {
    vec(arb_text_field(), 0..12).prop_map(distinct)
}

/// A customer with at least one file, most often after the text (SEP-12, customer PUT), else anywhere.
///
/// A file under a name of nobody's has a file name or a content type other than `text/*`, so that a reader can tell it
/// from text.
pub fn arb_binary_customer() -> impl Strategy<Value = Vec<Field>> {
    prop_oneof![2 => arb_files_last(), 1 => arb_files_last().prop_shuffle()]
}

fn arb_files_last() -> impl Strategy<Value = Vec<Field>> {
    (vec(arb_binary_field(), 1..4), vec(arb_text_field(), 0..10)).prop_map(|(mut fields, texts)| {
        fields.extend(texts);
        let mut fields = distinct(fields);
        fields.sort_by_key(|field| field.as_file().is_some());
        fields
    })
}

/// The first field of every name.
pub(super) fn distinct(mut fields: Vec<Field>) -> Vec<Field> {
    let mut seen = HashSet::new();
    fields.retain(|field| seen.insert(field.name.clone()));
    fields
}

/// A text field of any origin.
pub(super) fn arb_text_field() -> impl Strategy<Value = Field> {
    let own = (arb_name(), arb_text()).prop_map(|(name, text)| Field::text(name, text));
    let suffixed = (arb_suffixed_name(), arb_text()).prop_map(|(name, text)| Field::text(name, text));
    prop_oneof![12 => arb_sep9_text(), 4 => own, 1 => suffixed, 1 => arb_type(), 1 => arb_lang()]
}

/// A text of SEP-9. The dates that a platform validates are real or empty.
fn arb_sep9_text() -> impl Strategy<Value = Field> {
    let texts = sep9_texts().map(|definition| arb_value_of(definition, definition.name));
    let accounts = sep9_texts().filter(|definition| definition.section == Section::FinancialAccount);
    let of_organizations =
        accounts.map(|definition| arb_value_of(definition, &format!("organization.{}", definition.name)));
    prop_oneof![9 => Union::new(texts), 1 => Union::new(of_organizations)]
}

fn sep9_texts() -> impl Iterator<Item = &'static Definition> {
    SEP9.iter().filter(|definition| definition.kind != Kind::Binary)
}

fn arb_value_of(definition: &Definition, name: &str) -> BoxedStrategy<Field> {
    let name = name.to_owned();
    let text = if DATE_FIELDS.contains(&definition.name) {
        prop_oneof![9 => arb_encoded(definition), 1 => Just(String::new())].boxed()
    } else {
        arb_encoded(definition)
    };
    text.prop_map(move |text| Field::text(name.clone(), text)).boxed()
}

/// SEP-12's `type`, as SEP-6, SEP-24 and SEP-31 name them, or an anchor's own.
fn arb_type() -> impl Strategy<Value = Field> {
    let known = ["sep6", "sep24-customer", "sep31-sender", "sep31-receiver", "large-transaction-amount"];
    select(known.to_vec()).prop_map(|value| Field::text("type", value))
}

fn arb_lang() -> impl Strategy<Value = Field> {
    arb_encoded(definition("lang").expect("SEP-12 defines it")).prop_map(|text| Field::text("lang", text))
}

/// The name of a text that may also come as a JSON number or a nested value: not a date, not SEP-12's own.
pub(super) fn arb_lenient_name() -> impl Strategy<Value = String> {
    let names = sep9_texts().filter(|definition| definition.kind != Kind::Date).map(|definition| definition.name);
    prop_oneof![select(names.collect::<Vec<_>>()).prop_map(str::to_owned), arb_name()]
}

/// A name that SEP-9 or the callback API types as binary.
pub(super) fn arb_binary_name() -> impl Strategy<Value = String> {
    let binaries = SEP9.iter().chain(&EXTRA).filter(|definition| definition.kind == Kind::Binary);
    select(binaries.map(|definition| definition.name).collect::<Vec<_>>()).prop_map(str::to_owned)
}

fn arb_binary_field() -> impl Strategy<Value = Field> {
    let defined = (arb_binary_name(), arb_file()).prop_map(|(name, file)| Field::file(name, file));
    let own = (arb_name(), arb_file(), arb_file_name()).prop_map(|(name, mut file, file_name)| {
        if !looks_binary(&file) {
            file.file_name = Some(file_name);
        }
        Field::file(name, file)
    });
    prop_oneof![3 => defined, 1 => own]
}

/// Whether a reader that does not know the name takes the part for a file.
fn looks_binary(file: &File) -> bool {
    file.file_name.is_some()
        || file.content_type.as_ref().is_some_and(|content_type| !content_type.starts_with("text/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sep12::body::{Multipart, json, multipart, urlencoded};
    use crate::sep12::date::is_calendar_date;
    use crate::sep12::registry;

    fn check(fields: &[Field]) {
        let names: HashSet<_> = fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names.len(), fields.len(), "names are distinct");
        for name in ["id", "account", "memo", "memo_type", "transaction_id"] {
            assert!(!names.contains(name), "{name}");
        }
        for field in fields {
            let is_binary = field.as_file().is_some();
            assert!(
                registry::kind(&field.name).is_none_or(|kind| (kind == Kind::Binary) == is_binary),
                "{}",
                field.name
            );
            if let (true, Some(text)) = (DATE_FIELDS.contains(&field.name.as_str()), field.as_text()) {
                assert!(text.is_empty() || is_calendar_date(text), "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_customer_has_distinct_names_of_fitting_kinds(customer in arb_customer()) {
            check(&customer);
            prop_assert!(multipart(&customer, &Multipart::default()).is_ok());
        }

        #[test]
        fn text_customers_fit_every_encoding(customer in arb_text_customer()) {
            prop_assert!(json(&customer).is_ok() && urlencoded(&customer).is_ok());
        }

        #[test]
        fn binary_customers_have_files_that_look_it(customer in arb_binary_customer()) {
            prop_assert!(customer.iter().any(|field| field.as_file().is_some()));
            let unknown = customer.iter().filter(|field| registry::kind(&field.name).is_none());
            prop_assert!(unknown.filter_map(Field::as_file).all(looks_binary));
        }
    }
}
