//! Step 7, forward: the request goes to the anchor, and its answer comes back.
//!
//! While a multipart body is still being written, three things can happen: the writer finds something wrong (the
//! connection is reset and the anchor never sees a complete body), the anchor refuses early (the rest is not sent),
//! or the anchor claims success early (which counts only if it then takes the rest).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderValue};
use hyper::http::request::Builder;
use hyper::{Request, Response};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::authenticate::unix_time;
use super::call::Call;
use super::config::{AnchorBody, Config, Credentials};
use super::decode::{FieldStream, FileHead};
use super::encode::{Multipart, Written};
use super::identify::Identified;
use super::refusal::Refusal;
use super::reply::{AnchorAnswer, is_ambiguous};
use super::tally::Tally;
use super::trace::Trace;
use super::upload::{AnchorRequestBody, Upload, pipe};
use crate::wire::client_tls::{Advice, InvalidRoots, tls};
use crate::wire::pool::{Connection, Pool, SendError};

/// The way to the anchor.
pub(crate) struct Anchor {
    pool: Pool<AnchorRequestBody>,
    credentials: Credentials,
    buffers: Option<Arc<Semaphore>>,
    max_answer: usize,
    patience: Duration,
}

const ADVICE: Advice = Advice {
    trust: "name the authority's certificate with --anchor-ca FILE",
    show: "give the platform one with --anchor-client-cert FILE and --anchor-client-key FILE",
};

type Exchanged = Result<(Response<Incoming>, Connection<AnchorRequestBody>), SendError>;

impl Anchor {
    pub(crate) fn new(config: &Config) -> Result<Self, InvalidRoots> {
        let tls = tls(config.anchor_roots.as_deref(), config.anchor_certificate.as_ref(), ADVICE)?;
        let buffers = match config.anchor_body {
            AnchorBody::Streamed => None,
            AnchorBody::Buffered { budget } => Some(Arc::new(Semaphore::new(budget.min(Semaphore::MAX_PERMITS)))),
        };
        Ok(Self {
            pool: Pool::new(config.anchor.clone(), tls, config.limits.connect_time),
            credentials: config.anchor_auth.clone(),
            buffers,
            max_answer: config.limits.answer,
            patience: config.limits.anchor_time,
        })
    }

    /// Without a body.
    pub(crate) async fn send(&self, call: &Call, trace: &Trace) -> Result<AnchorAnswer, Refusal> {
        let request = self.request(call, trace).body(AnchorRequestBody::whole(Bytes::new()));
        self.exchange(request.expect("all parts are valid")).await
    }

    /// As JSON.
    pub(crate) async fn send_json(&self, call: &Call, body: Bytes, trace: &Trace) -> Result<AnchorAnswer, Refusal> {
        self.exchange(self.with_body(call, "application/json", AnchorRequestBody::whole(body), trace)).await
    }

    /// As multipart, written while it is sent.
    pub(crate) async fn send_multipart(
        &self,
        call: &Call,
        identified: Identified,
        first_file: FileHead,
        fields: FieldStream,
        trace: &Trace,
        tally: &mut Tally,
    ) -> Result<AnchorAnswer, Refusal> {
        let mut multipart = Multipart::new(call, tally);
        let content_type = multipart.content_type();
        match &self.buffers {
            Some(budget) => {
                let mut upload = Upload::buffer(Arc::clone(budget));
                let written = multipart.write(identified, first_file, fields, &mut upload).await;
                let Upload::Buffer(buffer) = upload else { unreachable!("it was made a buffer") };
                match written {
                    Ok(_) => {
                        let (body, _held) = buffer.finish();
                        let body = AnchorRequestBody::whole(body);
                        self.exchange(self.with_body(call, &content_type, body, trace)).await
                    }
                    Err(refusal) => Err(refusal),
                }
            }
            None => {
                let (mut upload, body) = pipe(self.patience);
                let sent = self.pool.send_alone(self.with_body(call, &content_type, body, trace));
                let written = async {
                    let written = multipart.write(identified, first_file, fields, &mut upload).await;
                    // An open pipe would keep the connection waiting for more.
                    drop(upload);
                    written
                };
                self.while_writing(sent, written).await
            }
        }
    }

