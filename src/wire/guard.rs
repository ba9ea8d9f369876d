//! A stream that lets only well-framed requests through to hyper.
//!
//! It follows the requests on one connection, whole heads by [`judge`](super::head::judge) and bodies by their framing,
//! and passes bytes on as they are. At the first byte that has no clear meaning it stops: hyper never sees the head that
//! is wrong, or gets an error within the body, and the connection ends with an answer. So a second reading of the same
//! bytes, by a proxy in front, cannot find another request in them.

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use hyper::StatusCode;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::head::{Breach, Framing, field, is_token_byte, judge};
use super::stuck::Stuck;

/// The stream of one client.
pub(crate) struct Guard<S> {
    stream: S,
    /// What was read and not given to hyper.
    buffer: BytesMut,
    /// How much of the buffer, from its beginning, hyper may have.
    passed: usize,
    place: Place,
    bounds: Bounds,
    breach: Option<Breach>,
    /// Where the breach was found.
    within_body: bool,
    /// Whether all that came before it was read, and then the breach.
    was_told: bool,
    stuck: Stuck,
}

/// How much of a request may be headers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The head as a whole, in bytes.
    pub(crate) head_bytes: usize,
    pub(crate) headers: usize,
}

/// What the bytes behind [`Guard::passed`] are.
enum Place {
    /// A head; so many of its bytes, in so many lines, are known to be whole lines.
    Head(Lines),
    /// So many bytes of a body.
    Content(u64),
    /// The line of a chunk's size, and the bytes of all chunk extensions before it.
    ChunkSize(usize),
    /// So many bytes of a chunk.
    ChunkContent { left: u64, extensions: usize },
    /// The line's end behind a chunk.
    ChunkEnd { extensions: usize },
    /// Trailers, up to an empty line.
    Trailers(Lines),
}

#[derive(Clone, Copy, Default)]
struct Lines {
    /// How many empty ones stood before them.
    blank: usize,
    bytes: usize,
    count: usize,
    /// So many bytes behind them have no line's end.
    seen: usize,
}

/// What came of looking at the bytes at hand.
enum Step {
    /// So many bytes may pass, and then comes this.
    Pass(usize, Place),
    NeedsMore(Place),
}

const READ: usize = 8 * 1024;
/// More than any client sends by mistake; hyper keeps them all until the request comes.
const MAX_BLANK: usize = 16;
/// hyper counts no more than 16 KiB of either, and has no answer beyond.
const MAX_EXTENSIONS: usize = 8 * 1024;
const MAX_TRAILERS: usize = 8 * 1024;
/// Sixteen digits are 64 bits.
const MAX_SIZE_DIGITS: usize = 16;

const BARE_LF: Breach = Breach::malformed("a line must end with CR and LF");
const SIZE: Breach = Breach::malformed("the size of a chunk must be a hexadecimal number, alone on its line");

impl<S> Guard<S> {
    /// A client that takes nothing of an answer for so long is given up.
    pub(crate) fn new(stream: S, bounds: Bounds, patience: Duration) -> Self {
        let place = Place::Head(Lines::default());
        Self {
            stream,
            buffer: BytesMut::new(),
            passed: 0,
            place,
            bounds,
            breach: None,
            within_body: false,
            was_told: false,
            stuck: Stuck::after(patience),
        }
    }

    /// Why hyper got no more bytes, if that was found in a head. What is found in a body, its reader is told.
    pub(crate) fn breach_of_head(&self) -> Option<Breach> {
        self.breach.filter(|_| self.was_told && !self.within_body)
    }

    /// Whether a head has begun and has not ended.
    pub(crate) fn is_within_head(&self) -> bool {
        matches!(self.place, Place::Head(_)) && self.buffer.len() > self.passed
    }

    /// Whether the client was given up because it takes nothing.
    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck.is_over()
    }

    /// The stream behind it; what was read and not passed is lost.
    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    /// Looks at all that was read.
    fn advance(&mut self) {
        while self.breach.is_none() && self.passed < self.buffer.len() {
            let place = std::mem::replace(&mut self.place, Place::Content(0));
            let within_body = !matches!(place, Place::Head(_));
            match step(place, &self.buffer[self.passed..], self.bounds) {
                Ok(Step::Pass(bytes, next)) => {
                    self.passed += bytes;
                    self.place = next;
                }
                Ok(Step::NeedsMore(place)) => {
                    self.place = place;
                    return;
                }
                Err(breach) => {
                    self.breach = Some(breach);
                    self.within_body = within_body;
                }
            }
        }
    }

    /// The client sends no more.
    fn end(&mut self) {
        if self.is_within_head() {
            self.breach = Some(Breach::malformed("the request ends within its headers"));
        }
    }

    fn content_left(&self) -> u64 {
        match self.place {
            Place::Content(left) | Place::ChunkContent { left, .. } => left,
            _ => 0,
        }
    }
}

