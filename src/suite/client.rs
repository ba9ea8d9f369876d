//! Sends requests to the anchor with our credentials, within a time limit, and records what happened.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::BytesMut;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Response, StatusCode};
use tokio::time::timeout;

use super::answer::{Answer, one_line};
use super::curl::curl;
use super::options::Options;
use super::pace::Pace;
use super::request::{Request, Shown, Tries};
use super::upload::Upload;
use crate::sep10::credentials::Credentials;
use crate::wire::client_tls::{Advice, InvalidRoots, tls};
use crate::wire::pool::{Pool, SendError};
use crate::wire::redactor::Redactor;
use crate::wire::target::Target;
use crate::wire::transcript::{Exchange, Forwarded, Received, Sent};

/// The suite's way to the anchor; all checks share it.
pub(crate) struct Client {
    pool: Pool<Upload>,
    auth: Credentials,
    /// The run's: whatever it shows to anybody is recorded nowhere.
    redactor: Redactor,
    time_limit: Duration,
    /// What curl needs to reach the same server.
    curl: Vec<String>,
    pace: Pace,
    /// How many exchanges in a row found nobody there.
    silences: AtomicU32,
    /// Whether the target was silent then, too, when it was asked for the least.
    is_dead: AtomicBool,
    /// Held while it is asked.
    last_question: tokio::sync::Mutex<()>,
}

/// The exchanges of one check.
#[derive(Default)]
pub(crate) struct Transcript(Mutex<Vec<Exchange>>);

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No connection came about.
    Unreachable(String),
    /// No whole answer within the limit.
    TimedOut(Duration),
    /// The connection broke, twice.
    Dropped(String),
    /// The answer is longer than any honest one.
    TooLong,
    /// The request cannot be written: an id that the anchor gave is too long for a request line.
    Unsendable,
    /// The anchor kept on answering 429.
    RateLimited,
    /// It was silent so often that nothing was sent any more.
    GaveUp,
}

/// How long the target may stay silent, counted in exchanges, before it is asked whether it is there at all. Checks run
/// at the same time, so all of these may be of the one kind that it does not answer.
const SILENCES: u32 = 3;
/// How often one request is sent while the anchor answers 429.
const ATTEMPTS: u32 = 4;
/// What a large upload gets beyond the limit of every exchange.
const SECOND_PER_MIB: Duration = Duration::from_secs(1);
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;
/// The longest path and query that can be written, the target's own prefix included.
pub(super) const LONGEST_PATH: usize = 60_000;

const ADVICE: Advice = Advice {
    trust: "name the authority's certificate with --ca FILE",
    show: "name one with --client-cert FILE and --client-key FILE",
};

impl Client {
    pub(crate) fn new(options: &Options) -> Result<Self, InvalidRoots> {
        Self::to(options.target.clone(), options.auth.clone(), Redactor::default(), options)
    }

    /// The same to another server, with other credentials, and with the redactor of the run.
    pub(crate) fn to(
        target: Target,
        auth: Credentials,
        redactor: Redactor,
        options: &Options,
    ) -> Result<Self, InvalidRoots> {
        if let Some(secret) = auth.secret() {
            redactor.learn(secret);
        }
        let tls = tls(options.roots.as_deref(), options.certificate.as_ref(), ADVICE)?;
        Ok(Self {
            pool: Pool::new(target, tls, options.timeout),
            auth,
            redactor,
            time_limit: options.timeout,
            curl: options.curl.clone(),
            pace: Pace::new(),
            silences: AtomicU32::new(0),
            is_dead: AtomicBool::new(false),
            last_question: tokio::sync::Mutex::default(),
        })
    }

    /// Whether there are credentials to show.
    pub(crate) fn has_credentials(&self) -> bool {
        !matches!(self.auth, Credentials::None)
    }

    /// What takes the secrets of the run out of everything that is recorded.
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Whether the target has been silent so long that it counts as dead.
    pub(crate) fn gave_up(&self) -> bool {
        self.is_dead.load(Ordering::Relaxed)
    }

    /// Sends on after giving up, until the next silence.
    pub(crate) fn try_again(&self) {
        self.is_dead.store(false, Ordering::Relaxed);
    }

