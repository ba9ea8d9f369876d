//! `docs/decoders.md`: every row with both readings and the reason.

use std::path::Path;

use super::rows::{FORMATS, Format, rows};
use super::{Compared, compared};

/// Set by `cargo xtask docs`: then the page is written instead of compared.
const WRITE: &str = "ANCHOR_CONFORMANCE_WRITE_PAGES";

const OPENING: &str = "\
<!-- Written by `cargo xtask docs`; do not edit. -->

# Our decoders and others

The platform reads clients' bodies with decoders of its own, because what they accept decides what an anchor gets. Here
they stand beside what most programs in Rust read with: [multer](https://docs.rs/multer) 3.1,
[serde_json](https://docs.rs/serde_json) 1.0 and [form_urlencoded](https://docs.rs/form_urlencoded) 1.2. Each body is
sent through the platform to an anchor, and given to the other reader, whose fields are then taken as
[platform.md](platform.md) says: what is a file, what is text, what is not provided. Where both refuse, or both read
the same, there is nothing to justify. Any other difference has its reason, or `cargo test` fails; it also changes random
bodies a little and demands that what comes of it is read alike or refused for a reason that stands here.

The bodies are in `tests/bodies`; here, what cannot be seen is escaped, and what is long is cut.
";

#[tokio::test]
async fn the_page_of_decoders_is_current() {
    let mut page = OPENING.to_owned();
    for format in &FORMATS {
        page += &section(format, &compared(rows(format)).await);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/decoders.md");
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, page).expect("the page can be written");
        return;
    }
    let current = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(current == page, "docs/decoders.md is not current; run `cargo xtask docs`");
}

fn section(format: &Format, compared: &[Compared]) -> String {
    let (alike, different): (Vec<_>, Vec<_>) = compared.iter().partition(|compared| !compared.differs());
    let mut section = format!("\n## {}\n\n### Read otherwise than by {}\n\n", format.name, format.other);
    section += &format!("| body | sent | ours | {} | why |\n| --- | --- | --- | --- | --- |\n", format.other);
    for it in different {
        let why = it.row.because.as_deref().unwrap_or_default();
        let readings = [it.ours.to_string(), it.theirs.to_string()].map(|reading| cell(&reading));
        section += &format!("| {} | {} | {} | {} | {why} |\n", it.row.what, sent(it), readings[0], readings[1]);
    }
    section += "\n### Read alike\n\n| body | sent | both |\n| --- | --- | --- |\n";
    for it in alike {
        section += &format!("| {} | {} | {} |\n", it.row.what, sent(it), cell(&it.ours.to_string()));
    }
    section
}

fn sent(compared: &Compared) -> String {
    let row = &compared.row;
    let body = row.body.utf8_chunks().map(|chunk| visible(chunk.valid()) + &bytes(chunk.invalid())).collect::<String>();
    if row.content_type == row.kind.content_type() {
        code(&body)
    } else {
        format!("{} with {}", code(&visible(&row.content_type)), code(&body))
    }
}

fn bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect()
}

/// What a Markdown table shows unchanged.
fn visible(text: &str) -> String {
    let escaped = |char: char| match char {
        char if char.is_control() || char == '\u{feff}' => char.escape_default().to_string(),
        char => char.to_string(),
    };
    text.chars().map(escaped).collect()
}

fn cell(reading: &str) -> String {
    match reading.strip_prefix("refused: ") {
        Some(why) => format!("refused: {}", why.replace('|', "\\|").replace('<', "\\<")),
        None if reading == "no field" => reading.to_owned(),
        None => code(reading),
    }
}

/// Code of a limited length; text that holds backquotes needs more of them around it.
fn code(text: &str) -> String {
    const LONGEST: usize = 160;
    let cut = text.chars().count() > LONGEST;
    let text = if cut { text.chars().take(40).collect::<String>() + "..." } else { text.to_owned() };
    if text.is_empty() { "nothing".to_owned() } else { format!("`{}`", text.replace('|', "\\|")) }
}
