//! What can go wrong with a database; none of it quotes a customer's data.

use std::fmt;

use sqlx::migrate::MigrateError;

use super::place::Place;

/// Why customers could not be read or written.
#[derive(Debug)]
pub enum StoreError {
    /// The database cannot be opened.
    Unreachable(Box<Place>, sqlx::Error),
    /// The database does not answer.
    Silent(Box<Place>),
    /// The tables could not be brought up to date.
    Schema(MigrateError),
    /// The database failed during a request.
    Failed(sqlx::Error),
    /// A customer in it cannot be read: the place in its document.
    Unreadable(usize, usize),
    /// The thread that has the connection is gone.
    Gone,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(place, error) => write!(f, "cannot open {place}: {error}{}", hint(place)),
            Self::Silent(place) => write!(f, "cannot open {place}: it does not answer"),
            Self::Schema(MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_)) => {
                f.write_str("the store was made by another version of this program; use that one, or a new store")
            }
            Self::Schema(error) => write!(f, "cannot bring the tables up to date: {error}"),
            Self::Failed(error) => write!(f, "the database failed: {error}"),
            Self::Unreadable(line, column) => {
                write!(f, "a customer's document cannot be read (line {line}, column {column})")
            }
            Self::Gone => f.write_str("the connection to the database has been closed"),
        }
    }
}

fn hint(place: &Place) -> &'static str {
    if place.is_file() {
        "\n  the directory of the file must be there and be writable, and the file must be a SQLite database or new"
    } else {
        "\n  the server must run, the database must be there (createdb NAME), and the user must be allowed to make tables"
    }
}

impl std::error::Error for StoreError {}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        Self::Schema(error)
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error.line(), error.column())
    }
}
