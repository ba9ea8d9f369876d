//! The mock anchor's reading of a body, as a second opinion beside the platform's.

use super::decode::{Limits, decode_whole};
use super::received::ReceivedBody;

/// Reads a whole body and keeps all of it.
#[must_use]
pub fn read(content_type: &str, body: &[u8]) -> ReceivedBody {
    decode_whole(Some(content_type), body, Limits { keep_file_bytes: u64::MAX, max_body: None })
}
