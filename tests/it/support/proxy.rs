//! A proxy that makes a platform wrong: it replaces a text by another of the same length, in one direction.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is replaced, and in which direction.
#[derive(Clone)]
pub(crate) struct Proxy {
    requests: Option<[&'static str; 2]>,
    answers: Option<[&'static str; 2]>,
}

impl Proxy {
    pub(crate) fn changing_requests(from: &'static str, to: &'static str) -> Self {
        Self { requests: Some([from, to]), answers: None }
    }

    pub(crate) fn changing_answers(from: &'static str, to: &'static str) -> Self {
        Self { requests: None, answers: Some([from, to]) }
    }

    pub(crate) fn and_answers(self, from: &'static str, to: &'static str) -> Self {
        Self { answers: Some([from, to]), ..self }
    }

    /// Listens on a free port for as long as the test runs.
    pub(crate) async fn start(self, target: SocketAddr) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(self.clone().connection(client, target));
            }
        });
        address
    }

    async fn connection(self, client: TcpStream, target: SocketAddr) {
        let Ok(server) = TcpStream::connect(target).await else { return };
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::join!(copy(from_client, to_server, self.requests), copy(from_server, to_client, self.answers));
    }
}

/// What stands across two reads is not replaced: tests use short messages.
async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, change: Option<[&str; 2]>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let bytes = &mut buffer[..read];
        if let Some([old, new]) = change {
            replace(bytes, old.as_bytes(), new.as_bytes());
        }
        if to.write_all(bytes).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}

fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    let found: Vec<usize> = memchr::memmem::find_iter(bytes, old).collect();
    for at in found {
        bytes[at..at + old.len()].copy_from_slice(new);
    }
}
