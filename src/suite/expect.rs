//! What checks expect of an answer, in the words that reports use.

use super::answer::Answer;
use super::check::NotKept;
use super::client::Failure;
use crate::sep12::CustomerId;

/// The id of an answer that must be a success.
pub(crate) fn accepted(answer: Result<Answer, Failure>, asked: &str) -> Result<CustomerId, NotKept> {
    let expected = || format!("{asked} is answered 2xx with {{\"id\": TEXT}}, TEXT not empty");
    let answer = answer.or_else(|failure| silent(failure, expected()))?;
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
    let answer = answer.or_else(|failure| silent(failure, expected()))?;
    match answer.id() {
        _ if answer.status.is_client_error() => Ok(None),
        Ok(id) if answer.is_success() => Ok(Some(id)),
        Err(error) if answer.is_success() => Err(NotKept::inconclusive(format!("a success without an id: {error}"))),
        _ => Err(NotKept::broken(expected(), answer.to_string())),
    }
}

/// A broken connection, a hang and an endless answer are the anchor's doing; that nobody is there need not be.
fn silent(failure: Failure, expected: String) -> Result<Answer, NotKept> {
    Err(match failure {
        Failure::Dropped(_) | Failure::TimedOut(_) | Failure::TooLong => NotKept::broken(expected, failure.to_string()),
        Failure::Unreachable(_) | Failure::RateLimited | Failure::GaveUp => failure.into(),
    })
}

/// One customer, one id.
pub(crate) fn same_id(first: &CustomerId, second: &CustomerId, when: &str) -> Result<(), NotKept> {
    if first == second {
        return Ok(());
    }
    Err(NotKept::broken(format!("{when} gives the id {first} again"), format!("the id {second}")))
}
