//! `GET /health`: that the platform is there; the anchor is not asked.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Response, StatusCode};
use serde_json::json;

use crate::platform::respond::respond;

pub(super) fn answer() -> Response<Full<Bytes>> {
    respond(StatusCode::OK, json!({"status": "ok"}).to_string())
}
