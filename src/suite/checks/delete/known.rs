//! Customers whom an anchor is seen to know, and is then seen to know or not to know any more.
//!
//! What GET shows of a customer is compared with what it shows of nobody, so that it does not matter which of `id`,
//! `fields` and `provided_fields` an anchor shows at all.

use std::collections::{BTreeMap, BTreeSet};

use hyper::StatusCode;

use crate::sep12::info::{CustomerInfo, FieldInfo};
use crate::sep12::{CustomerId, CustomerStatus, Identity};
use crate::suite::answer::Answer;
use crate::suite::check::{Finding, NotKept};
use crate::suite::context::Context;
use crate::suite::discovery::Survey;
use crate::suite::people::Customer;
use crate::suite::request::Request;

/// A registered customer that GET shows.
pub(in crate::suite::checks) struct Known {
    pub(in crate::suite::checks) customer: Customer,
    pub(in crate::suite::checks) id: CustomerId,
}

/// What GET shows of somebody whom the anchor does not know: an outline, or nothing if it declines.
#[derive(Clone, Debug)]
pub(in crate::suite::checks) struct Blank(Option<Outline>);

#[derive(Clone, Debug)]
struct Outline {
    status: CustomerStatus,
    fields: BTreeSet<String>,
    provided: BTreeSet<String>,
}

/// What a success says of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deletion {
    Done,
    /// Accepted, and to be done whenever the anchor comes to it.
    Queued,
}

/// What an answer to GET shows, compared with a blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::suite::checks) enum Sight {
    Nothing,
    Data,
    /// A crash, or an answer that cannot be read.
    Unclear,
}

impl Blank {
    /// Asks for an account that nobody has used.
    pub(in crate::suite::checks) async fn look(context: &mut Context) -> Result<Self, NotKept> {
        let survey = context.survey().clone();
        Self::look_as(context, &survey).await
    }

    pub(in crate::suite::checks) async fn look_as(context: &mut Context, survey: &Survey) -> Result<Self, NotKept> {
        let identity = Identity::of_account(context.account());
        let nobody = Customer { identity, customer_type: survey.customer_type.clone(), fields: Vec::new() };
        let answer = context.get(&nobody.query()).await?;
        if answer.status.is_client_error() {
            return Ok(Self(None));
        }
        match answer.info() {
            Ok(info) if answer.is_success() => Ok(Self::of(&info)),
            _ => Err(NotKept::inconclusive(format!("GET /customer of a new account cannot be read: {answer}"))),
        }
    }

    /// What that customer shows is nothing; more is something.
    pub(in crate::suite::checks) fn of(info: &CustomerInfo) -> Self {
        Self(Some(Outline::of(info)))
    }

    pub(in crate::suite::checks) fn sight(&self, answer: &Answer) -> Sight {
        match (answer.info(), &self.0) {
            _ if answer.status.is_client_error() => Sight::Nothing,
            (Ok(info), Some(blank)) if answer.is_success() && !blank.is_surpassed_by(&info) => Sight::Nothing,
            (Ok(_), _) if answer.is_success() => Sight::Data,
            _ => Sight::Unclear,
        }
    }
}

impl Outline {
    fn of(info: &CustomerInfo) -> Self {
        let names =
            |fields: &Option<BTreeMap<String, FieldInfo>>| fields.iter().flat_map(BTreeMap::keys).cloned().collect();
        Self { status: info.status, fields: names(&info.fields), provided: names(&info.provided_fields) }
    }

    /// Whether something was received that this has not, or the customer got further.
    fn is_surpassed_by(&self, info: &CustomerInfo) -> bool {
        let other = Self::of(info);
        !other.provided.is_subset(&self.provided)
            || !self.fields.is_subset(&other.fields)
            || other.status != self.status && other.status != CustomerStatus::NeedsInfo
    }
}

impl Deletion {
    /// `None` if the anchor does not delete.
    pub(super) fn of(answer: &Answer) -> Option<Self> {
        match answer.status {
            StatusCode::ACCEPTED => Some(Self::Queued),
            status => status.is_success().then_some(Self::Done),
        }
    }
}

impl Known {
    /// Registers a complete customer and waits until GET shows it, by id and by account.
    pub(in crate::suite::checks) async fn register(
        context: &Context,
        customer: Customer,
        blank: &Blank,
    ) -> Result<Self, NotKept> {
        let id = context.register(&customer).await?;
        Self::find(context, customer, id, blank).await
    }

    /// Waits until GET shows a customer.
    pub(in crate::suite::checks) async fn find(
        context: &Context,
        customer: Customer,
        id: CustomerId,
        blank: &Blank,
    ) -> Result<Self, NotKept> {
        let known = Self { customer, id };
        if known.unlike(context, blank, Sight::Data).await?.is_some() {
            return Err(NotKept::inconclusive(
                "GET /customer shows no more of a registered customer than of one who is not",
            ));
        }
        Ok(known)
    }

    /// The parameters of a look-up by id.
    pub(in crate::suite::checks) fn by_id(&self) -> Vec<(String, String)> {
        let mut parameters = vec![("id".to_owned(), self.id.as_str().to_owned())];
        parameters.extend(self.customer.query());
        parameters
    }

