//! What a connection still says after its handler has given it up: bytes that are no HTTP, and an end of any kind.
//!
//! hyper's server writes no malformed answer, and closes only in good order. A mock of a broken server needs both, so it
//! ends the exchange with parting words, which are played on the stream that hyper hands back.

use std::fmt;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::sleep;

/// Bytes to write, and how the connection then ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parting {
    pub(crate) words: Vec<Words>,
    pub(crate) end: End,
}

/// One piece of what is written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "mock"), expect(dead_code, reason = "only a mock breaks rules on purpose"))]
pub(crate) enum Words {
    /// All at once.
    Bytes(Bytes),
    /// Byte by byte, with this pause before each.
    Drip(Bytes, Duration),
    /// Again and again, until the peer is gone.
    Endless(Bytes),
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(not(feature = "mock"), expect(dead_code, reason = "only a mock breaks rules on purpose"))]
pub(crate) enum End {
    /// As the system ends it: in good order, or with a reset if something of the peer's is unread.
    #[default]
    Dropped,
    /// In good order, whatever the peer still sends.
    Closed,
    /// With a reset.
    Reset,
    /// When the peer ends it.
    LeftOpen,
}

impl Parting {
    /// Nothing, and a reset.
    #[cfg(feature = "mock")]
    pub(crate) fn reset() -> Self {
        Self { words: Vec::new(), end: End::Reset }
    }

    /// The parting words with which a handler ended its connection, if that is why hyper gave up.
    pub(crate) fn of(error: &hyper::Error) -> Option<&Self> {
        std::error::Error::source(error)?.downcast_ref()
    }

    /// Writes them. What the peer sends meanwhile is thrown away, so that neither side waits for the other to read.
    pub(crate) async fn say(&self, stream: impl AsyncRead + AsyncWrite) -> io::Result<()> {
        if self.words.is_empty() {
            return Ok(());
        }
        let (mut reader, mut writer) = tokio::io::split(stream);
        let mut nowhere = tokio::io::sink();
        let say = async {
            for words in &self.words {
                words.write(&mut writer).await?;
            }
            writer.flush().await
        };
        tokio::select! {
            said = say => said,
            Err(reset) = tokio::io::copy(&mut reader, &mut nowhere) => Err(reset),
        }
    }
}

impl Words {
    async fn write(&self, writer: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => writer.write_all(bytes).await,
            Self::Drip(bytes, pause) => {
                for byte in bytes {
                    sleep(*pause).await;
                    writer.write_all(&[*byte]).await?;
                    writer.flush().await?;
                }
                Ok(())
            }
            Self::Endless(bytes) => loop {
                writer.write_all(bytes).await?;
            },
        }
    }
}

impl fmt::Display for Parting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the handler gave the connection up")
    }
}

impl std::error::Error for Parting {}
