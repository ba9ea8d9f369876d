//! One outgoing connection, plain or TLS.

use std::fmt;
use std::io;
#[cfg(feature = "mock")]
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::certificate::provider;
use super::stream::Stream;
#[cfg(any(feature = "platform", feature = "suite"))]
use super::target::Target;

/// Why no connection came about.
#[derive(Debug)]
pub(crate) enum ConnectError {
    /// Name resolution or TCP failed.
    Tcp(io::Error),
    /// The TLS handshake failed, a certificate that is not trusted included.
    Tls(io::Error),
    /// Nothing within this time.
    TimedOut(Duration),
}

/// What cannot be made of the certificates given or found.
#[cfg_attr(
    not(any(feature = "platform", feature = "suite")),
    expect(unreachable_pub, reason = "only these two take roots from users, and export it")
)]
#[derive(Debug)]
pub struct InvalidRoots(String);

/// The system's certificate authorities and those of a PEM text, if one is given.
pub(crate) fn tls(custom_roots: Option<&[u8]>) -> Result<TlsConnector, InvalidRoots> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(pem) = custom_roots {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| InvalidRoots(error.to_string()))?;
            roots.add(certificate).map_err(|error| InvalidRoots(error.to_string()))?;
        }
        if roots.len() == before {
            return Err(InvalidRoots("no certificate in PEM form was found".to_owned()));
        }
    }
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("ring supports the default protocol versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Connects within `limit`, handshake included.
#[cfg(any(feature = "platform", feature = "suite"))]
pub(crate) async fn connect(target: &Target, tls: &TlsConnector, limit: Duration) -> Result<Stream, ConnectError> {
    let connected = async {
        let tcp = TcpStream::connect((target.host(), target.port())).await.map_err(ConnectError::Tcp)?;
        tcp.set_nodelay(true).map_err(ConnectError::Tcp)?;
        secured(tcp, target.is_tls().then_some(tls), target.host()).await
    };
    timeout(limit, connected).await.unwrap_or(Err(ConnectError::TimedOut(limit)))
}

/// The same, to the first of these addresses that takes the connection, whatever `host` would resolve to.
#[cfg(feature = "mock")]
pub(crate) async fn connect_to(
    addresses: &[SocketAddr],
    tls: Option<&TlsConnector>,
    host: &str,
    limit: Duration,
) -> Result<Stream, ConnectError> {
    let connected = async {
        let tcp = TcpStream::connect(addresses).await.map_err(ConnectError::Tcp)?;
        secured(tcp, tls, host).await
    };
    timeout(limit, connected).await.unwrap_or(Err(ConnectError::TimedOut(limit)))
}

async fn secured(tcp: TcpStream, tls: Option<&TlsConnector>, host: &str) -> Result<Stream, ConnectError> {
    let Some(tls) = tls else { return Ok(Stream::Plain(tcp)) };
    let name = ServerName::try_from(host.to_owned())
        .map_err(|error| ConnectError::Tls(io::Error::new(io::ErrorKind::InvalidInput, error)))?;
    Ok(Stream::Tls(Box::new(tls.connect(name, tcp).await.map_err(ConnectError::Tls)?.into())))
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(error) => write!(f, "no connection: {error}"),
            Self::Tls(error) => write!(
                f,
                "no TLS connection: {error} (if the certificate is signed by an authority of your own, name that authority's certificate)"
            ),
            Self::TimedOut(limit) => write!(f, "no connection within {} s", limit.as_secs_f32()),
        }
    }
}

impl fmt::Display for InvalidRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the root certificates cannot be used: {}", self.0)
    }
}

impl std::error::Error for InvalidRoots {}
