//! What the platform makes of a body: what arrives at the anchor.

use anchor_conformance::mock::{self, Answer, RawAnchor, Received, ReceivedValue};
use hyper::Method;
use serde_json::{Value, json};

use super::rows::{Kind, Row};
use super::{Content, Reading};
use crate::support::{Answer as Answered, G, Platform, config};

/// A platform, and an anchor that survives bodies that break off and takes whatever is complete.
pub(super) struct Way {
    platform: Platform,
    anchor: RawAnchor,
}

impl Way {
    pub(super) async fn start() -> Self {
        let anchor = RawAnchor::start(mock::Config::default()).await.expect("a free port");
        Self { platform: Platform::start(config(&anchor.url())).await, anchor }
    }

    pub(super) async fn read(&self, row: &Row) -> Reading {
        self.anchor.clear();
        self.anchor.script_always(Some(Answer::json(200, &json!({"id": "1", "status": "ACCEPTED"}))));
        let wallet = self.platform.wallet(G);
        let answer = match row.kind {
            Kind::Query => {
                let query = String::from_utf8(row.body.clone()).expect("a query is text");
                let request = wallet.request(Method::GET, &format!("/sep12/customer?{query}"));
                wallet.send(request.body(String::new()).expect("a query that a client can send")).await
            }
            _ => wallet.put_bytes(&row.content_type, row.body.clone()).await,
        };
        if answer.status.is_success() { self.arrived(row.kind) } else { self.refused(&answer) }
    }

    fn refused(&self, answer: &Answered) -> Reading {
        assert!(self.complete().is_empty(), "nothing whole reaches the anchor: {answer:?}");
        Reading::Refused(answer.refusal().1)
    }

    /// Everything behind the account.
    fn arrived(&self, kind: Kind) -> Reading {
        let received = self.complete().pop().expect("what is answered has arrived");
        let mut fields: Vec<_> = match kind {
            Kind::Query => received.query.into_iter().map(|(name, value)| (name, Content::Text(value))).collect(),
            _ => received.fields().iter().map(|field| (field.name.clone(), content(&field.value))).collect(),
        };
        let account = fields.remove(0);
        assert_eq!(account, ("account".to_owned(), Content::Text(G.to_owned())));
        if kind == Kind::Json {
            fields.sort_by(|one, other| one.0.cmp(&other.0));
        }
        Reading::Fields(fields)
    }

    fn complete(&self) -> Vec<Received> {
        let mut received = self.anchor.received();
        received.retain(Received::is_complete);
        received
    }
}

fn content(value: &ReceivedValue) -> Content {
    match value {
        ReceivedValue::Text(text) => Content::Text(text.clone()),
        ReceivedValue::Json(json) => Content::Nested(written_anew(json.get())),
        ReceivedValue::File(file) => Content::File {
            file_name: file.file_name.clone().expect("files have names"),
            content_type: file.content_type.clone().expect("files have types"),
            bytes: file.bytes.as_ref().expect("small files are kept").to_vec(),
        },
    }
}

/// As serde_json writes it, if it can; white space is no difference.
fn written_anew(json: &str) -> String {
    serde_json::from_str::<Value>(json).map_or_else(|_| json.to_owned(), |value| value.to_string())
}
