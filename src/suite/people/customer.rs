//! One invented customer: who it is to the anchor, and what it says of itself.

use crate::sep12::registry::Kind;
use crate::sep12::{Field, Identity};

/// A field that an anchor asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) choices: Vec<String>,
    pub(crate) optional: bool,
    /// Whether the anchor listed it, so that its leaving the list can be seen.
    pub(crate) listed: bool,
}

/// A customer that the suite invented.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub(crate) identity: Identity,
    pub(crate) customer_type: Option<String>,
    /// What it says of itself; files last.
    pub(crate) fields: Vec<Field>,
}

impl Wanted {
    /// A field that is sent although the anchor has not asked for it.
    pub(crate) fn given(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind, choices: Vec::new(), optional: true, listed: false }
    }
}

impl Customer {
    /// Who it is: account, memo, type.
    pub(crate) fn identity_fields(&self) -> Vec<Field> {
        let identity = self.identity.parameters().into_iter().map(|(name, value)| Field::text(name, value));
        identity.chain(self.customer_type.iter().map(|name| Field::text("type", name))).collect()
    }

    /// Everything, in the order of a request: identity, text, files.
    pub(crate) fn request_fields(&self) -> Vec<Field> {
        self.with(self.fields.clone())
    }

    /// Everything but files.
    pub(crate) fn text_fields(&self) -> Vec<Field> {
        self.with(self.text_only())
    }

    /// Identity, and then those fields in place of its own.
    pub(crate) fn with(&self, fields: Vec<Field>) -> Vec<Field> {
        let mut request = self.identity_fields();
        request.extend(fields);
        request
    }

    /// What it says of itself without files.
    pub(crate) fn text_only(&self) -> Vec<Field> {
        self.fields.iter().filter(|field| field.as_file().is_none()).cloned().collect()
    }

    /// Whether only multipart can carry it.
    pub(crate) fn has_files(&self) -> bool {
        self.fields.iter().any(|field| field.as_file().is_some())
    }

    /// Sets a value, in its old place or, if it is new, before the files.
    pub(crate) fn set(&mut self, field: Field) {
        if let Some(own) = self.fields.iter_mut().find(|own| own.name == field.name) {
            *own = field;
            return;
        }
        let is_text = |field: &Field| field.as_file().is_none();
        let texts = self.fields.iter().filter(|own| is_text(own)).count();
        let at = if is_text(&field) { texts } else { self.fields.len() };
        self.fields.insert(at, field);
    }

    /// The parameters of a look-up by account and memo.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let pairs = self.identity_fields().into_iter();
        pairs.filter_map(|field| Some((field.name.clone(), field.as_text()?.to_owned()))).collect()
    }
}
