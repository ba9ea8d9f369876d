//! The head of an HTTP/1 request, judged before hyper reads it.
//!
//! RFC 9112 allows a server some leniency, and hyper takes it: a line may end with a bare LF, a message may have a length
//! and chunks, a transfer coding may stand before `chunked`, `Host` may be missing or stand twice. A proxy in front may
//! read the same bytes otherwise, and where two readers disagree on the end of a request, one client's bytes become the
//! beginning of another's request. So here nothing is allowed that two readers could understand differently. What is
//! let through hyper reads in the same way; what is not gets an answer that says why, which hyper's own has not.

use hyper::{StatusCode, Uri};

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Length(u64),
    Chunked,
}

/// Why the bytes of a client are no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    pub(crate) status: StatusCode,
    /// What is wrong or would be right; nothing that the client chose.
    pub(crate) problem: &'static str,
}

/// The largest length that any part of the way can count.
const MAX_LENGTH: u64 = i64::MAX as u64;

impl Breach {
    pub(crate) const fn new(status: StatusCode, problem: &'static str) -> Self {
        Self { status, problem }
    }

    pub(crate) const fn malformed(problem: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, problem)
    }
}

/// Judges a whole head, its empty line included, whose lines all end with CRLF.
pub(crate) fn judge(head: &[u8]) -> Result<Framing, Breach> {
    let mut lines = lines(head);
    let request = RequestLine::parse(lines.next().unwrap_or_default())?;
    let mut fields = Fields::default();
    for line in lines {
        let (name, value) = field(line)?;
        fields.add(name, value)?;
    }
    fields.check_host(&request)?;
    fields.framing(&request)
}

/// Name and value of a header or trailer line.
pub(crate) fn field(line: &[u8]) -> Result<(&[u8], &[u8]), Breach> {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        return Err(Breach::malformed("a header must not be folded over two lines"));
    }
    let colon = line.iter().position(|byte| *byte == b':').ok_or(Breach::malformed("a header has no colon"))?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    if !is_token(name) {
        return Err(Breach::malformed("the name of a header has a character that no name can have"));
    }
    if value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return Err(Breach::malformed("the value of a header has a control character"));
    }
    Ok((name, value.trim_ascii()))
}

/// The lines before the empty one.
fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .take_while(|line| !line.is_empty())
}

pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().copied().all(is_token_byte)
}

/// `tchar` of RFC 9110 section 5.6.2.
pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

struct RequestLine {
    /// Of a target in absolute form.
    authority: Option<String>,
    is_http_1_0: bool,
}

impl RequestLine {
    fn parse(line: &[u8]) -> Result<Self, Breach> {
        let mut words = line.split(|byte| *byte == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Breach::malformed("the request line must be METHOD TARGET HTTP/1.1, with single spaces"));
        };
        if !is_token(method) {
            return Err(Breach::malformed("the method has a character that no method can have"));
        }
        let is_http_1_0 = match version {
            b"HTTP/1.1" => false,
            b"HTTP/1.0" => true,
            [b'H', b'T', b'T', b'P', b'/', major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit() => {
                return Err(Breach::new(
                    StatusCode::HTTP_VERSION_NOT_SUPPORTED,
                    "HTTP/1.1 and HTTP/1.0 are spoken here, no other version",
                ));
            }
            _ => return Err(Breach::malformed("the request line must end with HTTP/1.1")),
        };
        Ok(Self { authority: authority(method, target)?, is_http_1_0 })
    }
}

/// Judges the target, and returns the authority that it names, if any (RFC 9112 section 3.2).
fn authority(method: &[u8], target: &[u8]) -> Result<Option<String>, Breach> {
    const INVALID: Breach = Breach::malformed("the request target has a character that must be percent-encoded");
    if method == b"CONNECT" {
        return Err(Breach::new(StatusCode::NOT_IMPLEMENTED, "this server is no proxy"));
    }
    // hyper would cut a fragment off without a word.
    if target.iter().any(|byte| !byte.is_ascii_graphic() || *byte == b'#') {
        return Err(INVALID);
    }
    let uri = Uri::try_from(target).map_err(|_| INVALID)?;
    match (target, uri.authority()) {
        ([b'/', ..], None) => Ok(None),
        (b"*", _) if method == b"OPTIONS" => Ok(None),
        (_, Some(authority)) if matches!(uri.scheme_str(), Some("http" | "https")) && is_host(authority.as_str()) => {
            Ok(Some(authority.as_str().to_owned()))
        }
        _ => Err(Breach::malformed("the request target must be a path, beginning with /")),
    }
}

