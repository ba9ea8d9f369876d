//! `cargo xtask docs`: the pages of `docs/` that nobody writes by hand.
//!
//! Tables from the binary's lists, the help texts, the schema of scenario files, what `cargo xtask parsers` holds other
//! parsers to, and what the tests find of our decoders. With `--check` nothing is written, and a page that is not current
//! fails the task.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Map, Value};

use crate::arguments::Arguments;
use crate::cargo::{self, Profile};
use crate::{Outcome, parsers};

pub(crate) const GENERATED: &str = "<!-- Written by `cargo xtask docs`; do not edit. -->";

/// A page with a table of what `anchor-conformance list NAME --json` prints.
struct List {
    name: &'static str,
    title: &'static str,
    purpose: &'static str,
    columns: &'static [Column],
}

struct Column {
    heading: &'static str,
    member: &'static str,
    style: Style,
}

#[derive(Clone, Copy)]
enum Style {
    /// An identifier, set in code.
    Code,
    Text,
}

const LISTS: &[List] = &[
    List {
        name: "fields",
        title: "Fields",
        purpose: "The names that SEP-9 knows. Other names are forwarded too.",
        columns: &[
            code("Name", "name"),
            text("Kind", "kind"),
            text("Section", "section"),
            text("Encoding", "encoding"),
        ],
    },
    List {
        name: "requirements",
        title: "Requirements",
        purpose: "What the suite tests, each with the sentence's source. The level is ours, by consequence; the source's own \
            word stands beside it.",
        columns: &[
            code("Id", "id"),
            text("Requirement", "title"),
            text("Of a", "target"),
            text("Level", "level"),
            text("Source's level", "source_level"),
            text("Source", "source"),
        ],
    },
    List {
        name: "checks",
        title: "Checks",
        purpose: "The programs that test the requirements against a target.",
        columns: &[
            code("Id", "id"),
            text("Check", "title"),
            text("Of a", "target"),
            code("Requirements", "requirements"),
        ],
    },
    List {
        name: "faults",
        title: "Faults",
        purpose: "The deviations that the mock anchor shows on demand: `anchor-conformance mock --fault NAME`.",
        columns: &[code("Name", "name"), text("What the mock anchor does", "title"), text("Source", "source")],
    },
    List {
        name: "variants",
        title: "Legal variants",
        purpose: "Behaviours that the sources allow and that differ from the mock anchor's own: `anchor-conformance mock \
            --variant NAME`. No check fails on them.",
        columns: &[code("Name", "name"), text("What the mock anchor does", "title"), text("Source", "source")],
    },
    List {
        name: "troubles",
        title: "Troubles",
        purpose: "The disturbances of the network, and of the anchor's being there, that the mock anchor shows on demand:\n\n    \
            anchor-conformance mock --trouble NAME[=VALUE][,KEY=VALUE]...\n\nThe option can be given many times, and the keys \
            combine. `on=ENDPOINT` keeps a trouble to the requests to `get-customer`, `put-customer`, `delete-customer`, \
            `put-callback`, `post-file` or `get-files`; `next=N` to the next N of them; `chance=P%` to some of them, by \
            chance: `--seed N` with the same order of requests makes the same choice, and without it the seed is told on \
            stderr. `status` can have `retry-after=SECONDS`. A TIME is written `1.5s`, `200ms` or `20us`.\n\nFor one \
            request all due latencies add up; of the other troubles the first that is due sets the answer, and the first \
            that has a way of its own to give one sets the way, so that `status=503` and `truncated` make a 503 that breaks \
            off. What shows nothing is not used up: `status=503,next=2` before `garbage,next=1` means two and then one. \
            What a platform answers in each case: [platform.md](platform.md#when-the-anchor-is-in-trouble).",
        columns: &[
            code("Name", "name"),
            text("Value", "value"),
            text("What the mock anchor does", "title"),
            text("Acts on the request", "acts"),
        ],
    },
    List {
        name: "magic",
        title: "Magic values",
        purpose: "The values that lead customers of `anchor-conformance mock --desk` into each state of SEP-12. Any other \
            value is accepted at once; a while is three seconds after the last change. What a name does, it does for the \
            customer types that ask for that name.",
        columns: &[
            code("Value", "value"),
            text("In", "place"),
            text("What the mock anchor does", "title"),
            code("Name", "name"),
            text("Source", "source"),
        ],
    },
];

