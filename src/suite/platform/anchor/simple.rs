//! What requests get that no check has scripted: the answers of a simple legal anchor.

use serde_json::{Value, json};

use super::heard::Heard;
use super::mailbox::Mailbox;
use super::reply::Reply;
use crate::suite::people::Dice;

/// The answer to a customer of that mailbox.
pub(super) fn answer(mailbox: &Mailbox, heard: &Heard) -> Reply {
    if heard.is_put() {
        return put(mailbox, heard);
    }
    if heard.is_get() {
        return Reply::json(200, &status(mailbox.id_of(heard).as_deref()));
    }
    if heard.deleted().is_some() {
        return Reply::empty(204);
    }
    match (heard.method.as_str(), heard.path.rsplit('/').next()) {
        ("PUT", Some("callback")) => Reply::json(200, &json!({})),
        ("PUT", Some("verification")) => Reply::json(200, &status(mailbox.id_of(heard).as_deref())),
        ("POST", Some("files")) => Reply::json(200, &file(heard)),
        ("GET", Some("files")) => Reply::json(200, &json!({"files": [file(heard)]})),
        _ => Reply::json(404, &json!({"error": "there is nothing here"})),
    }
}

fn put(mailbox: &Mailbox, heard: &Heard) -> Reply {
    if let super::Body::Unreadable(why) = &heard.body {
        return Reply::json(400, &json!({"error": format!("this body cannot be read: {why}")}));
    }
    let id = mailbox.id_of(heard).unwrap_or_else(|| new_id(heard));
    mailbox.remember(heard, &id);
    Reply::json(200, &json!({"id": id}))
}

/// What SEP-12 says of a customer with an id, or of nobody.
pub(crate) fn status(id: Option<&str>) -> Value {
    let first_name = json!({"type": "string", "description": "The customer's first name"});
    match id {
        Some(id) => {
            let mut provided = first_name;
            provided["status"] = json!("ACCEPTED");
            json!({"id": id, "status": "ACCEPTED", "provided_fields": {"first_name": provided}})
        }
        None => json!({"status": "NEEDS_INFO", "fields": {"first_name": first_name}}),
    }
}

fn file(heard: &Heard) -> Value {
    json!({"file_id": format!("file_{}", new_id(heard)), "content_type": "image/png", "size": 4089})
}

/// A UUID that depends on whom the request names.
fn new_id(heard: &Heard) -> String {
    let name = ["account", "memo", "type"].map(|name| heard.text(name).unwrap_or_default()).join(" ");
    let mut dice = Dice::new(0, &name);
    let (high, low) = (dice.next(), dice.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0xfff,
        low & 0xffff_ffff_ffff
    )
}
