//! Baseline JPEG of flat blocks: grey, 8 by 8 pixels a block, nothing but their mean brightness (ITU-T T.81).
//!
//! An encoder crate would bring all of JPEG for pictures of squares; the tests decode these with a crate instead.

use super::picture::{HEIGHT, SQUARE, WIDTH};

const BLOCK: usize = 8;
/// A comment's length field counts itself and holds 16 bits.
const LONGEST_COMMENT: usize = 65_533;
/// What the mean of a black and a white block becomes when all is divided by 8: -128 * 8 / 8 and 127 * 8 / 8.
const BLACK: i32 = -128;
const WHITE: i32 = 127;
/// The code of "no more coefficients in this block": the only one of its table.
const END_OF_BLOCK: (u32, u32) = (0, 1);

/// A picture of black and white squares, a row of bits for each row of squares; `hidden` stands in comments.
pub(super) fn jpeg(rows: &[u64], hidden: &[u8]) -> Vec<u8> {
    let mut jpeg = vec![0xff, 0xd8];
    push_segment(&mut jpeg, 0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    for comment in hidden.chunks(LONGEST_COMMENT) {
        push_segment(&mut jpeg, 0xfe, comment);
    }
    push_segment(&mut jpeg, 0xdb, &[[0].as_slice(), &[8; 64]].concat());
    let [height, width] = [HEIGHT, WIDTH].map(|side| u16::try_from(side).unwrap_or(0).to_be_bytes());
    let one_grey_component = [1, 1, 0x11, 0];
    push_segment(&mut jpeg, 0xc0, &[[8].as_slice(), &height, &width, &one_grey_component].concat());
    push_segment(&mut jpeg, 0xc4, &brightness_table());
    push_segment(&mut jpeg, 0xc4, &[[0x10, 1].as_slice(), &[0; 15], &[0]].concat());
    push_segment(&mut jpeg, 0xda, &[1, 1, 0, 0, 63, 0]);
    jpeg.extend(scan(rows));
    jpeg.extend([0xff, 0xd9]);
    jpeg
}

fn push_segment(jpeg: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let length = u16::try_from(content.len() + 2).expect("a segment is cut to fit");
    jpeg.extend([0xff, marker]);
    jpeg.extend(length.to_be_bytes());
    jpeg.extend_from_slice(content);
}

/// The lengths 0 to 8 of a difference, each with a code of four bits: the length itself.
fn brightness_table() -> Vec<u8> {
    let codes_of_four_bits = [0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    [[0].as_slice(), &codes_of_four_bits, &[0, 1, 2, 3, 4, 5, 6, 7, 8]].concat()
}

fn scan(rows: &[u64]) -> Vec<u8> {
    let mut bits = Bits::default();
    let mut before = 0;
    for row in 0..HEIGHT / BLOCK {
        let squares = rows.get(row * BLOCK / SQUARE).copied().unwrap_or(0);
        for column in 0..WIDTH / BLOCK {
            let mean = if squares >> (column * BLOCK / SQUARE) & 1 == 1 { WHITE } else { BLACK };
            bits.push_difference(mean - before);
            bits.push(END_OF_BLOCK);
            before = mean;
        }
    }
    bits.finish()
}

/// Codes, the first bit of each byte first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    /// The number of bits that a difference needs, and then the difference; one less if it is negative (T.81, F.1.2.1).
    fn push_difference(&mut self, difference: i32) {
        let length = i32::BITS - difference.unsigned_abs().leading_zeros();
        self.push((length, 4));
        let value = if difference < 0 { difference - 1 } else { difference };
        self.push((value.cast_unsigned() & ((1 << length) - 1), length));
    }

    fn push(&mut self, (value, count): (u32, u32)) {
        self.pending = self.pending << count | value;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            self.push_byte();
        }
    }

    /// A zero follows what would look like a marker.
    fn push_byte(&mut self) {
        let byte = self.pending.checked_shr(self.count).unwrap_or(0).to_le_bytes()[0];
        self.bytes.push(byte);
        if byte == 0xff {
            self.bytes.push(0);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        let missing = (8 - self.count) % 8;
        self.push(((1 << missing) - 1, missing));
        self.bytes
    }
}
