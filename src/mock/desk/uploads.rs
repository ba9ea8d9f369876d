//! Files that came apart from the fields that refer to them (SEP-12, customer files).

use std::time::SystemTime;

use jiff::{Timestamp, Unit};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::mock::received::ReceivedFile;

/// A file, kept for its customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::mock) struct Upload {
    pub(in crate::mock) file_id: String,
    pub(in crate::mock) file: ReceivedFile,
    /// When it is thrown away; never, once a field refers to it.
    pub(in crate::mock) expires: Option<SystemTime>,
}

/// An uploaded file as the anchor tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UploadInfo {
    /// What a field refers to it by.
    pub file_id: String,
    /// The content type of its part; `application/octet-stream` if that had none.
    pub content_type: String,
    /// Its length in bytes.
    pub size: u64,
    /// When it is thrown away (RFC 3339, UTC, whole seconds); absent once a field refers to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Whose it is; `null` before the customer is registered.
    pub customer_id: Option<String>,
}

impl Upload {
    pub(in crate::mock) fn new(file: ReceivedFile, expires: SystemTime) -> Self {
        Self { file_id: format!("file_{}", Uuid::new_v4()), file, expires: Some(expires) }
    }

    pub(in crate::mock) fn is_expired(&self, now: SystemTime) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    pub(in crate::mock) fn info(&self, customer_id: Option<&str>) -> UploadInfo {
        UploadInfo {
            file_id: self.file_id.clone(),
            content_type: self.file.content_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned()),
            size: self.file.length,
            expires_at: self.expires.and_then(rfc3339),
            customer_id: customer_id.map(str::to_owned),
        }
    }
}

fn rfc3339(time: SystemTime) -> Option<String> {
    let time = Timestamp::try_from(time).and_then(|time| time.round(Unit::Second));
    time.ok().map(|time| time.to_string())
}
