//! The answer to bytes that are no request, for hyper has none: written by hand, and then the connection is closed.

use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::io::{AsyncWrite, AsyncWriteExt};

/// What a server says of them: the status, and what is wrong.
pub(crate) type LastWords = fn(StatusCode, &'static str) -> Response<String>;

/// `{"error": ...}`. What is wrong is a text of ours without quotes.
pub(crate) fn as_json(status: StatusCode, problem: &'static str) -> Response<String> {
    let mut response = Response::new(format!("{{\"error\":\"{problem}\"}}"));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Writes it. A client that does not take it has gone.
pub(crate) async fn say(stream: &mut (impl AsyncWrite + Unpin), response: &Response<String>) {
    let _ = stream.write_all(&written(response)).await;
}

fn written(response: &Response<String>) -> Vec<u8> {
    let (status, body) = (response.status(), response.body());
    let mut bytes =
        format!("HTTP/1.1 {} {}\r\n", status.as_str(), status.canonical_reason().unwrap_or("Error")).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_a_whole_answer() {
        let response = as_json(StatusCode::BAD_REQUEST, "Host is missing");
        let text = String::from_utf8(written(&response)).expect("text");
        let expected = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: 27\r\n\
            connection: close\r\n\r\n{\"error\":\"Host is missing\"}";
        assert_eq!(text, expected);
    }
}
