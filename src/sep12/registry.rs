//! Every field name that a source defines: SEP-9's 78, and what the callback API and SEP-12 add.

use Encoding::{
    Bytes, CountryAlpha2, CountryAlpha3, Date as DateText, Email, Isco08, Language, Phone, Plain, Subdivision,
    YearMonth,
};
use Kind::{Binary, Date, Number, String};
use Section::{Callback, Card, FinancialAccount, NaturalPerson, Organization, Protocol};

/// The type of a field's value (SEP-9, `type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text.
    String,
    /// A calendar date.
    Date,
    /// A number, sent as text.
    Number,
    /// A file; only `multipart/form-data` can carry it.
    Binary,
}

/// Where a name is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// SEP-9, natural person fields.
    NaturalPerson,
    /// SEP-9, financial account fields; also legal behind `organization.`.
    FinancialAccount,
    /// SEP-9, organization fields.
    Organization,
    /// SEP-9, card fields.
    Card,
    /// The callback API's schema, beyond SEP-9.
    Callback,
    /// SEP-12's own request parameters.
    Protocol,
}

/// How a value is written (SEP-9, encodings).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Free text.
    Plain,
    /// Arbitrary bytes.
    Bytes,
    /// ISO 3166-1 alpha-3.
    CountryAlpha3,
    /// ISO 3166-1 alpha-2 (card fields only).
    CountryAlpha2,
    /// ISO 3166-2.
    Subdivision,
    /// ISO 639-1.
    Language,
    /// ISO 8601, date only.
    Date,
    /// `YY-MM`.
    YearMonth,
    /// E.164.
    Phone,
    /// An e-mail address.
    Email,
    /// An ISCO-08 code of three digits.
    Isco08,
}

impl Section {
    /// The section's name for a reader.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            NaturalPerson => "SEP-9, natural person",
            FinancialAccount => "SEP-9, financial account",
            Organization => "SEP-9, organization",
            Card => "SEP-9, card",
            Callback => "callback API",
            Protocol => "SEP-12",
        }
    }
}

impl Encoding {
    /// The encoding's name for a reader.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Plain => "text",
            Bytes => "bytes",
            CountryAlpha3 => "ISO 3166-1 alpha-3",
            CountryAlpha2 => "ISO 3166-1 alpha-2",
            Subdivision => "ISO 3166-2",
            Language => "ISO 639-1",
            DateText => "ISO 8601 date",
            YearMonth => "YY-MM",
            Phone => "E.164",
            Email => "e-mail address",
            Isco08 => "ISCO-08, three digits",
        }
    }
}

/// One defined name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The name as it stands in requests; dots are part of it.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// Where it is defined.
    pub section: Section,
    /// How its value is written.
    pub encoding: Encoding,
}