/// The commands whose help makes up `docs/options.md`; the first is the binary alone.
const COMMANDS: &[&str] =
    &["", "check anchor", "check platform", "platform", "mock", "sandbox", "scenario", "token", "list", "explain"];

const fn code(heading: &'static str, member: &'static str) -> Column {
    Column { heading, member, style: Style::Code }
}

const fn text(heading: &'static str, member: &'static str) -> Column {
    Column { heading, member, style: Style::Text }
}

pub(crate) fn run(mut arguments: Arguments) -> Outcome {
    let check = arguments.flag("--check");
    arguments.finish()?;
    let binary = cargo::build(Profile::Debug)?;
    let mut stale = 0;
    for (file, content) in pages(&binary)? {
        let path = Path::new("docs").join(file);
        let current = fs::read_to_string(&path).unwrap_or_default();
        let Some(difference) = difference(&current, &content) else { continue };
        stale += 1;
        if check {
            println!("{}{difference}", path.display());
        } else {
            fs::write(&path, content).map_err(|error| format!("failed to write {}: {error}", path.display()))?;
            println!("wrote {}", path.display());
        }
    }
    page_of_tests(check)?;
    match (stale, check) {
        (0, _) => println!("docs/ is current"),
        (_, false) => {}
        (_, true) => return Err(format!("{stale} pages of docs/ are not current; run `cargo xtask docs`").into()),
    }
    Ok(())
}

/// `docs/decoders.md` needs our decoders, so that a test compares it, or writes it where a variable says so.
fn page_of_tests(check: bool) -> Outcome {
    let mut command = cargo::cargo();
    command.args(cargo::TESTS).args(["--quiet", "--", "--exact"]);
    command.arg("two_readers::page::the_page_of_decoders_is_current").stdout(Stdio::null());
    if !check {
        command.env("ANCHOR_CONFORMANCE_WRITE_PAGES", "1");
    }
    cargo::run(&mut command).map_err(|error| format!("docs/decoders.md is not current: {error}").into())
}

/// Every generated page: its file name and its content.
fn pages(binary: &Path) -> Outcome<Vec<(String, String)>> {
    let mut pages = Vec::new();
    for list in LISTS {
        let rows: Vec<Map<String, Value>> = serde_json::from_str(&output(binary, &["list", list.name, "--json"])?)
            .map_err(|error| format!("failed to read the list of {}: {error}", list.name))?;
        pages.push((format!("{}.md", list.name), list_page(list, &rows)?));
    }
    pages.push(("parsers.md".to_owned(), parsers::page::page()));
    pages.push(("options.md".to_owned(), options_page(binary)?));
    pages.push(("scenario.schema.json".to_owned(), ended(&output(binary, &["scenario", "--schema"])?)));
    Ok(pages)
}

