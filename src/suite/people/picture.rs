//! Pictures that decode: JPEG or PNG, 640 by 480, drawn by chance so that no two are equal.

use bytes::Bytes;

use super::dice::Dice;
use super::jpeg::jpeg;
use super::png::png;
use crate::sep12::File;
use crate::sep12::registry::{Kind, SEP9};

/// A picture and what is hidden in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picture {
    /// Bytes that every decoder skips: for comments of a JPEG, for a private chunk of a PNG.
    pub(crate) hidden: Vec<u8>,
}

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
}

pub(super) const WIDTH: usize = 640;
pub(super) const HEIGHT: usize = 480;
/// The side of one square of the pattern, in pixels; a multiple of 8.
pub(super) const SQUARE: usize = 32;

impl Picture {
    /// A file for that field, in the field's own format.
    pub(crate) fn draw(&self, name: &str, dice: &mut Dice) -> File {
        self.draw_as(Format::of(name), name, dice)
    }

    /// A file of that name, with the extension and the content type that match.
    pub(crate) fn draw_as(&self, format: Format, name: &str, dice: &mut Dice) -> File {
        let rows: Vec<u64> = (0..HEIGHT / SQUARE).map(|_| dice.next()).collect();
        let bytes = match format {
            Format::Jpeg => jpeg(&rows, &self.hidden),
            Format::Png => png(&rows, &self.hidden),
        };
        File {
            file_name: Some(format!("{name}.{}", format.extension())),
            content_type: Some(format.content_type().to_owned()),
            bytes: Bytes::from(bytes),
        }
    }
}

impl Format {
    /// JPEG and PNG by turns along SEP-9's binary fields, so that front and back of a document differ; JPEG for names
    /// of an anchor's own.
    fn of(name: &str) -> Self {
        let mut files = SEP9.iter().filter(|definition| definition.kind == Kind::Binary);
        let place = files.position(|definition| definition.name == name).unwrap_or(0);
        if place % 2 == 0 { Self::Jpeg } else { Self::Png }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{GenericImageView, ImageFormat};

    use super::*;

    fn draw(format: Format, hidden: &[u8]) -> File {
        Picture { hidden: hidden.to_vec() }.draw_as(format, "photo", &mut Dice::new(1, "picture"))
    }

    fn decode(file: &File, format: ImageFormat) -> image::DynamicImage {
        image::load_from_memory_with_format(&file.bytes, format).expect("a picture")
    }

    #[test]
    fn pictures_decode_as_what_they_are_named() {
        for (format, read_as, name) in
            [(Format::Jpeg, ImageFormat::Jpeg, "photo.jpg"), (Format::Png, ImageFormat::Png, "photo.png")]
        {
            let file = draw(format, b"");
            assert_eq!(decode(&file, read_as).dimensions(), (640, 480));
            assert_eq!(file.file_name.as_deref(), Some(name));
            assert_eq!(file.content_type.as_deref(), Some(read_as.to_mime_type()));
            assert_eq!(image::guess_format(&file.bytes).expect("known"), read_as);
        }
    }

    #[test]
    fn both_formats_show_the_same_squares() {
        let (jpeg, png) = (draw(Format::Jpeg, b""), draw(Format::Png, b""));
        let (jpeg, png) = (decode(&jpeg, ImageFormat::Jpeg).to_luma8(), decode(&png, ImageFormat::Png).to_luma8());
        for (one, other) in jpeg.pixels().zip(png.pixels()) {
            assert!(one.0[0].abs_diff(other.0[0]) < 4, "{one:?} {other:?}");
        }
    }

    #[test]
    fn hidden_bytes_are_skipped_by_decoders() {
        let every_byte: Vec<u8> = (0..=u8::MAX).collect();
        let long = [b"\r\n--boundary--\r\n\xff\xd9\xff\xda".as_slice(), &every_byte].concat().repeat(1000);
        for (format, read_as) in [(Format::Jpeg, ImageFormat::Jpeg), (Format::Png, ImageFormat::Png)] {
            let file = draw(format, &long);
            assert!(file.bytes.len() > long.len());
            assert_eq!(decode(&file, read_as), decode(&draw(format, b""), read_as));
        }
    }

    #[test]
    fn no_two_pictures_are_equal() {
        let mut dice = Dice::new(1, "picture");
        let picture = Picture::default();
        assert_ne!(picture.draw("a", &mut dice), picture.draw("a", &mut dice));
    }

    #[test]
    fn the_sides_of_a_document_differ_in_format() {
        assert_eq!((Format::of("photo_id_front"), Format::of("photo_id_back")), (Format::Jpeg, Format::Png));
        assert_eq!(Format::of("selfie"), Format::Jpeg);
    }
}
