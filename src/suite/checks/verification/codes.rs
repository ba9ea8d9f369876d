//! The code that the user gives with `--field NAME_verification=CODE`.

use crate::sep12::FieldStatus;
use crate::sep12::info::CustomerInfo;
use crate::suite::check::{Attempt, Check, Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::expect::{accepted, same_id};

use super::waiting::Waiting;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "verification/right-code-verifies",
        title: "the right code takes its field out of VERIFICATION_REQUIRED",
        requirements: &["right-codes-verify"],
        run: Attempt::Anchor(|context| Box::pin(verifies(context))),
    },
    Check {
        id: "verification/stranger-verifies-nothing",
        title: "the right code of another account's customer verifies nothing",
        requirements: &["strangers-verify-nothing"],
        run: Attempt::Anchor(|context| Box::pin(stranger(context))),
    },
];

async fn verifies(context: &mut Context) -> Finding {
    let waiting = Waiting::begin(context).await?;
    let code = waiting.right_code(context)?;
    let asked = format!("{}, the code given,", waiting.code_name());
    let id = accepted(waiting.send(context, &code).await, &asked)?;
    same_id(&waiting.id, &id, &asked)?;
    let done = |info: &CustomerInfo| waiting.status(info) != Some(FieldStatus::VerificationRequired);
    let done = context.watch(&waiting.customer, &waiting.id, |info| done(info).then(|| waiting.status(info))).await?;
    match done {
        Some(Some(FieldStatus::Rejected)) => {
            Err(NotKept::broken(format!("{} is ACCEPTED or PROCESSING after its code", waiting.field), "REJECTED"))
        }
        Some(_) => Ok(()),
        None => Err(NotKept::broken(
            format!("{} is ACCEPTED or PROCESSING after its code", waiting.field),
            format!("VERIFICATION_REQUIRED after {} s", context.suite.settle.as_secs_f32()),
        )),
    }
}

async fn stranger(context: &mut Context) -> Finding {
    let waiting = Waiting::begin(context).await?;
    let code = waiting.right_code(context)?;
    let stranger = context.customer();
    let answer = waiting.send_as(context, &stranger, &code).await?;
    let info = context.settled(&waiting.customer, &waiting.id).await?;
    if waiting.status(&info) == Some(FieldStatus::VerificationRequired) {
        return Ok(());
    }
    Err(NotKept::broken(
        format!("{} is VERIFICATION_REQUIRED after another account sent its code", waiting.field),
        format!("{answer}, and the field is so no more"),
    ))
}
