//! What the client sent as a line for a POSIX shell, to send again to a running platform.

use std::fmt::Write;

use super::body::{Encoded, Piece};
use super::content::FILLER;
use super::raw::Chunk;
use super::request::{RawBytes, Sent, WireRequest};
use super::token::Token;

/// The longest text that stands in the line as it is.
const INLINE: usize = 2000;

/// A pipe or a command; the platform is at `$PLATFORM`, the token in `$TOKEN`.
pub(super) fn again(sent: &Sent) -> String {
    match sent {
        Sent::Request(request) => curl(request),
        Sent::Raw(raw) => netcat(raw),
    }
}

/// curl would mend what is wrong.
fn netcat(raw: &RawBytes) -> String {
    let ordinary = token_hint(&raw.token).is_some();
    let command = |chunk: &Chunk| match chunk {
        Chunk::Bytes(bytes) => format!("printf -- {}", quote(&printf_escaped(bytes))),
        Chunk::Token if ordinary => "printf %s \"$TOKEN\"".to_owned(),
        Chunk::Token => format!("printf %s {}", quote(&raw.token.text())),
        // printf uses its format once for each argument.
        Chunk::Repeated(bytes, times) => {
            format!("printf -- {} $(seq {times})", quote(&format!("{}%.0s", printf_escaped(bytes))))
        }
    };
    let commands: Vec<String> =
        raw.chunks.iter().filter(|chunk| **chunk != Chunk::Bytes(Vec::new())).map(command).collect();
    format!("{{ {}; }} | nc -N $(echo \"${{PLATFORM#*://}}\" | tr : ' ')", commands.join("; "))
}

fn curl(request: &WireRequest) -> String {
    let mut line = format!("curl -i -X {}", request.method);
    let mut add = |option: &str, value: &str| {
        let _ = write!(line, " {option} {}", quote(value));
    };
    for (name, value) in &request.headers {
        add("-H", &format!("{name}: {value}"));
    }
    let content_type = request.body.as_ref().and_then(|body| body.content_type.as_ref());
    match (content_type, &request.body) {
        (Some(content_type), _) => add("-H", &format!("Content-Type: {content_type}")),
        // curl would put in one of its own.
        (None, Some(_)) => add("-H", "Content-Type:"),
        (None, None) => {}
    }
    if request.chunked {
        add("-H", "Transfer-Encoding: chunked");
    }
    line.push_str(&authorization(&request.token));
    let pipe = request.body.as_ref().map(|body| push_body(&mut line, body)).unwrap_or_default();
    format!("{pipe}{line} \"$PLATFORM\"{}", quote(&request.target))
}

/// How to get the token that the command needs.
pub(super) fn hint(sent: &Sent) -> Option<String> {
    match sent {
        Sent::Request(request) => token_hint(&request.token),
        Sent::Raw(raw) => token_hint(&raw.token).filter(|_| raw.chunks.contains(&Chunk::Token)),
    }
}

/// How to get the token, if there is one and it is like any other.
fn token_hint(token: &Token) -> Option<String> {
    match token {
        Token::Claims(keys) if keys.is_ordinary() => {
            Some(format!("TOKEN=$(anchor-conformance token --sub {})", keys.sub()))
        }
        _ => None,
    }
}

fn authorization(token: &Token) -> String {
    match token {
        Token::None(_) => String::new(),
        Token::Claims(keys) if keys.is_ordinary() => {
            format!(" -H \"Authorization: {} $TOKEN\"", keys.scheme.as_deref().unwrap_or("Bearer"))
        }
        Token::Claims(keys) => format!(" -H {}", quote(&format!("Authorization: {}", keys.authorization()))),
    }
}

/// Adds the body to the line if it is short text, and returns the pipe that makes it otherwise.
fn push_body(line: &mut String, body: &Encoded) -> String {
    if let [Piece::Bytes(bytes)] = body.pieces.as_slice()
        && let Ok(text) = std::str::from_utf8(bytes)
        && bytes.len() <= INLINE
        && !text.contains(|char: char| char.is_control())
    {
        let _ = write!(line, " --data-raw {}", quote(text));
        return String::new();
    }
    line.push_str(" --data-binary @-");
    let commands: Vec<String> = body.pieces.iter().map(command).collect();
    format!("{{ {}; }} | ", commands.join("; "))
}

fn command(piece: &Piece) -> String {
    match piece {
        Piece::Bytes(bytes) => format!("printf -- {}", quote(&printf_escaped(bytes))),
        Piece::Filler(bytes) => format!("yes {} | head -c {}", FILLER.trim_end(), bytes.len()),
    }
}

fn printf_escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        match byte {
            b'\r' => text.push_str("\\r"),
            b'\n' => text.push_str("\\n"),
            b'\\' => text.push_str("\\\\"),
            b'%' => text.push_str("%%"),
            b' '..=b'~' => text.push(char::from(*byte)),
            other => drop(write!(text, "\\{other:03o}")),
        }
        text
    })
}

fn quote(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:=".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive_the_shell() {
        assert_eq!(printf_escaped(b"a%\\\r\n\0\xff'"), "a%%\\\\\\r\\n\\000\\377'");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote(""), "''");
    }
}
