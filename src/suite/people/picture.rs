//! Pictures that decode: PNG, 640 by 480, drawn by chance so that no two are equal.

use bytes::Bytes;

use super::dice::Dice;
use crate::sep12::File;

/// A picture and what is hidden in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picture {
    /// Bytes for a private chunk, which every decoder skips.
    pub(crate) hidden: Vec<u8>,
}

const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;
const ROW_BYTES: usize = 80;
/// The side of one square of the pattern, in pixels; a multiple of 8.
const SQUARE: usize = 32;
/// Ancillary, private and safe to copy (PNG specification, chunk naming).
const PRIVATE_CHUNK: &[u8; 4] = b"acNf";

impl Picture {
    /// A file of that name, with the extension and the content type that match.
    pub(crate) fn draw(&self, name: &str, dice: &mut Dice) -> File {
        File {
            file_name: Some(format!("{name}.png")),
            content_type: Some("image/png".to_owned()),
            bytes: Bytes::from(self.png(dice)),
        }
    }

    fn png(&self, dice: &mut Dice) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut header = [WIDTH.to_be_bytes(), HEIGHT.to_be_bytes()].concat();
        header.extend([1, 0, 0, 0, 0]); // one bit a pixel, grey, no interlace
        push_chunk(&mut png, b"IHDR", &header);
        if !self.hidden.is_empty() {
            push_chunk(&mut png, PRIVATE_CHUNK, &self.hidden);
        }
        push_chunk(&mut png, b"IDAT", &zlib_stored(&pattern(dice)));
        push_chunk(&mut png, b"IEND", &[]);
        png
    }
}

/// Black and white squares; each row begins with the number of its filter, which is none.
fn pattern(dice: &mut Dice) -> Vec<u8> {
    let mut rows = Vec::with_capacity((ROW_BYTES + 1) * HEIGHT as usize);
    for _ in 0..HEIGHT as usize / SQUARE {
        let squares = dice.next();
        let row: Vec<u8> =
            (0..ROW_BYTES).map(|byte| if squares >> (byte * 8 / SQUARE) & 1 == 1 { 0xff } else { 0 }).collect();
        for _ in 0..SQUARE {
            rows.push(0);
            rows.extend_from_slice(&row);
        }
    }
    rows
}

fn push_chunk(png: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    let length = u32::try_from(content.len()).expect("a chunk is far below 4 GB");
    png.extend(length.to_be_bytes());
    let named = [name.as_slice(), content].concat();
    png.extend_from_slice(&named);
    png.extend(crc32(&named).to_be_bytes());
}

/// A zlib stream of stored blocks (RFC 1950, RFC 1951 section 3.2.4).
fn zlib_stored(content: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks = content.chunks(usize::from(u16::MAX));
    let last = blocks.len().saturating_sub(1);
    for (at, block) in blocks.enumerate() {
        let length = u16::try_from(block.len()).expect("a block is cut to fit");
        stream.push(u8::from(at == last));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend_from_slice(block);
    }
    stream.extend(adler32(content).to_be_bytes());
    stream
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(png: &[u8]) -> Vec<(&[u8], &[u8])> {
        let mut rest = &png[8..];
        let mut chunks = Vec::new();
        while !rest.is_empty() {
            let length = u32::from_be_bytes(rest[..4].try_into().expect("four")) as usize;
            let (named, after) = rest[4..].split_at(4 + length);
            assert_eq!(crc32(named).to_be_bytes(), after[..4]);
            chunks.push(named.split_at(4));
            rest = &after[4..];
        }
        chunks
    }

    #[test]
    fn check_sums_are_the_published_ones() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_picture_is_a_png_whose_rows_are_whole() {
        let file = Picture::default().draw("photo_id_front", &mut Dice::new(1, "picture"));
        assert_eq!(file.file_name.as_deref(), Some("photo_id_front.png"));
        let chunks = chunks(&file.bytes);
        let names: Vec<_> = chunks.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, [b"IHDR", b"IDAT", b"IEND"]);
        let stream = chunks[1].1;
        assert_eq!(u16::from_be_bytes([stream[0], stream[1]]) % 31, 0);
        let length = usize::from(u16::from_le_bytes([stream[3], stream[4]]));
        assert_eq!((stream[2], length, stream.len()), (1, 81 * 480, 2 + 5 + 81 * 480 + 4));
        assert_eq!(adler32(&stream[7..7 + length]).to_be_bytes(), stream[7 + length..]);
    }

    #[test]
    fn hidden_bytes_stand_in_a_chunk_of_their_own() {
        let picture = Picture { hidden: b"\r\n--x--\0".to_vec() };
        let file = picture.draw("a", &mut Dice::new(1, "picture"));
        assert!(chunks(&file.bytes).contains(&(b"acNf".as_slice(), b"\r\n--x--\0".as_slice())));
    }

    #[test]
    fn no_two_pictures_are_equal() {
        let mut dice = Dice::new(1, "picture");
        let picture = Picture::default();
        assert_ne!(picture.draw("a", &mut dice), picture.draw("a", &mut dice));
    }
}
