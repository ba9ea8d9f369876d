//! One outgoing connection, plain or TLS.

use std::fmt;
use std::io;
#[cfg(feature = "mock")]
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;

use super::client_tls::ClientTls;
use super::stream::Stream;
#[cfg(any(feature = "platform", feature = "suite"))]
use super::target::Target;
use super::tls_trouble::explain_handshake;

/// Why no connection came about.
#[derive(Debug)]
pub(crate) enum ConnectError {
    /// Name resolution or TCP failed.
    Tcp(io::Error),
    /// There is no TLS connection, or the server ended it because of who we are: why, and what to do.
    Tls(String),
    /// Nothing within this time.
    TimedOut(Duration),
}

/// Connects within `limit`, handshake included.
#[cfg(any(feature = "platform", feature = "suite"))]
pub(crate) async fn connect(target: &Target, tls: &ClientTls, limit: Duration) -> Result<Stream, ConnectError> {
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
    tls: Option<&ClientTls>,
    host: &str,
    limit: Duration,
) -> Result<Stream, ConnectError> {
    let connected = async {
        let tcp = TcpStream::connect(addresses).await.map_err(ConnectError::Tcp)?;
        secured(tcp, tls, host).await
    };
    timeout(limit, connected).await.unwrap_or(Err(ConnectError::TimedOut(limit)))
}

async fn secured(tcp: TcpStream, tls: Option<&ClientTls>, host: &str) -> Result<Stream, ConnectError> {
    let Some(tls) = tls else { return Ok(Stream::Plain(tcp)) };
    let name = ServerName::try_from(host.to_owned()).map_err(|error| ConnectError::Tls(error.to_string()))?;
    let secured = tls.connector.connect(name, tcp).await;
    let secured = secured.map_err(|error| ConnectError::Tls(explain_handshake(&error, tls)))?;
    Ok(Stream::Tls(Box::new(secured.into())))
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(error) => write!(f, "no connection: {error}"),
            Self::Tls(problem) => write!(f, "no TLS connection: {problem}"),
            Self::TimedOut(limit) => write!(f, "no connection within {} s", limit.as_secs_f32()),
        }
    }
}