/// Looks at `bytes`, of which there is at least one.
fn step(place: Place, bytes: &[u8], bounds: Bounds) -> Result<Step, Breach> {
    match place {
        Place::Head(lines) => head(lines, bytes, bounds),
        Place::Content(left) => Ok(content(left, bytes, Place::Content, || Place::Head(Lines::default()))),
        Place::ChunkSize(extensions) => chunk_size(extensions, bytes),
        Place::ChunkContent { left, extensions } => {
            Ok(content(left, bytes, |left| Place::ChunkContent { left, extensions }, || Place::ChunkEnd { extensions }))
        }
        Place::ChunkEnd { extensions } => match bytes {
            [b'\r', b'\n', ..] => Ok(Step::Pass(2, Place::ChunkSize(extensions))),
            [b'\r'] => Ok(Step::NeedsMore(place)),
            _ => Err(Breach::malformed("a chunk is longer than it says")),
        },
        Place::Trailers(lines) => trailers(lines, bytes, bounds),
    }
}

fn head(mut lines: Lines, bytes: &[u8], bounds: Bounds) -> Result<Step, Breach> {
    const EMPTY_LINE: usize = 2;
    if lines.bytes == 0 {
        match bytes {
            // An empty line before a request is ignored (RFC 9112 section 2.2).
            [b'\r', b'\n', ..] if lines.blank < MAX_BLANK => {
                lines.blank += 1;
                return Ok(Step::Pass(EMPTY_LINE, Place::Head(lines)));
            }
            [b'\r', b'\n', ..] => return Err(Breach::malformed("too many empty lines stand before the request")),
            [b'\r'] => return Ok(Step::NeedsMore(Place::Head(lines))),
            [b'\n', ..] => return Err(BARE_LF),
            [first, ..] if !is_token_byte(*first) => {
                return Err(Breach::malformed("this is no HTTP request: it does not begin with a method"));
            }
            _ => {}
        }
    }
    while let Some(line) = lines.next(bytes)? {
        if lines.bytes > bounds.head_bytes {
            break;
        }
        if line == EMPTY_LINE {
            return Ok(Step::Pass(lines.bytes, Place::of(judge(&bytes[..lines.bytes])?)));
        }
        lines.count += 1;
        if lines.count > bounds.headers + 1 {
            return Err(Breach::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "the request has too many headers"));
        }
    }
    if bytes.len() <= bounds.head_bytes {
        return Ok(Step::NeedsMore(Place::Head(lines)));
    }
    Err(match lines.count {
        0 => Breach::new(StatusCode::URI_TOO_LONG, "the request target is too long"),
        _ => Breach::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "the request's headers are too large"),
    })
}

/// The length of the first line, its end included; `None` if it has none yet.
fn line(bytes: &[u8]) -> Result<Option<usize>, Breach> {
    match bytes.iter().position(|byte| *byte == b'\n') {
        None => Ok(None),
        Some(at) if at > 0 && bytes[at - 1] == b'\r' => Ok(Some(at + 1)),
        Some(_) => Err(BARE_LF),
    }
}

fn content(left: u64, bytes: &[u8], more: impl Fn(u64) -> Place, after: impl Fn() -> Place) -> Step {
    let taken = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
    let left = left - taken as u64;
    Step::Pass(taken, if left == 0 { after() } else { more(left) })
}

/// RFC 9112 section 7.1.1. Extensions are not understood here, and ignored.
fn chunk_size(extensions: usize, bytes: &[u8]) -> Result<Step, Breach> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let size = std::str::from_utf8(&bytes[..digits]).unwrap_or_default();
    if digits > MAX_SIZE_DIGITS || (digits == 0 && !bytes.is_empty()) {
        return Err(SIZE);
    }
    let rest = &bytes[digits..];
    let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match &rest[blank..] {
        [] | [b'\r'] | [b';', ..] => {}
        [b'\r', b'\n', ..] if blank == 0 => {}
        _ => return Err(SIZE),
    }
    let end = line(bytes)?;
    let with_this = extensions + end.map_or(bytes.len(), |end| end - 2) - digits;
    if with_this > MAX_EXTENSIONS {
        return Err(Breach::malformed("the extensions of the chunks are too long"));
    }
    let Some(end) = end else { return Ok(Step::NeedsMore(Place::ChunkSize(extensions))) };
    if bytes[digits..end - 2].iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return Err(SIZE);
    }
    let size = u64::from_str_radix(size, 16).map_err(|_| SIZE)?;
    let next = if size == 0 {
        Place::Trailers(Lines::default())
    } else {
        Place::ChunkContent { left: size, extensions: with_this }
    };
    Ok(Step::Pass(end, next))
}

