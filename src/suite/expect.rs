//! What checks expect of an answer, in the words that reports use.

use hyper::StatusCode;

use super::answer::Answer;
use super::check::NotKept;
use super::client::Failure;
use crate::sep12::CustomerId;
use crate::sep12::info::CustomerInfo;

/// The id of an answer that must be a success.
pub(crate) fn accepted(answer: Result<Answer, Failure>, asked: &str) -> Result<CustomerId, NotKept> {
    let expected = || format!("{asked} is answered 2xx with {{\"id\": TEXT}}, TEXT not empty");
    let answer = answered(answer, expected)?;
    if !answer.is_success() {
        return Err(NotKept::broken(expected(), answer.to_string()));
    }
    answer.id().map_err(|error| NotKept::broken(expected(), format!("{error}: {answer}")))
}

/// The id, or `None` if the anchor declines as it may: with any 4xx. A crash or a hang is never right.
///
/// A success without an id is another check's business.
pub(crate) fn tidy(answer: Result<Answer, Failure>, asked: &str) -> Result<Option<CustomerId>, NotKept> {
    let expected = || format!("{asked} is answered 2xx with an id, or 4xx");
    let answer = answered(answer, expected)?;
    match answer.id() {
        _ if answer.status.is_client_error() => Ok(None),
        Ok(id) if answer.is_success() => Ok(Some(id)),
        Err(error) if answer.is_success() => Err(NotKept::inconclusive(format!("a success without an id: {error}"))),
        _ => Err(NotKept::broken(expected(), answer.to_string())),
    }
}

/// The same for requests that meet at the anchor, which may also say that it is busy.
pub(crate) fn tidy_at_once(answer: Result<Answer, Failure>, asked: &str) -> Result<Option<CustomerId>, NotKept> {
    if answer.as_ref().is_ok_and(|answer| answer.status == StatusCode::SERVICE_UNAVAILABLE) {
        return Ok(None);
    }
    tidy(answer, asked)
}

/// What an answer to GET shows, or `None` if the anchor declines as it may: with any 4xx.
///
/// A success that cannot be read is another check's business.
pub(crate) fn shown_or_declined(answer: Result<Answer, Failure>, asked: &str) -> Result<Option<CustomerInfo>, NotKept> {
    let expected = || format!("{asked} is answered 2xx or 4xx");
    let answer = answered(answer, expected)?;
    match answer.status.as_u16() {
        200..=299 => readable(&answer).map(Some),
        400..=499 => Ok(None),
        _ => Err(NotKept::broken(expected(), answer.to_string())),
    }
}

/// Whatever came; that nothing came is the anchor's doing if it was there.
pub(crate) fn answered<T>(outcome: Result<T, Failure>, expected: impl FnOnce() -> String) -> Result<T, NotKept> {
    outcome.map_err(|failure| silent(failure, expected()))
}

fn readable(answer: &Answer) -> Result<CustomerInfo, NotKept> {
    answer.info().map_err(|error| NotKept::inconclusive(format!("GET /customer cannot be read: {error}")))
}

/// A broken connection, a hang and an endless answer are the anchor's doing; that nobody is there need not be.
fn silent(failure: Failure, expected: String) -> NotKept {
    match failure {
        Failure::Dropped(_) | Failure::TimedOut(_) | Failure::TooLong => NotKept::broken(expected, failure.to_string()),
        Failure::Unreachable(_) | Failure::Unsendable | Failure::RateLimited | Failure::GaveUp => failure.into(),
    }
}

/// One customer, one id.
pub(crate) fn same_id(first: &CustomerId, second: &CustomerId, when: &str) -> Result<(), NotKept> {
    if first == second {
        return Ok(());
    }
    Err(NotKept::broken(format!("{when} gives the id {first} again"), format!("the id {second}")))
}
