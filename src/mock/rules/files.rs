//! `POST` and `GET /customer/files`, and `*_file_id` in a PUT (SEP-12, customer files), at a desk.

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::json;

use super::Rules;
use super::desk::Named;
use super::fields::check_form;
use super::refusal::Refusal;
use super::target::Target;
use crate::mock::answer::Answer;
use crate::mock::desk::{Upload, UploadInfo};
use crate::mock::received::{Received, ReceivedBody, ReceivedField, ReceivedFile, ReceivedValue};
use crate::mock::store::CustomerKey;
use crate::sep12::registry::{self, Kind};

/// What the name of a field that refers to a file ends with.
const FILE_ID: &str = "_file_id";

impl Rules<'_> {
    /// Takes one part `file`; other parts are of no interest. The customer need not be registered.
    pub(super) fn post_file(&mut self, received: &Received) -> Result<Answer, Refusal> {
        self.check_readable(received)?;
        check_form(received)?;
        let Some(desk) = &self.config.desk else { return Err(Refusal::internal()) };
        let (max, expires) = (desk.max_file_bytes, self.now + desk.file_lifetime);
        let file = match received.value("file") {
            Some(ReceivedValue::File(file)) => file.clone(),
            Some(ReceivedValue::Text(text)) if matches!(received.body, ReceivedBody::Multipart(_)) => {
                ReceivedFile::whole(None, None, Bytes::copy_from_slice(text.as_bytes()))
            }
            _ => return Err(Refusal::of_field("file", "must be sent, as a part of multipart/form-data", None)),
        };
        if file.length > max {
            return Err(Refusal::new(413, format!("file: must not exceed {max} bytes")));
        }
        let (id, is_registered) = match self.named(received)? {
            Named::Known(id) => (id, true),
            Named::Unregistered(key) => (self.draft(key), false),
            Named::Nobody => return Err(Refusal::new(400, "account: missing; a file is kept for somebody")),
        };
        let upload = Upload::new(file, expires);
        let info = upload.info(is_registered.then_some(id.as_str()));
        self.store.record_mut(&id).into_iter().for_each(|record| record.desk.uploads.push(upload.clone()));
        Ok(self.json(200, &json!(info)))
    }

    /// By `file_id`, by `customer_id`, or both; what is not there, or is not of the customer who asks, is not in the list.
    pub(super) fn get_files(&mut self, received: &Received) -> Result<Answer, Refusal> {
        let given = |name| received.query_value(name).filter(|value: &&str| !value.is_empty());
        let (file_id, customer_id) = (given("file_id"), given("customer_id"));
        if file_id.is_none() && customer_id.is_none() {
            return Err(Refusal::new(400, "file_id: missing; files are asked for by file_id or by customer_id"));
        }
        let owner = match self.named(received)? {
            Named::Known(id) => Some(id),
            Named::Unregistered(key) => Some(self.store.draft_of(&key).unwrap_or_default()),
            Named::Nobody => None,
        };
        let is_asked = |id: &str| owner.as_deref().is_none_or(|owner| owner == id);
        let mut files: Vec<UploadInfo> = Vec::new();
        for record in self.store.records_mut().filter(|record| is_asked(&record.customer().id)) {
            let id = Some(record.customer().id.as_str()).filter(|_| !record.desk.is_draft);
            if customer_id.is_some() && customer_id != id {
                continue;
            }
            let found = record.desk.uploads.iter().filter(|upload| file_id.is_none_or(|id| id == upload.file_id));
            files.extend(found.map(|upload| upload.info(id)));
        }
        Ok(self.json(200, &json!({ "files": files })))
    }

    /// The request with each `NAME_file_id` replaced by the file that it names, as `NAME`.
    pub(super) fn with_files<'a>(&self, target: &Target, received: &'a Received) -> Result<Cow<'a, Received>, Refusal> {
        if self.desk().is_none() || !received.fields().iter().any(is_reference) {
            return Ok(Cow::Borrowed(received));
        }
        let owner = self.owner(target);
        let uploads = owner.and_then(|id| self.store.record(&id)).map_or(&[][..], |(record, _)| &record.desk.uploads);
        let resolved = received.fields().iter().map(|field| resolve(field, uploads)).collect::<Result<_, _>>()?;
        let mut received = received.clone();
        received.body = match received.body {
            ReceivedBody::Multipart(_) => ReceivedBody::Multipart(resolved),
            _ => ReceivedBody::Json(resolved),
        };
        check_form(&received)?;
        Ok(Cow::Owned(received))
    }

    /// The files that a kept PUT refers to stay.
    pub(super) fn keep_files(&mut self, id: &str, received: &Received) {
        let ids: Vec<&str> = received
            .fields()
            .iter()
            .filter(|field| is_reference(field))
            .filter_map(|field| field.value.as_text())
            .collect();
        let uploads = self.store.record_mut(id).into_iter().flat_map(|record| &mut record.desk.uploads);
        uploads.filter(|upload| ids.contains(&upload.file_id.as_str())).for_each(|upload| upload.expires = None);
    }

    fn owner(&self, target: &Target) -> Option<String> {
        match target {
            Target::Known(id) => Some(id.clone()),
            Target::New(key) => self.store.draft_of(key),
            _ => None,
        }
    }

    fn draft(&mut self, key: CustomerKey) -> String {
        self.store.draft_of(&key).unwrap_or_else(|| self.store.open_draft(key))
    }
}

/// Whether the field stands for a binary one, and names a file.
fn is_reference(field: &ReceivedField) -> bool {
    let is_binary = |name| registry::kind(name) == Some(Kind::Binary);
    field.name.strip_suffix(FILE_ID).is_some_and(is_binary) && field.value.is_given()
}

fn resolve(field: &ReceivedField, uploads: &[Upload]) -> Result<ReceivedField, Refusal> {
    if !is_reference(field) {
        return Ok(field.clone());
    }
    let text = field.value.as_text();
    let upload = uploads.iter().find(|upload| text == Some(upload.file_id.as_str()));
    let upload = upload.ok_or_else(|| {
        Refusal::of_field(&field.name, "must be the file_id of a file of this customer that has not expired", text)
    })?;
    let name = field.name.strip_suffix(FILE_ID).unwrap_or(&field.name).to_owned();
    Ok(ReceivedField { name, value: ReceivedValue::File(upload.file.clone()) })
}
