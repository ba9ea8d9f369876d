//! Whose records a request can touch, so that a database need not hand over everybody's.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;

use super::claim::Claim;
use crate::mock::config::Config;
use crate::mock::received::Received;
use crate::mock::store::CustomerKey;

/// Customers, named by what they are looked up by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mock) enum Scope {
    /// All of them.
    Everybody,
    /// Those with one of these ids or keys.
    Those { ids: BTreeSet<String>, keys: BTreeSet<CustomerKey> },
}

impl Scope {
    /// The rules look up by nothing but the ids and the keys in body, query and path. Faults do more: with any of them a
    /// request can touch everybody.
    pub(in crate::mock) fn of(received: &Received, config: &Config) -> Self {
        if !config.faults.is_empty() {
            return Self::Everybody;
        }
        let ids = [received.text("id"), received.query_value("id"), received.query_value("customer_id")];
        let ids: BTreeSet<String> = ids.into_iter().flatten().map(str::to_owned).collect();
        let claims = [
            Claim::read(|name| received.text(name)).ok().flatten(),
            Claim::read(|name| received.query_value(name)).ok().flatten(),
        ];
        if received.query_value("file_id").is_some() && ids.is_empty() && claims.iter().all(Option::is_none) {
            return Self::Everybody;
        }
        Self::Those {
            ids: ids.into_iter().chain(path_id(received, config)).collect(),
            keys: claims.iter().flatten().map(|claim| claim.key(config)).collect(),
        }
    }

    pub(in crate::mock) fn of_id(id: &str) -> Self {
        Self::Those { ids: [id.to_owned()].into(), keys: BTreeSet::new() }
    }

    /// The key of [`Rules`](super::Rules) may have more to it under a fault, hence the same exception.
    pub(in crate::mock) fn of_key(key: &CustomerKey, config: &Config) -> Self {
        if config.faults.is_empty() {
            Self::Those { ids: BTreeSet::new(), keys: [key.clone()].into() }
        } else {
            Self::Everybody
        }
    }
}

fn path_id(received: &Received, config: &Config) -> Option<String> {
    let text = received.path.strip_prefix(&config.prefix)?.strip_prefix("/customer/")?;
    percent_decode_str(text).decode_utf8().ok().map(Into::into)
}
