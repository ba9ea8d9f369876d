//! Where the mock anchor keeps its customers: `memory`, a database, or the place where the database's URL stands.

use super::{Usage, secret, tell};
use crate::mock::{Anchor, Config, Place};

/// An anchor with the store that the text names.
pub(super) fn anchor(config: Config, text: &str) -> Result<Anchor, Usage> {
    match place(text)? {
        None => Ok(Anchor::new(config)),
        Some(place) => Anchor::with_store(config, &place).map_err(|error| Usage::new(format!("--store: {error}"))),
    }
}

fn place(text: &str) -> Result<Option<Place>, Usage> {
    let read = |text: &str| secret::read(text).map_err(|usage| Usage::new(format!("--store: {usage}")));
    match text.split_once(':') {
        None if text == "memory" => Ok(None),
        Some(("env" | "file", _)) => parse(&read(text)?).map(Some),
        _ => parse(text).inspect(warn).map(Some),
    }
}

fn parse(text: &str) -> Result<Place, Usage> {
    text.parse().map_err(|error| {
        Usage::new(format!("--store: {error}, or env:NAME or file:PATH where such a text stands, or memory"))
    })
}

fn warn(place: &Place) {
    if place.has_password() {
        tell(
            "warning: a password on the command line is seen by every user of this machine; use env:NAME or file:PATH",
        );
    }
}
