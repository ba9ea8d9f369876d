//! A client that sends bytes as they are, and may break off.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use crate::Outcome;

/// How a client ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It waits for the answer.
    Waits,
    /// It sends, waits for a moment, and is gone.
    BreaksOff,
}

/// Longer than any limit that the platform under test has.
const PATIENCE: Duration = Duration::from_secs(5);
const MOMENT: Duration = Duration::from_millis(100);

/// Everything that came back, head and body; nothing if nobody waited, or nobody answered.
pub(crate) fn send(address: &str, request: &[u8], manner: Manner) -> Outcome<Vec<u8>> {
    let mut stream = TcpStream::connect(address).map_err(|error| format!("failed to connect to {address}: {error}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // A server that has refused may have closed already; its answer can still be read.
    let _ = stream.write_all(request);
    if manner == Manner::BreaksOff {
        thread::sleep(MOMENT);
        return Ok(Vec::new());
    }
    let mut answer = Vec::new();
    // A reset ends an answer, too.
    let _ = stream.read_to_end(&mut answer);
    Ok(answer)
}

/// The status of an answer.
pub(crate) fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\r').next()?;
    std::str::from_utf8(line).ok()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_stands_in_the_first_line() {
        assert_eq!(status(b"HTTP/1.1 202 Accepted\r\nx: y\r\n\r\n"), Some(202));
        assert_eq!(status(b"HTTP/1.1 20"), None);
        assert_eq!(status(b""), None);
    }
}
