//! The requests: every place of every kind of request holds a marker of its own.

mod anchor_failures;
mod bodies;
mod endpoints;
mod identities;
mod wire;

use super::anchor::Script;
use super::client::Manner;
use super::markers::{Kind, Markers};
use super::tokens::Tokens;

/// One request, and what is to come of it.
pub(crate) struct Exchange {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) manner: Manner,
    /// What the anchor does with what reaches it on account of this.
    pub(crate) scripts: Vec<Script>,
    /// The status that the platform of the first run answers; none where nothing is promised.
    pub(crate) status: Option<u16>,
    /// Whether it is the sandbox's operator who asks.
    pub(crate) is_operators: bool,
}

/// A request that is being written; the markers in it are its own.
pub(crate) struct Draft<'a> {
    markers: &'a mut Markers,
    method: String,
    target: String,
    authorization: Option<String>,
    headers: String,
    body: Vec<u8>,
    scripts: Vec<Script>,
    manner: Manner,
    /// Instead of all of this.
    raw: Option<Vec<u8>>,
}

/// All requests, as they are written.
pub(crate) struct Suite<'a> {
    pub(crate) markers: &'a mut Markers,
    pub(crate) tokens: &'a Tokens,
    pub(crate) fields: &'a [Field],
    prefix: &'static str,
    exchanges: Vec<Exchange>,
}

/// A field that some source defines.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: String,
}

/// Stands for the server's own address, which nobody knows yet.
pub(crate) const HOST: &str = "localhost:1";

/// Limits of the platform under test, so that requests beyond them are small.
pub(crate) const LIMITS: &[&str] = &[
    "--max-body",
    "200KB",
    "--max-string",
    "20KiB",
    "--max-strings",
    "40KiB",
    "--max-fields",
    "200",
    "--header-timeout",
    "2",
    "--idle-timeout",
    "1.5",
    "--body-timeout",
    "4",
    "--anchor-timeout",
    "1.5",
];

/// Everything, with SEP-12 under that path.
pub(crate) fn all(markers: &mut Markers, tokens: &Tokens, fields: &[Field], prefix: &'static str) -> Vec<Exchange> {
    let mut suite = Suite { markers, tokens, fields, prefix, exchanges: Vec::new() };
    endpoints::add(&mut suite);
    bodies::add(&mut suite);
    identities::add(&mut suite);
    anchor_failures::add(&mut suite);
    wire::add(&mut suite);
    for path in ["/", "/page/changes"] {
        suite.add_at(format!("GET {path}"), None, "GET", path, |_| {});
        suite.exchanges.last_mut().into_iter().for_each(|exchange| exchange.is_operators = true);
    }
    suite.exchanges
}

impl Suite<'_> {
    /// Writes a request: `method` and a path of SEP-12, and whatever else `write` says.
    fn add(
        &mut self,
        name: impl Into<String>,
        status: u16,
        method: &str,
        path: &str,
        write: impl FnOnce(&mut Draft<'_>),
    ) {
        let target = format!("{}{path}", self.prefix);
        self.add_at(name, Some(status), method, &target, write);
    }

    fn add_at(
        &mut self,
        name: impl Into<String>,
        status: Option<u16>,
        method: &str,
        target: &str,
        write: impl FnOnce(&mut Draft<'_>),
    ) {
        self.markers.belong_to(self.exchanges.len());
        let mut draft = Draft {
            markers: self.markers,
            method: method.to_owned(),
            target: target.to_owned(),
            authorization: Some(format!("Bearer {}", self.tokens.good)),
            headers: String::new(),
            body: Vec::new(),
            scripts: Vec::new(),
            manner: Manner::Waits,
            raw: None,
        };
        draft.add_headers();
        write(&mut draft);
        let (manner, scripts) = (draft.manner, std::mem::take(&mut draft.scripts));
        self.exchanges.push(Exchange {
            name: name.into(),
            bytes: draft.bytes(),
            manner,
            scripts,
            status,
            is_operators: false,
        });
    }
}

impl Draft<'_> {
    pub(crate) fn value(&mut self, place: &str) -> String {
        self.markers.mint(Kind::Value, place)
    }

    pub(crate) fn number(&mut self, place: &str) -> String {
        self.markers.mint_number(Kind::Value, place)
    }

    pub(crate) fn name(&mut self, place: &str) -> String {
        self.markers.mint(Kind::Name, place)
    }

    pub(crate) fn path(&mut self, place: &str) -> String {
        self.markers.mint(Kind::Path, place)
    }

    pub(crate) fn passed(&mut self, place: &str) -> String {
        self.markers.mint(Kind::Passed, place)
    }

    pub(crate) fn withheld(&mut self, place: &str) -> String {
        self.markers.mint(Kind::Withheld, place)
    }

    pub(crate) fn target(&mut self, more: &str) {
        self.target += more;
    }

    pub(crate) fn token(&mut self, authorization: Option<String>) {
        self.authorization = authorization;
    }

    pub(crate) fn header(&mut self, name: &str, value: &str) {
        self.headers += &format!("{name}: {value}\r\n");
    }

    /// A body with a length.
    pub(crate) fn body(&mut self, content_type: &str, body: impl Into<Vec<u8>>) {
        self.body = body.into();
        let length = self.body.len();
        self.header("Content-Type", content_type);
        self.header("Content-Length", &length.to_string());
    }

    pub(crate) fn json(&mut self, body: &str) {
        self.body("application/json", body);
    }

    /// A body with a wrong length: it never ends, or breaks off.
    pub(crate) fn unfinished(&mut self, content_type: &str, body: impl Into<Vec<u8>>, manner: Manner) {
        self.body = body.into();
        self.header("Content-Type", content_type);
        self.header("Content-Length", "100000");
        self.manner = manner;
    }

    pub(crate) fn scripts(&mut self, scripts: impl IntoIterator<Item = Script>) {
        self.scripts.extend(scripts);
    }

    pub(crate) fn raw(&mut self, bytes: impl Into<Vec<u8>>) {
        self.raw = Some(bytes.into());
    }

    pub(crate) fn manner(&mut self, manner: Manner) {
        self.manner = manner;
    }

    /// What every client sends, and says of itself, without being asked.
    fn add_headers(&mut self) {
        for (name, before) in [
            ("User-Agent", ""),
            ("Cookie", "session="),
            ("Referer", "https://wallet.example/"),
            ("X-Forwarded-For", ""),
            ("X-Request-Id", ""),
            ("X-Api-Key", ""),
            ("Proxy-Authorization", "Basic "),
            ("Accept-Language", ""),
        ] {
            let value = self.value(&format!("the client's {name}"));
            self.header(name, &format!("{before}{value}"));
        }
    }

    fn bytes(self) -> Vec<u8> {
        if let Some(raw) = self.raw {
            return raw;
        }
        let Self { method, target, headers, .. } = self;
        let authorization = self.authorization.map(|value| format!("Authorization: {value}\r\n")).unwrap_or_default();
        let head =
            format!("{method} {target} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{authorization}{headers}\r\n");
        [head.as_bytes(), &self.body].concat()
    }
}
