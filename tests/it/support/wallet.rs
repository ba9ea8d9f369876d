//! A wallet: one HTTP/1.1 exchange a connection, so that no state is shared between requests.

use std::net::SocketAddr;

use anchor_conformance::sep12::Field;
use anchor_conformance::sep12::body::{self, Body, Multipart};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{HeaderMap, Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

pub(crate) struct Wallet {
    address: SocketAddr,
    token: String,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Wallet {
    pub(crate) fn new(address: SocketAddr, token: String) -> Self {
        Self { address, token }
    }

    pub(crate) async fn put(&self, body: Body) -> Answer {
        self.put_bytes(&body.content_type, body.bytes).await
    }

    pub(crate) async fn put_bytes(&self, content_type: &str, body: impl Into<Bytes>) -> Answer {
        let request = self.request(Method::PUT, "/sep12/customer").header(CONTENT_TYPE, content_type);
        self.send(request.body(Full::new(body.into())).expect("a valid request")).await
    }

    pub(crate) async fn put_json(&self, json: &Value) -> Answer {
        self.put_bytes("application/json", json.to_string()).await
    }

    pub(crate) async fn put_multipart(&self, fields: &[Field]) -> Answer {
        self.put(body::multipart(fields, &Multipart::default()).expect("writable fields")).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.address.to_string())
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
    }

    pub(crate) async fn send<B>(&self, request: Request<B>) -> Answer
    where
        B: hyper::body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let stream = TcpStream::connect(self.address).await.expect("the platform listens");
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP/1.1");
        let driver = tokio::spawn(connection);
        let response = sender.send_request(request).await.expect("the platform answers");
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("a complete answer").to_bytes();
        driver.abort();
        Answer { status: head.status, headers: head.headers, body }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub(crate) fn id(&self) -> String {
        assert_eq!(self.status, StatusCode::ACCEPTED, "{self:?}");
        let json = self.json();
        assert_eq!(json.as_object().map(serde_json::Map::len), Some(1), "id and nothing else: {json}");
        json["id"].as_str().expect("a string").to_owned()
    }

    /// The status and the `error` text.
    pub(crate) fn refusal(&self) -> (u16, String) {
        assert_eq!(self.headers["content-type"], "application/json", "{self:?}");
        let json = self.json();
        assert_eq!(json.as_object().map(serde_json::Map::len), Some(1), "error and nothing else: {json}");
        (self.status.as_u16(), json["error"].as_str().expect("a string").to_owned())
    }
}
