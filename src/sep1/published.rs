//! What a client reads in a foreign `stellar.toml`.

use std::fmt;
use std::str;

use serde::Deserialize;

use super::endpoint::{Endpoint, InvalidEndpoint};
use crate::sep12::Account;

/// What KYC needs of the file. Everything else in it is ignored, whatever its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The network that signatures are for.
    pub network_passphrase: Option<String>,
    /// The key that signs challenges and callbacks.
    pub signing_key: Option<[u8; 32]>,
    /// SEP-10.
    pub web_auth_endpoint: Option<Endpoint>,
    /// SEP-12, without `/customer`.
    pub kyc_server: Option<Endpoint>,
    /// SEP-6. Its server also speaks SEP-12 if there is no `KYC_SERVER`.
    pub transfer_server: Option<Endpoint>,
}

/// Why a file is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidFile {
    /// More than [`MAX_LEN`] bytes.
    TooLong,
    /// Not TOML, or a member that is read is no string. Says where.
    Malformed(String),
    /// `SIGNING_KEY` is no `G` account.
    SigningKey,
    /// A URL that SEP-1 does not allow.
    Endpoint {
        /// The member's name.
        name: &'static str,
        /// What is wrong with it.
        reason: InvalidEndpoint,
    },
}

/// The 100 KB that SEP-1 allows, in bytes.
pub const MAX_LEN: usize = 100 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct File {
    network_passphrase: Option<String>,
    signing_key: Option<String>,
    web_auth_endpoint: Option<String>,
    kyc_server: Option<String>,
    transfer_server: Option<String>,
}

impl Published {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it is too long or no TOML, or if something in it that is read has an illegal value.
    pub fn read(bytes: &[u8]) -> Result<Self, InvalidFile> {
        if bytes.len() > MAX_LEN {
            return Err(InvalidFile::TooLong);
        }
        let text = str::from_utf8(bytes).map_err(|_| InvalidFile::Malformed("not UTF-8".to_owned()))?;
        let file: File = toml::from_str(text).map_err(|error| InvalidFile::Malformed(error.to_string()))?;
        Ok(Self {
            network_passphrase: file.network_passphrase,
            signing_key: file.signing_key.map(|key| signing_key(&key)).transpose()?,
            web_auth_endpoint: endpoint("WEB_AUTH_ENDPOINT", file.web_auth_endpoint)?,
            kyc_server: endpoint("KYC_SERVER", file.kyc_server)?,
            transfer_server: endpoint("TRANSFER_SERVER", file.transfer_server)?,
        })
    }

    /// Where SEP-12 is served: `KYC_SERVER`, or else `TRANSFER_SERVER`, as SEP-12 says.
    #[must_use]
    pub fn customer_server(&self) -> Option<&Endpoint> {
        self.kyc_server.as_ref().or(self.transfer_server.as_ref())
    }
}

fn signing_key(text: &str) -> Result<[u8; 32], InvalidFile> {
    match text.parse() {
        Ok(Account::Classic(key)) => Ok(key),
        _ => Err(InvalidFile::SigningKey),
    }
}

fn endpoint(name: &'static str, url: Option<String>) -> Result<Option<Endpoint>, InvalidFile> {
    url.map(|url| url.parse().map_err(|reason| InvalidFile::Endpoint { name, reason })).transpose()
}

impl fmt::Display for InvalidFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "a stellar.toml must have at most {MAX_LEN} bytes"),
            Self::Malformed(place) => write!(f, "a stellar.toml must be TOML: {place}"),
            Self::SigningKey => f.write_str("SIGNING_KEY must be a Stellar account (G...)"),
            Self::Endpoint { name, reason } => write!(f, "{name} {reason}"),
        }
    }
}

impl std::error::Error for InvalidFile {}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";

    fn read(text: &str) -> Result<Published, InvalidFile> {
        Published::read(text.as_bytes())
    }

    #[test]
    fn what_is_not_needed_may_be_anything() {
        let text = format!(
            "# comment\nVERSION=2\nACCOUNTS=[1]\nSIGNING_KEY=\"{KEY}\"\nTRANSFER_SERVER='https://anchor.example'\n\
             [DOCUMENTATION]\nORG_NAME=7\n[[PRINCIPALS]]\nname=\"\"\n[[CURRENCIES]]\ncode=1979-05-27\n"
        );
        let read = read(&text).expect("readable");
        assert!(read.signing_key.is_some());
        assert_eq!(read.customer_server().map(Endpoint::as_str), Some("https://anchor.example"));
    }

    #[test]
    fn the_kyc_server_goes_before_the_transfer_server() {
        let read = read("TRANSFER_SERVER='https://a.example'\nKYC_SERVER='https://b.example'").expect("readable");
        assert_eq!(read.customer_server().map(Endpoint::as_str), Some("https://b.example"));
    }

    #[test]
    fn a_file_of_more_than_100_kb_is_refused() {
        assert!(read(&"#".repeat(MAX_LEN)).is_ok());
        assert_eq!(read(&"#".repeat(MAX_LEN + 1)), Err(InvalidFile::TooLong));
    }

    #[test]
    fn what_is_needed_must_be_legal() {
        for text in ["SIGNING_KEY=", "KYC_SERVER=1", "KYC_SERVER='https://a.example'\nKYC_SERVER='https://b.example'"] {
            assert!(matches!(read(text), Err(InvalidFile::Malformed(_))), "{text}");
        }
        assert!(matches!(Published::read(b"\xff"), Err(InvalidFile::Malformed(_))));
        for key in ["", "G", "SBU2RRGLXH3E5CQHTD3ODLDF2BWDCYUSSBLLZ5GNW7JXHDIYKXZWHOKR"] {
            assert_eq!(read(&format!("SIGNING_KEY='{key}'")), Err(InvalidFile::SigningKey));
        }
        let reason = InvalidEndpoint::PlainHttp;
        let expected = Err(InvalidFile::Endpoint { name: "WEB_AUTH_ENDPOINT", reason });
        assert_eq!(read("WEB_AUTH_ENDPOINT='http://anchor.example/auth'"), expected);
    }
}