/// Host and port, without a user's name.
fn is_host(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%:[]".contains(&byte);
    let behind_brackets = text.rsplit_once(']').map_or(text, |(_, behind)| behind);
    let port = behind_brackets.split_once(':').map_or("", |(_, port)| port);
    let is_authority = text.parse::<hyper::http::uri::Authority>().is_ok();
    let has_name = !text.is_empty() && !text.starts_with(':');
    has_name && text.bytes().all(legal) && port.bytes().all(|byte| byte.is_ascii_digit()) && is_authority
}

/// The headers that say where a request goes and where it ends.
#[derive(Default)]
struct Fields {
    host: Option<String>,
    length: Option<u64>,
    codings: Vec<String>,
}

impl Fields {
    fn add(&mut self, name: &[u8], value: &[u8]) -> Result<(), Breach> {
        let text = || String::from_utf8_lossy(value).into_owned();
        if name.eq_ignore_ascii_case(b"host") {
            if self.host.replace(text()).is_some() {
                return Err(Breach::malformed("Host must stand once"));
            }
        } else if name.eq_ignore_ascii_case(b"content-length") {
            if self.length.replace(length(value)?).is_some() {
                return Err(Breach::malformed("Content-Length must stand once"));
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.codings.extend(text().split(',').map(|coding| coding.trim_matches([' ', '\t']).to_ascii_lowercase()));
        }
        Ok(())
    }

    fn check_host(&self, request: &RequestLine) -> Result<(), Breach> {
        match (&self.host, &request.authority) {
            (None, _) if request.is_http_1_0 => Ok(()),
            (None, _) => Err(Breach::malformed("Host is missing")),
            (Some(host), _) if !is_host(host) => {
                Err(Breach::malformed("Host must be a host, and a port if there is one"))
            }
            (Some(host), Some(authority)) if !host.eq_ignore_ascii_case(authority) => {
                Err(Breach::malformed("the request target and Host name different hosts"))
            }
            _ => Ok(()),
        }
    }

    /// RFC 9112 section 6.3, with every choice that it leaves made for refusal.
    fn framing(&self, request: &RequestLine) -> Result<Framing, Breach> {
        let codings: Vec<&str> = self.codings.iter().map(String::as_str).collect();
        match (codings.as_slice(), self.length) {
            ([], length) => Ok(Framing::Length(length.unwrap_or(0))),
            (_, Some(_)) => Err(Breach::malformed("Content-Length and Transfer-Encoding must not stand together")),
            _ if request.is_http_1_0 => Err(Breach::malformed("HTTP/1.0 has no Transfer-Encoding")),
            (["chunked"], None) => Ok(Framing::Chunked),
            ([others @ .., "chunked"], None)
                if others.iter().all(|coding| is_token(coding.as_bytes()) && *coding != "chunked") =>
            {
                Err(Breach::new(StatusCode::NOT_IMPLEMENTED, "no Transfer-Encoding but chunked is understood here"))
            }
            _ => Err(Breach::malformed("Transfer-Encoding must be chunked")),
        }
    }
}

fn length(value: &[u8]) -> Result<u64, Breach> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(Breach::malformed("Content-Length must be one decimal number"));
    }
    let text = std::str::from_utf8(value).unwrap_or_default();
    text.parse()
        .ok()
        .filter(|length| *length <= MAX_LENGTH)
        .ok_or(Breach::new(StatusCode::PAYLOAD_TOO_LARGE, "Content-Length is larger than anything that could be taken"))
}

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.problem)
    }
}

