//! A request as one line for a POSIX shell.

use std::fmt::Write;

use super::request::{Content, Request, Shown};
use crate::sep10::credentials::Credentials;
use crate::sep12::field::{Field, Value};

/// How much of a body still stands in the line; a longer one is read from a file.
const INLINE_BYTES: usize = 8 * 1024;

/// A command that sends the request again, with such options to reach the server.
pub(crate) fn curl(request: &Request, url: &str, auth: &Credentials, options: &[String]) -> String {
    let mut line = "curl -i".to_owned();
    for option in options {
        let _ = write!(line, " {}", quote(option));
    }
    if request.method != hyper::Method::GET {
        push(&mut line, "-X", request.method.as_str());
    }
    line.push_str(match (auth, &request.credentials) {
        (_, Shown::Bearer(_)) => " -H \"Authorization: Bearer $WALLET_TOKEN\"",
        (Credentials::None, _) | (_, Shown::None) => "",
        (Credentials::ApiKey(_), Shown::Ours) => " -H \"X-Api-Key: $ANCHOR_API_KEY\"",
        (Credentials::ApiKey(_), Shown::Wrong) => " -H \"X-Api-Key: ${ANCHOR_API_KEY}x\"",
        (Credentials::Jwt(_), Shown::Ours) => " -H \"Authorization: Bearer $ANCHOR_TOKEN\"",
        (Credentials::Jwt(_), Shown::Wrong) => " -H 'Authorization: Bearer not-a-token'",
    });
    for (name, value) in &request.headers {
        push(&mut line, "-H", &format!("{name}: {value}"));
    }
    match &request.content {
        None => {}
        Some(content) => {
            if content.parts.is_some() && content.chunked {
                push(&mut line, "-H", "Transfer-Encoding: chunked");
            }
            match content.parts.as_deref().and_then(form) {
                Some(form) => line.push_str(&form),
                None => push_body(&mut line, content),
            }
        }
    }
    line.push(' ');
    line.push_str(&quote(url));
    line
}

/// The parts of a multipart body, if they are not too many.
fn form(parts: &[Field]) -> Option<String> {
    let mut form = String::new();
    for part in parts {
        push_part(&mut form, part);
        if form.len() > INLINE_BYTES {
            return None;
        }
    }
    Some(form)
}

fn push_body(line: &mut String, content: &Content) {
    push(line, "-H", &format!("Content-Type: {}", content.content_type));
    match std::str::from_utf8(&content.bytes) {
        Ok(text) if text.len() <= INLINE_BYTES && !text.contains('\0') => push(line, "--data-raw", text),
        _ => line.push_str(" --data-binary @body"),
    }
}

fn push_part(line: &mut String, part: &Field) {
    match &part.value {
        Value::Text(text) => push(line, "--form-string", &format!("{}={text}", part.name)),
        Value::Json(raw) => push(line, "--form-string", &format!("{}={}", part.name, raw.get())),
        Value::File(file) => {
            // A file read with `<` goes without its name.
            let sign = if file.file_name.is_some() { '@' } else { '<' };
            let mut value = format!("{}={sign}{}", part.name, file.file_name.as_deref().unwrap_or("file"));
            if let Some(content_type) = &file.content_type {
                let _ = write!(value, ";type={content_type}");
            }
            push(line, "-F", &value);
        }
    }
}

fn push(line: &mut String, option: &str, value: &str) {
    let _ = write!(line, " {option} {}", quote(value));
}

/// The text as one word of a POSIX shell.
pub(crate) fn quote(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,@%+".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::sep10::credentials::ApiKey;
    use crate::sep10::token::Secret;
    use crate::sep12::File;
    use crate::sep12::body::Multipart;
    use crate::suite::request::Encoding;

    #[test]
    fn json_is_quoted_for_a_shell() {
        let request = Request::put(vec![Field::text("last_name", "O'Brien $HOME `x`")], &Encoding::Json);
        assert_eq!(
            curl(&request, "http://a/customer", &Credentials::None, &[]),
            r#"curl -i -X PUT -H 'Content-Type: application/json' --data-raw '{"last_name":"O'\''Brien $HOME `x`"}' http://a/customer"#
        );
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for text in ["", "plain", "it's", "''", "a\nb", r"\", "$(x) `y` \"z\" !"] {
            let output = std::process::Command::new("sh")
                .args(["-c", &format!("printf %s {}", quote(text))])
                .output()
                .expect("a shell");
            assert_eq!(String::from_utf8_lossy(&output.stdout), text);
        }
    }

    #[test]
    fn multipart_names_its_files() {
        let named = File {
            file_name: Some("id.png".to_owned()),
            content_type: Some("image/png".to_owned()),
            bytes: Bytes::new(),
        };
        let nameless = File { file_name: None, ..named.clone() };
        let fields = vec![Field::text("a", "@x;type=y"), Field::file("b", named), Field::file("c", nameless)];
        let request = Request::put(fields, &Encoding::Multipart(Multipart::default()));
        assert_eq!(
            curl(&request, "http://a/customer", &Credentials::None, &[]),
            "curl -i -X PUT --form-string 'a=@x;type=y' -F 'b=@id.png;type=image/png' \
             -F 'c=<file;type=image/png' http://a/customer"
        );
    }

    #[test]
    fn a_long_body_is_read_from_a_file_in_every_encoding() {
        let parts = Encoding::Multipart(Multipart::default());
        for (encoding, content_type) in [(Encoding::Json, "application/json"), (parts, "multipart/form-data")] {
            for fields in [vec![Field::text("a", "'".repeat(INLINE_BYTES))], vec![Field::text("a", ""); INLINE_BYTES]] {
                let line = curl(&Request::put(fields, &encoding), "http://a/customer", &Credentials::None, &[]);
                assert!(
                    line.len() < 200 && line.contains(content_type) && line.contains(" --data-binary @body "),
                    "{line}"
                );
            }
        }
    }

    #[test]
    fn credentials_are_shell_variables() {
        let request = Request::get(&[("id".to_owned(), "1".to_owned())]);
        let key = Credentials::ApiKey(ApiKey::new("k3y").expect("a header can hold it"));
        assert_eq!(
            curl(&request, "http://a/customer?id=1", &key, &["--cacert".to_owned(), "our ca.pem".to_owned()]),
            "curl -i --cacert 'our ca.pem' -H \"X-Api-Key: $ANCHOR_API_KEY\" 'http://a/customer?id=1'"
        );
        let jwt = Credentials::Jwt(Secret::new("s3cret").expect("not empty"));
        assert!(curl(&request, "http://a/", &jwt, &[]).contains("\"Authorization: Bearer $ANCHOR_TOKEN\""));
    }
}
