//! What is kept of a PUT.

use super::Rules;
use super::fields::data;
use crate::mock::faults::Fault;
use crate::mock::received::{Received, ReceivedBody, ReceivedField, ReceivedValue};

/// How many fields [`Fault::KeepsTenFields`] keeps.
const KEPT: usize = 10;
/// Names that [`Fault::DropsNewerNames`] does not know, beside `card.`.
const NEWER: [&str; 4] = ["sex", "bank_account_type", "proof_of_income", "proof_of_liveness"];

impl Rules<'_> {
    pub(super) fn persist(&mut self, id: &str, received: &Received) {
        let is_multipart = matches!(received.body, ReceivedBody::Multipart(_));
        let kept = self.kept(received, is_multipart);
        let puts = self.store.record_mut(id).map_or(0, |record| {
            record.puts += 1;
            record.puts
        });
        let replaces = self.has(Fault::UpdateReplaces)
            || self.has(Fault::MultipartUpdateReplaces) && is_multipart
            || self.has(Fault::SecondUpdateReplaces) && puts > 2;
        if let Some(stored) = self.store.fields_mut(id) {
            if replaces {
                stored.clear();
            }
            stored.extend(kept.into_iter().map(|field| (field.name.clone(), field.value.clone())));
        }
    }

    fn kept<'a>(&self, received: &'a Received, is_multipart: bool) -> Vec<&'a ReceivedField> {
        if self.has(Fault::ForgetsFields) || self.has(Fault::IgnoresMultipartFields) && is_multipart {
            return Vec::new();
        }
        let is_null = |field: &ReceivedField| matches!(&field.value, ReceivedValue::Json(json) if json.get() == "null");
        let mut fields: Vec<_> =
            data(received).filter(|field| !is_null(field) && !self.is_lost_by_name(&field.name)).collect();
        if let Some(first_file) = fields.iter().position(|field| is_file(field)) {
            self.lose_around(first_file, &mut fields);
        }
        if self.has(Fault::KeepsTenFields) {
            fields.truncate(KEPT);
        }
        fields
    }

    fn is_lost_by_name(&self, name: &str) -> bool {
        let is_newer = || NEWER.contains(&name) || name.starts_with("card.");
        self.has(Fault::DropsDottedNames) && name.contains('.') || self.has(Fault::DropsNewerNames) && is_newer()
    }

    /// The faults that a file brings out.
    fn lose_around(&self, first_file: usize, fields: &mut Vec<&ReceivedField>) {
        match () {
            () if self.has(Fault::DropsFiles) => fields.retain(|field| !is_file(field)),
            () if self.has(Fault::DropsTextBesideFiles) => fields.retain(|field| is_file(field)),
            () if self.has(Fault::DropsFieldsAfterFile) => fields.truncate(first_file + 1),
            () if self.has(Fault::KeepsFirstFile) => {
                let name = &fields[first_file].name;
                fields.retain(|field| !is_file(field) || field.name == *name);
            }
            () => {}
        }
    }
}

fn is_file(field: &ReceivedField) -> bool {
    field.value.as_file().is_some()
}
