//! Without the feature `store` there is no database, and no anchor has one.

use std::fmt;

use super::rules::Scope;
use super::store::Store;

/// Has no value.
#[derive(Debug)]
pub(super) enum Database {}

/// Has no value.
#[derive(Debug)]
pub(super) enum StoreError {}

impl Database {
    pub(super) fn transact<T>(
        &self,
        _: &Scope,
        _: bool,
        _: &mut Store,
        _: impl FnOnce(&mut Store) -> T,
    ) -> Result<T, StoreError> {
        match *self {}
    }

    pub(super) fn clear(&self) -> Result<(), StoreError> {
        match *self {}
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}
