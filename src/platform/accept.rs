//! Step 1, accept: a request comes off the wire, goes through the steps, and its answer and one log line come out.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};

use super::config::{Config, InvalidRoots};
use super::cors::open_to_all;
use super::endpoints;
use super::forward::Anchor;
use super::record::Record;
use super::refusal::Refusal;
use super::respond::{Answered, refuse};
use super::route::route;
use super::web_auth::Authenticator;
use crate::wire::listener::Hangup;
use crate::wire::{Panicked, caught};

/// What all requests share.
pub(crate) struct Platform {
    pub(crate) config: Config,
    pub(crate) anchor: Anchor,
    authenticator: Option<Authenticator>,
}

impl Platform {
    pub(crate) fn new(config: Config, scheme: &'static str) -> Result<Self, InvalidRoots> {
        let anchor = Anchor::new(&config)?;
        let authenticator = config.web_auth.clone().map(|web_auth| Authenticator::new(web_auth, &config, scheme));
        Ok(Self { anchor, authenticator: authenticator.transpose()?, config })
    }

    /// For the endpoints that are there only with it.
    pub(crate) fn authenticator(&self) -> Result<&Authenticator, Refusal> {
        self.authenticator.as_ref().ok_or(Refusal::UnknownPath)
    }
}

/// Answers one request. A panic within its steps is a refusal like any other; with the steps it drops the connection to
/// the anchor, which is a reset.
pub(crate) async fn accept(
    platform: Arc<Platform>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Hangup> {
    let mut record = Record::new(&request, platform.config.observer.as_ref());
    let answered = caught(steps(&platform, request, &mut record)).await;
    finish(answered.unwrap_or_else(|Panicked| Err(Refusal::Panicked)), record)
}

async fn steps(platform: &Platform, request: Request<Incoming>, record: &mut Record) -> Answered {
    let endpoint = route(request.method(), request.uri().path(), &platform.config)?;
    record.endpoint = endpoint.name();
    endpoints::answer(endpoint, platform, request, record).await
}

/// One line in the log and one answer, whatever the steps came to.
fn finish(answered: Answered, record: Record) -> Result<Response<Full<Bytes>>, Hangup> {
    let (response, detail) = match answered {
        Ok(response) => (Some(response), None),
        Err(refusal) => (refuse(&refusal), Some(refusal.detail())),
    };
    let request_id = record.trace.request_id.parse().expect("hexadecimal digits");
    record.finish(response.as_ref().map(Response::status), detail.as_deref());
    let mut response = response.ok_or(Hangup)?;
    response.headers_mut().insert("x-request-id", request_id);
    open_to_all(response.headers_mut());
    Ok(response)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::wire::listener::{Options, serve};

    async fn panicking(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Hangup> {
        let record = Record::new(&request, None);
        let answered = caught(async { panic!("{:?}", request.headers()) }).await;
        finish(answered.unwrap_or_else(|Panicked| Err(Refusal::Panicked)), record)
    }

    #[tokio::test]
    async fn a_panic_in_a_step_is_an_answer_with_a_request_id_and_the_connection_lives_on() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let mut client = TcpStream::connect(listener.local_addr().expect("bound")).await.expect("it listens");
        tokio::spawn(serve(listener.into(), Options::default(), panicking, std::future::pending()));
        let request = "GET /sep12/customer HTTP/1.1\r\nhost: x\r\nx-name: Ada\r\n";
        let requests = format!("{request}\r\n{request}connection: close\r\n\r\n");
        client.write_all(requests.as_bytes()).await.expect("it reads");
        let mut answers = String::new();
        client.read_to_string(&mut answers).await.expect("answers and the end");
        assert_eq!(answers.matches("HTTP/1.1 500 Internal Server Error\r\n").count(), 2, "{answers}");
        assert_eq!(
            answers.matches(r#"{"error":"the platform failed to process the request"}"#).count(),
            2,
            "{answers}"
        );
        assert_eq!(answers.matches("x-request-id: ").count(), 2, "{answers}");
        assert!(!answers.contains("Ada"), "{answers}");
    }
}