    /// Sends a request; again if the anchor asks to wait, and once more if the connection breaks, because an anchor
    /// may close an idle connection at any moment.
    pub(crate) async fn send(&self, request: &Request, transcript: &Transcript) -> Result<Answer, Failure> {
        let mut broken = false;
        for _ in 0..ATTEMPTS {
            let turn = self.pace.turn().await;
            if self.gave_up() {
                return Err(Failure::GaveUp);
            }
            let outcome = self.exchange(request, transcript).await;
            if request.tries == Tries::Once {
                return outcome;
            }
            self.count(&outcome).await;
            match outcome {
                Ok(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS => {
                    self.pace.slow_down(&answer.headers, turn);
                }
                Err(Failure::Dropped(_)) if !broken => broken = true,
                outcome => return outcome,
            }
        }
        Err(Failure::RateLimited)
    }

    async fn count(&self, outcome: &Result<Answer, Failure>) {
        if !is_silence(outcome) {
            self.silences.store(0, Ordering::Relaxed);
            self.is_dead.store(false, Ordering::Relaxed);
        } else if self.silences.fetch_add(1, Ordering::Relaxed) + 1 >= SILENCES {
            self.ask_whether_anybody_is_there().await;
        }
    }

    /// By the cheapest request. It belongs to no check, so it is recorded nowhere.
    async fn ask_whether_anybody_is_there(&self) {
        let _one_asks = self.last_question.lock().await;
        if self.gave_up() || self.silences.load(Ordering::Relaxed) < SILENCES {
            return;
        }
        if is_silence(&self.exchange(&Request::get(&[]), &Transcript::default()).await) {
            self.is_dead.store(true, Ordering::Relaxed);
        } else {
            self.silences.store(0, Ordering::Relaxed);
        }
    }

    async fn exchange(&self, request: &Request, transcript: &Transcript) -> Result<Answer, Failure> {
        let redactor = &self.redactor;
        let message = self.message(request)?;
        let (parts, body) = message.into_parts();
        let sent = self.record(request, &parts);
        let message = hyper::Request::from_parts(parts, body);
        let size = request.content.as_ref().map_or(0, |content| content.bytes.len());
        let limit = self.time_limit + SECOND_PER_MIB * u32::try_from(size >> 20).unwrap_or(0);
        let outcome = timeout(limit, self.converse(message)).await;
        let mut outcome = outcome.unwrap_or(Err(Failure::TimedOut(limit)));
        if let Ok(answer) = &mut outcome {
            answer.quoted = one_line(&redactor.quoted(&answer.body));
        }
        transcript.push(Exchange {
            curl: redactor.text(curl(request, &sent.url, &self.auth, &self.curl).as_bytes()),
            forwarded: Vec::new(),
            request: sent,
            response: outcome.as_ref().ok().map(|answer| received(answer, redactor)),
            error: outcome.as_ref().err().map(|failure| redactor.text(failure.to_string().as_bytes())),
        });
        outcome
    }

    async fn converse(&self, message: hyper::Request<Upload>) -> Result<Answer, Failure> {
        let (response, connection) = self.pool.send(message).await?;
        let answer = read(response).await?;
        self.pool.put_back(connection);
        Ok(answer)
    }

    /// The request with our credentials, which must not be recorded from now on.
    pub(super) fn message(&self, request: &Request) -> Result<hyper::Request<Upload>, Failure> {
        let target = self.pool.target();
        if target.to_string().len() + request.path.len() > LONGEST_PATH {
            return Err(Failure::Unsendable);
        }
        let content = request.content.as_ref();
        let body = content.map(Upload::of).unwrap_or_default();
        let mut message = hyper::Request::new(body);
        *message.method_mut() = request.method.clone();
        *message.uri_mut() = target.path(&request.path).into();
        let headers = message.headers_mut();
        headers.extend(header(HOST, target.authority()));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.extend(content.and_then(|content| header(CONTENT_TYPE, &content.content_type)));
        headers.extend(request.headers.iter().filter_map(|(name, value)| header(HeaderName::from_static(name), value)));
        if let Some(secret) = &request.secret {
            self.redactor.learn(secret.as_bytes());
        }
        match &request.credentials {
            Shown::Bearer(token) => {
                headers.extend(header(AUTHORIZATION, &format!("Bearer {token}")));
                self.redactor.learn(token.as_bytes());
            }
            Shown::Ours => self.authenticate(headers, &self.auth),
            Shown::None => {}
            Shown::Wrong => self.authenticate(headers, &self.auth.wrong()),
        }
        Ok(message)
    }

    /// Shows the credentials; what is to be redacted is their secret part.
    fn authenticate(&self, headers: &mut HeaderMap, credentials: &Credentials) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let Some((name, value)) = credentials.header(now) else { return };
        self.redactor.learn(value.strip_prefix("Bearer ").unwrap_or(&value).as_bytes());
        headers.extend(header(HeaderName::from_static(name), &value));
    }

    pub(super) fn record(&self, request: &Request, parts: &Parts) -> Sent {
        let redactor = &self.redactor;
        Sent {
            method: request.method.to_string(),
            url: redactor.text(format!("{}{}", self.pool.target(), request.path).as_bytes()),
            headers: redactor.headers(&parts.headers),
            body: request.content.as_ref().and_then(|content| redactor.body(&content.bytes)),
        }
    }
}

/// Whether nobody was there, or said a word.
fn is_silence(outcome: &Result<Answer, Failure>) -> bool {
    matches!(outcome, Err(Failure::Unreachable(_) | Failure::TimedOut(_)))
}

fn header(name: HeaderName, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((name, HeaderValue::from_str(value).ok()?))
}

pub(super) async fn read(response: Response<Incoming>) -> Result<Answer, Failure> {
    let (parts, mut body) = response.into_parts();
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Failure::Dropped(format!("the answer broke off: {error}")))?;
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(data);
        }
        if bytes.len() > LONGEST_ANSWER {
            return Err(Failure::TooLong);
        }
    }
    Ok(Answer { status: parts.status, headers: parts.headers, body: bytes.freeze(), quoted: String::new() })
}

