//! TLS toward servers: whom we trust, how we show who we are, and what the user can do when a handshake fails.

use std::fmt;
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::sign::SingleCertAndKey;
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};

use super::certificate::{Certificate, provider, read_chain};

/// The client's half of TLS.
#[derive(Clone)]
pub(crate) struct ClientTls {
    pub(super) connector: TlsConnector,
    pub(super) has_certificate: bool,
    pub(super) advice: Advice,
}

/// What the user can do, in the words of the program that uses this: pieces of a sentence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Advice {
    /// How an authority is trusted.
    pub(crate) trust: &'static str,
    /// How a client certificate is shown.
    pub(crate) show: &'static str,
}

/// What cannot be made of the certificates given or found.
#[cfg_attr(
    not(any(feature = "platform", feature = "suite")),
    expect(unreachable_pub, reason = "only these two take roots from users, and export it")
)]
#[derive(Debug)]
pub struct InvalidRoots(String);

/// In the place of [`CertificateError::UnknownIssuer`] where nobody but the certificate itself vouches for it.
#[derive(Debug)]
pub(super) struct SelfSigned;

/// Decides what webpki decides; it only tells more of why.
#[derive(Debug)]
struct Verifier(Arc<WebPkiServerVerifier>);

/// Trusts the system's certificate authorities and those of a PEM text, if one is given; shows a certificate, if one is
/// given, to servers that ask for one.
pub(crate) fn tls(
    custom_roots: Option<&[u8]>,
    certificate: Option<&Certificate>,
    advice: Advice,
) -> Result<ClientTls, InvalidRoots> {
    let roots = Arc::new(roots(custom_roots)?);
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("ring supports the default protocol versions");
    let builder = match roots.is_empty() {
        // webpki insists on one; without any, no server is trusted, and that is told when one is met.
        true => builder.with_root_certificates(roots),
        false => {
            let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider()).build();
            let verifier = verifier.map_err(|error| InvalidRoots(error.to_string()))?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Verifier(verifier)))
        }
    };
    let mut config = match certificate {
        None => builder.with_no_client_auth(),
        Some(certificate) => {
            let own = SingleCertAndKey::from((*certificate.certified_key()).clone());
            builder.with_client_cert_resolver(Arc::new(own))
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(ClientTls { connector: TlsConnector::from(Arc::new(config)), has_certificate: certificate.is_some(), advice })
}

fn roots(custom: Option<&[u8]>) -> Result<RootCertStore, InvalidRoots> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in custom.map(read_chain).transpose().map_err(InvalidRoots)?.unwrap_or_default() {
        roots
            .add(certificate)
            .map_err(|_| InvalidRoots("one of its certificates cannot be read: it must be X.509".to_owned()))?;
    }
    Ok(roots)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        verified.map_err(|error| match error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) if is_self_issued(end_entity) => {
                Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(SelfSigned))))
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

fn is_self_issued(certificate: &CertificateDer<'_>) -> bool {
    webpki::EndEntityCert::try_from(certificate).is_ok_and(|certificate| certificate.issuer() == certificate.subject())
}

impl fmt::Display for InvalidRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the root certificates cannot be used: {}", self.0)
    }
}

impl std::error::Error for InvalidRoots {}

impl fmt::Display for SelfSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("self-signed")
    }
}

impl std::error::Error for SelfSigned {}
