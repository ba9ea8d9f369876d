//! `multipart/form-data` (RFC 7578), read as a stream.
//!
//! Written here rather than taken from a crate for one reason: what this reader accepts decides what an anchor gets,
//! so wherever two readers could understand a body differently it refuses, and no general parser does. A line ends
//! with CRLF and nothing else. A header is one line. `Content-Disposition` occurs once and is `form-data`; no
//! parameter occurs twice. No part is multipart itself, because some readers would open it. A delimiter is followed by
//! its line's end or by `--`; anything else could be a boundary to one reader and data to another. The body ends with
//! the closing delimiter; a preamble and an epilogue are read and dropped. What is accepted is written anew under a
//! boundary of our own, so nothing of the client's framing remains.

use bytes::{Bytes, BytesMut};
use memchr::memmem::{self, Finder};

use super::body::ClientBody;
use super::parameters::{Parameters, form_unescape};
use super::rules::Rules;
use super::{FileHead, KindOf, Part};
use crate::platform::config::Limits;
use crate::platform::refusal::Refusal;
use crate::sep12::registry::Kind;
use crate::wire::head::is_token;

/// The fields of a multipart body.
pub(crate) struct MultipartFields {
    reader: Reader,
    rules: Rules,
    kind_of: KindOf,
    first_chunk: Option<Bytes>,
}

impl MultipartFields {
    pub(super) fn new(
        content_type: &Parameters,
        body: ClientBody,
        kind_of: KindOf,
        limits: &Limits,
    ) -> Result<Self, Refusal> {
        let boundary =
            content_type.get("boundary").ok_or_else(|| Refusal::malformed("the multipart boundary is missing"))?;
        if !is_boundary(boundary) {
            return Err(Refusal::malformed("the multipart boundary must be 1 to 70 characters of RFC 2046"));
        }
        let reader = Reader::new(boundary, body, limits.headers);
        Ok(Self { reader, rules: Rules::new(limits), kind_of, first_chunk: None })
    }

    pub(super) async fn next(&mut self) -> Result<Option<Part>, Refusal> {
        while let Some(head) = self.reader.next_part().await? {
            let head = PartHead::parse(&head)?;
            self.rules.name(&head.name)?;
            let first_chunk = self.reader.chunk().await?;
            if head.is_untouched_input() && first_chunk.is_none() {
                continue;
            }
            if head.is_binary(self.kind_of) {
                self.first_chunk = first_chunk;
                return Ok(Some(Part::File(head.into_file_head())));
            }
            head.check_charset()?;
            let value = self.text(&head.name, first_chunk).await?;
            return Ok(Some(Part::Text { name: head.name, value }));
        }
        Ok(None)
    }

    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Refusal> {
        match self.first_chunk.take() {
            Some(chunk) => Ok(Some(chunk)),
            None => self.reader.chunk().await,
        }
    }

    async fn text(&mut self, name: &str, first_chunk: Option<Bytes>) -> Result<String, Refusal> {
        let mut text = Vec::new();
        let mut chunk = first_chunk;
        while let Some(bytes) = chunk {
            text.extend_from_slice(&bytes);
            self.rules.text_size(text.len())?;
            chunk = self.reader.chunk().await?;
        }
        let text = String::from_utf8(text).map_err(|_| Refusal::field(name, "is a string field and must be UTF-8"))?;
        self.rules.text(name, &text)?;
        Ok(text)
    }
}

/// RFC 2046 section 5.1.1.
fn is_boundary(boundary: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    (1..=70).contains(&boundary.len()) && boundary.bytes().all(legal) && !boundary.ends_with(' ')
}

/// The headers of one part, understood.
struct PartHead {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
}

impl PartHead {
    fn parse(head: &[u8]) -> Result<Self, Refusal> {
        let headers = parse_headers(head)?;
        let disposition = headers.disposition.ok_or_else(|| Refusal::malformed("a part has no Content-Disposition"))?;
        let disposition = Parameters::parse(disposition)
            .map_err(|problem| Refusal::malformed(format!("Content-Disposition of a part: {problem}")))?;
        if disposition.value != "form-data" {
            return Err(Refusal::malformed("Content-Disposition of a part must be form-data"));
        }
        let name = disposition.get("name").ok_or_else(|| Refusal::malformed("a part has no name"))?;
        let name = form_unescape(name);
        if headers.is_transfer_encoded() {
            return Err(Refusal::field(&name, "must be sent without Content-Transfer-Encoding (RFC 7578)"));
        }
        let content_type = headers.content_type.filter(|value| !value.is_empty()).map(str::to_owned);
        if content_type.as_deref().is_some_and(|value| has_prefix(value, "multipart/")) {
            return Err(Refusal::field(
                &name,
                "must not be a multipart body in itself; send each file as its own part",
            ));
        }
        Ok(Self { name, file_name: disposition.file_name(), content_type })
    }

