//! Step 6, encode: the content type is chosen, and the body for the anchor is written.
//!
//! No binary field: `application/json`. At least one: `multipart/form-data`, identity first, then text, then what
//! followed in the order received. File names and field names are escaped as the WHATWG form encoding does (`%22`,
//! `%0D`, `%0A`), and a backslash as `%5C` (RFC 7578 section 2), because some readers take it for an escape; what is
//! left cannot end a header or a quoted string.

use bytes::Bytes;
use serde::ser::{SerializeMap, Serializer};

use super::call::{Call, Files, IdentityIn, Parameters};
use super::decode::{FieldStream, FileHead, Part};
use super::identify::{Identified, Late};
use super::refusal::Refusal;
use super::tally::Tally;
use super::upload::{Stopped, Upload};

/// How writing a multipart body ended, refusals aside.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// The closing delimiter was handed over.
    Complete,
    /// The anchor took no more.
    Stopped,
}

/// A body without a file.
pub(crate) fn json(identified: &Identified, identity: IdentityIn) -> Bytes {
    let mut body = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut body);
    let written = (|| {
        let mut object = serializer.serialize_map(None)?;
        for (name, value) in in_body(identified, identity) {
            object.serialize_entry(name, &value)?;
        }
        for part in &identified.texts {
            match part {
                Part::Text { name, value } => object.serialize_entry(name, value)?,
                Part::Json { name, value } => object.serialize_entry(name, value)?,
                Part::File(_) => unreachable!("identify keeps no file"),
            }
        }
        object.end()
    })();
    written.expect("strings and raw JSON can always be written to memory");
    body.into()
}

/// The identity as far as it stands in the body.
fn in_body(identified: &Identified, identity: IdentityIn) -> Parameters {
    match identity {
        IdentityIn::Body => identified.identity.parameters(),
        IdentityIn::Target => Vec::new(),
    }
}

/// Writes a multipart body piece by piece.
pub(crate) struct Multipart<'a> {
    boundary: String,
    identity: IdentityIn,
    allowed: Files,
    tally: &'a mut Tally,
}

impl<'a> Multipart<'a> {
    pub(crate) fn new(call: &Call, tally: &'a mut Tally) -> Self {
        let boundary = format!("anchor-conformance-{}", uuid::Uuid::new_v4().simple());
        Self { boundary, identity: call.identity, allowed: call.files, tally }
    }

    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// Writes everything: the lead, then the first file and whatever follows it on the stream.
    pub(crate) async fn write(
        &mut self,
        mut identified: Identified,
        first_file: FileHead,
        mut fields: FieldStream,
        upload: &mut Upload,
    ) -> Result<Written, Refusal> {
        match self.write_parts(&mut identified, first_file, &mut fields, upload).await {
            Ok(()) => Ok(Written::Complete),
            Err(Halt::Stopped) => Ok(Written::Stopped),
            Err(Halt::Refused(refusal)) => Err(refusal),
        }
    }

    async fn write_parts(
        &mut self,
        identified: &mut Identified,
        first_file: FileHead,
        fields: &mut FieldStream,
        upload: &mut Upload,
    ) -> Result<(), Halt> {
        upload.send(self.lead(identified)).await?;
        self.file(first_file, fields, upload).await?;
        while let Some(part) = fields.next().await? {
            match part {
                Part::File(head) if self.allowed == Files::One => {
                    return Err(
                        Refusal::field(&head.name, "is a second file; send each in a request of its own").into()
                    );
                }
                Part::File(head) => self.file(head, fields, upload).await?,
                Part::Text { name, value } => {
                    if identified.late(&name, &value)? == Late::Forward {
                        self.tally.text(&name);
                        upload.send(self.text(&name, &value).into()).await?;
                    }
                }
                Part::Json { .. } => unreachable!("multipart has no nested values"),
            }
        }
        identified.finish()?;
        upload.send(format!("--{}--\r\n", self.boundary).into()).await?;
        upload.end().await?;
        Ok(())
    }

    /// Identity and the text fields before the first file.
    fn lead(&mut self, identified: &Identified) -> Bytes {
        let mut lead = String::new();
        for (name, value) in in_body(identified, self.identity) {
            lead.push_str(&self.text(name, &value));
        }
        for part in &identified.texts {
            if let Part::Text { name, value } = part {
                lead.push_str(&self.text(name, value));
            }
        }
        self.tally.texts(&identified.texts);
        lead.into()
    }

    async fn file(&mut self, head: FileHead, fields: &mut FieldStream, upload: &mut Upload) -> Result<(), Halt> {
        self.tally.file(&head.name);
        upload.send(self.file_head(&head).into()).await?;
        while let Some(chunk) = fields.chunk().await? {
            self.tally.file_bytes += chunk.len() as u64;
            upload.send(chunk).await?;
        }
        upload.send(Bytes::from_static(b"\r\n")).await?;
        Ok(())
    }

    fn text(&self, name: &str, value: &str) -> String {
        let name = escaped(name);
        format!("--{}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n", self.boundary)
    }

    fn file_head(&self, head: &FileHead) -> String {
        format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            self.boundary,
            escaped(&head.name),
            escaped(&head.file_name),
            head.content_type
        )
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '"' => escaped.push_str("%22"),
            '\\' => escaped.push_str("%5C"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            // A tab may stand in a quoted string; other control characters come by `filename*` alone.
            control if control.is_control() && control != '\t' => {
                escaped.extend(control.to_string().bytes().map(|byte| format!("%{byte:02X}")));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// Why writing ended early.
enum Halt {
    Stopped,
    Refused(Refusal),
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Stopped> for Halt {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::TakesNoMore => Self::Stopped,
            Stopped::Silent => Self::Refused(Refusal::AnchorSilent),
            Stopped::OverBudget => Self::Refused(Refusal::Busy),
        }
    }
}
