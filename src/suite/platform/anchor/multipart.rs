//! Reads `multipart/form-data` strictly (RFC 2046 section 5.1, RFC 7578): what a careful anchor would refuse is refused.

use bytes::Bytes;

use super::body::{HeardField, HeardValue, MOST_FIELDS, too_many};

/// A header's value and its parameters, names in lower case, values as written but for the quotes around them.
pub(super) struct Parameters {
    pub(super) value: String,
    parameters: Vec<(String, String)>,
}

/// More than any platform has a use for. Each is compared with all before it, so their number is bounded.
const MAX_PARAMETERS: usize = 16;

/// The parts of a body.
///
/// # Errors
///
/// Says what is not well-formed.
pub(super) fn read(boundary: &str, body: &Bytes) -> Result<Vec<HeardField>, String> {
    if boundary.is_empty() || boundary.len() > 70 {
        return Err("the boundary has not 1 to 70 characters".to_owned());
    }
    let first = format!("--{boundary}");
    let delimiter = format!("\r\n--{boundary}");
    let mut at = match find(body, 0, delimiter.as_bytes()) {
        _ if body.starts_with(first.as_bytes()) => first.len(),
        Some(at) => at + delimiter.len(),
        None => return Err("the boundary does not occur".to_owned()),
    };
    let mut parts = Vec::new();
    loop {
        if body[at..].starts_with(b"--") {
            return Ok(parts);
        }
        at += line_end(&body[at..])?;
        let end = find(body, at, delimiter.as_bytes()).ok_or("the last part has no end")?;
        if parts.len() == MOST_FIELDS {
            return Err(too_many());
        }
        parts.push(part(&body.slice(at..end))?);
        at = end + delimiter.len();
    }
}

/// How far it is behind a delimiter to the next line; blanks may stand between.
fn line_end(rest: &[u8]) -> Result<usize, String> {
    let blanks = rest.iter().take_while(|byte| b" \t".contains(byte)).count();
    if rest[blanks..].starts_with(b"\r\n") { Ok(blanks + 2) } else { Err("a boundary is not a line of its own".into()) }
}

fn part(part: &Bytes) -> Result<HeardField, String> {
    let (head, content) = match find(part, 0, b"\r\n\r\n") {
        Some(end) => (&part[..end], part.slice(end + 4..)),
        None => return Err("a part has no empty line behind its headers".to_owned()),
    };
    let head = std::str::from_utf8(head).map_err(|_| "the headers of a part are not UTF-8")?;
    let (mut disposition, mut content_type) = (None, None);
    for line in head.split("\r\n") {
        let (name, value) = line.split_once(':').ok_or("a header of a part has no colon")?;
        if line.contains(|char: char| char.is_ascii_control() && char != '\t') {
            return Err("a header of a part has a control character".to_owned());
        }
        let slot = match name.to_ascii_lowercase().as_str() {
            "content-disposition" => &mut disposition,
            "content-type" => &mut content_type,
            _ => continue,
        };
        if slot.replace(value.trim().to_owned()).is_some() {
            return Err(format!("a part has {name} twice"));
        }
    }
    let disposition = Parameters::read(&disposition.ok_or("a part has no Content-Disposition")?)?;
    if !disposition.value.eq_ignore_ascii_case("form-data") {
        return Err("a part's Content-Disposition is not form-data".to_owned());
    }
    let name = disposition.get("name").ok_or("a part has no name")?;
    let file_names = file_names(&disposition);
    let value = HeardValue::Part { file_names, content_type, bytes: content };
    Ok(HeardField { name: unescaped(name), value })
}

/// Everything that the file name can mean: writers escape it in several ways.
fn file_names(disposition: &Parameters) -> Vec<String> {
    let plain = disposition.get("filename");
    let extended = disposition.get("filename*").and_then(|value| value.rsplit_once('\'')).map(|(_, text)| text);
    let readings = plain.into_iter().flat_map(|name| [name.to_owned(), unescaped(name), percent_decoded(name)]);
    readings.chain(extended.map(percent_decoded)).collect()
}

