//! Multipart bodies written byte by byte, as a client of any kind could have sent them.

/// The boundary of every body here; contents come as close to it as they may.
pub(crate) const BOUNDARY: &str = "xtask-7MA4YWxkTrZu0gW";

/// One part. The file name stands between quotes exactly as given here.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) content: Vec<u8>,
}

pub(crate) fn content_type() -> (&'static str, String) {
    ("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"))
}

/// A whole body.
pub(crate) fn body(parts: &[Part]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(part.head().as_bytes());
        bytes.extend_from_slice(&part.content);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(end().as_bytes());
    bytes
}

/// What stands behind the line break that ends the last part.
pub(crate) fn end() -> String {
    format!("--{BOUNDARY}--\r\n")
}

impl Part {
    pub(crate) fn text(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), file_name: None, content_type: None, content: value.into() }
    }

    pub(crate) fn file(name: &str, file_name: &str, content_type: &str, content: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            file_name: Some(file_name.to_owned()),
            content_type: Some(content_type.to_owned()),
            content: content.to_vec(),
        }
    }

    /// What stands before the content.
    pub(crate) fn head(&self) -> String {
        let mut head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"", self.name);
        if let Some(file_name) = &self.file_name {
            head += &format!("; filename=\"{file_name}\"");
        }
        if let Some(content_type) = &self.content_type {
            head += &format!("\r\nContent-Type: {content_type}");
        }
        head + "\r\n\r\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_its_parts_between_boundaries() {
        let parts = [Part::text("first_name", "Ada"), Part::file("photo_id_front", "a.jpg", "image/jpeg", b"\xff\xd8")];
        let expected = b"--xtask-7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; name=\"first_name\"\r\n\r\nAda\r\n\
            --xtask-7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; name=\"photo_id_front\"; filename=\"a.jpg\"\r\n\
            Content-Type: image/jpeg\r\n\r\n\xff\xd8\r\n\
            --xtask-7MA4YWxkTrZu0gW--\r\n";
        assert_eq!(body(&parts), expected);
    }
}
