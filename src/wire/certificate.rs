//! A certificate and its private key, read from PEM, for either side of a TLS connection.

use std::fmt;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::pki_types::pem::{PemObject, SectionKind};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{Error, InconsistentKeys};

/// A certificate, those of its issuers, and its private key, which is never printed.
#[derive(Clone, Debug)]
pub struct Certificate(Arc<CertifiedKey>);

/// Why two files are no certificate with its key, and what to do about it.
#[derive(Debug)]
pub enum InvalidCertificate {
    /// The file of the chain.
    Chain(String),
    /// The file of the key.
    Key(String),
}

/// All cryptography is ring's.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(tokio_rustls::rustls::crypto::ring::default_provider())
}

impl Certificate {
    /// Reads a chain, its own certificate first, and a key in PKCS#8, SEC1 or PKCS#1, both in PEM.
    ///
    /// # Errors
    ///
    /// Says which of the two is of no use, and what would be.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, InvalidCertificate> {
        let chain = read_chain(chain).map_err(InvalidCertificate::Chain)?;
        let key = read_key(key).map_err(InvalidCertificate::Key)?;
        CertifiedKey::from_der(chain, key, &provider())
            .map(|certified| Self(Arc::new(certified)))
            .map_err(|error| unusable(&error))
    }

    pub(crate) fn certified_key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0)
    }
}

/// The certificates of a PEM text; at least one.
pub(crate) fn read_chain(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let sections = sections(pem, "openssl x509 -inform der -in FILE -out FILE.pem")?;
    let certificates: Vec<_> = sections
        .iter()
        .filter(|(kind, _)| *kind == SectionKind::Certificate)
        .map(|(_, der)| CertificateDer::from(der.clone()))
        .collect();
    match certificates.is_empty() {
        false => Ok(certificates),
        true if sections.iter().any(|(kind, _)| is_key(*kind)) => {
            Err("it holds a private key and no certificate (the two options may be swapped)".to_owned())
        }
        true => Err("it holds no certificate (no line -----BEGIN CERTIFICATE-----)".to_owned()),
    }
}

fn read_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    if contains(pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----") || contains(pem, "Proc-Type: 4,ENCRYPTED") {
        return Err("the key is encrypted, and nobody is asked for its password: decrypt it (openssl pkey -in FILE \
                    -out FILE.pem) and let only this process read the result"
            .to_owned());
    }
    let sections = sections(pem, "openssl pkey -inform der -in FILE -out FILE.pem")?;
    let has_certificate = sections.iter().any(|(kind, _)| *kind == SectionKind::Certificate);
    let key = sections.into_iter().find_map(|(kind, der)| PrivateKeyDer::from_pem(kind, der));
    key.ok_or_else(|| match has_certificate {
        true => "it holds a certificate and no private key (the two options may be swapped)".to_owned(),
        false => "it holds no private key (PRIVATE KEY, EC PRIVATE KEY or RSA PRIVATE KEY)".to_owned(),
    })
}

fn is_key(kind: SectionKind) -> bool {
    matches!(kind, SectionKind::PrivateKey | SectionKind::EcPrivateKey | SectionKind::RsaPrivateKey)
}

fn sections(pem: &[u8], convert: &str) -> Result<Vec<(SectionKind, Vec<u8>)>, String> {
    const SEQUENCE: u8 = 0x30;
    if !contains(pem, "-----BEGIN ") {
        return Err(match pem.first() {
            None => "it is empty".to_owned(),
            Some(&SEQUENCE) => format!("it is no PEM; if it is DER, convert it: {convert}"),
            Some(_) => "it is no PEM (no line -----BEGIN ...-----)".to_owned(),
        });
    }
    <(SectionKind, Vec<u8>)>::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|_| "its PEM is damaged: a section does not end, or is no base64".to_owned())
}

fn contains(pem: &[u8], text: &str) -> bool {
    pem.windows(text.len()).any(|window| window == text.as_bytes())
}

fn unusable(error: &Error) -> InvalidCertificate {
    match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => InvalidCertificate::Key(
            "the key does not belong to the first certificate of the chain (the server's or client's own comes first, \
             then that of its issuer)"
                .to_owned(),
        ),
        Error::InvalidCertificate(_) => {
            InvalidCertificate::Chain("its first certificate cannot be read: it must be X.509 version 3".to_owned())
        }
        _ => InvalidCertificate::Key(
            "the key is of no use: it must be RSA of 2048 bits or more, ECDSA on P-256, P-384 or P-521, or Ed25519"
                .to_owned(),
        ),
    }
}

impl fmt::Display for InvalidCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chain(problem) | Self::Key(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for InvalidCertificate {}
