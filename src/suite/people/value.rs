//! What a person answers when an anchor asks for a field.

use super::customer::Wanted;
use super::dice::Dice;
use super::person::Person;
use super::picture::Picture;
use crate::sep12::registry::{self, Encoding, Kind};
use crate::sep12::{Field, File};

/// Invents values, unless the user has given them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inventor {
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) files: Vec<(String, File)>,
}

impl Inventor {
    /// A value for a field that an anchor wants.
    pub(crate) fn field(&self, wanted: &Wanted, person: &Person, dice: &mut Dice) -> Field {
        let name = wanted.name.as_str();
        if let Some((_, file)) = self.files.iter().rev().find(|(given, _)| given == name) {
            return Field::file(name, file.clone());
        }
        if let Some((_, text)) = self.fields.iter().rev().find(|(given, _)| given == name) {
            return Field::text(name, fill_in(text, person));
        }
        if is_sent_as_binary(name, wanted.kind) {
            return Field::file(name, Picture::default().draw(name, dice));
        }
        match dice.pick(&wanted.choices) {
            Some(choice) => Field::text(name, choose(choice, &wanted.choices, &invented(name, wanted.kind, person))),
            None => Field::text(name, invented(name, wanted.kind, person)),
        }
    }

    /// Whether there is a right answer: nobody can invent the code that was sent to somebody.
    pub(crate) fn can_tell(&self, name: &str) -> bool {
        !name.ends_with("_verification") || self.fields.iter().any(|(given, _)| given == name)
    }

    /// The user's texts. As they stand they are sent only if nothing in them is to be filled in.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(_, text)| text.as_str())
    }

    /// What the user gives although the anchor may not ask for it.
    pub(crate) fn given(&self) -> impl Iterator<Item = Wanted> {
        let texts = self.fields.iter().map(|(name, _)| Wanted::given(name, Kind::String));
        let files = self.files.iter().map(|(name, _)| Wanted::given(name, Kind::Binary));
        texts.chain(files).filter(|wanted| !wanted.name.ends_with("_verification"))
    }
}

/// The user's value, with what differs from customer to customer.
fn fill_in(template: &str, person: &Person) -> String {
    template.replace("{unique}", &person.unique).replace("{seq}", &person.serial.to_string())
}

/// Whether a field travels as a file: SEP-9 decides for its own names, the anchor for others.
pub(crate) fn is_sent_as_binary(name: &str, stated: Kind) -> bool {
    registry::kind(name).unwrap_or(stated) == Kind::Binary
}

/// What fits the person, if the anchor offers it.
fn choose(chance: &str, choices: &[String], fitting: &str) -> String {
    choices.iter().find(|choice| choice.as_str() == fitting).map_or(chance, String::as_str).to_owned()
}

fn invented(name: &str, stated: Kind, person: &Person) -> String {
    let bare = name.strip_prefix("organization.").unwrap_or(name);
    organization(name, person)
        .or_else(|| card(name, person))
        .or_else(|| natural_person(bare, person))
        .or_else(|| financial_account(bare, person))
        .unwrap_or_else(|| by_encoding(name, stated, person))
}

fn natural_person(name: &str, person: &Person) -> Option<String> {
    let place = person.place;
    Some(match name {
        "family_name" | "last_name" => person.last_name.to_owned(),
        "given_name" | "first_name" => person.first_name.to_owned(),
        "additional_name" => "Quentin".to_owned(),
        "address_country_code" | "birth_country_code" | "id_country_code" => place.country.to_owned(),
        "state_or_province" => place.state.to_owned(),
        "city" => place.city.to_owned(),
        "postal_code" => place.postal_code.to_owned(),
        "address" => person.address(),
        "mobile_number_format" => "E.164".to_owned(),
        "birth_date" => person.birth_date.clone(),
        "birth_place" => format!("{}, {}, {}", place.city, place.state, place.country_name),
        "tax_id" => person.tax_id.clone(),
        "tax_id_name" => "SSN".to_owned(),
        "occupation" => "251".to_owned(),
        "employer_name" => "Example Works Inc".to_owned(),
        "employer_address" => format!("1 Example Plaza\n{}, {} {}", place.city, place.state, place.postal_code),
        "language_code" => "en".to_owned(),
        "id_type" => "passport".to_owned(),
        "id_issue_date" => person.issue_date.clone(),
        "id_expiration_date" => person.expiration_date.clone(),
        "id_number" => person.id_number.clone(),
        // Reserved for documentation (RFC 5737).
        "ip_address" => "203.0.113.7".to_owned(),
        "sex" => person.sex.to_owned(),
        "referral_id" => format!("ref-{}", person.unique),
        _ => return None,
    })
}

fn financial_account(name: &str, person: &Person) -> Option<String> {
    Some(match name {
        "bank_name" => "Example Bank".to_owned(),
        "bank_account_type" => "checking".to_owned(),
        "bank_account_number" => person.bank_account.clone(),
        "bank_number" => person.aba.clone(),
        "bank_branch_number" => "0101".to_owned(),
        "external_transfer_memo" | "crypto_memo" => person.bank_account[..9].to_owned(),
        "clabe_number" => person.clabe.clone(),
        "cbu_number" => person.cbu.clone(),
        "cbu_alias" => format!("test.{}", person.unique),
        "mobile_money_provider" => "Example Money".to_owned(),
        "crypto_address" => format!("0x{:0>40}", person.unique),
        _ => return None,
    })
}

