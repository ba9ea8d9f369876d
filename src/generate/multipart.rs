//! Requests as `multipart/form-data`, in all the styles that clients have (RFC 7578, RFC 2046).

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::boundary::arb_boundary;
use super::customer::{arb_binary_customer, arb_binary_name, arb_text_customer, distinct};
use super::name::arb_name;
use super::request::ClientRequest;
use crate::sep12::body::{Escapes, boundary_parameter, escape, unused_boundary};
use crate::sep12::registry;
use crate::sep12::{Field, File, Value};

/// What stands around the parts.
#[derive(Clone, Debug)]
struct Envelope {
    boundary: String,
    quoted: bool,
    preamble: &'static str,
    epilogue: &'static str,
    /// The content type, `{}` being where `boundary=...` goes.
    content_type: &'static str,
}

/// How one part is written.
#[derive(Clone, Debug)]
struct PartStyle {
    escapes: Escapes,
    /// Names of headers as usual, in lower or in upper case.
    case: fn(&str) -> String,
    colon: &'static str,
    semicolon: &'static str,
    line_end: &'static str,
    file_name_first: bool,
    disposition_last: bool,
    /// Whether a name that is a token stands without quotes.
    bare_name: bool,
    extra: Option<&'static str>,
    /// The content type of a text part without file name.
    text_type: Option<&'static str>,
    /// The content type of a text part that is sent as a file, if it is.
    blob: Option<&'static str>,
}

/// What the headers of one part say.
struct Part<'a> {
    name: &'a str,
    file_name: Option<&'a str>,
    content_type: Option<&'a str>,
    content: &'a [u8],
}

/// A multipart request with or without files: any boundary, preamble and epilogue, headers in any case, order and
/// spacing, both kinds of escapes, text sent as files, untouched file inputs. There may be no part at all.
///
/// Files must arrive with their name and content type, or with the field's name and `application/octet-stream`; text
/// that was sent as a file arrives as text; untouched file inputs (no content, empty file name) do not arrive.
pub fn arb_multipart_request() -> impl Strategy<Value = ClientRequest> {
    (arb_fields(), vec(arb_part_style(), 1..8), arb_envelope()).prop_map(|(fields, styles, envelope)| {
        let styled = fields.iter().zip(styles.iter().cycle());
        let parts: Vec<_> = styled.map(|(field, style)| style.write(&style.part(field))).collect();
        let (content_type, body) = envelope.write(parts);
        let sent = fields.into_iter().filter_map(received).collect();
        ClientRequest { content_type, body: body.into(), sent }
    })
}

fn arb_fields() -> impl Strategy<Value = Vec<Field>> {
    let customer = prop_oneof![1 => arb_text_customer().boxed(), 3 => arb_binary_customer().boxed()];
    let with_untouched = (arb_text_customer(), arb_binary_customer(), vec(arb_untouched(), 1..3))
        .prop_map(|(texts, files, untouched)| distinct([files, untouched, texts].concat()))
        .prop_shuffle();
    prop_oneof![4 => customer, 1 => with_untouched]
}

/// A file input that the user left alone, as browsers send it (WHATWG HTML, constructing the form data set).
fn arb_untouched() -> impl Strategy<Value = Field> {
    let octets = Some("application/octet-stream".to_owned());
    let file = File { file_name: Some(String::new()), content_type: octets, bytes: bytes::Bytes::new() };
    prop_oneof![arb_binary_name(), arb_name()].prop_map(move |name| Field::file(name, file.clone()))
}

/// What arrives of a field.
fn received(field: Field) -> Option<Field> {
    let Field { name, value: Value::File(file) } = field else { return Some(field) };
    if file.bytes.is_empty() && file.file_name.as_deref() == Some("") {
        return None;
    }
    let file_name = file.file_name.or_else(|| Some(name.clone()));
    let content_type = file.content_type.or_else(|| Some("application/octet-stream".to_owned()));
    Some(Field::file(name, File { file_name, content_type, bytes: file.bytes }))
}

fn arb_envelope() -> impl Strategy<Value = Envelope> {
    let preamble = ["", "\r\n", "This is a multi-part message in MIME format.\r\n", "--\r\n", "a\nb\r\r\n"];
    let epilogue = ["\r\n", "", "\r\nthe end", "\r\n\r\n--\r\n"];
    let content_type = [
        "multipart/form-data; {}",
        "multipart/form-data;{}",
        "multipart/form-data; charset=utf-8; {}",
        "multipart/form-data; {}; charset=UTF-8",
        "Multipart/Form-Data ; {}",
    ];
    let choices = (select(preamble.to_vec()), select(epilogue.to_vec()), select(content_type.to_vec()));
    (arb_boundary(), any::<bool>(), choices).prop_map(|(boundary, quoted, (preamble, epilogue, content_type))| {
        Envelope { boundary, quoted, preamble, epilogue, content_type }
    })
}

fn arb_part_style() -> impl Strategy<Value = PartStyle> {
    let spacing = (
        select(&[": ", ":", ":  ", ":\t"][..]),
        select(&["; ", ";", " ; ", ";\t"][..]),
        select(&["\r\n", "\r\n", " \r\n"][..]),
    );
    let order = (any::<bool>(), any::<bool>());
    let escapes = select(&[Escapes::Percent, Escapes::Backslash][..]);
    let cases: [fn(&str) -> String; 3] = [str::to_owned, str::to_ascii_lowercase, str::to_ascii_uppercase];
    let extra = ["Content-Transfer-Encoding: binary", "X-Part: name=\"id\"; filename=x", "Content-ID: <1@wallet>"];
    let bare_name = prop_oneof![5 => Just(false), 1 => Just(true)];
    let texts = (
        option::weighted(0.2, select(&["text/plain", "text/plain; charset=utf-8", "text/plain;charset=UTF-8"][..])),
        option::weighted(0.2, select(&["application/octet-stream", "text/plain", "application/json"][..])),
    );
    let extra = option::weighted(0.2, select(extra.to_vec()));
    (escapes, select(cases.to_vec()), spacing, order, bare_name, extra, texts).prop_map(
        |(escapes, case, (colon, semicolon, line_end), order, bare_name, extra, (text_type, blob))| PartStyle {
            escapes,
            case,
            colon,
            semicolon,
            line_end,
            file_name_first: order.0,
            disposition_last: order.1,
            bare_name,
            extra,
            text_type,
            blob,
        },
    )
}

