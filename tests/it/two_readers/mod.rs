//! Our decoders beside those that most programs in Rust use: multer, serde_json and form_urlencoded.
//!
//! `tests/bodies/*.yaml` lists odd bodies. Each is sent through the platform and given to the other reader; where the
//! two differ, the file says why ours is right, and `docs/decoders.md` shows it all. A difference without a reason
//! fails, and so does a reason without a difference.

mod mutations;
mod ours;
mod page;
mod rows;
mod theirs;

use std::fmt;

use self::ours::Way;
use self::rows::{FORMATS, Row};

/// What a reader makes of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reading {
    /// With the reader's own words.
    Refused(String),
    Fields(Vec<(String, Content)>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Text(String),
    /// A nested value of JSON, written anew.
    Nested(String),
    File {
        file_name: String,
        content_type: String,
        bytes: Vec<u8>,
    },
}

/// A row with both readings.
struct Compared {
    row: Row,
    ours: Reading,
    theirs: Reading,
}

/// Reads every row of a format with both readers.
async fn compared(rows: Vec<Row>) -> Vec<Compared> {
    let way = Way::start().await;
    let mut compared = Vec::new();
    for row in rows {
        let ours = way.read(&row).await;
        let theirs = theirs::read(&row).await;
        compared.push(Compared { row, ours, theirs });
    }
    compared
}

impl Compared {
    fn differs(&self) -> bool {
        match (&self.ours, &self.theirs) {
            (Reading::Refused(_), Reading::Refused(_)) => false,
            (ours, theirs) => ours != theirs,
        }
    }

    /// What is wrong with the row, if anything is.
    fn problem(&self) -> Option<String> {
        let problem = match (self.differs(), &self.row.because) {
            (true, None) => "is read otherwise, and nothing says why",
            (false, Some(_)) => "is read alike, and needs no reason",
            _ => return None,
        };
        Some(format!("{}: {problem}\n  ours:   {}\n  theirs: {}\n", self.row.what, self.ours, self.theirs))
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "refused: {why}"),
            Self::Fields(fields) if fields.is_empty() => f.write_str("no field"),
            Self::Fields(fields) => {
                let shown: Vec<_> = fields.iter().map(|(name, content)| format!("{name:?}: {content}")).collect();
                f.write_str(&shown.join(", "))
            }
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Nested(json) => f.write_str(json),
            Self::File { file_name, content_type, bytes } => {
                write!(f, "file {file_name:?} of {content_type:?}, \"{}\"", bytes.escape_ascii())
            }
        }
    }
}

#[tokio::test]
async fn every_difference_from_other_readers_has_its_reason() {
    let (mut problems, mut count) = (Vec::new(), 0);
    for format in &FORMATS {
        for compared in compared(rows::rows(format)).await {
            count += 1;
            problems.extend(compared.problem());
        }
    }
    assert!(problems.is_empty(), "{} of {count} rows:\n{}", problems.len(), problems.concat());
    assert!(count >= 80, "{count} rows");
}
