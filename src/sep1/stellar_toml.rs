//! The `stellar.toml` that we write.

use serde::Serialize;

use super::currency::{Currency, as_account};
use super::endpoint::Endpoint;

/// What a wallet must know before it can send KYC data (SEP-1, version 2.7.0).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StellarToml {
    /// The network that signatures are for.
    pub network_passphrase: String,
    /// The key that signs challenges and callbacks.
    pub signing_key: [u8; 32],
    /// SEP-10.
    pub web_auth_endpoint: Endpoint,
    /// SEP-12, without `/customer`.
    pub kyc_server: Endpoint,
    /// Who runs it.
    pub documentation: Documentation,
    /// What they issue.
    pub currencies: Vec<Currency>,
}

/// The organization. What is `None` is left out of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct Documentation {
    /// Its legal name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_name: Option<String>,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_optional_text")]
    pub org_url: Option<Endpoint>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_description: Option<String>,
    /// Where wallets and other anchors write to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_official_email: Option<String>,
    /// Where its customers write to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_support_email: Option<String>,
}

/// The file's members in their order.
#[derive(Serialize)]
#[serde(rename_all = "UPPERCASE")]
struct Written<'a> {
    version: &'static str,
    network_passphrase: &'a str,
    #[serde(serialize_with = "as_account")]
    signing_key: [u8; 32],
    web_auth_endpoint: &'a str,
    kyc_server: &'a str,
    documentation: &'a Documentation,
    #[serde(skip_serializing_if = "<[Currency]>::is_empty")]
    currencies: &'a [Currency],
}

const VERSION: &str = "2.7.0";

/// Stands above the file if an endpoint is plain `http`.
const PLAIN_NOTE: &str = "\
# These endpoints are plain http, which SEP-1 does not allow: they are for wallets on this machine alone.
# A wallet that insists on https needs leave to use http for this one.

";

impl StellarToml {
    /// The file's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let note = if self.is_plain() { PLAIN_NOTE } else { "" };
        let written = Written {
            version: VERSION,
            network_passphrase: &self.network_passphrase,
            signing_key: self.signing_key,
            web_auth_endpoint: self.web_auth_endpoint.as_str(),
            kyc_server: self.kyc_server.as_str(),
            documentation: &self.documentation,
            currencies: &self.currencies,
        };
        let text = toml::to_string(&written).expect("tables of strings and small numbers are TOML");
        format!("{note}{text}")
    }

    /// Whether a wallet must be allowed plain `http`.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.web_auth_endpoint.is_plain() || self.kyc_server.is_plain()
    }
}

fn as_optional_text<S: serde::Serializer>(url: &Option<Endpoint>, serializer: S) -> Result<S::Ok, S::Error> {
    url.as_ref().map(Endpoint::as_str).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sep1::Published;
    use crate::sep1::currency::Status;

    fn stellar_toml(base: &str) -> StellarToml {
        let endpoint = |path: &str| format!("{base}{path}").parse().expect("an endpoint");
        StellarToml {
            network_passphrase: "Test SDF Network ; September 2015".to_owned(),
            signing_key: [7; 32],
            web_auth_endpoint: endpoint("/auth"),
            kyc_server: endpoint("/sep12"),
            documentation: Documentation {
                org_name: Some("Invented \"Anchor\" \\ Löwe\n".to_owned()),
                org_url: Some(endpoint("")),
                ..Documentation::default()
            },
            currencies: vec![Currency {
                code: "TEST".parse().expect("a code"),
                issuer: [8; 32],
                status: Status::Test,
                display_decimals: Some(2),
                name: None,
                desc: Some("Worth nothing".to_owned()),
            }],
        }
    }

    #[test]
    fn a_client_reads_what_was_written() {
        let written = stellar_toml("https://anchor.example");
        let read = Published::read(written.to_text().as_bytes()).expect("readable");
        assert_eq!(read.network_passphrase, Some(written.network_passphrase));
        assert_eq!(read.signing_key, Some(written.signing_key));
        assert_eq!(read.web_auth_endpoint, Some(written.web_auth_endpoint));
        assert_eq!(read.kyc_server, Some(written.kyc_server));
        assert_eq!(read.transfer_server, None);
    }

    #[test]
    fn tables_and_lists_stand_where_sep_1_has_them() {
        let text = stellar_toml("https://anchor.example").to_text();
        let table: toml::Table = text.parse().expect("TOML");
        assert_eq!(table["VERSION"].as_str(), Some("2.7.0"));
        assert_eq!(table["DOCUMENTATION"]["ORG_NAME"].as_str(), Some("Invented \"Anchor\" \\ Löwe\n"));
        assert_eq!(table["DOCUMENTATION"]["ORG_URL"].as_str(), Some("https://anchor.example"));
        let currency = &table["CURRENCIES"][0];
        assert_eq!((currency["code"].as_str(), currency["status"].as_str()), (Some("TEST"), Some("test")));
        assert_eq!(currency["display_decimals"].as_integer(), Some(2));
        assert!(currency["issuer"].as_str().is_some_and(|issuer| issuer.starts_with('G')));
        assert!(currency.get("name").is_none());
        assert!(text.contains("\n[DOCUMENTATION]\n") && text.contains("\n[[CURRENCIES]]\n"), "{text}");
    }

    #[test]
    fn plain_http_is_said_above_the_file() {
        assert!(stellar_toml("http://localhost:8080").to_text().starts_with("# These endpoints are plain http"));
        assert!(stellar_toml("https://anchor.example").to_text().starts_with("VERSION"));
    }
}
