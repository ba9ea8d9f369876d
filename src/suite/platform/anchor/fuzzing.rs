//! The anchor side's reading of what a platform sends.

use bytes::Bytes;
use hyper::Request;
use hyper::header::{CONTENT_TYPE, HeaderValue};

use super::body::{Body, HeardField, HeardValue};
use super::heard::Heard;

/// One field as an anchor would take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The name.
    pub name: String,
    /// What the file name may mean; nothing if there is none.
    pub file_names: Vec<String>,
    /// The part's own type.
    pub content_type: Option<String>,
    /// Text, a JSON value as it was written, or a part's content.
    pub content: Bytes,
}

/// Reads a whole request, and all that checks and reports ask of it.
///
/// # Errors
///
/// Why an anchor could not read it.
pub fn hear(method: &str, target: &str, content_type: &str, body: Bytes) -> Result<Vec<Read>, String> {
    let request = Request::builder().method(method).uri(target);
    let Ok(request) = request.body(()) else { return Err("no request".to_owned()) };
    let (mut head, ()) = request.into_parts();
    if let Ok(value) = HeaderValue::from_str(content_type) {
        head.headers.insert(CONTENT_TYPE, value);
    }
    let heard = Heard::new(&head, body, true);
    let _ = (heard.names(), heard.summary(), heard.media_type(), heard.deleted(), heard.is_put(), heard.is_get());
    let _ = ["account", "memo", "id"].map(|name| heard.text(name).map(str::len));
    match heard.body {
        Body::Fields(fields) => Ok(fields.into_iter().map(read).collect()),
        Body::Unreadable(why) => Err(why),
        Body::Empty | Body::Incomplete => Ok(Vec::new()),
    }
}

fn read(HeardField { name, value }: HeardField) -> Read {
    let (file_names, content_type, content) = match value {
        HeardValue::Text(text) | HeardValue::Json(text) => (Vec::new(), None, text.into()),
        HeardValue::Part { file_names, content_type, bytes } => (file_names, content_type, bytes),
    };
    Read { name, file_names, content_type, content }
}
