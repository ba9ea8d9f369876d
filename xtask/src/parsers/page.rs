//! `docs/parsers.md`: what the task holds every parser to, written down for people.

use std::fmt::Write;

use super::json;
use super::readers::PARSERS;
use super::refused::{REFUSED, Refused, Sent};
use super::specimens::{Specimen, specimens};
use crate::docs::GENERATED;

const OPENING: &str = "\
What the platform writes to an anchor is read by the anchor's own parser. `cargo xtask parsers` sends requests through
the platform, records the bytes at the anchor's side of the socket, and gives them to the parsers below: hand-written
cases, and as many random customers and JSON objects as one asks for, from a seed that is printed. All parsers must find
the same parts in the same order with the same contents to the byte, and in JSON the same members, strings and doubles.
Where parsers have ways of their own, these are below, and each is held to them. A parser that a machine lacks is
reported as not tried, and with fewer than three the task fails.

The versions are those of the lock files in `tests/interop/parsers`; of Python, Node, Go and Java the machine's own
(for this page: Python 3.11, Node 20, Go 1.26, Java 17).
";

const NAMES: &str = "\
In names and file names the platform writes `\"`, `\\`, CR and LF as `%22`, `%5C`, `%0D` and `%0A`: any of them raw would
be understood differently by some parser. Most parsers leave the escapes as they are, so an anchor that shows file
names to people may want to undo them. Nothing else is escaped.
";

const REFUSALS: &str = "\
Some requests would be understood differently behind the platform than by it, and not only in spelling. The platform
refuses them with 400, names in every encoding. The task sends each to the platform, sees it refused, and gives its
bytes to the parser to see that the reason still holds.
";

const FRAMEWORKS: &str = "\
Not run here, but documented by those who make them: PHP turns dots and blanks in names into underscores and what
stands in brackets into arrays; ASP.NET compares the names of forms and of JSON members without regard to case. Hence
the parameters of SEP-12 are refused in such spellings, too (`memo.type`, `account[]`).
";

const JSON: &str = "\
Top-level members are texts, because the platform makes texts of numbers and booleans, and texts are read alike by all,
whatever characters they hold. Nested arrays and objects are forwarded as they were written, and parsers differ in what
they make of them. (At the top, half a surrogate pair is refused, and so is a member that comes twice.)
";

/// The whole page.
pub(crate) fn page() -> String {
    let mut page = format!("{GENERATED}\n\n# Other parsers\n\n{OPENING}\n| parser | its ways |\n| --- | --- |\n");
    for parser in PARSERS {
        add_row(&mut page, &[parser.name, parser.habits.in_words]);
    }
    page += &format!(
        "\n## File names and content types\n\n{NAMES}\n\
         | what | as the platform writes it | who reads it otherwise |\n| --- | --- | --- |\n"
    );
    for specimen in specimens() {
        add_row(&mut page, &[specimen.what, &code(specimen.subject()), &specimen.otherwise()]);
    }
    page += &format!(
        "\n## What is refused\n\n{REFUSALS}\n| what | as sent | would be read by | as |\n| --- | --- | --- | --- |\n"
    );
    for refused in REFUSED {
        add_row(&mut page, &[refused.what, &code(refused.shown()), refused.parser, refused.reads]);
    }
    page += &format!("\n{FRAMEWORKS}\n## Nested JSON\n\n{JSON}\n| what | as written |");
    page += &json::PARSERS.map(|(_, name)| format!(" {name} |")).concat();
    page += "\n| --- | --- | --- | --- | --- | --- |\n";
    for specimen in json::specimens() {
        let readings = specimen
            .readings
            .map(|reading| if reading.starts_with(['[', '{']) { code(reading) } else { reading.into() });
        let written = code(&specimen.written);
        let cells: Vec<&str> =
            [specimen.what, &written].into_iter().chain(readings.iter().map(String::as_str)).collect();
        add_row(&mut page, &cells);
    }
    page
}

fn add_row(page: &mut String, cells: &[&str]) {
    writeln!(page, "| {} |", cells.join(" | ")).expect("memory takes everything");
}

impl Specimen {
    /// What it is about.
    fn subject(&self) -> &str {
        if self.content_type == "image/jpeg" { &self.written } else { self.content_type }
    }

    /// Who reads it otherwise, and how; parsers that agree stand together.
    fn otherwise(&self) -> String {
        let written = self.written();
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for parser in PARSERS {
            let reading = match self.read(parser.name, parser.habits) {
                None => "refuses the body".to_owned(),
                Some(part) if part == written => continue,
                Some(part) if part.file_name != written.file_name => code(&part.file_name.unwrap_or_default()),
                Some(part) => code(&part.content_type.unwrap_or_default()),
            };
            match groups.iter_mut().find(|(other, _)| *other == reading) {
                Some((_, names)) => names.push(parser.name),
                None => groups.push((reading, vec![parser.name])),
            }
        }
        let groups: Vec<_> = groups.iter().map(|(reading, names)| format!("{}: {reading}", names.join(", "))).collect();
        if groups.is_empty() { "nobody".to_owned() } else { groups.join("; ") }
    }
}

impl Refused {
    fn shown(&self) -> &str {
        match self.sent {
            Sent::Part(headers, _) => headers,
            Sent::Members(members) => members,
        }
    }
}

/// Code that shows what cannot be seen, and not all of what is long.
fn code(text: &str) -> String {
    const LONGEST: usize = 160;
    if text.is_empty() {
        return "nothing".to_owned();
    }
    if text.chars().count() > LONGEST {
        return format!("`{}...`", text.chars().take(12).collect::<String>());
    }
    let visible = |char: char| match char {
        '|' => "\\|".to_owned(),
        '\u{feff}' => char.escape_unicode().to_string(),
        char if char.is_control() => char.escape_default().to_string(),
        char => char.to_string(),
    };
    let text: String = text.chars().map(visible).collect();
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_it_otherwise_is_said_once() {
        let specimens = specimens();
        let find = |what: &str| specimens.iter().find(|specimen| specimen.what == what).expect("there").otherwise();
        assert_eq!(find("an extended value"), "nobody");
        assert_eq!(find("600 letters"), "Commons FileUpload: refuses the body");
        assert_eq!(find("a path"), "busboy as it comes, Go: `passwd`");
    }

    #[test]
    fn code_shows_what_cannot_be_seen() {
        assert_eq!(code("a\tb\r\n\u{feff}|"), "`a\\tb\\r\\n\\u{feff}\\|`");
        assert_eq!(code(&"n".repeat(600)), "`nnnnnnnnnnnn...`");
    }
}