    /// What a browser sends for a file input that nobody touched.
    fn is_untouched_input(&self) -> bool {
        self.file_name.as_deref() == Some("")
    }

    /// A name whose type is known decides alone; for others, what the part looks like.
    fn is_binary(&self, kind_of: KindOf) -> bool {
        match kind_of(&self.name) {
            Some(kind) => kind == Kind::Binary,
            None => self.file_name.is_some() || self.content_type.as_deref().is_some_and(|value| !is_text(value)),
        }
    }

    /// A text in another charset would be forwarded as another text.
    fn check_charset(&self) -> Result<(), Refusal> {
        let Some(content_type) = &self.content_type else { return Ok(()) };
        let parsed = Parameters::parse(content_type)
            .map_err(|problem| Refusal::malformed(format!("Content-Type of a part: {problem}")))?;
        if parsed.is_utf_8() {
            Ok(())
        } else {
            Err(Refusal::UnsupportedMediaType("the charset of a text must be utf-8"))
        }
    }

    fn into_file_head(self) -> FileHead {
        let file_name = self.file_name.filter(|file_name| !file_name.is_empty()).unwrap_or_else(|| self.name.clone());
        let content_type = self.content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
        FileHead { name: self.name, file_name, content_type }
    }
}

fn is_text(content_type: &str) -> bool {
    has_prefix(content_type, "text/")
}

fn has_prefix(content_type: &str, prefix: &str) -> bool {
    content_type.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// The headers that mean something; others are not forwarded and not read.
#[derive(Default)]
struct PartHeaders<'a> {
    disposition: Option<&'a str>,
    content_type: Option<&'a str>,
    transfer_encoding: Option<&'a str>,
}

impl PartHeaders<'_> {
    fn is_transfer_encoded(&self) -> bool {
        let is_none = |encoding: &str| ["7bit", "8bit", "binary"].contains(&encoding.to_ascii_lowercase().as_str());
        !self.transfer_encoding.is_none_or(is_none)
    }
}

fn parse_headers(head: &[u8]) -> Result<PartHeaders<'_>, Refusal> {
    let head = std::str::from_utf8(head).map_err(|_| Refusal::malformed("the headers of a part are not UTF-8"))?;
    let mut headers = PartHeaders::default();
    for line in head.split("\r\n") {
        let (name, value) =
            parse_header_line(line).ok_or_else(|| Refusal::malformed("a header of a part is malformed"))?;
        let slot = match name.to_ascii_lowercase().as_str() {
            "content-disposition" => &mut headers.disposition,
            "content-type" => &mut headers.content_type,
            "content-transfer-encoding" => &mut headers.transfer_encoding,
            _ => continue,
        };
        if slot.replace(value).is_some() {
            return Err(Refusal::malformed("a header of a part occurs more than once"));
        }
    }
    Ok(headers)
}

fn parse_header_line(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let clean = is_token(name.as_bytes()) && !value.contains(|char: char| char.is_control() && char != '\t');
    clean.then(|| (name, value.trim_matches([' ', '\t'])))
}

/// Cuts the body into parts.
struct Reader {
    body: ClientBody,
    /// What was read and not yet given out; begins with a CRLF of our own, so that the first delimiter is like all.
    buffer: BytesMut,
    delimiter: Finder<'static>,
    max_head: usize,
    place: Place,
}

/// Where in the body the reader stands.
#[derive(PartialEq, Eq)]
enum Place {
    /// In the preamble or in the content of a part.
    Content,
    /// Behind a delimiter, before the rest of its line.
    Delimiter,
    /// Behind the end of the body.
    End,
}

impl Reader {
    fn new(boundary: &str, body: ClientBody, max_head: usize) -> Self {
        let delimiter = Finder::new(&format!("\r\n--{boundary}")).into_owned();
        Self { body, buffer: BytesMut::from(&b"\r\n"[..]), delimiter, max_head, place: Place::Content }
    }