fn organization(name: &str, person: &Person) -> Option<String> {
    Some(match name.strip_prefix("organization.")? {
        "name" => format!("Example Trading {} Ltd", person.unique),
        "VAT_number" => format!("XX{}", person.bank_account),
        "registration_number" => person.bank_account.clone(),
        "registration_date" => person.issue_date.clone(),
        "registered_address" => person.address(),
        "number_of_shareholders" => "2".to_owned(),
        "shareholder_name" | "director_name" => person.full_name(),
        "website" => "https://www.example.com".to_owned(),
        "phone" => person.phone.clone(),
        _ => return None,
    })
}

fn card(name: &str, person: &Person) -> Option<String> {
    let place = person.place;
    Some(match name.strip_prefix("card.")? {
        "number" => person.card.clone(),
        "expiration_date" => person.card_expiration.clone(),
        "cvc" => "123".to_owned(),
        "holder_name" => person.full_name(),
        "network" => "Visa".to_owned(),
        "postal_code" => place.postal_code.to_owned(),
        "country_code" => place.country_alpha2.to_owned(),
        "state_or_province" => place.subdivision.to_owned(),
        "city" => place.city.to_owned(),
        "address" => person.address(),
        "token" => format!("tok_{}", person.unique),
        _ => return None,
    })
}

fn by_encoding(name: &str, stated: Kind, person: &Person) -> String {
    match registry::definition(name).map(|definition| definition.encoding) {
        Some(Encoding::Phone) => person.phone.clone(),
        Some(Encoding::Email) => email(person),
        _ => match stated {
            Kind::Date => person.issue_date.clone(),
            Kind::Number => "42".to_owned(),
            Kind::String | Kind::Binary if name.contains("email") => email(person),
            Kind::String | Kind::Binary if name.contains("phone") => person.phone.clone(),
            Kind::String | Kind::Binary => format!("sample {}", person.unique),
        },
    }
}

fn email(person: &Person) -> String {
    format!("{}.{}.{}@example.com", person.first_name, person.last_name, person.unique).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sep12::date::is_calendar_date;
    use crate::sep12::registry::SEP9;

    fn field(inventor: &Inventor, wanted: &Wanted) -> Field {
        let mut dice = Dice::new(2, "value");
        let person = Person::invent(&mut dice, 2, 0, 2026, &[]);
        inventor.field(wanted, &person, &mut dice)
    }

    fn wanted(name: &str, choices: &[&str]) -> Wanted {
        let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
        Wanted { choices, ..Wanted::given(name, registry::kind(name).unwrap_or(Kind::String)) }
    }

    #[test]
    fn every_standard_name_gets_a_value_of_its_kind() {
        for definition in &SEP9 {
            let field = field(&Inventor::default(), &wanted(definition.name, &[]));
            match (definition.kind, definition.encoding) {
                (Kind::Binary, _) => assert!(field.as_file().is_some(), "{field:?}"),
                (_, Encoding::Date) => assert!(is_calendar_date(field.as_text().unwrap_or("")), "{field:?}"),
                (_, Encoding::CountryAlpha3) => assert_eq!(field.as_text().map(str::len), Some(3), "{field:?}"),
                (_, Encoding::Phone) => assert!(field.as_text().unwrap_or("").starts_with("+1"), "{field:?}"),
                (_, Encoding::Email) => assert!(field.as_text().unwrap_or("").contains('@'), "{field:?}"),
                _ => assert!(!field.as_text().unwrap_or("sample ").starts_with("sample "), "{field:?}"),
            }
        }
    }

    #[test]
    fn what_the_user_gives_comes_first() {
        let inventor = Inventor {
            fields: vec![("email_address".to_owned(), "me+{unique}@anchor.example".to_owned())],
            files: Vec::new(),
        };
        let field = field(&inventor, &wanted("email_address", &[]));
        let text = field.as_text().unwrap_or("");
        assert!(text.starts_with("me+") && !text.contains('{'), "{text}");
    }

    #[test]
    fn a_template_can_have_a_number_of_its_own_for_each_customer() {
        let inventor =
            Inventor { fields: vec![("tax_id".to_owned(), "T-{seq}-{unique}".to_owned())], files: Vec::new() };
        let mut dice = Dice::new(2, "value");
        let mut text = |serial| {
            let person = Person::invent(&mut dice, 2, serial, 2026, &[]);
            let field = inventor.field(&wanted("tax_id", &[]), &person, &mut dice);
            field.as_text().unwrap_or_default().to_owned()
        };
        let (one, other) = (text(7), text(8));
        assert!(one.starts_with("T-7-") && other.starts_with("T-8-") && !one.contains('{'), "{one} {other}");
    }

    #[test]
    fn choices_are_honoured_and_the_fitting_one_is_preferred() {
        let inventor = Inventor::default();
        assert_eq!(field(&inventor, &wanted("id_type", &["visa", "passport"])).as_text(), Some("passport"));
        assert_eq!(field(&inventor, &wanted("id_type", &["Passport"])).as_text(), Some("Passport"));
    }
}
