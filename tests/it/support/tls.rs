//! Certificates made up for a test, and TLS clients that see what went wrong.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anchor_conformance::platform::{Certificate, Listener, ServerTls};
use rcgen::{CertificateParams, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, ServerConfig, SupportedProtocolVersion, WantsVerifier};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, rustls, server};

/// A certificate and its key, in PEM.
pub(crate) struct Pair {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

/// A certificate authority that nobody knows.
pub(crate) struct Authority {
    name: String,
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        // Two of the same name would look like one with two keys.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        Self::named(format!("Invented Authority {}", COUNT.fetch_add(1, Ordering::Relaxed)))
    }

    /// Another one that calls itself the same.
    pub(crate) fn of_the_same_name(&self) -> Self {
        Self::named(self.name.clone())
    }

    fn named(name: String) -> Self {
        let mut params = CertificateParams::new([]).expect("no names");
        params.distinguished_name.push(rcgen::DnType::CommonName, name.clone());
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { name, pem, issuer: Issuer::new(params, key) }
    }

    /// For localhost and 127.0.0.1.
    pub(crate) fn local(&self) -> Pair {
        self.issue(&["localhost", "127.0.0.1"], |_| {})
    }

    /// For other names, and changed at will.
    pub(crate) fn issue(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Pair {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(names, change).signed_by(&key, &self.issuer).expect("a certificate").pem();
        Pair { certificate, key: key.serialize_pem() }
    }

    /// A client that trusts this authority alone.
    pub(crate) fn client(&self) -> ClientConfig {
        self.client_of(rustls::DEFAULT_VERSIONS)
    }

    /// The same of these versions.
    pub(crate) fn client_of(&self, versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .expect("supported")
            .with_root_certificates(self.roots())
            .with_no_client_auth()
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes()).expect("PEM")).expect("an authority");
        roots
    }
}

/// The parameters of a certificate for these names.
pub(crate) fn params(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    change(&mut params);
    params
}

/// A certificate that vouches for itself.
pub(crate) fn self_signed(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Pair {
    let key = KeyPair::generate().expect("a key");
    let certificate = params(names, change).self_signed(&key).expect("a certificate").pem();
    Pair { certificate, key: key.serialize_pem() }
}

impl Pair {
    /// Both as files of a folder: the certificate's path and the key's.
    pub(crate) fn write_to(&self, folder: &Path, name: &str) -> [String; 2] {
        [("crt", &self.certificate), ("key", &self.key)].map(|(ending, text)| {
            let path = folder.join(format!("{name}.{ending}"));
            std::fs::write(&path, text).expect("written");
            path.to_str().expect("UTF-8").to_owned()
        })
    }

    /// A server of this certificate that asks clients for nothing.
    pub(crate) fn server(&self, versions: &[&'static SupportedProtocolVersion]) -> ServerConfig {
        let (chain, key) = self.der();
        server_of(versions).with_no_client_auth().with_single_cert(chain, key).expect("a pair")
    }

    /// A server of this certificate that wants clients to have one of an authority's.
    pub(crate) fn server_for(
        &self,
        clients: &Authority,
        versions: &[&'static SupportedProtocolVersion],
    ) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(clients.roots()), provider).build();
        let (chain, key) = self.der();
        let server = server_of(versions).with_client_cert_verifier(verifier.expect("roots"));
        server.with_single_cert(chain, key).expect("a pair")
    }

    fn der(&self) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let chain = CertificateDer::pem_slice_iter(self.certificate.as_bytes()).collect::<Result<_, _>>();
        (chain.expect("PEM"), PrivateKeyDer::from_pem_slice(self.key.as_bytes()).expect("PEM"))
    }

    pub(crate) fn parsed(&self) -> Certificate {
        Certificate::from_pem(self.certificate.as_bytes(), self.key.as_bytes()).expect("a certificate and its key")
    }
}

/// A TLS listener on a free port.
pub(crate) async fn listener(pair: &Pair) -> (Listener, SocketAddr) {
    let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = tcp.local_addr().expect("bound");
    (Listener::with_tls(tcp, ServerTls::new(&pair.parsed())), address)
}

/// Connects to a server of this machine as `name`.
pub(crate) async fn connect(
    address: SocketAddr,
    config: ClientConfig,
    name: &'static str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let tcp = TcpStream::connect(address).await?;
    let name = ServerName::try_from(name).expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, tcp).await
}

fn server_of(versions: &[&'static SupportedProtocolVersion]) -> ConfigBuilder<ServerConfig, WantsVerifier> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).expect("supported")
}

/// A TLS server on a free port of this machine; `talk` has each of its connections. What fails earlier is forgotten.
pub(crate) async fn serve<F>(
    config: ServerConfig,
    talk: impl Fn(server::TlsStream<TcpStream>) -> F + Send + 'static,
) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            match acceptor.accept(tcp).await {
                Ok(stream) => drop(tokio::spawn(talk(stream))),
                Err(_) => continue,
            }
        }
    });
    port
}
