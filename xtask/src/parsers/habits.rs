//! How each parser reads what the platform writes, where they have ways of their own.
//!
//! All of them see the same parts with the same contents. What they make of names, file names and content types is
//! written down here, applied to every case, and shown in `docs/parsers.md`. A parser that does anything else fails the
//! task.

use super::Seen;

/// One parser's ways.
#[derive(Clone, Copy)]
pub(super) struct Habits {
    /// The escapes that it undoes, in names and file names.
    pub(super) undoes: &'static [(&'static str, &'static str)],
    pub(super) name: fn(&str) -> String,
    pub(super) file_name: fn(&str) -> String,
    pub(super) content_type: fn(&str) -> String,
    /// How many byte order marks a text loses at its beginning.
    pub(super) drops_marks: usize,
    /// The same in words, for the page.
    pub(super) in_words: &'static str,
}

/// Everything as it is written.
pub(super) const FAITHFUL: Habits = Habits {
    undoes: &[],
    name: str::to_owned,
    file_name: str::to_owned,
    content_type: str::to_owned,
    drops_marks: 0,
    in_words: "As written. Refuses a header of more than 4,096 bytes.",
};

pub(super) const EMAIL: Habits = Habits {
    file_name: without_angles_and_blanks,
    in_words: "File names lose white space around them, and angle brackets. A part of type `message/*` is opened as a \
        message. It reads mail: a bare LF ends a line, and UTF-8 in headers has to be decoded by hand.",
    ..FAITHFUL
};

pub(super) const WERKZEUG: Habits =
    Habits { undoes: &[("%22", "\"")], in_words: "`%22` is undone, `%5C`, `%0D` and `%0A` stay.", ..FAITHFUL };

pub(super) const BUSBOY: Habits = Habits {
    content_type: essence,
    in_words: "With `defParamCharset: \"utf8\"` and `preservePath: true`: as written. The content type is in lower case \
        and without its parameters; one that is none is `text/plain`. Refuses a header of more than 16 KiB.",
    ..FAITHFUL
};

pub(super) const BUSBOY_AS_IT_COMES: Habits = Habits {
    name: latin_1,
    file_name: |text| latin_1(last_segment(text)),
    in_words: "UTF-8 in names is read as Latin-1 (`Ã©` for `é`), and of a file name only what follows the last slash is \
        left; content types as above.",
    ..BUSBOY
};

pub(super) const FETCH: Habits = Habits {
    undoes: &[("%22", "\""), ("%0D", "\r"), ("%0A", "\n")],
    name: without_mark,
    file_name: without_mark,
    content_type: blob_type,
    drops_marks: 2,
    in_words: "`%22`, `%0D` and `%0A` are undone, `%5C` stays. A byte order mark that begins a file name is dropped, \
        and the first two that begin a text. The content type is in lower case, and empty if it is not ASCII.",
};

pub(super) const GO: Habits = Habits {
    file_name: base,
    in_words: "As written; of a file name `FileName` returns what follows the last slash.",
    ..FAITHFUL
};

pub(super) const FILE_UPLOAD: Habits = Habits {
    file_name: |text| text.trim_matches(|char| char <= ' ').to_owned(),
    in_words: "File names lose blanks around them, and an encoded word (`=?utf-8?Q?a?=`) in them is decoded. Refuses a \
        part's headers beyond 512 bytes. Names would fare alike, and a part of type `multipart/mixed` would be \
        opened; the platform refuses both. Tomcat has a copy of this parser.",
    ..FAITHFUL
};

impl Habits {
    /// What a parser of these habits makes of a part.
    pub(super) fn read(&self, written: &Seen) -> Seen {
        Seen {
            name: (self.name)(&self.undone(&written.name)),
            file_name: written.file_name.as_ref().map(|name| (self.file_name)(&self.undone(name))),
            content_type: written.content_type.as_deref().map(self.content_type),
            hex: self.text(written),
        }
    }

    fn undone(&self, name: &str) -> String {
        self.undoes.iter().fold(name.to_owned(), |name, (escape, char)| name.replace(escape, char))
    }

    fn text(&self, written: &Seen) -> String {
        let mut hex = written.hex.as_str();
        if written.file_name.is_none() {
            for _ in 0..self.drops_marks {
                hex = hex.strip_prefix("efbbbf").unwrap_or(hex);
            }
        }
        hex.to_owned()
    }
}

fn without_mark(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()
}

fn latin_1(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

/// The end of a path, as busboy has it: of `a/` nothing is left, nor of `.` and `..`.
fn last_segment(path: &str) -> &str {
    match path.rsplit(['/', '\\']).next() {
        None | Some("." | "..") => "",
        Some(segment) => segment,
    }
}

/// Go's `filepath.Base`.
fn base(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit('/').next() {
        Some("") | None => "/".to_owned(),
        Some(segment) => segment.to_owned(),
    }
}

/// `email.utils.collapse_rfc2231_value` and then `str.strip`.
fn without_angles_and_blanks(text: &str) -> String {
    let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
    inner.trim().to_owned()
}

fn essence(content_type: &str) -> String {
    let essence = content_type.split(';').next().unwrap_or_default().trim_end();
    essence.to_ascii_lowercase()
}

fn blob_type(content_type: &str) -> String {
    if content_type.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        content_type.to_ascii_lowercase()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_end_as_each_parser_has_it() {
        let names = ["a/b.jpg", "..", "a/", "/", "a\\b", "x"];
        assert_eq!(names.map(last_segment), ["b.jpg", "", "", "", "b", "x"]);
        assert_eq!(names.map(base), ["b.jpg", "..", "a", "/", "a\\b", "x"]);
    }

    #[test]
    fn escapes_are_undone_or_stay() {
        let written = super::super::file("a%22", "b%0D%0A%5C.jpg", "Image/JPEG; q=1", b"x");
        let read = |habits: Habits| {
            let seen = habits.read(&written);
            (seen.name, seen.file_name.unwrap_or_default(), seen.content_type.unwrap_or_default())
        };
        let expected =
            |name: &str, file_name: &str, kind: &str| (name.to_owned(), file_name.to_owned(), kind.to_owned());
        assert_eq!(read(FAITHFUL), expected("a%22", "b%0D%0A%5C.jpg", "Image/JPEG; q=1"));
        assert_eq!(read(FETCH), expected("a\"", "b\r\n%5C.jpg", "image/jpeg; q=1"));
        assert_eq!(read(WERKZEUG), expected("a\"", "b%0D%0A%5C.jpg", "Image/JPEG; q=1"));
        assert_eq!(read(BUSBOY), expected("a%22", "b%0D%0A%5C.jpg", "image/jpeg"));
    }
}
