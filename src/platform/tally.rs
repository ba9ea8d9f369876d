//! What goes to the anchor, counted: for the log without names, for an onlooker with them.

use super::decode::Part;

/// What is known of a body; never a value.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) text_fields: usize,
    pub(crate) files: usize,
    pub(crate) file_bytes: u64,
    /// Collected only if somebody looks on.
    pub(crate) names: Option<Vec<String>>,
}

impl Tally {
    /// Text fields, nested values among them.
    pub(crate) fn texts(&mut self, parts: &[Part]) {
        self.text_fields += parts.len();
        for part in parts {
            match part {
                Part::Text { name, .. } | Part::Json { name, .. } => self.name(name),
                Part::File(head) => self.name(&head.name),
            }
        }
    }

    pub(crate) fn text(&mut self, name: &str) {
        self.text_fields += 1;
        self.name(name);
    }

    pub(crate) fn file(&mut self, name: &str) {
        self.files += 1;
        self.name(name);
    }

    fn name(&mut self, name: &str) {
        if let Some(names) = &mut self.names {
            names.push(name.to_owned());
        }
    }
}
