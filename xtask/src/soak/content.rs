//! What a request says, whatever its encoding: hashes instead of values, so that a million of them can be remembered.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// A request's fields, in no order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) carrier: Carrier,
    fields: Vec<(String, Value)>,
}

/// What the fields travel in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Carrier {
    Query,
    Json,
    Multipart,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Value {
    Text(u64),
    File { file_name: String, content_type: String, length: usize, hash: u64 },
}

/// Equal if, and for all that is to be expected only if, the contents are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digest(pub(crate) u64);

impl Content {
    pub(crate) fn new(carrier: Carrier) -> Self {
        Self { carrier, fields: Vec::new() }
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), Value::Text(hash(value.as_bytes()))));
    }

    pub(crate) fn file(&mut self, name: &str, file_name: &str, content_type: &str, content: &[u8]) {
        let (file_name, content_type) = (file_name.to_owned(), content_type.to_owned());
        self.fields.push((
            name.to_owned(),
            Value::File { file_name, content_type, length: content.len(), hash: hash(content) },
        ));
    }

    pub(crate) fn digest(&self) -> Digest {
        let mut fields: Vec<&(String, Value)> = self.fields.iter().collect();
        fields.sort_unstable();
        let mut hasher = DefaultHasher::new();
        (self.carrier, fields).hash(&mut hasher);
        Digest(hasher.finish())
    }
}

/// Of any bytes.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(fields: &[(&str, &str)]) -> Content {
        let mut content = Content::new(Carrier::Json);
        for (name, value) in fields {
            content.text(name, value);
        }
        content
    }

    #[test]
    fn order_does_not_count_and_everything_else_does() {
        let digest = content(&[("a", "1"), ("b", "2")]).digest();
        assert_eq!(content(&[("b", "2"), ("a", "1")]).digest(), digest);
        let others: [&[(&str, &str)]; 5] = [
            &[("a", "1")],
            &[("a", "1"), ("b", "3")],
            &[("a", "2"), ("b", "1")],
            &[("a", "1"), ("b", "2"), ("b", "2")],
            &[],
        ];
        for other in others {
            assert_ne!(content(other).digest(), digest, "{other:?}");
        }
    }

    #[test]
    fn a_file_is_its_bytes_its_name_and_its_type() {
        let file = |file_name, content_type, bytes: &[u8]| {
            let mut content = Content::new(Carrier::Multipart);
            content.file("photo_id_front", file_name, content_type, bytes);
            content.digest()
        };
        let digest = file("a.jpg", "image/jpeg", b"x");
        assert_eq!(file("a.jpg", "image/jpeg", b"x"), digest);
        assert_ne!(file("b.jpg", "image/jpeg", b"x"), digest);
        assert_ne!(file("a.jpg", "image/png", b"x"), digest);
        assert_ne!(file("a.jpg", "image/jpeg", b"y"), digest);
    }
}
