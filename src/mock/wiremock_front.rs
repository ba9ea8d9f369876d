//! The mock anchor on wiremock, for tests.

use std::ops::Deref;
use std::sync::Arc;

use tokio::task::JoinSet;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::anchor::Anchor;
use super::answer::{Answer, Delivery};
use super::config::Config;
use super::decode::{Limits, decode_whole};
use super::desk::deliver;
use super::received::{Received, query_pairs};

/// A mock anchor on a free port of this machine, stopped when dropped. All of [`Anchor`] can be called on it.
///
/// Bodies are held whole in memory, and paths are normalised; see [`RawAnchor`](super::RawAnchor) for neither. Dropping it
/// never panics.
#[derive(Debug)]
pub struct MockAnchor {
    server: MockServer,
    anchor: Arc<Anchor>,
    /// Tells wallets of changes; ends with it.
    _teller: JoinSet<()>,
}

impl MockAnchor {
    /// Starts one with the default settings.
    pub async fn start() -> Self {
        Self::with(Config::default()).await
    }

    /// Starts one.
    pub async fn with(config: Config) -> Self {
        Self::serving(Anchor::new(config)).await
    }

    /// Starts one on an anchor that is there already.
    pub async fn serving(anchor: Anchor) -> Self {
        let anchor = Arc::new(anchor);
        let server = MockServer::builder().disable_request_recording().start().await;
        Mock::given(any()).respond_with(Front(Arc::clone(&anchor))).mount(&server).await;
        let mut teller = JoinSet::new();
        if anchor.config().desk.is_some() {
            teller.spawn(deliver(Arc::clone(&anchor)));
        }
        Self { server, anchor, _teller: teller }
    }

    /// The base of the callback API, prefix included, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.server.uri(), self.anchor.config().prefix)
    }
}

impl Deref for MockAnchor {
    type Target = Anchor;

    fn deref(&self) -> &Anchor {
        &self.anchor
    }
}

struct Front(Arc<Anchor>);

impl Respond for Front {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let content_type = request.headers.get("content-type").and_then(|value| value.to_str().ok());
        let received = Received {
            method: request.method.to_string(),
            path: request.url.path().to_owned(),
            query: query_pairs(request.url.query().unwrap_or_default(), self.0.config()),
            headers: headers(request),
            body: decode_whole(content_type, &request.body, Limits::of(self.0.config())),
        };
        // Both are asked, so that both count.
        let (refused, met) = (self.0.refuses(), self.0.meet_troubles(&received));
        if refused || !met.is_nothing() {
            return template(Answer::error(501, "this trouble needs the raw front of the mock anchor"));
        }
        template(self.0.answer(received))
    }
}

fn headers(request: &Request) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    request.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect()
}

fn template(answer: Answer) -> ResponseTemplate {
    if answer.delivery != Delivery::Whole {
        return template(Answer::error(501, "this way to answer needs the raw front of the mock anchor"));
    }
    let template = ResponseTemplate::new(answer.status).append_headers(answer.headers).set_body_bytes(answer.body);
    if answer.delay.is_zero() { template } else { template.set_delay(answer.delay) }
}
