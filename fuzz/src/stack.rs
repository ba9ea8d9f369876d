//! A platform, an anchor behind it that remembers, and a client in front, over loopback sockets in one thread.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use anchor_conformance::platform::{self, AnchorBody, Config};
use anchor_conformance::sep10::token::{Claims, Secret, sign};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::{JoinHandle, LocalSet, spawn_local, yield_now};

use crate::SUBS;
use crate::body::limits;

/// Everything that runs.
pub struct Stack {
    runtime: Runtime,
    tasks: LocalSet,
    anchor: Rc<Anchor>,
    /// One that streams and one that collects.
    platforms: [u16; 2],
    tokens: Vec<String>,
}

/// What the client got.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// A request that arrived whole at the anchor.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub line: String,
    pub content_type: String,
    pub body: Bytes,
}

/// What the client sends.
pub struct Message<'a> {
    pub caller: usize,
    pub buffered: bool,
    pub content_type: &'a str,
    pub body: &'a [u8],
    /// The size of the chunks; 0 sends a length instead.
    pub chunk: usize,
    /// How much of the body is sent.
    pub until: usize,
}

#[derive(Default)]
struct Anchor {
    reply: RefCell<(u16, Vec<u8>)>,
    arrived: RefCell<Vec<Arrived>>,
    under_way: RefCell<usize>,
}

impl Stack {
    /// Starts both platforms and the anchor.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    #[must_use]
    pub fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (tasks, anchor) = (LocalSet::new(), Rc::new(Anchor::default()));
        let platforms = tasks.block_on(&runtime, async {
            // Rust's own runtime, which libFuzzer's `main` is not, lets no broken pipe end the process.
            drop(signal(SignalKind::pipe()).expect("a signal"));
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let url = format!("http://127.0.0.1:{}", listener.local_addr().expect("bound").port());
            drop(spawn_local(serve(listener, Rc::clone(&anchor))));
            [platform(&url, AnchorBody::Streamed).await, platform(&url, AnchorBody::Buffered { budget: 1 << 20 }).await]
        });
        let token = |sub: &&str| {
            let claims = Claims { sub: Some((*sub).to_owned()), iss: None, aud: Vec::new(), iat: 0, exp: 1 << 40 };
            sign(&claims, &secret())
        };
        Self { runtime, tasks, anchor, platforms, tokens: SUBS.iter().map(token).collect() }
    }

    /// The tokens that clients show.
    #[must_use]
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// Sends a message while the anchor gives that reply; comes back when the anchor is at rest again.
    pub fn send(&self, message: &Message<'_>, reply: (u16, Vec<u8>)) -> (Option<Answer>, Vec<Arrived>) {
        *self.anchor.reply.borrow_mut() = reply;
        self.anchor.arrived.borrow_mut().clear();
        let answer = self.tasks.block_on(&self.runtime, async {
            let answer = self.exchange(message).await;
            // What the platform wrote is in the socket by now; a few turns bring it to the anchor.
            let mut quiet = 0;
            while quiet < 4 {
                yield_now().await;
                quiet = if *self.anchor.under_way.borrow() == 0 { quiet + 1 } else { 0 };
            }
            answer
        });
        (answer, self.anchor.arrived.take())
    }

    /// `None` if the platform closes without an answer.
    async fn exchange(&self, message: &Message<'_>) -> Option<Answer> {
        let port = self.platforms[usize::from(message.buffered)];
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the platform listens");
        // A connection that is closed so leaves no port behind that waits.
        stream.set_zero_linger().expect("a socket");
        // A platform that has heard enough answers and closes: then the rest cannot be written, and need not.
        let _ = stream.write_all(&message.written(&self.tokens[message.caller])).await;
        if message.until < message.body.len() {
            let _ = stream.shutdown().await;
        }
        let mut received = Vec::new();
        while !is_whole(&received) {
            if !matches!(stream.read_buf(&mut received).await, Ok(1..)) {
                break;
            }
        }
        read_answer(&received)
    }
}

impl Message<'_> {
    fn written(&self, token: &str) -> Vec<u8> {
        let framing = match self.chunk {
            0 => format!("content-length: {}", self.body.len()),
            _ => "transfer-encoding: chunked".to_owned(),
        };
        let mut bytes = format!(
            "PUT /sep12/customer HTTP/1.1\r\nhost: platform.example\r\nauthorization: Bearer {token}\r\n\
             content-type: {}\r\n{framing}\r\n\r\n",
            self.content_type
        )
        .into_bytes();
        let sent = &self.body[..self.until.min(self.body.len())];
        if self.chunk == 0 {
            bytes.extend_from_slice(sent);
            return bytes;
        }
        for chunk in sent.chunks(self.chunk) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        if self.until >= self.body.len() {
            bytes.extend_from_slice(b"0\r\n\r\n");
        }
        bytes
    }
}

async fn platform(anchor: &str, anchor_body: AnchorBody) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let config = Config { limits: limits(), anchor_body, ..Config::new(anchor.parse().expect("a base URL"), secret()) };
    let running: JoinHandle<()> = spawn_local(async {
        platform::run(listener, config, std::future::pending()).await.expect("a valid configuration");
    });
    drop(running);
    port
}

fn secret() -> Secret {
    Secret::new("an invented secret of the fuzz target, long enough").expect("not empty")
}

async fn serve(listener: TcpListener, anchor: Rc<Anchor>) {
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let anchor = Rc::clone(&anchor);
        spawn_local(async move {
            let service = service_fn(move |request| answer(Rc::clone(&anchor), request));
            // A connection that breaks is what some inputs are about.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(anchor: Rc<Anchor>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    *anchor.under_way.borrow_mut() += 1;
    let (head, body) = request.into_parts();
    if let Ok(body) = body.collect().await {
        let content_type = head.headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
        anchor.arrived.borrow_mut().push(Arrived {
            line: format!("{} {}", head.method, head.uri),
            content_type: content_type.unwrap_or_default().into_owned(),
            body: body.to_bytes(),
        });
    }
    *anchor.under_way.borrow_mut() -= 1;
    let (status, body) = anchor.reply.borrow().clone();
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status of three digits");
    Ok(response)
}

fn head_and_body(received: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = received.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some((&received[..end], &received[end + 4..]))
}

fn is_whole(received: &[u8]) -> bool {
    let Some((head, body)) = head_and_body(received) else { return false };
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    length.is_some_and(|length: usize| body.len() >= length)
}

fn read_answer(received: &[u8]) -> Option<Answer> {
    let (head, body) = head_and_body(received)?;
    let status = std::str::from_utf8(head.get(9..12)?).ok()?.parse().ok()?;
    Some(Answer { status, body: body.to_vec() })
}