/// Trailers are read and mean nothing. They pass with the empty line, so that hyper never waits for half of one.
fn trailers(mut lines: Lines, bytes: &[u8], bounds: Bounds) -> Result<Step, Breach> {
    while let Some(line) = lines.next(bytes)? {
        let text = &bytes[lines.bytes - line..lines.bytes - 2];
        if text.is_empty() {
            return Ok(Step::Pass(lines.bytes, Place::Head(Lines::default())));
        }
        field(text)?;
        lines.count += 1;
        if lines.count > bounds.headers || lines.bytes > MAX_TRAILERS {
            break;
        }
    }
    if bytes.len() > MAX_TRAILERS || lines.count > bounds.headers {
        return Err(Breach::malformed("the trailers are too large"));
    }
    Ok(Step::NeedsMore(Place::Trailers(lines)))
}

impl Lines {
    /// The length of the next line, which now counts; a client that drips does not make us look twice.
    fn next(&mut self, bytes: &[u8]) -> Result<Option<usize>, Breach> {
        let rest = &bytes[self.bytes..];
        // The last byte seen may be the CR of the LF to come.
        let from = self.seen.saturating_sub(1);
        let Some(line) = line(&rest[from..])?.map(|line| from + line) else {
            self.seen = rest.len();
            return Ok(None);
        };
        self.bytes += line;
        self.seen = 0;
        Ok(Some(line))
    }
}

