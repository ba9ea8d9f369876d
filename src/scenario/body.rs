//! The bytes of a client's body.

use std::fmt::Write;

use super::client::{Body, Disposition, Part};
use super::content::Content;

/// A body with its content type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Encoded {
    pub(super) content_type: Option<String>,
    /// In pieces, so that a piece of [`Content::Size`] can be told from the rest.
    pub(super) pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Bytes(Vec<u8>),
    /// So many bytes of [`FILLER`](super::content::FILLER).
    Filler(Vec<u8>),
}

const BOUNDARY: &str = "the-wallets-boundary";

impl Encoded {
    pub(super) fn of(body: &Body, ids: &[Option<String>]) -> Option<Self> {
        let (content_type, pieces) = match body {
            Body::None => return None,
            Body::Json(json) => (Some("application/json"), vec![Piece::text(json.resolve(ids))]),
            Body::JsonText(text) => (Some("application/json"), vec![Piece::text(text.resolve(ids))]),
            Body::Urlencoded(pairs) => {
                let pair = |(name, value): &(_, _)| (form_encoded(name, ids), form_encoded(value, ids));
                let pairs: Vec<String> =
                    pairs.iter().map(pair).map(|(name, value)| format!("{name}={value}")).collect();
                (Some("application/x-www-form-urlencoded"), vec![Piece::text(pairs.join("&"))])
            }
            Body::Multipart(parts) => return Some(multipart(parts, ids)),
            Body::Raw { content_type, content } => (content_type.as_deref(), vec![Piece::of(content, ids)]),
        };
        Some(Self { content_type: content_type.map(str::to_owned), pieces })
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let piece = |piece: &Piece| match piece {
            Piece::Bytes(bytes) | Piece::Filler(bytes) => bytes.clone(),
        };
        self.pieces.iter().flat_map(piece).collect()
    }
}

impl Piece {
    fn text(text: String) -> Self {
        Self::Bytes(text.into_bytes())
    }

    fn of(content: &Content, ids: &[Option<String>]) -> Self {
        let bytes = content.resolve(ids);
        if matches!(content, Content::Size(_)) { Self::Filler(bytes) } else { Self::Bytes(bytes) }
    }
}

fn multipart(parts: &[Part], ids: &[Option<String>]) -> Encoded {
    let mut pieces = Vec::new();
    for part in parts {
        let mut head = format!("--{BOUNDARY}\r\nContent-Disposition: {}\r\n", disposition(&part.disposition, ids));
        if let Some(content_type) = &part.content_type {
            let _ = write!(head, "Content-Type: {content_type}\r\n");
        }
        head.push_str("\r\n");
        pieces.extend([Piece::text(head), Piece::of(&part.content, ids), Piece::text("\r\n".to_owned())]);
    }
    pieces.push(Piece::text(format!("--{BOUNDARY}--\r\n")));
    Encoded { content_type: Some(format!("multipart/form-data; boundary={BOUNDARY}")), pieces: joined(pieces) }
}

/// Neighbouring bytes as one piece.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::Bytes(before)), Piece::Bytes(bytes)) => before.extend(bytes),
            (_, piece) => joined.push(piece),
        }
    }
    joined
}

fn disposition(disposition: &Disposition, ids: &[Option<String>]) -> String {
    match disposition {
        Disposition::Raw(text) => text.clone(),
        Disposition::Named { name, file_name } => {
            let name = format!("form-data; name=\"{}\"", as_browsers_escape(&name.resolve(ids)));
            match file_name {
                Some(file) => format!("{name}; filename=\"{}\"", as_browsers_escape(&file.resolve(ids))),
                None => name,
            }
        }
    }
}

/// The WHATWG form encoding of names.
fn as_browsers_escape(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn form_encoded(text: &super::text::Text, ids: &[Option<String>]) -> String {
    percent_encoding::utf8_percent_encode(&text.resolve(ids), percent_encoding::NON_ALPHANUMERIC).to_string()
}
