//! What happens to an answer on its way out, whatever it says.

use std::time::Duration;

use serde_json::Value as Json;

use crate::mock::answer::{Answer, Delivery};
use crate::mock::config::Config;
use crate::mock::faults::Fault;
use crate::mock::received::{Received, ReceivedBody};
use crate::mock::variants::Variant;

/// Files over this many bytes break [`Fault::DropsConnectionOnLargeFile`].
const BREAKING_FILE: u64 = 4 * 1024 * 1024;
/// The delay of [`Fault::AnswersAfterAMinute`].
const MINUTE: Duration = Duration::from_secs(60);

pub(super) fn finish(mut answer: Answer, received: &Received, config: &Config) -> Answer {
    let has = |fault| config.faults.contains(&fault);
    if is_json(&answer) {
        answer.body = laid_out(answer.body, config);
    }
    if config.variants.contains(&Variant::ClosesConnections) {
        answer = answer.with_header("connection", "close");
    }
    if has(Fault::AnswersAfterAMinute) && is_get_by_id(received) {
        answer = answer.with_delay(MINUTE);
    }
    match delivery(&answer, received, config) {
        Delivery::HangUp => Answer::hang_up(),
        Delivery::Silent => Answer::silent(),
        other => answer.with_delivery(other),
    }
}

fn laid_out(body: Vec<u8>, config: &Config) -> Vec<u8> {
    if config.faults.contains(&Fault::ByteOrderMark) {
        return [b"\xef\xbb\xbf", body.as_slice()].concat();
    }
    if config.variants.contains(&Variant::IndentedAnswers) {
        let parsed: Option<Json> = serde_json::from_slice(&body).ok();
        return parsed.map_or(body, |json| format!("{json:#}\n").into_bytes());
    }
    body
}

fn delivery(answer: &Answer, received: &Received, config: &Config) -> Delivery {
    let has = |fault| config.faults.contains(&fault);
    let is_multipart = matches!(received.body, ReceivedBody::Multipart(_));
    let files = || received.fields().iter().filter_map(|field| field.value.as_file());
    match () {
        () if has(Fault::NeverAnswersMultipart) && is_multipart => Delivery::Silent,
        () if has(Fault::DropsConnectionOnLargeFile) && files().any(|file| file.length > BREAKING_FILE) => {
            Delivery::HangUp
        }
        () if has(Fault::HangsUpInsteadOfError) && answer.status == 400 => Delivery::HangUp,
        () if has(Fault::TruncatesAnswers) && is_get_by_id(received) => Delivery::Truncated,
        () => answer.delivery,
    }
}

fn is_get_by_id(received: &Received) -> bool {
    received.method == "GET" && received.query_value("id").is_some()
}

fn is_json(answer: &Answer) -> bool {
    answer.headers.iter().any(|(name, value)| name == "content-type" && value.starts_with("application/json"))
}
