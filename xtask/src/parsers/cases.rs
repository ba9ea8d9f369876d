//! The cases that somebody thought of.

use super::{Case, file, text};
use crate::multipart::{BOUNDARY, Part};

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\xff\xd9";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        several_files(),
        text_around_a_file(),
        hostile_text(),
        file_without_file_name(),
        text_in_a_file_part(),
        unknown_file(),
        empty_file(),
        untouched_file_input(),
        long_file(),
    ];
    cases.extend(file_names());
    cases.extend(contents());
    cases
}

fn several_files() -> Case {
    Case {
        name: "several files keep their order".into(),
        sent: vec![
            Part::text("first_name", "Ada"),
            Part::file("photo_id_back", "back.png", "image/png", b"\x89PNG\r\n\x1a\n"),
            Part::file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
            Part::file("notary_approval_of_photo_id", "approval.pdf", "application/pdf", b"%PDF-1.7\n"),
        ],
        expected: vec![
            text("first_name", "Ada"),
            file("photo_id_back", "back.png", "image/png", b"\x89PNG\r\n\x1a\n"),
            file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
            file("notary_approval_of_photo_id", "approval.pdf", "application/pdf", b"%PDF-1.7\n"),
        ],
    }
}

fn text_around_a_file() -> Case {
    Case {
        name: "text before and after a file stays where it is".into(),
        sent: vec![
            Part::text("last_name", "Lovelace"),
            Part::file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
            Part::text("first_name", "Ada"),
            Part::file("photo_id_back", "back.jpg", "image/jpeg", b"back"),
            Part::text("city", "London"),
        ],
        expected: vec![
            text("last_name", "Lovelace"),
            file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
            text("first_name", "Ada"),
            file("photo_id_back", "back.jpg", "image/jpeg", b"back"),
            text("city", "London"),
        ],
    }
}

fn hostile_text() -> Case {
    let address = "1 \"Main\" Street\r\n--nothing\r\n\r\nZürich \\ 東京 🏦\r\n";
    Case {
        name: "text with quotes, line breaks and every alphabet".into(),
        sent: vec![
            Part::text("address", address),
            Part::text("additional_name", ""),
            Part::file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
        ],
        expected: vec![
            text("address", address),
            text("additional_name", ""),
            file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
        ],
    }
}

fn file_without_file_name() -> Case {
    let bare = Part { name: "photo_id_front".into(), file_name: None, content_type: None, content: JPEG.to_vec() };
    Case {
        name: "a file without file name and content type gets both".into(),
        sent: vec![bare],
        expected: vec![file("photo_id_front", "photo_id_front", "application/octet-stream", JPEG)],
    }
}

fn text_in_a_file_part() -> Case {
    Case {
        name: "a string in a file part is a string".into(),
        sent: vec![
            Part::file("first_name", "blob", "application/octet-stream", "Zoë".as_bytes()),
            Part::file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
        ],
        expected: vec![text("first_name", "Zoë"), file("photo_id_front", "front.jpg", "image/jpeg", JPEG)],
    }
}

fn unknown_file() -> Case {
    Case {
        name: "a file under a name that SEP-9 does not know".into(),
        sent: vec![Part::file("company_seal", "seal.tiff", "image/tiff", b"II*\x00")],
        expected: vec![file("company_seal", "seal.tiff", "image/tiff", b"II*\x00")],
    }
}

fn empty_file() -> Case {
    Case {
        name: "an empty file is a file".into(),
        sent: vec![
            Part::file("photo_id_front", "empty.jpg", "image/jpeg", b""),
            Part::file("photo_id_back", "back.jpg", "image/jpeg", JPEG),
        ],
        expected: vec![
            file("photo_id_front", "empty.jpg", "image/jpeg", b""),
            file("photo_id_back", "back.jpg", "image/jpeg", JPEG),
        ],
    }
}

fn untouched_file_input() -> Case {
    Case {
        name: "an untouched file input of a browser is left out".into(),
        sent: vec![
            Part::file("photo_id_back", "", "application/octet-stream", b""),
            Part::file("photo_id_front", "front.jpg", "image/jpeg", JPEG),
        ],
        expected: vec![file("photo_id_front", "front.jpg", "image/jpeg", JPEG)],
    }
}

fn long_file() -> Case {
    let content: Vec<u8> = (0..300_000_u32).map(|index| index.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    Case {
        name: "a file of many chunks".into(),
        sent: vec![Part::file("photo_id_front", "front.jpg", "image/jpeg", &content)],
        expected: vec![file("photo_id_front", "front.jpg", "image/jpeg", &content)],
    }
}

/// (the case, the file name between the quotes as sent, the one that must arrive)
const FILE_NAMES: [(&str, &str, &str); 7] = [
    ("file name with quotes, escaped by a backslash", r#"the \"front\".jpg"#, "the %22front%22.jpg"),
    ("file name with quotes, escaped as browsers do", "the %22front%22.jpg", "the %22front%22.jpg"),
    ("file name with a backslash", r"photos\\front.jpg", "photos%5Cfront.jpg"),
    ("file name with a line break and a header behind it", "a%0D%0AX-Evil: 1.jpg", "a%0D%0AX-Evil: 1.jpg"),
    ("file name in every alphabet", "fotografía 東京 🏦.jpg", "fotografía 東京 🏦.jpg"),
    ("file name with a semicolon and an equals sign", "a; name=b.jpg", "a; name=b.jpg"),
    ("file name with a percent sign", "100%.jpg", "100%.jpg"),
];

fn file_names() -> impl Iterator<Item = Case> {
    FILE_NAMES.into_iter().map(|(name, sent, expected)| Case {
        name: name.into(),
        sent: vec![Part::file("photo_id_front", sent, "image/jpeg", JPEG)],
        expected: vec![file("photo_id_front", expected, "image/jpeg", JPEG)],
    })
}

fn contents() -> impl Iterator<Item = Case> {
    let almost = &BOUNDARY[..BOUNDARY.len() - 1];
    let contents = [
        ("content of every byte", (0..=255).collect()),
        ("content with the boundary inside a line", format!("x--{BOUNDARY}--\r\ny").into_bytes()),
        ("content with most of the boundary", format!("x\r\n--{almost}X\r\n--{almost}\r\ny").into_bytes()),
        ("content with another boundary", b"x\r\n--other\r\n\r\ny\r\n--other--\r\n".to_vec()),
        ("content that starts like a boundary", b"--".to_vec()),
        ("content that ends like a boundary", b"x\r\n--".to_vec()),
        ("content that starts with an empty line", b"\r\n\r\nx".to_vec()),
        ("content that ends with line breaks", b"x\n\r\r\n\r\n".to_vec()),
        ("content that ends in the middle of a line break", b"x\r".to_vec()),
        ("content that is nothing but a line break", b"\r\n".to_vec()),
    ];
    contents.into_iter().map(|(name, content): (_, Vec<u8>)| Case {
        name: name.into(),
        sent: vec![Part::file("photo_id_front", "front.jpg", "image/jpeg", &content), Part::text("city", "London")],
        expected: vec![file("photo_id_front", "front.jpg", "image/jpeg", &content), text("city", "London")],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parsers::readers::hex;

    #[test]
    fn no_content_holds_a_true_delimiter() {
        let delimiter = hex(format!("\r\n--{BOUNDARY}").as_bytes());
        for case in cases() {
            assert!(case.expected.iter().all(|part| !part.hex.contains(&delimiter)), "{}", case.name);
        }
    }
}