impl Place {
    /// What follows a head.
    fn of(framing: Framing) -> Self {
        match framing {
            Framing::Length(0) => Self::Head(Lines::default()),
            Framing::Length(length) => Self::Content(length),
            Framing::Chunked => Self::ChunkSize(0),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.passed > 0 {
                let given = this.passed.min(out.remaining());
                out.put_slice(&this.buffer[..given]);
                this.buffer.advance(given);
                this.passed -= given;
                return Poll::Ready(Ok(()));
            }
            if let Some(breach) = this.breach {
                this.was_told = true;
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, breach)));
            }
            // Within a body there is nothing to look at: it is not copied.
            if this.buffer.is_empty() && this.content_left() > out.remaining() as u64 {
                let before = out.filled().len();
                ready!(Pin::new(&mut this.stream).poll_read(cx, out))?;
                if let Place::Content(left) | Place::ChunkContent { left, .. } = &mut this.place {
                    *left -= (out.filled().len() - before) as u64;
                }
                return Poll::Ready(Ok(()));
            }
            this.buffer.reserve(READ);
            if ready!(pin!(this.stream.read_buf(&mut this.buffer)).poll(cx))? == 0 {
                this.end();
                if this.breach.is_none() {
                    return Poll::Ready(Ok(()));
                }
            }
            this.advance();
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.stuck.watch(cx, tried)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_flush(cx);
        self.stuck.watch(cx, tried)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let tried = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.stuck.watch(cx, tried)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.stuck.watch(cx, tried)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { head_bytes: 200, headers: 4 };
    const GET: &str = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    /// What passes, and what stopped the rest, if the bytes come in pieces of this size.
    async fn passing(bytes: &[u8], piece: usize) -> (Vec<u8>, Option<Breach>) {
        let stream = stream_of(bytes, piece);
        let mut guard = Guard::new(stream, BOUNDS, Duration::MAX);
        let mut passed = Vec::new();
        let _ = guard.read_to_end(&mut passed).await;
        (passed, guard.breach)
    }

    fn stream_of(bytes: &[u8], piece: usize) -> impl AsyncRead + Unpin + use<> {
        let (mut near, far) = tokio::io::duplex(piece);
        let bytes = bytes.to_vec();
        tokio::spawn(async move { tokio::io::AsyncWriteExt::write_all(&mut near, &bytes).await });
        far
    }

    async fn passes(text: &str) {
        for piece in [1, 2, 3, 7, 10_000] {
            let (passed, breach) = passing(text.as_bytes(), piece).await;
            assert_eq!((String::from_utf8_lossy(&passed).as_ref(), breach), (text, None), "{piece}");
        }
    }

    /// Of two texts the first passes and the second does not.
    async fn stops(good: &str, bad: &str) -> (u16, &'static str) {
        let text = format!("{good}{bad}");
        let mut found = None;
        for piece in [1, 2, 3, 7, 10_000] {
            let (passed, breach) = passing(text.as_bytes(), piece).await;
            let breach = breach.unwrap_or_else(|| panic!("{text:?} in pieces of {piece} passes"));
            assert!(passed.starts_with(good.as_bytes()), "{text:?} in pieces of {piece}: {passed:?}");
            assert!(passed.len() < text.len(), "{text:?} in pieces of {piece}");
            assert_eq!(*found.get_or_insert(breach), breach, "{text:?} in pieces of {piece}");
        }
        found.map(|breach| (breach.status.as_u16(), breach.problem)).expect("a breach")
    }

    fn put(field: &str, body: &str) -> String {
        format!("PUT / HTTP/1.1\r\nHost: h\r\n{field}\r\n\r\n{body}")
    }

    #[tokio::test]
    async fn requests_pass_one_after_the_other() {
        passes(&format!("\r\n{GET}{GET}")).await;
        passes(&format!("{}{GET}", put("Content-Length: 33", "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n"))).await;
        passes(&format!("{}{GET}", put("Transfer-Encoding: chunked", "5\r\n0\r\n\r\n\r\n0\r\n\r\n"))).await;
        passes(&format!(
            "{}{GET}",
            put("Transfer-Encoding: chunked", "0a ;x=\"y\"\r\n0123456789\r\n000\r\nX: y\r\n\r\n")
        ))
        .await;
        passes(&put("Content-Length: 50000", &"x".repeat(50_000))).await;
    }

    #[tokio::test]
    async fn a_line_that_ends_with_lf_alone_stops_the_connection() {
        let chunked = put("Transfer-Encoding: chunked", "");
        for (good, bad) in [
            ("", "\nGET / HTTP/1.1\r\n"),
            (GET, "GET / HTTP/1.1\nHost: h\r\n\r\n"),
            (GET, "GET / HTTP/1.1\r\nHost: h\n\r\n"),
            (GET, "GET / HTTP/1.1\r\nHost: h\r\n\n"),
            (&chunked, "5\n01234\r\n0\r\n\r\n"),
            (&chunked, "0\r\nX: y\n\r\n"),
            (&chunked, "0\r\n\nGET / HTTP/1.1\r\n\r\n"),
            (&chunked, "5;x\n01234\r\n0\r\n\r\n"),
        ] {
            let (status, problem) = stops(good, bad).await;
            assert_eq!(status, 400, "{bad:?}: {problem}");
        }
    }

    #[tokio::test]
    async fn empty_lines_before_a_request_pass_up_to_a_number() {
        let blank = "\r\n".repeat(MAX_BLANK);
        passes(&format!("{blank}{GET}{blank}{GET}")).await;
        assert_eq!(stops(&blank, "\r\n").await, (400, "too many empty lines stand before the request"));
    }

    #[tokio::test]
    async fn a_chunk_whose_size_is_unclear_stops_the_body() {
        let chunked = put("Transfer-Encoding: chunked", "");
        for bad in [
            "\r\n",
            " 5\r\n01234\r\n",
            "5 \r\n01234\r\n",
            "5 5\r\n01234\r\n",
            "+5\r\n01234\r\n",
            "0x5\r\n01234\r\n",
            "-1\r\n",
            "5\r\r\n01234\r\n",
            "5;a\0\r\n01234\r\n",
            "10000000000000000\r\n",
            "00000000000000005\r\n01234\r\n",
            "5\r\n012345\r\n",
            "5\r\n01234\n",
            "0\r\nX : y\r\n\r\n",
            "0\r\n folded\r\n\r\n",
        ] {
            assert_eq!(stops(&chunked, bad).await.0, 400, "{bad:?}");
        }
    }

    #[tokio::test]
    async fn what_is_too_large_says_what_it_is() {
        let long = "x".repeat(300);
        assert_eq!(stops(GET, &format!("GET /{long} HTTP/1.1\r\nHost: h\r\n\r\n")).await.0, 414);
        assert_eq!(stops(GET, &format!("GET / HTTP/1.1\r\nX: {long}\r\n\r\n")).await.0, 431);
        assert_eq!(stops("", &format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", "X: y\r\n".repeat(4))).await.0, 431);
        let chunked = put("Transfer-Encoding: chunked", "");
        let extension = format!("1;{}\r\nx\r\n", "y".repeat(5000));
        assert_eq!(stops(&chunked, &format!("{extension}{extension}")).await.0, 400);
        assert_eq!(stops(&chunked, &format!("0\r\nX: {}\r\n\r\n", "y".repeat(9000))).await.0, 400);
        assert_eq!(stops(&chunked, &format!("0\r\n{}\r\n", "X: y\r\n".repeat(5))).await.0, 400);
    }

    #[tokio::test]
    async fn a_head_that_ends_early_is_told_of_and_a_body_is_not() {
        assert_eq!(stops(GET, "GET / HTTP/1.1\r\nHost").await, (400, "the request ends within its headers"));
        passes(&put("Content-Length: 5", "012")).await;
        passes("").await;
    }
}
