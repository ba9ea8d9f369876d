//! Codes that are wrong.

use crate::sep12::info::CustomerInfo;
use crate::sep12::{CustomerStatus, FieldStatus};
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::answered;

use super::waiting::Waiting;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "verification/wrong-code-verifies-nothing",
        title: "a wrong code is refused, or at least never makes its field ACCEPTED",
        requirements: &["wrong-codes-verify-nothing"],
        run: Attempt::Anchor(|context| Box::pin(verifies_nothing(context))),
    },
    Check {
        id: "verification/odd-codes",
        title: "codes that are no codes are taken, or declined with 4xx",
        requirements: &["codes-are-handled"],
        run: Attempt::Anchor(|context| Box::pin(odd_codes(context))),
    },
    Check {
        id: "verification/errors-are-json-with-error",
        title: "a wrong code is refused with a text under `error`",
        requirements: &["errors-are-json"],
        run: Attempt::Anchor(|context| Box::pin(json_with_error(context))),
    },
];

const DIGITS: usize = 6;

async fn verifies_nothing(context: &mut Context) -> Finding {
    let waiting = Waiting::begin(context).await?;
    let code = wrong_code(context, &waiting);
    let answer = waiting.send(context, &code).await?;
    if answer.status.is_server_error() {
        return Err(NotKept::inconclusive(format!("a wrong code got {answer}")));
    }
    let settled = |info: &CustomerInfo| judge(&waiting, info);
    match context.watch(&waiting.customer, &waiting.id, settled).await? {
        Some(Judged::Unverified) => Ok(()),
        Some(Judged::Verified) => Err(NotKept::broken(
            format!("{} is not ACCEPTED after {}={code}, which nobody gave out", waiting.field, waiting.code_name()),
            format!("PUT was answered {answer}, and GET then showed the field as ACCEPTED"),
        )),
        None => Err(NotKept::inconclusive(format!(
            "{} was still PROCESSING after {} s (--settle waits longer)",
            waiting.field,
            context.suite.settle.as_secs_f32()
        ))),
    }
}

/// What became of a field after a wrong code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    Unverified,
    Verified,
}

/// `None` while the anchor is at work, or does not say.
fn judge(waiting: &Waiting, info: &CustomerInfo) -> Option<Judged> {
    match (waiting.status(info), info.status) {
        (Some(FieldStatus::Accepted), _) => Some(Judged::Verified),
        (Some(FieldStatus::Processing), _) | (None, CustomerStatus::Processing) => None,
        (None, CustomerStatus::Accepted) => Some(Judged::Verified),
        _ => Some(Judged::Unverified),
    }
}

/// Nothing that a test environment might take for right, as 000000 or 123456, and not the one that the user knows.
fn wrong_code(context: &mut Context, waiting: &Waiting) -> String {
    let known = waiting.right_code(context).unwrap_or_default();
    let first = 4 + context.dice.below(6);
    let code = format!("{first}{}", context.dice.digits(DIGITS - 1));
    if code == known { format!("{}{}", 13 - first, &code[1..]) } else { code }
}

/// Too short, too long, no digits, other digits, nothing.
async fn odd_codes(context: &mut Context) -> Finding {
    let waiting = Waiting::begin(context).await?;
    let long = "7".repeat(400);
    for code in ["", "7", "no code", "-7", "7e5", "٧٧٧٧٧٧", "' OR '1'='1", long.as_str()] {
        let told: String = code.chars().take(20).collect();
        let expected = || format!("{}={told:?} is answered 2xx or 4xx", waiting.code_name());
        let answer = answered(waiting.send(context, code).await, expected)?;
        if !answer.is_success() && !answer.status.is_client_error() {
            return Err(NotKept::broken(expected(), answer.to_string()));
        }
    }
    Ok(())
}

async fn json_with_error(context: &mut Context) -> Finding {
    let waiting = Waiting::begin(context).await?;
    let code = wrong_code(context, &waiting);
    let answer = waiting.send(context, &code).await?;
    if answer.is_success() {
        return Err(NotKept::skip("the anchor does not refuse a wrong code at once"));
    }
    match answer.error() {
        Some(_) => Ok(()),
        None => Err(NotKept::broken("{\"error\": TEXT} as JSON", answer.to_string())),
    }
}