pub(super) fn received(answer: &Answer, redactor: &Redactor) -> Received {
    Received {
        status: answer.status.as_u16(),
        headers: redactor.headers(&answer.headers),
        body: redactor.body(&answer.body),
    }
}

impl Transcript {
    pub(crate) fn push(&self, exchange: Exchange) {
        self.0.lock().expect("no code panics while it holds the transcript").push(exchange);
    }

    /// Adds what the target sent on to the exchange before it.
    pub(crate) fn forwarded(&self, forwarded: Vec<Forwarded>) {
        let mut exchanges = self.0.lock().expect("no code panics while it holds the transcript");
        if let Some(exchange) = exchanges.last_mut() {
            exchange.forwarded.extend(forwarded);
        }
    }

    /// Adds exchanges that were recorded elsewhere.
    pub(crate) fn extend(&self, exchanges: Vec<Exchange>) {
        self.0.lock().expect("no code panics while it holds the transcript").extend(exchanges);
    }

    pub(crate) fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.0.lock().expect("no code panics while it holds the transcript"))
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Connect(error) => Self::Unreachable(error.to_string()),
            SendError::Exchange(error) => Self::Dropped(format!("the connection broke before the answer: {error}")),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(cause) | Self::Dropped(cause) => f.write_str(cause),
            Self::TimedOut(limit) => {
                write!(f, "no answer within {} s (--timeout changes the limit)", limit.as_secs_f32())
            }
            Self::TooLong => write!(f, "the answer is longer than {} MiB", LONGEST_ANSWER / 1024 / 1024),
            Self::Unsendable => {
                write!(f, "an id is too long to be asked for: with it a path has more than {LONGEST_PATH} bytes")
            }
            Self::RateLimited => {
                write!(f, "the anchor answered 429 to {ATTEMPTS} attempts (--jobs 1 sends less at a time)")
            }
            Self::GaveUp => f.write_str("the target stopped answering, so nothing more was sent to it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::sep12::{CustomerId, Field};
    use crate::suite::request::Encoding;

    /// A target that answers requests of one method and takes no notice of others.
    async fn answering(method: &'static str) -> Client {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let target = format!("http://{}", listener.local_addr().expect("bound")).parse().expect("a base URL");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut request = [0; 4096];
                    while let Ok(read @ 1..) = stream.read(&mut request).await {
                        if request[..read].starts_with(method.as_bytes()) {
                            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.expect("the client is there");
                        }
                    }
                });
            }
        });
        Client::new(&Options { timeout: Duration::from_secs(1), ..Options::new(target) }).expect("no roots are given")
    }

    async fn send(client: &Client, request: &Request) -> Result<StatusCode, Failure> {
        client.send(request, &Transcript::default()).await.map(|answer| answer.status)
    }

    /// What three requests at a time come to that are of the kind that is never answered.
    async fn three_hang(client: &Client) -> [Result<StatusCode, Failure>; 3] {
        let hanging = Request::put(vec![Field::text("account", "G")], &Encoding::Json);
        tokio::join!(send(client, &hanging), send(client, &hanging), send(client, &hanging)).into()
    }

    #[tokio::test]
    async fn a_target_that_hangs_at_one_kind_of_request_is_not_given_up() {
        let client = answering("GET").await;
        for _ in 0..2 {
            let outcomes = three_hang(&client).await;
            assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(Failure::TimedOut(_)))), "{outcomes:?}");
            assert_eq!(send(&client, &Request::get(&[])).await, Ok(StatusCode::NO_CONTENT));
        }
    }

    #[tokio::test]
    async fn a_target_that_does_not_answer_the_last_question_is_given_up_until_it_is_tried_again() {
        let client = answering("DELETE").await;
        let outcomes = three_hang(&client).await;
        assert!(outcomes.iter().all(Result::is_err), "{outcomes:?}");
        let id = CustomerId::try_from("1".to_owned()).expect("not empty");
        assert_eq!(send(&client, &Request::delete(&id)).await, Err(Failure::GaveUp));
        client.try_again();
        assert!(matches!(send(&client, &Request::get(&[])).await, Err(Failure::TimedOut(_))));
        assert_eq!(send(&client, &Request::delete(&id)).await, Err(Failure::GaveUp));
        client.try_again();
        for _ in 0..2 {
            assert_eq!(send(&client, &Request::delete(&id)).await, Ok(StatusCode::NO_CONTENT));
        }
    }

    #[tokio::test]
    async fn an_id_that_fits_no_request_line_is_a_failure_and_no_crash() {
        let target = "http://127.0.0.1:1/prefix".parse().expect("a base URL");
        let client = Client::new(&Options::new(target)).expect("no roots are given");
        for length in [22_000, 70_000] {
            let id = CustomerId::try_from("é".repeat(length)).expect("not empty");
            let sent = client.send(&Request::delete(&id), &Transcript::default()).await;
            assert_eq!(sent.err(), Some(Failure::Unsendable));
        }
    }
}