    /// Runs sending and writing side by side. Returning drops whichever is still under way, and with it resets the
    /// connection.
    async fn while_writing(
        &self,
        sent: impl Future<Output = Exchanged>,
        written: impl Future<Output = Result<Written, Refusal>>,
    ) -> Result<AnchorAnswer, Refusal> {
        let (mut sent, mut written) = (std::pin::pin!(sent), std::pin::pin!(written));
        let exchanged = tokio::select! {
            biased;
            written = &mut written => {
                let (written, deadline) = (written?, self.deadline());
                let exchanged = timeout_at(deadline, sent).await.map_err(|_| Refusal::AnchorSilent)?;
                return self.finish(exchanged, written, deadline).await;
            }
            exchanged = &mut sent => exchanged,
        };
        match exchanged {
            Ok((response, connection)) if response.status().is_success() => {
                let written = written.await?;
                self.finish(Ok((response, connection)), written, self.deadline()).await
            }
            early => self.finish(early, Written::Stopped, self.deadline()).await,
        }
    }

    /// When the anchor has had its time, if it begins now.
    fn deadline(&self) -> Instant {
        Instant::now() + self.patience
    }

    async fn finish(&self, exchanged: Exchanged, written: Written, deadline: Instant) -> Result<AnchorAnswer, Refusal> {
        let (response, connection) = exchanged.map_err(send_failed)?;
        if response.status().is_success() {
            // It may have come early, with the end of the request still on its way.
            timeout_at(deadline, connection.outgoing().out()).await.map_err(|_| Refusal::AnchorSilent)?;
        }
        let written = if connection.outgoing().is_out() { written } else { Written::Stopped };
        let answer = self.read(response, deadline).await?;
        if written == Written::Stopped && answer.status.is_success() {
            return Err(Refusal::AnchorAnswerUnusable(
                "it answered with success before it had read the request".to_owned(),
            ));
        }
        match written {
            Written::Complete => self.pool.put_back(connection),
            Written::Stopped => drop(connection),
        }
        Ok(answer)
    }

    async fn exchange(&self, request: Request<AnchorRequestBody>) -> Result<AnchorAnswer, Refusal> {
        let deadline = self.deadline();
        let sent = timeout_at(deadline, self.pool.send(request)).await;
        self.finish(sent.map_err(|_| Refusal::AnchorSilent)?, Written::Complete, deadline).await
    }

    async fn read(&self, response: Response<Incoming>, deadline: Instant) -> Result<AnchorAnswer, Refusal> {
        let (head, body) = response.into_parts();
        if is_ambiguous(&head.headers) {
            return Err(Refusal::AnchorAnswerUnusable("it has both Content-Length and Transfer-Encoding".to_owned()));
        }
        let body = timeout_at(deadline, Limited::new(body, self.max_answer).collect()).await;
        match body.map_err(|_| Refusal::AnchorSilent)? {
            Ok(body) => Ok(AnchorAnswer::new(head, body.to_bytes())),
            Err(error) if error.is::<LengthLimitError>() => {
                Err(Refusal::AnchorAnswerUnusable(format!("it is larger than {} bytes", self.max_answer)))
            }
            Err(error) => Err(Refusal::AnchorAnswerUnusable(format!("it broke off: {error}"))),
        }
    }

    fn with_body(
        &self,
        call: &Call,
        content_type: &str,
        body: AnchorRequestBody,
        trace: &Trace,
    ) -> Request<AnchorRequestBody> {
        let request = self.request(call, trace).header(CONTENT_TYPE, content_type);
        request.body(body).expect("all parts are valid")
    }

    /// What every request to the anchor carries. Nothing of the client's headers is among it.
    fn request(&self, call: &Call, trace: &Trace) -> Builder {
        let target = self.pool.target();
        let request = Request::builder()
            .method(call.method.clone())
            .uri(hyper::Uri::from(target.path(&call.path_and_query)))
            .header(HOST, target.authority())
            .header(ACCEPT, "application/json")
            .header("x-request-id", &trace.request_id)
            .header("traceparent", &trace.traceparent);
        let Some((name, value)) = self.credentials.header(unix_time()) else { return request };
        let mut value = HeaderValue::try_from(value).expect("credentials are printable ASCII");
        value.set_sensitive(true);
        request.header(name, value)
    }
}

fn send_failed(error: SendError) -> Refusal {
    match error {
        SendError::Connect(error) => Refusal::AnchorUnreachable(error.to_string()),
        SendError::Exchange(error) => Refusal::AnchorAnswerUnusable(format!("the exchange failed: {error}")),
    }
}
