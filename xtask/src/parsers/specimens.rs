//! File names and content types that parsers read each in its own way, beyond what [`habits`](super::habits) say.

use std::borrow::Cow;

use super::readers::{BUSBOY, BUSBOY_AS_IT_COMES, EMAIL, FILE_UPLOAD, PYTHON_MULTIPART, Reader};
use super::{Run, Seen, compare, file, read_parts, with_account};
use crate::Outcome;
use crate::multipart::{self, Part};

const CONTENT: &[u8] = b"x";
const JPEG: &str = "image/jpeg";

/// One file, and how its name and type are read.
pub(super) struct Specimen {
    pub(super) what: &'static str,
    /// Between the quotes, as sent.
    pub(super) file_name: Cow<'static, str>,
    pub(super) content_type: &'static str,
    /// The file name between the quotes as the platform writes it.
    pub(super) written: Cow<'static, str>,
    /// Where a parser's habits do not say it.
    pub(super) but: &'static [(&'static str, Reads)],
}

#[derive(Clone, Copy)]
pub(super) enum Reads {
    FileName(&'static str),
    ContentType(&'static str),
    /// It refuses the whole body.
    Nothing,
}

use Reads::{ContentType, FileName, Nothing};

pub(super) fn specimens() -> Vec<Specimen> {
    const NONE: &[(&str, Reads)] = &[];
    const TEXT: &[(&str, Reads)] =
        &[(BUSBOY, ContentType("text/plain")), (BUSBOY_AS_IT_COMES, ContentType("text/plain"))];
    const LONG: &[(&str, Reads)] = &[(FILE_UPLOAD, Nothing)];
    const VERY_LONG: &[(&str, Reads)] = &[(FILE_UPLOAD, Nothing), (PYTHON_MULTIPART, Nothing)];
    vec![
        name("quotes", "the %22front%22.jpg", "the %22front%22.jpg", NONE),
        name("quotes after a backslash", r#"the \"front\".jpg"#, "the %22front%22.jpg", NONE),
        name("a backslash", r"photos\\front.jpg", "photos%5Cfront.jpg", NONE),
        name("a path of Windows", r"C:\photos\front.jpg", "C:%5Cphotos%5Cfront.jpg", NONE),
        name("a line break", "a%0D%0AX-Evil: 1.jpg", "a%0D%0AX-Evil: 1.jpg", NONE),
        name("an escape that is none", "100%25.jpg", "100%25.jpg", NONE),
        name("a path", "../../etc/passwd", "../../etc/passwd", NONE),
        name("the parent directory", "..", "..", NONE),
        name("a path that ends in a slash", "photos/", "photos/", NONE),
        name("letters beyond ASCII", "é.jpg", "é.jpg", NONE),
        name("blanks around", " a.jpg ", " a.jpg ", NONE),
        name("angle brackets around", "<a.jpg>", "<a.jpg>", NONE),
        name("a byte order mark", "\u{feff}a.jpg", "\u{feff}a.jpg", NONE),
        name("a tab", "a\tb.jpg", "a\tb.jpg", NONE),
        name("an extended value", "utf-8''%C3%A9.jpg", "utf-8''%C3%A9.jpg", NONE),
        name(
            "an encoded word",
            "=?utf-8?Q?caf=C3=A9.jpg?=",
            "=?utf-8?Q?caf=C3=A9.jpg?=",
            &[(FILE_UPLOAD, FileName("café.jpg"))],
        ),
        name("600 letters", "n".repeat(600), "n".repeat(600), LONG),
        name("5,000 letters", "n".repeat(5000), "n".repeat(5000), VERY_LONG),
        kind("a type in capitals", "IMAGE/JPEG", NONE),
        kind("a type with a parameter", "text/csv; charset=utf-8", NONE),
        kind("a type that is none", "jpeg", TEXT),
        kind("a type with a blank in it", "image/ jpeg", TEXT),
        kind("two types", "image/jpeg, text/html", TEXT),
        kind("a type beyond ASCII", "image/é", TEXT),
        kind("a message", "message/rfc822", &[(EMAIL, Nothing)]),
    ]
}

fn name(
    what: &'static str,
    file_name: impl Into<Cow<'static, str>>,
    written: impl Into<Cow<'static, str>>,
    but: &'static [(&'static str, Reads)],
) -> Specimen {
    Specimen { what, file_name: file_name.into(), content_type: JPEG, written: written.into(), but }
}

fn kind(what: &'static str, content_type: &'static str, but: &'static [(&'static str, Reads)]) -> Specimen {
    Specimen { what, file_name: "a.jpg".into(), content_type, written: "a.jpg".into(), but }
}

impl Specimen {
    pub(super) fn check(&self, run: &mut Run) -> Outcome {
        let sent = [Part::file("photo_id_front", &self.file_name, self.content_type, CONTENT)];
        let forwarded = run.forwarded(&multipart::content_type().1, &multipart::body(&sent))?;
        let written = [self.written()];
        run.each(|reader| {
            let report = reader.read(&forwarded)?;
            match self.read_by(reader) {
                Some(part) => {
                    let account = with_account(&written).take(1).cloned();
                    compare(&account.chain([part]).collect::<Vec<_>>(), &read_parts(&report)?)
                }
                None if report["error"].is_string() => Ok(()),
                None => Err(format!("      does not refuse it: {report}").into()),
            }
        })
    }

    /// As the platform writes it.
    pub(super) fn written(&self) -> Seen {
        file("photo_id_front", &self.written, self.content_type, CONTENT)
    }

    fn read_by(&self, reader: &Reader) -> Option<Seen> {
        self.read(reader.parser.name, reader.parser.habits)
    }

    /// As a parser reads it; `None` if it refuses the body.
    pub(super) fn read(&self, parser: &str, habits: super::habits::Habits) -> Option<Seen> {
        let mut part = habits.read(&self.written());
        match self.but.iter().find(|(name, _)| *name == parser) {
            Some((_, FileName(name))) => part.file_name = Some((*name).to_owned()),
            Some((_, ContentType(kind))) => part.content_type = Some((*kind).to_owned()),
            Some((_, Nothing)) => return None,
            None => {}
        }
        Some(part)
    }
}