impl std::error::Error for Breach {}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(request_line: &str, fields: &[&str]) -> Result<Framing, u16> {
        let head =
            format!("{request_line}\r\n{}\r\n", fields.iter().map(|field| format!("{field}\r\n")).collect::<String>());
        judge(head.as_bytes()).map_err(|breach| breach.status.as_u16())
    }

    fn with(field: &str) -> Result<Framing, u16> {
        judged("PUT / HTTP/1.1", &["Host: h", field])
    }

    #[test]
    fn a_body_has_one_length_or_is_chunked() {
        assert_eq!(with("X: y"), Ok(Framing::Length(0)));
        assert_eq!(with("content-LENGTH:\t007 "), Ok(Framing::Length(7)));
        assert_eq!(with("Transfer-Encoding: Chunked"), Ok(Framing::Chunked));
        for value in ["", "+5", "-5", "0x5", "5 5", "5, 5", "5.0", "५"] {
            assert_eq!(with(&format!("Content-Length: {value}")), Err(400), "{value}");
        }
        for value in ["9223372036854775808", "18446744073709551616", "99999999999999999999999"] {
            assert_eq!(with(&format!("Content-Length: {value}")), Err(413), "{value}");
        }
        for fields in [["Content-Length: 5", "Content-Length: 5"], ["Content-Length: 5", "Transfer-Encoding: chunked"]]
        {
            assert_eq!(judged("PUT / HTTP/1.1", &[&["Host: h"], &fields[..]].concat()), Err(400), "{fields:?}");
        }
    }

    #[test]
    fn no_coding_but_chunked_is_taken() {
        for (value, status) in [
            ("gzip, chunked", 501),
            ("xchunked, chunked", 501),
            ("identity", 400),
            ("chunked, chunked", 400),
            ("chunked, gzip", 400),
            ("chunked,", 400),
            (",chunked", 400),
            ("", 400),
            ("\"chunked\"", 400),
            ("chunked;q=1", 400),
            ("chunked chunked", 400),
            ("\u{a0}chunked", 400),
        ] {
            assert_eq!(with(&format!("Transfer-Encoding: {value}")), Err(status), "{value}");
        }
        assert_eq!(judged("PUT / HTTP/1.0", &["Transfer-Encoding: chunked"]), Err(400));
    }

    #[test]
    fn a_request_names_one_host() {
        assert_eq!(judged("GET / HTTP/1.0", &[]), Ok(Framing::Length(0)));
        assert_eq!(judged("GET http://h:1/x HTTP/1.1", &["Host: H:1"]), Ok(Framing::Length(0)));
        assert_eq!(judged("GET / HTTP/1.1", &["Host: [::1]:80"]), Ok(Framing::Length(0)));
        for hosts in [
            &[][..],
            &["Host: a", "Host: a"],
            &["Host:"],
            &["Host: a b"],
            &["Host: a/b"],
            &["Host: a:b"],
            &["Host: :1"],
            &["Host: u@a"],
        ] {
            assert_eq!(judged("GET / HTTP/1.1", hosts), Err(400), "{hosts:?}");
        }
        assert_eq!(judged("GET http://other/x HTTP/1.1", &["Host: h"]), Err(400));
    }

    #[test]
    fn a_request_line_is_three_words() {
        for (line, status) in [
            ("GET /", 400),
            ("GET  / HTTP/1.1", 400),
            ("GET / HTTP/1.1 ", 400),
            ("GET\t/ HTTP/1.1", 400),
            ("GET / http/1.1", 400),
            ("GET / HTTP/1.1\rX: y", 400),
            ("G@T / HTTP/1.1", 400),
            ("GET /a#b HTTP/1.1", 400),
            ("GET /\u{e9} HTTP/1.1", 400),
            ("GET a/b HTTP/1.1", 400),
            ("GET ?a HTTP/1.1", 400),
            ("GET * HTTP/1.1", 400),
            ("GET ftp://h/ HTTP/1.1", 400),
            ("GET http://u:p@h/ HTTP/1.1", 400),
            ("CONNECT h:443 HTTP/1.1", 501),
            ("PRI * HTTP/2.0", 505),
            ("GET / HTTP/1.2", 505),
        ] {
            assert_eq!(judged(line, &["Host: h"]), Err(status), "{line}");
        }
        assert_eq!(judged("OPTIONS * HTTP/1.1", &["Host: h"]), Ok(Framing::Length(0)));
    }

    #[test]
    fn headers_are_one_line_of_a_name_and_a_value() {
        for line in ["X", ": y", "X : y", " X: y", "\tfolded", "X(: y", "X: a\0b", "X: a\rb", "X\u{e9}: y"] {
            assert_eq!(with(line), Err(400), "{line:?}");
        }
        assert_eq!(with("X: caf\u{e9}\t!"), Ok(Framing::Length(0)));
    }
}