fn output(binary: &Path, arguments: &[&str]) -> Outcome<String> {
    let mut command = Command::new(binary);
    // The help is wrapped at the width of the terminal, if one is to be found; this one is the same everywhere.
    command.args(arguments).env("COLUMNS", "100").env("NO_COLOR", "1").stdin(Stdio::null());
    let call = || format!("anchor-conformance {}", arguments.join(" "));
    let output = command.output().map_err(|error| format!("failed to run `{}`: {error}", call()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("`{}` ended with {}\n{said}", call(), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn list_page(list: &List, rows: &[Map<String, Value>]) -> Outcome<String> {
    let mut page = format!("{GENERATED}\n\n# {}\n\n{}\n\n", list.title, list.purpose);
    page += &table(list.columns, rows).map_err(|error| format!("list of {}: {error}", list.name))?;
    Ok(page)
}

fn table(columns: &[Column], rows: &[Map<String, Value>]) -> Outcome<String> {
    let headings: Vec<&str> = columns.iter().map(|column| column.heading).collect();
    let mut table = format!("| {} |\n|{}\n", headings.join(" | "), " --- |".repeat(columns.len()));
    for row in rows {
        let cells = columns.iter().map(|column| cell(column, row)).collect::<Outcome<Vec<_>>>()?;
        table += &format!("| {} |\n", cells.join(" | "));
    }
    Ok(table)
}

fn cell(column: &Column, row: &Map<String, Value>) -> Outcome<String> {
    let value = row.get(column.member).ok_or_else(|| format!("an entry has no member `{}`", column.member))?;
    let words: Vec<String> = match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().map(plain).collect(),
        value => vec![plain(value)],
    };
    let styled: Vec<String> = words.iter().map(|word| column.style.apply(word)).collect();
    Ok(styled.join(", "))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Style {
    fn apply(self, word: &str) -> String {
        match self {
            _ if word.is_empty() => String::new(),
            Self::Code => format!("`{}`", word.replace('|', "\\|")),
            Self::Text if is_link(word) => format!("<{word}>"),
            Self::Text => escaped(word),
        }
    }
}

fn is_link(word: &str) -> bool {
    word.starts_with("https://") && !word.contains(char::is_whitespace)
}

/// Text as Markdown shows it unchanged in a table; what stands between backticks stays code.
pub(crate) fn escaped(text: &str) -> String {
    let mut result = String::new();
    let mut in_code = false;
    for character in text.chars() {
        in_code ^= character == '`';
        match character {
            '\n' | '\r' => result.push(' '),
            '|' => result.push_str("\\|"),
            '*' | '_' | '<' | '[' | '\\' if !in_code => result.extend(['\\', character]),
            other => result.push(other),
        }
    }
    result
}

fn options_page(binary: &Path) -> Outcome<String> {
    let mut page = format!("{GENERATED}\n\n# Options\n\nWhat each command says of itself with `--help`.\n");
    for command in COMMANDS {
        let mut arguments: Vec<&str> = command.split_whitespace().collect();
        arguments.push("--help");
        let title = format!("anchor-conformance {command}");
        page += &help_section(title.trim_end(), &output(binary, &arguments)?);
    }
    Ok(page)
}

fn help_section(title: &str, help: &str) -> String {
    let lines: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
    format!("\n## `{title}`\n\n```text\n{}\n```\n", lines.join("\n"))
}

fn ended(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

/// The first line in which two texts differ, as `:LINE` and both versions.
fn difference(current: &str, new: &str) -> Option<String> {
    if current == new {
        return None;
    }
    let (mut old_lines, mut new_lines) = (current.lines(), new.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (old_lines.next(), new_lines.next()) {
            (None, None) => return Some(":\n  differs in line ends only".to_owned()),
            (old, new) if old == new => {}
            (old, new) => return Some(format!(":{number}\n{}{}", hint('-', old), hint('+', new))),
        }
    }
}

fn hint(sign: char, line: Option<&str>) -> String {
    line.map(|line| format!("  {sign} {line}\n")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[code("Id", "id"), text("Title", "title"), code("Tested by", "checks")];

    fn rows(json: &str) -> Outcome<Vec<Map<String, Value>>> {
        Ok(serde_json::from_str(json)?)
    }

    #[test]
    fn a_table_has_a_row_an_entry_in_the_order_of_the_columns() -> Outcome {
        let rows =
            rows(r#"[{"title": "a | b", "checks": ["x", "y"], "id": "i"}, {"id": "j", "title": null, "checks": []}]"#)?;
        let expected = "| Id | Title | Tested by |\n| --- | --- | --- |\n| `i` | a \\| b | `x`, `y` |\n| `j` |  |  |\n";
        assert_eq!(table(COLUMNS, &rows)?, expected);
        Ok(())
    }

    #[test]
    fn an_entry_without_a_member_is_refused() -> Outcome {
        assert!(table(COLUMNS, &rows(r#"[{"id": "i"}]"#)?).is_err());
        Ok(())
    }

    #[test]
    fn text_is_escaped_outside_of_code_only() {
        assert_eq!(escaped("*_file_id <b>\nx `a_b|c`"), "\\*\\_file\\_id \\<b> x `a_b\\|c`");
        assert_eq!(Style::Text.apply("https://example.com/a_b"), "<https://example.com/a_b>");
    }

    #[test]
    fn help_loses_its_trailing_blanks() {
        assert_eq!(help_section("x y", "a  \n\nb\n\n"), "\n## `x y`\n\n```text\na\n\nb\n```\n");
    }

    #[test]
    fn a_difference_names_the_first_line() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(difference("a\nb\n", "a\nc\n").as_deref(), Some(":2\n  - b\n  + c\n"));
        assert_eq!(difference("a\n", "a\nc\n").as_deref(), Some(":2\n  + c\n"));
        assert!(difference("a", "a\n").is_some());
    }
}
