//! What holds for every field, whatever its encoding: once per request, under a name that all read alike, of bounded
//! size, and dates are dates.

use std::collections::HashSet;

use super::names;
use crate::platform::config::Limits;
use crate::platform::refusal::Refusal;
use crate::sep12::date::{DATE_FIELDS, is_calendar_date};

/// In a form this field says what charset all texts are in: another one would change what they mean to the anchor.
const CHARSET_FIELD: &str = "_charset_";

/// The fields seen so far.
pub(super) struct Rules {
    limits: Limits,
    names: HashSet<String>,
    text_bytes: usize,
}

impl Rules {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: limits.clone(), names: HashSet::new(), text_bytes: 0 }
    }

    /// A field of this name begins. Also for fields that are left out afterwards: first-wins against last-wins is an
    /// attack, and null wins nothing.
    pub(super) fn name(&mut self, name: &str) -> Result<(), Refusal> {
        if name.len() > self.limits.string_field {
            return Err(Refusal::TooLarge { what: "bytes in a field's name", limit: self.limits.string_field as u64 });
        }
        if self.names.len() == self.limits.fields {
            return Err(Refusal::TooLarge { what: "fields", limit: self.limits.fields as u64 });
        }
        names::check(name)?;
        if !self.names.insert(name.to_owned()) {
            return Err(Refusal::field(name, "occurs more than once"));
        }
        self.count(name.len())
    }

    /// The size of a text, as far as it has been read.
    pub(super) fn text_size(&self, size: usize) -> Result<(), Refusal> {
        if size > self.limits.string_field {
            return Err(Refusal::TooLarge { what: "bytes in a string field", limit: self.limits.string_field as u64 });
        }
        if self.text_bytes + size > self.limits.all_strings {
            return Err(too_much_text(&self.limits));
        }
        Ok(())
    }

    /// A text field is complete.
    pub(super) fn text(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        self.text_size(value.len())?;
        self.count(value.len())?;
        if name == CHARSET_FIELD && !value.eq_ignore_ascii_case("utf-8") {
            return Err(Refusal::field(
                name,
                "names the charset of all other fields (RFC 7578, section 4.6): it must be utf-8",
            ));
        }
        if DATE_FIELDS.contains(&name) && !value.is_empty() && !is_calendar_date(value) {
            return Err(Refusal::field(name, "must be a calendar date written YYYY-MM-DD"));
        }
        Ok(())
    }

    fn count(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.text_bytes += bytes;
        if self.text_bytes > self.limits.all_strings { Err(too_much_text(&self.limits)) } else { Ok(()) }
    }
}

pub(super) fn too_much_text(limits: &Limits) -> Refusal {
    Refusal::TooLarge { what: "bytes in all string fields", limit: limits.all_strings as u64 }
}
