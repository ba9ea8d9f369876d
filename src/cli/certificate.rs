//! Certificates and their keys, from files: a server's own, and what a client shows to servers that want one.

use std::path::{Path, PathBuf};

use super::Usage;
use crate::platform::{Certificate, InvalidCertificate};

/// What makes a server speak https.
#[derive(clap::Args)]
#[group(skip)]
pub(super) struct ServerCertificate {
    /// Serve https, with this certificate and behind it those of its issuers, in PEM; read again at SIGHUP
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of --tls-cert, in PEM and not encrypted
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl ServerCertificate {
    /// The certificate, if one is named.
    pub(super) fn read(&self) -> Result<Option<Certificate>, Usage> {
        read(self.tls_cert.as_deref(), self.tls_key.as_deref(), ["--tls-cert", "--tls-key"])
    }

    pub(super) fn is_named(&self) -> bool {
        self.tls_cert.is_some()
    }

    /// The options again.
    pub(super) fn words(&self) -> Vec<String> {
        let named = [("--tls-cert", &self.tls_cert), ("--tls-key", &self.tls_key)];
        let named = named.into_iter().filter_map(|(option, path)| Some((option, path.as_ref()?)));
        named.flat_map(|(option, path)| [option.to_owned(), path.display().to_string()]).collect()
    }
}

/// The certificate of two options, of which clap asks both or neither.
pub(super) fn read(chain: Option<&Path>, key: Option<&Path>, options: [&str; 2]) -> Result<Option<Certificate>, Usage> {
    let (Some(chain), Some(key)) = (chain, key) else { return Ok(None) };
    let wrong = |option: &str, path: &Path, problem: &dyn std::fmt::Display| {
        Usage::new(format!("{option}: {}: {problem}", path.display()))
    };
    let load = |option, path| std::fs::read(path).map_err(|error| wrong(option, path, &error));
    let certificate = Certificate::from_pem(&load(options[0], chain)?, &load(options[1], key)?);
    certificate.map(Some).map_err(|error| match error {
        InvalidCertificate::Chain(_) => wrong(options[0], chain, &error),
        InvalidCertificate::Key(_) => wrong(options[1], key, &error),
    })
}
