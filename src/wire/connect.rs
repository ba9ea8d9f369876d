//! One outgoing connection, plain or TLS.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
#[cfg(any(feature = "platform", feature = "suite"))]
use tokio::net::lookup_host;
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
        let addresses = lookup_host((target.host(), target.port())).await.map_err(ConnectError::Tcp)?;
        let tcp = first_of(&addresses.collect::<Vec<_>>(), limit).await.map_err(ConnectError::Tcp)?;
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
        let tcp = first_of(addresses, limit).await.map_err(ConnectError::Tcp)?;
        secured(tcp, tls, host).await
    };
    timeout(limit, connected).await.unwrap_or(Err(ConnectError::TimedOut(limit)))
}

/// One after the other, each with a part of the time: one that swallows what is sent to it must not hide the next.
async fn first_of(addresses: &[SocketAddr], limit: Duration) -> io::Result<TcpStream> {
    let each = limit / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
    let Some((last, others)) = addresses.split_last() else {
        return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
    };
    for address in others {
        if let Ok(Ok(tcp)) = timeout(each, TcpStream::connect(address)).await {
            return Ok(tcp);
        }
    }
    TcpStream::connect(last).await
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use tokio::net::{TcpListener, TcpSocket};

    use super::*;

    /// Linux drops what asks for a connection while the queue of those that nobody has accepted is full.
    #[tokio::test]
    async fn an_address_that_swallows_everything_does_not_hide_the_next() {
        let full = TcpSocket::new_v4().expect("a socket");
        full.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
        let full = full.listen(1).expect("it listens");
        let swallowing = full.local_addr().expect("bound");
        let mut waiting = Vec::new();
        while let Ok(connected) = timeout(Duration::from_millis(300), TcpStream::connect(swallowing)).await {
            waiting.push(connected.expect("a place in the queue"));
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addresses = [swallowing, listener.local_addr().expect("bound")];
        let limit = Duration::from_secs(1);
        let tcp = timeout(30 * limit, first_of(&addresses, limit)).await.expect("in time").expect("a connection");
        assert_eq!(tcp.peer_addr().expect("connected"), addresses[1]);
        assert!(first_of(&[], limit).await.is_err());
    }
}