/// SEP-9's names, in the order of the source.
pub const SEP9: [Definition; 78] = [
    // natural person
    field("family_name", String, NaturalPerson, Plain),
    field("last_name", String, NaturalPerson, Plain),
    field("given_name", String, NaturalPerson, Plain),
    field("first_name", String, NaturalPerson, Plain),
    field("additional_name", String, NaturalPerson, Plain),
    field("address_country_code", String, NaturalPerson, CountryAlpha3),
    field("state_or_province", String, NaturalPerson, Plain),
    field("city", String, NaturalPerson, Plain),
    field("postal_code", String, NaturalPerson, Plain),
    field("address", String, NaturalPerson, Plain),
    field("mobile_number", String, NaturalPerson, Phone),
    field("mobile_number_format", String, NaturalPerson, Plain),
    field("email_address", String, NaturalPerson, Email),
    field("birth_date", Date, NaturalPerson, DateText),
    field("birth_place", String, NaturalPerson, Plain),
    field("birth_country_code", String, NaturalPerson, CountryAlpha3),
    field("tax_id", String, NaturalPerson, Plain),
    field("tax_id_name", String, NaturalPerson, Plain),
    field("occupation", Number, NaturalPerson, Isco08),
    field("employer_name", String, NaturalPerson, Plain),
    field("employer_address", String, NaturalPerson, Plain),
    field("language_code", String, NaturalPerson, Language),
    field("id_type", String, NaturalPerson, Plain),
    field("id_country_code", String, NaturalPerson, CountryAlpha3),
    field("id_issue_date", Date, NaturalPerson, DateText),
    field("id_expiration_date", Date, NaturalPerson, DateText),
    field("id_number", String, NaturalPerson, Plain),
    field("photo_id_front", Binary, NaturalPerson, Bytes),
    field("photo_id_back", Binary, NaturalPerson, Bytes),
    field("notary_approval_of_photo_id", Binary, NaturalPerson, Bytes),
    field("ip_address", String, NaturalPerson, Plain),
    field("photo_proof_residence", Binary, NaturalPerson, Bytes),
    field("sex", String, NaturalPerson, Plain),
    field("proof_of_income", Binary, NaturalPerson, Bytes),
    field("proof_of_liveness", Binary, NaturalPerson, Bytes),
    field("referral_id", String, NaturalPerson, Plain),
    // financial account
    field("bank_name", String, FinancialAccount, Plain),
    field("bank_account_type", String, FinancialAccount, Plain),
    field("bank_account_number", String, FinancialAccount, Plain),
    field("bank_number", String, FinancialAccount, Plain),
    field("bank_phone_number", String, FinancialAccount, Phone),
    field("bank_branch_number", String, FinancialAccount, Plain),
    field("external_transfer_memo", String, FinancialAccount, Plain),
    field("clabe_number", String, FinancialAccount, Plain),
    field("cbu_number", String, FinancialAccount, Plain),
    field("cbu_alias", String, FinancialAccount, Plain),
    field("mobile_money_number", String, FinancialAccount, Phone),
    field("mobile_money_provider", String, FinancialAccount, Plain),
    field("crypto_address", String, FinancialAccount, Plain),
    field("crypto_memo", String, FinancialAccount, Plain),
    // organization
    field("organization.name", String, Organization, Plain),
    field("organization.VAT_number", String, Organization, Plain),
    field("organization.registration_number", String, Organization, Plain),
    field("organization.registration_date", String, Organization, DateText),
    field("organization.registered_address", String, Organization, Plain),
    field("organization.number_of_shareholders", Number, Organization, Plain),
    field("organization.shareholder_name", String, Organization, Plain),
    field("organization.photo_incorporation_doc", Binary, Organization, Bytes),
    field("organization.photo_proof_address", Binary, Organization, Bytes),
    field("organization.address_country_code", String, Organization, CountryAlpha3),
    field("organization.state_or_province", String, Organization, Plain),
    field("organization.city", String, Organization, Plain),
    field("organization.postal_code", String, Organization, Plain),
    field("organization.director_name", String, Organization, Plain),
    field("organization.website", String, Organization, Plain),
    field("organization.email", String, Organization, Email),
    field("organization.phone", String, Organization, Phone),
    // card
    field("card.number", String, Card, Plain),
    field("card.expiration_date", Date, Card, YearMonth),
    field("card.cvc", String, Card, Plain),
    field("card.holder_name", String, Card, Plain),
    field("card.network", String, Card, Plain),
    field("card.postal_code", String, Card, Plain),
    field("card.country_code", String, Card, CountryAlpha2),
    field("card.state_or_province", String, Card, Subdivision),
    field("card.city", String, Card, Plain),
    field("card.address", String, Card, Plain),
    field("card.token", String, Card, Plain),
];

/// Names that the callback API or SEP-12 add to SEP-9's.
pub const EXTRA: [Definition; 10] = [
    field("mobile_number_verification", String, Callback, Plain),
    field("email_address_verification", String, Callback, Plain),
    field("photo_proof_of_income", Binary, Callback, Bytes),
    field("id", String, Protocol, Plain),
    field("account", String, Protocol, Plain),
    field("memo", String, Protocol, Plain),
    field("memo_type", String, Protocol, Plain),
    field("type", String, Protocol, Plain),
    field("transaction_id", String, Protocol, Plain),
    field("lang", String, Protocol, Language),
];

const fn field(name: &'static str, kind: Kind, section: Section, encoding: Encoding) -> Definition {
    Definition { name, kind, section, encoding }
}

/// The definition of a name, if a source has one.
///
/// `organization.` may stand before any financial account field (SEP-9, financial account fields).
#[must_use]
pub fn definition(name: &str) -> Option<&'static Definition> {
    let find = |name: &str| SEP9.iter().chain(&EXTRA).find(|definition| definition.name == name);
    find(name).or_else(|| {
        let account_field = find(name.strip_prefix("organization.")?)?;
        (account_field.section == FinancialAccount).then_some(account_field)
    })
}

/// The type of a name: its definition's, or `string` for `*_verification` and `*_file_id` (SEP-12); `None` for a name
/// that nobody has standardised.
#[must_use]
pub fn kind(name: &str) -> Option<Kind> {
    match definition(name) {
        Some(definition) => Some(definition.kind),
        None if name.ends_with("_verification") || name.ends_with("_file_id") => Some(String),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_defined_once() {
        let names: HashSet<_> = SEP9.iter().chain(&EXTRA).map(|definition| definition.name).collect();
        assert_eq!(names.len(), SEP9.len() + EXTRA.len());
    }

    #[test]
    fn sep9_types_eight_names_as_binary() {
        let binaries = SEP9.iter().filter(|definition| definition.kind == Binary).count();
        assert_eq!(binaries, 8);
    }

    #[test]
    fn kinds_follow_name_prefix_and_suffix() {
        assert_eq!(kind("photo_id_front"), Some(Binary));
        assert_eq!(kind("photo_proof_of_income"), Some(Binary));
        assert_eq!(kind("photo_id_front_file_id"), Some(String));
        assert_eq!(kind("mobile_number_verification"), Some(String));
        assert_eq!(kind("organization.bank_number"), Some(String));
        assert_eq!(kind("organization.first_name"), None);
        assert_eq!(kind("favourite_colour"), None);
    }
}