/// Quoted pairs, and what browsers write for quotes and line ends (WHATWG HTML, multipart/form-data).
fn unescaped(text: &str) -> String {
    let text = text.replace("\\\"", "\"").replace("\\\\", "\\");
    let pairs =
        [("%22", "\""), ("%0D", "\r"), ("%0d", "\r"), ("%0A", "\n"), ("%0a", "\n"), ("%5C", "\\"), ("%5c", "\\")];
    pairs.into_iter().fold(text, |text, (from, to)| text.replace(from, to))
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl Parameters {
    pub(super) fn read(header: &str) -> Result<Self, String> {
        let (value, mut rest) = header.split_once(';').unwrap_or((header, ""));
        let mut parameters = Vec::new();
        while !rest.trim().is_empty() {
            let (name, behind) = rest.split_once('=').ok_or("a header has a parameter without a value")?;
            let behind = behind.trim_start();
            let (value, behind) = match behind.strip_prefix('"') {
                Some(quoted) => {
                    let end = closing_quote(quoted).ok_or("a header has a quote that does not end")?;
                    (&quoted[..end], quoted[end + 1..].trim_start())
                }
                None => {
                    let (value, behind) = behind.split_at(behind.find(';').unwrap_or(behind.len()));
                    (value.trim_end(), behind)
                }
            };
            let name = name.trim().to_ascii_lowercase();
            if parameters.iter().any(|(other, _)| *other == name) {
                return Err(format!("a header has {name} twice"));
            }
            if parameters.len() == MAX_PARAMETERS {
                return Err("a header has too many parameters".to_owned());
            }
            parameters.push((name, value.to_owned()));
            rest = match behind.strip_prefix(';') {
                Some(behind) => behind,
                None if behind.is_empty() => behind,
                None => return Err("a header has something between a closing quote and the next semicolon".to_owned()),
            };
        }
        Ok(Self { value: value.trim().to_owned(), parameters })
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find_map(|(other, value)| (other == name).then_some(value.as_str()))
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

/// Where the needle begins, from a place on. It goes from one first byte to the next: a file can be long.
fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == needle[0])?;
        if bytes[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(body: &'static str) -> Result<Vec<HeardField>, String> {
        read("b", &Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn parts_are_read_with_names_types_and_exact_content() {
        let body = "preamble\r\n--b  \r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\r\n--b\r\ncontent-type: \
            image/png\r\nContent-Disposition: form-data; name=p; filename=\"x%22;y\\\"\"\r\n\r\nx--b\r\n--b--\r\nrest";
        let fields = read_text(body).expect("well-formed");
        assert_eq!((fields[0].name.as_str(), fields[0].text()), ("a", Some("1\r\n")));
        let HeardValue::Part { file_names, content_type, bytes } = &fields[1].value else { panic!("a part") };
        assert_eq!((content_type.as_deref(), bytes.as_ref()), (Some("image/png"), b"x--b".as_slice()));
        assert!(file_names.contains(&"x\";y\"".to_owned()), "{file_names:?}");
    }

    #[test]
    fn escapes_are_read_in_either_case() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"%0d%0D%0a%0A%5c%5C%22\"\r\n\r\n1\r\n--b--";
        assert_eq!(read_text(body).expect("well-formed")[0].name, "\r\r\n\n\\\\\"");
    }

    #[test]
    fn a_blank_within_quotes_belongs_to_the_name() {
        let body = "--b\r\nContent-Disposition: form-data; name=\" a \"\r\n\r\n1\r\n--b--";
        assert_eq!(read_text(body).expect("well-formed")[0].name, " a ");
    }

    #[test]
    fn an_extended_file_name_is_read() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"p\"; filename=\"_\"; filename*=UTF-8''%C3%A9.png\r\n\r\n\
            \r\n--b--";
        let fields = read_text(body).expect("well-formed");
        let HeardValue::Part { file_names, .. } = &fields[0].value else { panic!("a part") };
        assert!(file_names.contains(&"é.png".to_owned()));
    }

    #[test]
    fn a_header_of_a_million_parameters_is_refused_at_once() {
        let parameters: String = (0..1_000_000).map(|number| format!("; p{number}=1")).collect();
        let body = format!("--b\r\nContent-Disposition: form-data; name=\"a\"{parameters}\r\n\r\n1\r\n--b--");
        assert_eq!(read("b", &body.into()).err().as_deref(), Some("a header has too many parameters"));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for body in [
            "",
            "--b\r\n",
            "--b\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"; x=1\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"b; x=1\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
            "--bX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--",
            "--b\nContent-Disposition: form-data; name=\"a\"\n\n1\n--b--",
        ] {
            assert!(read_text(body).is_err(), "{body:?}");
        }
    }
}