    /// The headers of the next part, without the empty line; `None` after the closing delimiter and a complete body.
    async fn next_part(&mut self) -> Result<Option<Bytes>, Refusal> {
        if self.place == Place::End {
            return Ok(None);
        }
        while self.chunk().await?.is_some() {}
        if self.delimiter_closes().await? {
            self.place = Place::End;
            self.skip_epilogue().await?;
            return Ok(None);
        }
        let head = self.head().await?;
        self.place = Place::Content;
        Ok(Some(head))
    }

    /// The next bytes of the part, never empty; `None` when they end, with the buffer just behind the delimiter.
    async fn chunk(&mut self) -> Result<Option<Bytes>, Refusal> {
        while self.place == Place::Content {
            match self.delimiter.find(&self.buffer) {
                Some(0) => {
                    let _ = self.buffer.split_to(self.delimiter.needle().len());
                    self.place = Place::Delimiter;
                    return Ok(None);
                }
                Some(at) => return Ok(Some(self.buffer.split_to(at).freeze())),
                None => {}
            }
            let held_back = self.delimiter.needle().len() - 1;
            if self.buffer.len() > held_back {
                return Ok(Some(self.buffer.split_to(self.buffer.len() - held_back).freeze()));
            }
            self.fill().await?;
        }
        Ok(None)
    }

    /// Reads the rest of the delimiter's line: `--` closes the body, white space and CRLF begin a part.
    async fn delimiter_closes(&mut self) -> Result<bool, Refusal> {
        const MAX_PADDING: usize = 256;
        loop {
            if self.buffer.starts_with(b"--") {
                let _ = self.buffer.split_to(2);
                return Ok(true);
            }
            let padding = self.buffer.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let rest = &self.buffer[padding..];
            if rest.starts_with(b"\r\n") && padding <= MAX_PADDING {
                let _ = self.buffer.split_to(padding + 2);
                return Ok(false);
            }
            let undecided = rest.is_empty() || rest == b"\r" || (padding == 0 && rest == b"-");
            if !undecided || padding > MAX_PADDING {
                return Err(Refusal::malformed("a multipart delimiter is not followed by CRLF or --"));
            }
            self.fill().await?;
        }
    }

    /// Reads the body to its end. Behind the closing delimiter comes nothing, or a line's end and then anything.
    async fn skip_epilogue(&mut self) -> Result<(), Refusal> {
        loop {
            let padding = self.buffer.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let rest = &self.buffer[padding..];
            let line_ends = rest.starts_with(b"\r\n");
            if !line_ends && !rest.is_empty() && rest != b"\r" {
                return Err(Refusal::malformed("the closing multipart delimiter is not followed by CRLF"));
            }
            match self.body.chunk().await? {
                Some(_) if line_ends => {}
                Some(chunk) => {
                    let _ = self.buffer.split_to(padding);
                    self.buffer.extend_from_slice(&chunk);
                }
                None => return Ok(()),
            }
        }
    }

    async fn head(&mut self) -> Result<Bytes, Refusal> {
        loop {
            if self.buffer.starts_with(b"\r\n") {
                return Err(Refusal::malformed("a part has no headers"));
            }
            let end = memmem::find(&self.buffer, b"\r\n\r\n");
            // However much of it came at once: the last three bytes may be the beginning of its end.
            if end.unwrap_or(self.buffer.len().saturating_sub(3)) > self.max_head {
                return Err(Refusal::TooLarge { what: "bytes in the headers of a part", limit: self.max_head as u64 });
            }
            if let Some(end) = end {
                let head = self.buffer.split_to(end).freeze();
                let _ = self.buffer.split_to(2);
                self.skip_empty_line().await?;
                return Ok(head);
            }
            self.fill().await?;
        }
    }

    /// Takes the empty line behind the headers, unless it is the beginning of the delimiter: RFC 2046 lets a part
    /// without content leave it out.
    async fn skip_empty_line(&mut self) -> Result<(), Refusal> {
        loop {
            let delimiter = self.delimiter.needle();
            let compared = delimiter.len().min(self.buffer.len());
            if self.buffer[..compared] != delimiter[..compared] {
                let _ = self.buffer.split_to(2);
                return Ok(());
            }
            if compared == delimiter.len() {
                return Ok(());
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<(), Refusal> {
        match self.body.chunk().await? {
            Some(chunk) => self.buffer.extend_from_slice(&chunk),
            None => return Err(Refusal::malformed("the multipart body ends before its closing delimiter")),
        }
        Ok(())
    }
}
