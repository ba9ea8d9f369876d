//! Which id the anchor knows a customer by, asked with `GET /customer`.

use super::call::{Call, Parameters};
use super::forward::Anchor;
use super::refusal::Refusal;
use super::trace::Trace;
use crate::sep12::CustomerId;
use crate::sep12::answer::read_id;
use crate::sep12::info::CustomerInfo;

/// The id that the anchor knows for these parameters; `None` if it knows none.
pub(crate) async fn find_id(
    anchor: &Anchor,
    parameters: &Parameters,
    trace: &Trace,
) -> Result<Option<CustomerId>, Refusal> {
    let answer = anchor.send(&Call::get_customer(parameters)?, trace).await?;
    if matches!(answer.status.as_u16(), 404 | 410) {
        return Ok(None);
    }
    let (info, breaches) = CustomerInfo::read(answer.success()?).map_err(Refusal::AnchorBrokeContract)?;
    if breaches.iter().any(|breach| breach.place == "id") {
        // There is one, and to take it for none would be a wrong answer.
        return read_id(&answer.body).map(Some).map_err(Refusal::AnchorBrokeContract);
    }
    Ok(info.id)
}
