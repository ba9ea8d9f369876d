//! PNG without compression: grey, one bit a pixel.

use super::picture::{HEIGHT, SQUARE, WIDTH};

const ROW_BYTES: usize = WIDTH / 8;
/// Ancillary, private and safe to copy (PNG specification, chunk naming).
const PRIVATE_CHUNK: &[u8; 4] = b"acNf";

/// A picture of black and white squares, a row of bits for each row of squares; `hidden` stands in a private chunk,
/// which every decoder skips.
pub(super) fn png(rows: &[u64], hidden: &[u8]) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [WIDTH, HEIGHT].map(|side| u32::try_from(side).unwrap_or(0).to_be_bytes()).concat();
    header.extend([1, 0, 0, 0, 0]); // one bit a pixel, grey, no interlace
    push_chunk(&mut png, b"IHDR", &header);
    if !hidden.is_empty() {
        push_chunk(&mut png, PRIVATE_CHUNK, hidden);
    }
    push_chunk(&mut png, b"IDAT", &zlib_stored(&pattern(rows)));
    push_chunk(&mut png, b"IEND", &[]);
    png
}

/// Each row of pixels begins with the number of its filter, which is none.
fn pattern(rows: &[u64]) -> Vec<u8> {
    let mut pixels = Vec::with_capacity((ROW_BYTES + 1) * HEIGHT);
    for squares in rows {
        let row: Vec<u8> =
            (0..ROW_BYTES).map(|byte| if squares >> (byte * 8 / SQUARE) & 1 == 1 { 0xff } else { 0 }).collect();
        for _ in 0..SQUARE {
            pixels.push(0);
            pixels.extend_from_slice(&row);
        }
    }
    pixels
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
    fn hidden_bytes_stand_in_a_chunk_of_their_own() {
        let png = png(&[5; 15], b"\r\n--x--\0");
        let chunks = chunks(&png);
        let names: Vec<_> = chunks.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, [b"IHDR", b"acNf", b"IDAT", b"IEND"]);
        assert_eq!(chunks[1].1, b"\r\n--x--\0");
    }
}