impl PartStyle {
    /// Text goes as a file only under a name that is known to be a string's: under another name it would be a file.
    fn part<'a>(&'a self, field: &'a Field) -> Part<'a> {
        let blob = self.blob.filter(|_| registry::kind(&field.name).is_some());
        let (file_name, content_type, content) = match &field.value {
            Value::Text(text) => (blob.map(|_| "blob"), blob.or(self.text_type), text.as_bytes()),
            Value::File(file) => (file.file_name.as_deref(), file.content_type.as_deref(), &file.bytes[..]),
            Value::Json(_) => unreachable!("customers have no nested values"),
        };
        Part { name: &field.name, file_name, content_type, content }
    }

    fn write(&self, part: &Part<'_>) -> Vec<u8> {
        let mut lines = vec![self.disposition(part)];
        lines.extend(part.content_type.map(|content_type| self.header("Content-Type", content_type)));
        lines.extend(self.extra.map(str::to_owned));
        if self.disposition_last {
            lines.reverse();
        }
        let headers: String = lines.into_iter().map(|line| line + self.line_end).collect();
        [headers.as_bytes(), b"\r\n", part.content].concat()
    }

    fn header(&self, name: &str, value: &str) -> String {
        format!("{}{}{value}", (self.case)(name), self.colon)
    }

    fn disposition(&self, part: &Part<'_>) -> String {
        let quoted = |text| format!("\"{}\"", escape(text, self.escapes).expect("names are made fit for headers"));
        let is_token = part.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        let name = if self.bare_name && is_token { part.name.to_owned() } else { quoted(part.name) };
        let mut parameters = vec![format!("name={name}")];
        parameters.extend(part.file_name.map(|file_name| format!("filename={}", quoted(file_name))));
        if self.file_name_first {
            parameters.reverse();
        }
        let value = format!("form-data{}{}", self.semicolon, parameters.join(self.semicolon));
        self.header("Content-Disposition", &value)
    }
}

impl Envelope {
    /// The content type and the body.
    fn write(&self, mut parts: Vec<Vec<u8>>) -> (String, Vec<u8>) {
        let count = parts.len();
        parts.extend([self.preamble.into(), self.epilogue.into()]);
        let boundary = unused_boundary(&self.boundary, &parts);
        let mut body = self.preamble.as_bytes().to_vec();
        for part in &parts[..count] {
            body.extend_from_slice(&[format!("--{boundary}\r\n").as_bytes(), part, b"\r\n"].concat());
        }
        body.extend_from_slice(format!("--{boundary}--{}", self.epilogue).as_bytes());
        (self.content_type.replace("{}", &boundary_parameter(&boundary, self.quoted)), body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts, read by the one rule of RFC 2046: they lie between lines that begin with the delimiter.
    fn split(request: &ClientRequest) -> Vec<Vec<u8>> {
        let (_, rest) = request.content_type.split_once("boundary=").expect("a boundary");
        let boundary = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => rest.split(';').next(),
        };
        let delimiter = format!("\r\n--{}", boundary.expect("a boundary"));
        let body = [b"\r\n", &request.body[..]].concat();
        let windows = body.windows(delimiter.len()).enumerate();
        let starts: Vec<_> = windows.filter(|(_, window)| *window == delimiter.as_bytes()).map(|(at, _)| at).collect();
        let last = *starts.last().expect("a last delimiter");
        assert!(body[last + delimiter.len()..].starts_with(b"--"));
        starts.windows(2).map(|pair| body[pair[0] + delimiter.len()..pair[1]].to_vec()).collect()
    }

    fn content(part: &[u8]) -> &[u8] {
        let headers = part.windows(4).position(|window| window == b"\r\n\r\n").expect("an empty line");
        &part[headers + 4..]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn the_contents_lie_between_the_delimiters(request in arb_multipart_request()) {
            let parts = split(&request);
            let mut contents = parts.iter().map(|part| content(part));
            for field in &request.sent {
                let expected = match &field.value {
                    Value::Text(text) => text.as_bytes(),
                    Value::File(file) => &file.bytes,
                    Value::Json(_) => panic!("nested in multipart"),
                };
                prop_assert!(contents.any(|content| content == expected), "{}", field.name);
            }
        }

        #[test]
        fn files_arrive_with_name_and_content_type(request in arb_multipart_request()) {
            for file in request.sent.iter().filter_map(Field::as_file) {
                prop_assert!(file.file_name.is_some() && file.content_type.is_some());
            }
        }
    }

    #[test]
    fn an_untouched_file_input_does_not_arrive() {
        let file = |file_name: Option<&str>| File {
            file_name: file_name.map(str::to_owned),
            content_type: None,
            bytes: bytes::Bytes::new(),
        };
        assert_eq!(received(Field::file("photo", file(Some("")))), None);
        let arrived = received(Field::file("photo", file(None))).expect("provided, though empty");
        let arrived = arrived.as_file().expect("a file");
        assert_eq!(arrived.file_name.as_deref(), Some("photo"));
        assert_eq!(arrived.content_type.as_deref(), Some("application/octet-stream"));
    }
}