    /// The answer that is not yet as wished when the anchor had its time; asked by id and by account.
    pub(in crate::suite::checks) async fn unlike(
        &self,
        context: &Context,
        blank: &Blank,
        wished: Sight,
    ) -> Result<Option<Answer>, NotKept> {
        for parameters in [self.by_id(), self.customer.query()] {
            if let Some(answer) = unlike(context, &parameters, blank, wished).await? {
                return Ok(Some(answer));
            }
        }
        Ok(None)
    }

    /// The customer is still there, although something else was done.
    pub(in crate::suite::checks) async fn remains(&self, context: &Context, blank: &Blank, after: &str) -> Finding {
        context.linger().await;
        self.is_shown(context, blank, after).await
    }

    /// Each of them is still there, although something else was done.
    pub(in crate::suite::checks) async fn all_remain(
        context: &Context,
        blank: &Blank,
        all: &[(Self, String)],
    ) -> Finding {
        context.linger().await;
        for (known, after) in all {
            known.is_shown(context, blank, after).await?;
        }
        Ok(())
    }

    async fn is_shown(&self, context: &Context, blank: &Blank, after: &str) -> Finding {
        match self.unlike(context, blank, Sight::Data).await? {
            None => Ok(()),
            Some(answer) => Err(NotKept::broken(
                format!("GET /customer still shows a customer after {after}"),
                format!("GET /customer got {answer}"),
            )),
        }
    }

    /// Deletes the customer and waits until it is gone.
    pub(super) async fn delete_for_good(&self, context: &Context, blank: &Blank) -> Result<(), NotKept> {
        delete(context, self).await?;
        match self.unlike(context, blank, Sight::Nothing).await? {
            None => Ok(()),
            Some(_) => Err(NotKept::inconclusive("a customer that was deleted does not go away")),
        }
    }
}

/// The answer to a look-up that is not yet as wished when the anchor had its time.
pub(in crate::suite::checks) async fn unlike(
    context: &Context,
    parameters: &[(String, String)],
    blank: &Blank,
    wished: Sight,
) -> Result<Option<Answer>, NotKept> {
    let is_so = |answer: &Answer| (blank.sight(answer) == wished).then_some(());
    Ok(context.get_until(parameters, is_so).await?.err())
}

/// Deletes a customer for a check that needs it deleted; it cannot tell if the anchor refuses.
pub(super) async fn delete(context: &Context, known: &Known) -> Result<Deletion, NotKept> {
    let answer = ask_to_delete(context, &known.customer, &known.id).await?;
    let refused = || NotKept::inconclusive(format!("the anchor does not delete a customer: {answer}"));
    Deletion::of(&answer).ok_or_else(refused)
}

/// Asks once more if the anchor is still busy with the customer.
pub(super) async fn ask_to_delete(context: &Context, customer: &Customer, id: &CustomerId) -> Result<Answer, NotKept> {
    let answer = context.send(Request::delete(id)).await?;
    if !is_busy(&answer) {
        return Ok(answer);
    }
    context.settled(customer, id).await?;
    Ok(context.send(Request::delete(id)).await?)
}

/// Whether the anchor says that this is not the moment.
pub(super) fn is_busy(answer: &Answer) -> bool {
    matches!(answer.status.as_u16(), 409 | 423 | 503)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use hyper::HeaderMap;

    use super::*;

    fn sight(blank: Option<&str>, status: u16, body: &str) -> Sight {
        let blank = blank.map(|body| CustomerInfo::read(body.as_bytes()).expect("an answer").0);
        let answer = Answer {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            quoted: String::new(),
        };
        blank.map_or(Blank(None), |info| Blank::of(&info)).sight(&answer)
    }

    #[test]
    fn a_customer_is_seen_where_more_is_shown_than_of_nobody() {
        let name = r#"{"first_name": {"type": "string", "description": ""}}"#;
        let nobody = format!(r#"{{"status": "NEEDS_INFO", "fields": {name}}}"#);
        let seen = |body: &str| sight(Some(&nobody), 200, body);
        assert_eq!(seen(&nobody), Sight::Nothing);
        assert_eq!(seen(&format!(r#"{{"id": "1", "status": "NEEDS_INFO", "fields": {name}}}"#)), Sight::Nothing);
        assert_eq!(seen(r#"{"status": "NEEDS_INFO", "fields": {}}"#), Sight::Data);
        assert_eq!(seen(r#"{"status": "ACCEPTED"}"#), Sight::Data);
        let provided = format!(r#"{{"status": "NEEDS_INFO", "fields": {name}, "provided_fields": {name}}}"#);
        assert_eq!(seen(&provided), Sight::Data);
        assert_eq!(sight(Some(&nobody), 404, "{}"), Sight::Nothing);
        assert_eq!((sight(Some(&nobody), 500, "{}"), sight(Some(&nobody), 200, "")), (Sight::Unclear, Sight::Unclear));
        assert_eq!(sight(None, 200, &nobody), Sight::Data);
    }
}
