//! Files: bytes, file names and content types.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::name::header_safe;
use crate::sep12::File;

/// Bytes that a reader of multipart bodies, or of text, may stumble over.
const TRAPS: [&[u8]; 16] = [
    b"\r\n",
    b"\r",
    b"\n",
    b"-",
    b"--",
    b"\r\n--",
    b"\r\n--boundary",
    b"\r\n--boundary\r\n",
    b"\r\n--boundary--\r\n",
    b"\r\n--boundar",
    b"\n--boundary\n",
    b"Content-Disposition: form-data; name=\"id\"\r\n\r\n1",
    b"\0",
    b"\xff\xd8\xff\xe0",
    b"\xc3\x28",
    b"\xef\xbb\xbf",
];

const FILE_NAMES: [&str; 20] = [
    "passport.jpg",
    "a b.png",
    "no-extension",
    ".hidden",
    "..",
    "../../etc/passwd",
    "C:\\Users\\me\\id.png",
    "\\\\server\\share",
    "\"",
    "\\",
    "\\\"",
    "a\"; filename=\"b",
    "a; name=id",
    "a\r\nContent-Type: text/html\r\n\r\nb",
    "100%.pdf",
    "'",
    "Führerschein.pdf",
    "運転免許証.jpeg",
    "\u{202e}gnp.exe",
    "🪪.heic",
];

const CONTENT_TYPES: [&str; 14] = [
    "image/jpeg",
    "image/png",
    "application/pdf",
    "application/octet-stream",
    "image/heic",
    "image/svg+xml",
    "video/mp4",
    "IMAGE/JPEG",
    "image/jpg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/csv; charset=utf-8",
];

/// A file of up to 64 KiB, with or without name and content type.
pub fn arb_file() -> impl Strategy<Value = File> {
    (option::weighted(0.8, arb_file_name()), option::weighted(0.8, arb_content_type()), arb_bytes())
        .prop_map(|(file_name, content_type, bytes)| File { file_name, content_type, bytes })
}

/// Content of up to 64 KiB: nothing, one byte, anything, or full of line ends, delimiters and NULs.
pub fn arb_bytes() -> impl Strategy<Value = Bytes> {
    prop_oneof![
        1 => Just(Vec::new()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
        4 => vec(any::<u8>(), 0..512),
        4 => vec(arb_trap(), 1..16).prop_map(|pieces| pieces.concat()),
        1 => (vec(arb_trap(), 1..4), 1..=65_536_usize).prop_map(|(pieces, size)| cycled(&pieces.concat(), size)),
    ]
    .prop_map(Bytes::from)
}

fn arb_trap() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 1..8), select(&TRAPS[..]).prop_map(<[u8]>::to_vec)]
}

fn cycled(pattern: &[u8], size: usize) -> Vec<u8> {
    pattern.iter().copied().cycle().take(size).collect()
}

/// A file name, never empty, at most 1 KiB: plain, or with quotes, line ends, paths, other scripts.
///
/// It holds no control characters but CR and LF, and none of the escapes that multipart headers use.
pub fn arb_file_name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,12}\\.(jpg|png|pdf)",
        4 => select(&FILE_NAMES[..]).prop_map(str::to_owned),
        2 => vec(any::<char>(), 1..24).prop_map(String::from_iter),
        1 => (1..=1000_usize).prop_map(|length| "x".repeat(length) + ".jpg"),
    ]
    .prop_map(|name| header_safe(&name))
}

/// A content type as clients write it.
pub fn arb_content_type() -> impl Strategy<Value = String> {
    select(&CONTENT_TYPES[..]).prop_map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sep12::Field;
    use crate::sep12::body::{Multipart, multipart};

    proptest! {
        #[test]
        fn files_can_be_written_and_stay_small(file in arb_file()) {
            prop_assert!(file.bytes.len() <= 65_536);
            prop_assert!(file.file_name.as_ref().is_none_or(|name| !name.is_empty() && name.len() <= 1024));
            prop_assert!(multipart(&[Field::file("photo_id_front", file)], &Multipart::default()).is_ok());
        }
    }
}
