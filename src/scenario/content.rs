//! Bytes, in the ways that a file can state them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::text::{Text, bounded};

/// What `size: N` repeats.
pub(super) const FILLER: &str = "anchor-conformance\n";

/// Bytes as text, as base64, or as so many that only their number matters.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Text(Text),
    Bytes(Vec<u8>),
    /// [`FILLER`] over and over, cut at this length.
    Size(usize),
}

impl Content {
    /// The content of the three keys, of which exactly one must be there.
    pub(super) fn of(text: Option<Text>, base64: Option<&str>, size: Option<usize>) -> Result<Self, String> {
        match (text, base64, size) {
            (Some(text), None, None) => Ok(Self::Text(text)),
            (None, Some(base64), None) => {
                let bytes = STANDARD
                    .decode(base64)
                    .map_err(|_| "`base64` cannot be decoded; it has the standard alphabet and padding")?;
                Ok(Self::Bytes(bytes))
            }
            (None, None, Some(size)) => bounded(size).map(|()| Self::Size(size)),
            _ => Err("exactly one of `text`, `base64` and `size` must be there".to_owned()),
        }
    }

    pub(super) fn resolve(&self, ids: &[Option<String>]) -> Vec<u8> {
        match self {
            Self::Text(text) => text.resolve(ids).into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Size(size) => FILLER.bytes().cycle().take(*size).collect(),
        }
    }

    pub(super) fn text(&self) -> Option<&Text> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The `size`, if it is one.
    pub(super) fn size(&self) -> usize {
        if let Self::Size(size) = self { *size } else { 0 }
    }
}
