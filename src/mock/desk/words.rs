//! What the desk says to humans, in English, Spanish and German (SEP-12, customer GET, `lang`).

use serde::{Deserialize, Serialize};

use crate::mock::config::FieldSpec;

/// A language that the desk speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::mock) enum Language {
    #[default]
    En,
    Es,
    De,
}

/// A sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    MoreNeeded,
    CodeNeeded,
    Processing,
    Rejected,
    FieldRejected,
}

impl Language {
    /// The language of a tag, by what stands before the first hyphen: `es-MX` is Spanish. English for any other.
    pub(in crate::mock) fn of_tag(tag: Option<&str>) -> Self {
        let primary = tag.unwrap_or_default().split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "es" => Self::Es,
            "de" => Self::De,
            _ => Self::En,
        }
    }

    /// A field's description: the configured one whatever the language, else the translated one, else the name.
    pub(in crate::mock) fn description(self, name: &str, spec: &FieldSpec) -> String {
        let translated = DESCRIPTIONS.iter().find(|(other, ..)| *other == name);
        match (&spec.description, translated) {
            (None, Some((_, es, de))) if self != Self::En => self.of("", es, de).to_owned(),
            _ => spec.description_of(name),
        }
    }

    /// What a customer is told who is not registered.
    pub(in crate::mock) fn more_needed(self) -> &'static str {
        self.text(Text::MoreNeeded)
    }

    pub(super) fn text(self, text: Text) -> &'static str {
        match text {
            Text::MoreNeeded => {
                self.of("more is needed: see fields", "faltan datos: vea fields", "es fehlen Angaben: siehe fields")
            }
            Text::CodeNeeded => self.of(
                "a field must be verified with the code that was sent",
                "hay que verificar un dato con el código enviado",
                "eine Angabe muss mit dem gesendeten Code bestätigt werden",
            ),
            Text::Processing => {
                self.of("the data is being looked at", "los datos se están revisando", "die Angaben werden geprüft")
            }
            Text::Rejected => self.of(
                "this customer cannot be accepted",
                "este cliente no puede ser aceptado",
                "dieser Kunde kann nicht angenommen werden",
            ),
            Text::FieldRejected => self.of(
                "this value cannot be accepted; send another one",
                "este valor no puede ser aceptado; envíe otro",
                "dieser Wert kann nicht angenommen werden; bitte einen anderen senden",
            ),
        }
    }

    fn of<'a>(self, en: &'a str, es: &'a str, de: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Es => es,
            Self::De => de,
        }
    }
}

/// The fields of the default customer types, and what the desk asks for beyond them, in Spanish and German.
const DESCRIPTIONS: &[(&str, &str, &str)] = &[
    ("address", "dirección", "Anschrift"),
    ("address_country_code", "país de la dirección", "Land der Anschrift"),
    ("bank_account_number", "número de cuenta bancaria", "Kontonummer"),
    ("bank_account_type", "tipo de cuenta bancaria", "Art des Kontos"),
    ("bank_branch_number", "número de sucursal bancaria", "Filialnummer der Bank"),
    ("bank_name", "nombre del banco", "Name der Bank"),
    ("bank_number", "número del banco", "Bankleitzahl"),
    ("birth_date", "fecha de nacimiento", "Geburtsdatum"),
    ("city", "ciudad", "Ort"),
    ("clabe_number", "número CLABE", "CLABE-Nummer"),
    ("email_address", "correo electrónico", "E-Mail-Adresse"),
    ("first_name", "nombre", "Vorname"),
    ("id_expiration_date", "fecha de vencimiento del documento", "Ablaufdatum des Ausweises"),
    ("id_issue_date", "fecha de expedición del documento", "Ausstellungsdatum des Ausweises"),
    ("id_number", "número del documento", "Ausweisnummer"),
    ("id_type", "tipo de documento", "Art des Ausweises"),
    ("last_name", "apellido", "Nachname"),
    ("mobile_number", "número de teléfono móvil", "Mobilfunknummer"),
    ("occupation", "ocupación", "Beruf"),
    ("organization.VAT_number", "número de IVA de la organización", "Umsatzsteuer-Nummer der Organisation"),
    ("organization.director_name", "nombre del director de la organización", "Name des Direktors der Organisation"),
    ("organization.name", "nombre de la organización", "Name der Organisation"),
    ("organization.number_of_shareholders", "número de accionistas", "Anzahl der Gesellschafter"),
    (
        "organization.photo_proof_address",
        "foto del comprobante de domicilio de la organización",
        "Foto des Adressnachweises der Organisation",
    ),
    ("organization.registration_date", "fecha de registro de la organización", "Eintragungsdatum der Organisation"),
    ("photo_id_back", "foto del reverso del documento", "Foto der Rückseite des Ausweises"),
    ("photo_id_front", "foto del anverso del documento", "Foto der Vorderseite des Ausweises"),
    ("sex", "sexo", "Geschlecht"),
    ("tax_id", "número de identificación fiscal", "Steuernummer"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::config::Config;

    #[test]
    fn regional_tags_are_understood_by_their_language() {
        for (tag, language) in [
            (Some("es"), Language::Es),
            (Some("es-MX"), Language::Es),
            (Some("ES_419"), Language::Es),
            (Some("de-CH-1996"), Language::De),
            (Some("en-GB"), Language::En),
            (Some("est"), Language::En),
            (Some(""), Language::En),
            (None, Language::En),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag:?}");
        }
    }

    #[test]
    fn every_field_of_the_default_types_is_described_in_every_language() {
        for (name, spec) in Config::default().types.values().flatten() {
            let descriptions = [Language::En, Language::Es, Language::De].map(|one| one.description(name, spec));
            assert!(!descriptions[1..].contains(&descriptions[0]), "{name}: {descriptions:?}");
            assert_ne!(descriptions[1], descriptions[2], "{name}");
        }
    }

    #[test]
    fn a_configured_description_is_not_translated() {
        let spec = FieldSpec { description: Some("as configured".to_owned()), ..FieldSpec::required("last_name") };
        assert_eq!(Language::Es.description("last_name", &spec), "as configured");
    }
}
