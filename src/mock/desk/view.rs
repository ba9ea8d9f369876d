//! What is shown of a customer to whoever sits at the desk: everything but its values.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::look::Look;
use super::settings::Desk;
use super::uploads::UploadInfo;
use super::words::Language;
use crate::mock::config::Config;
use crate::mock::store::{CustomerKey, Record};
use crate::sep12::info::CustomerInfo;

/// A customer at the desk.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerView {
    /// The id that the anchor gave it.
    pub id: String,
    /// Whose customer it is.
    pub key: CustomerKey,
    /// What GET answers, by type, in English.
    pub types: BTreeMap<String, CustomerInfo>,
    /// Where a wallet is told of changes.
    pub callback: Option<CallbackView>,
    /// The uploaded files that are still kept, in the order received.
    pub files: Vec<UploadInfo>,
    /// When its fields were last changed.
    pub changed: SystemTime,
}

/// A registered callback, without the rest of its URL, which may hold secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackView {
    /// The URL's host.
    pub host: String,
    /// The type that it is about.
    pub type_name: String,
    /// Why the last attempt to tell the wallet failed, if it did.
    pub failure: Option<String>,
}

impl CustomerView {
    pub(super) fn of(record: &Record, config: &Config, desk: &Desk, now: SystemTime) -> Self {
        let (customer, case) = (record.customer(), &record.desk);
        let info = |(type_name, fields)| {
            let look = Look { desk, case, provided: &customer.fields, type_name, fields, now };
            look.info(&customer.id, Language::En)
        };
        let callback = case.callback.as_ref().map(|callback| CallbackView {
            host: callback.url.host(),
            type_name: callback.type_name.clone(),
            failure: callback.failure().map(str::to_owned),
        });
        Self {
            id: customer.id.clone(),
            key: customer.key.clone(),
            types: config.types.iter().map(|(name, fields)| (name.clone(), info((name.as_str(), fields)))).collect(),
            callback,
            files: case.uploads.iter().map(|upload| upload.info(Some(&customer.id))).collect(),
            changed: record.changed,
        }
    }
}
