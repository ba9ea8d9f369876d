//! Header values of the form `value; name=value; name="value"`: `Content-Type` and `Content-Disposition`.

use percent_encoding::percent_decode_str;

use crate::wire::head::is_token;

/// A value and its parameters; the value and the names in lower case.
pub(super) struct Parameters {
    pub(super) value: String,
    parameters: Vec<(String, String)>,
}

/// More than any client has a use for. Each is compared with all before it, so their number is bounded.
const MAX_PARAMETERS: usize = 16;

impl Parameters {
    /// Parses strictly where two readers could disagree (a parameter given twice or without a value, an open quote) and
    /// leniently where they cannot (spaces, a trailing semicolon, an unquoted value with spaces in it).
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let (value, mut rest) = text.split_once(';').unwrap_or((text, ""));
        let mut parsed = Self { value: value.trim().to_ascii_lowercase(), parameters: Vec::new() };
        loop {
            rest = rest.trim_start_matches([' ', '\t', ';']);
            if rest.is_empty() {
                return Ok(parsed);
            }
            let (name, after) = rest.split_once('=').ok_or("a parameter has no value")?;
            // The next `=` may belong to the parameter behind, which would be lost.
            if name.contains(';') {
                return Err("a parameter has no value");
            }
            let name = name.trim().to_ascii_lowercase();
            if !is_token(name.as_bytes()) {
                return Err("the name of a parameter is malformed");
            }
            let (value, after) = match after.trim_start().strip_prefix('"') {
                Some(quoted) => unquote(quoted)?,
                None => {
                    let (value, after) = after.split_once(';').unwrap_or((after, ""));
                    (value.trim().to_owned(), after)
                }
            };
            if value.is_empty() && name == "boundary" {
                return Err("the boundary is empty");
            }
            if parsed.get(&name).is_some() {
                return Err("a parameter occurs more than once");
            }
            if parsed.parameters.len() == MAX_PARAMETERS {
                return Err("there are too many parameters");
            }
            parsed.parameters.push((name, value));
            rest = after;
        }
    }

    /// A parameter, by its name in lower case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether what they describe is UTF-8, if it is text.
    pub(super) fn is_utf_8(&self) -> bool {
        let charset = self.get("charset").unwrap_or("utf-8");
        charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("us-ascii")
    }

    /// The file name of a part: `filename*` (RFC 5987) where a client sends it, because its `filename` is then a
    /// poorer copy; else `filename`.
    pub(super) fn file_name(&self) -> Option<String> {
        let extended = self.get("filename*").and_then(extended_value);
        extended.or_else(|| self.get("filename").map(form_unescape))
    }
}

/// The text up to the closing quote, and what follows it. Only `\"` and `\\` are escapes: browsers of old sent
/// whole paths, whose backslashes stand for themselves.
fn unquote(quoted: &str) -> Result<(String, &str), &'static str> {
    let mut value = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => {
                let after = quoted[at + 1..].trim_start_matches([' ', '\t']);
                return match after.strip_prefix(';') {
                    Some(after) => Ok((value, after)),
                    None if after.is_empty() => Ok((value, after)),
                    None => Err("something stands between a closing quote and the next semicolon"),
                };
            }
            '\\' => match chars.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                Some((_, escaped)) => value.push(escaped),
                None => value.push(char),
            },
            _ => value.push(char),
        }
    }
    Err("a quoted value has no end")
}

fn extended_value(text: &str) -> Option<String> {
    let (charset, rest) = text.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    percent_decode_str(encoded).decode_utf8().ok().map(Into::into)
}

/// Undoes the escapes of the WHATWG form encoding (`%22`, `%0D`, `%0A`) and our own `%5C`; nothing else is an escape
/// in a form's names, so that `100%41.png` stays what it is.
pub(super) fn form_unescape(text: &str) -> String {
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        unescaped.push_str(&rest[..at]);
        let escape = rest.get(at..at + 3).map(str::to_ascii_uppercase);
        let char = match escape.as_deref() {
            Some("%22") => '"',
            Some("%5C") => '\\',
            Some("%0D") => '\r',
            Some("%0A") => '\n',
            _ => {
                unescaped.push('%');
                rest = &rest[at + 1..];
                continue;
            }
        };
        unescaped.push(char);
        rest = &rest[at + 3..];
    }
    unescaped.push_str(rest);
    unescaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_quoted_or_not_in_any_case() {
        let parsed = Parameters::parse(r#"Form-Data; NAME="a\"b\\c\d"; filename = my file.png ;"#).expect("valid");
        assert_eq!(parsed.value, "form-data");
        assert_eq!(parsed.get("name"), Some(r#"a"b\c\d"#));
        assert_eq!(parsed.file_name().as_deref(), Some("my file.png"));
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        for text in
            ["a; name=1; NAME=2", "a; name=\"1", "a; name=\"1\"2", "a; name", "a; boundary=", "a; boundary=\"\""]
        {
            assert!(Parameters::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_parameter_never_hides_in_the_name_of_another() {
        for text in ["a; name=1; x; filename=2", "a; name=1; \"x\"; filename=2", "a; x y=1", "a; =1", "a; \"x\"=1"] {
            assert!(Parameters::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parameters_are_bounded_in_number() {
        let with = |count| "form-data".to_owned() + &(0..count).map(|n| format!("; p{n}=1")).collect::<String>();
        assert!(Parameters::parse(&with(MAX_PARAMETERS)).is_ok());
        assert!(Parameters::parse(&with(MAX_PARAMETERS + 1)).is_err());
    }

    #[test]
    fn an_extended_file_name_wins_if_it_can_be_read() {
        let file_name = |text| Parameters::parse(text).expect("valid").file_name();
        assert_eq!(file_name("form-data; filename=x; filename*=utf-8''%C3%A9.png").as_deref(), Some("é.png"));
        assert_eq!(file_name("form-data; filename=x; filename*=latin1''%E9").as_deref(), Some("x"));
        assert_eq!(file_name("form-data; filename*=UTF-8'en'%FF"), None);
    }

    #[test]
    fn only_the_form_encodings_own_escapes_are_undone() {
        assert_eq!(form_unescape("%22%5c%0d%0A%41%%2"), "\"\\\r\n%41%%2");
        assert_eq!(form_unescape("é%2é"), "é%2é");
    }
}
