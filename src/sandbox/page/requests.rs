//! The requests on both sides: each of a wallet, and below it what the anchor got for it.

use std::collections::HashMap;

use jiff::Timestamp;

use super::html::{Html, beginning};
use crate::mock::{Received, ReceivedBody};
use crate::platform::Observed;

/// The most names of fields that one line shows, and the most characters of a name or a path.
const MAX_NAMES: usize = 30;
const MAX_CHARACTERS: usize = 160;

/// Groups of table rows for the requests of wallets, newest first; the last of `observed` has the number `last`.
pub(super) fn groups(last: u64, observed: &[Observed], received: &[Received]) -> Html {
    let mut of_request: HashMap<&str, Vec<&Received>> = HashMap::new();
    for request in received {
        of_request.entry(request.header(REQUEST_ID).unwrap_or_default()).or_default().push(request);
    }
    let mut html = Html::default();
    for (number, observed) in (0..=last).rev().zip(observed.iter().rev()) {
        html.markup("<tbody data-number=\"").text(number).markup("\">");
        wallet_row(&mut html, observed);
        for request in of_request.get(observed.request_id.as_str()).into_iter().flatten() {
            anchor_row(&mut html, request);
        }
        html.markup("</tbody>\n");
    }
    html
}

/// The same for the requests that did not come through the platform, which names each of its own.
pub(super) fn direct(received: &[Received]) -> Html {
    let mut html = Html::default();
    let strangers = received.iter().rev().filter(|request| request.header(REQUEST_ID).is_none());
    for request in strangers.take(MAX_DIRECT) {
        html.markup("<tbody>");
        anchor_row(&mut html, request);
        html.markup("</tbody>\n");
    }
    html
}

const REQUEST_ID: &str = "x-request-id";
const MAX_DIRECT: usize = 20;

fn wallet_row(html: &mut Html, observed: &Observed) {
    let Observed { at, method, path, field_names, status, detail, took, .. } = observed;
    html.markup("<tr class=\"wallet\"><td class=\"time\">");
    time(html, *at);
    html.markup("</td><th scope=\"row\"><span class=\"side\">wallet</span> <span class=\"request\"><b>");
    html.text(beginning(method, 20)).markup("</b> <code>").text(beginning(path, MAX_CHARACTERS));
    html.markup("</code></span>");
    if let Some(detail) = detail {
        html.markup("<p class=\"detail\">").text(beginning(detail, 2 * MAX_CHARACTERS)).markup("</p>");
    }
    html.markup("</th><td class=\"sent\">");
    sent(html, observed.anchor_content_type, field_names.iter().map(String::as_str));
    html.markup("</td><td class=\"status\">");
    match status {
        Some(status) => html.markup(status_class(*status)).text(status).markup("</span>"),
        None => html.markup("<span class=\"bad\">gone</span>"),
    };
    html.markup("</td><td class=\"took\">").text(took.as_millis()).markup("&nbsp;ms</td></tr>");
}

fn anchor_row(html: &mut Html, request: &Received) {
    html.markup("<tr class=\"anchor\"><td class=\"time\"></td><th scope=\"row\"><span class=\"side\">anchor</span> ");
    html.markup("<span class=\"request\"><b>").text(beginning(&request.method, 20)).markup("</b> <code>");
    html.text(beginning(&request.path, MAX_CHARACTERS)).markup("</code></span></th><td class=\"sent\">");
    let content_type = request.content_type();
    sent(html, content_type.as_deref().unwrap_or("none"), request.field_names().into_iter());
    html.markup("</td><td class=\"status\">");
    if let Some(damage) = damage(&request.body) {
        html.markup("<span class=\"bad\">").markup(damage).markup("</span>");
    }
    html.markup("</td><td class=\"took\"></td></tr>");
}

fn sent<'a>(html: &mut Html, content_type: &str, names: impl ExactSizeIterator<Item = &'a str>) {
    if content_type == "none" {
        return;
    }
    html.markup("<span class=\"type\">").text(beginning(content_type, MAX_CHARACTERS)).markup("</span>");
    let unseen = names.len().saturating_sub(MAX_NAMES);
    for name in names.take(MAX_NAMES) {
        html.markup(" <code class=\"name\">").text(beginning(name, MAX_CHARACTERS)).markup("</code>");
    }
    if unseen > 0 {
        html.markup(" and ").text(unseen).markup(" more");
    }
}

/// Why the anchor made nothing of a body.
fn damage(body: &ReceivedBody) -> Option<&'static str> {
    match body {
        ReceivedBody::Empty | ReceivedBody::Json(_) | ReceivedBody::Multipart(_) => None,
        ReceivedBody::Undecodable { .. } => Some("undecodable"),
        ReceivedBody::TooLarge => Some("too large"),
        ReceivedBody::Incomplete => Some("broken off"),
        ReceivedBody::Unread => Some("unread"),
    }
}

fn status_class(status: u16) -> &'static str {
    match status {
        ..400 => "<span class=\"good\">",
        400..500 => "<span class=\"poor\">",
        _ => "<span class=\"bad\">",
    }
}

/// A time of day in UTC.
pub(super) fn time(html: &mut Html, at: std::time::SystemTime) {
    let Ok(at) = Timestamp::try_from(at) else { return };
    html.markup("<time datetime=\"").text(at).markup("\">").text(at.strftime("%T")).markup("</time>");
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn what_the_anchor_got_stands_below_what_the_wallet_sent() {
        let observed = |request_id: &str, path: &str| Observed {
            at: SystemTime::UNIX_EPOCH,
            request_id: request_id.to_owned(),
            method: "PUT".to_owned(),
            path: path.to_owned(),
            anchor_content_type: "application/json",
            field_names: vec!["<img src=x onerror=alert(1)>".to_owned()],
            status: Some(202),
            detail: None,
            took: Duration::from_millis(3),
        };
        let received = |headers: &[(&str, &str)], path: &str| Received {
            method: "PUT".to_owned(),
            path: path.to_owned(),
            query: Vec::new(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: ReceivedBody::Empty,
        };
        let journal = [received(&[(REQUEST_ID, "b")], "/of-b"), received(&[], "/direct")];
        let html = groups(8, &[observed("a", "/a"), observed("b", "/b")], &journal).into_string();
        let places = ["data-number=\"8\"", "/b<", "/of-b<", "data-number=\"7\"", "/a<"].map(|text| html.find(text));
        assert!(places.is_sorted() && places[0].is_some(), "{html}");
        assert!(!html.contains("<img") && !html.contains("/direct"), "{html}");
        assert!(direct(&journal).as_str().contains("/direct"));
        assert!(!direct(&journal).as_str().contains("/of-b"));
    }
}
