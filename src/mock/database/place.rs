//! Which database, as it is named on the command line.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::AnyConnectOptions;

/// A database for the customers of an [`Anchor`](super::super::Anchor): `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/NAME`.
/// Shown without user and password.
#[derive(Clone)]
pub struct Place {
    pub(super) kind: Kind,
    pub(super) options: AnyConnectOptions,
    shown: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sqlite,
    Postgres,
}

/// The text names no database that the anchor could use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPlace;

impl FromStr for Place {
    type Err = UnknownPlace;

    fn from_str(text: &str) -> Result<Self, UnknownPlace> {
        match text.split_once(':') {
            Some(("sqlite", file)) if !file.is_empty() => Self::sqlite(file),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => Self::postgres(text),
            _ => Err(UnknownPlace),
        }
    }
}

impl Place {
    /// Whether a secret stands in its URL.
    #[must_use]
    pub fn has_password(&self) -> bool {
        let url = &self.options.database_url;
        url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password")
    }

    /// Whether it is a file of this machine.
    pub(super) fn is_file(&self) -> bool {
        self.kind == Kind::Sqlite
    }

    fn sqlite(file: &str) -> Result<Self, UnknownPlace> {
        let url = format!("sqlite:{}?mode=rwc", utf8_percent_encode(file, NON_ALPHANUMERIC));
        let options = url.parse().map_err(|_| UnknownPlace)?;
        Ok(Self { kind: Kind::Sqlite, options, shown: format!("sqlite:{file}") })
    }

    fn postgres(url: &str) -> Result<Self, UnknownPlace> {
        let options: AnyConnectOptions = url.parse().map_err(|_| UnknownPlace)?;
        let (host, port) = (options.database_url.host_str(), options.database_url.port());
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        let shown = format!("postgres://{}{port}{}", host.unwrap_or_default(), options.database_url.path());
        Ok(Self { kind: Kind::Postgres, options, shown })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Place").field(&self.shown).finish()
    }
}

impl fmt::Display for UnknownPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME")
    }
}

impl std::error::Error for UnknownPlace {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_without_its_secret() {
        let place: Place = "postgres://ana:geheim@db.example:5433/kyc?sslmode=disable".parse().expect("a place");
        for shown in [place.to_string(), format!("{place:?}")] {
            assert!(shown.contains("postgres://db.example:5433/kyc"), "{shown}");
            assert!(!shown.contains("geheim") && !shown.contains("ana"), "{shown}");
        }
    }

    #[test]
    fn what_names_no_database_is_refused() {
        for text in ["", "sqlite", "sqlite:", "postgres:", "postgres://[", "mysql://host/db", "store.db"] {
            assert_eq!(text.parse::<Place>().err(), Some(UnknownPlace), "{text}");
        }
    }
}
