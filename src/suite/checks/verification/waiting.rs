//! A customer with a field that waits for its code.

use crate::sep12::info::CustomerInfo;
use crate::sep12::registry::Kind;
use crate::sep12::{CustomerId, CustomerStatus, Field, FieldStatus, Identity};
use crate::suite::answer::Answer;
use crate::suite::check::NotKept;
use crate::suite::client::Failure;
use crate::suite::context::{Context, registered};
use crate::suite::discovery::Survey;
use crate::suite::people::{Customer, Wanted};

/// What SEP-12 names as fields that a code is sent for.
const USUAL: [&str; 2] = ["mobile_number", "email_address"];

/// The customer, and the field.
pub(super) struct Waiting {
    pub(super) customer: Customer,
    pub(super) id: CustomerId,
    pub(super) field: String,
}

impl Waiting {
    /// Registers a customer of the first type that has to verify something, and waits until a code is asked for.
    pub(super) async fn begin(context: &mut Context) -> Result<Self, NotKept> {
        let mut otherwise = NotKept::skip("the anchor asks for no verification");
        for survey in context.surveys.clone().iter() {
            match Self::begin_as(context, survey).await {
                Err(NotKept::Skip { .. }) => {}
                Err(reason) => otherwise = reason,
                waiting => return waiting,
            }
        }
        Err(otherwise)
    }

    async fn begin_as(context: &mut Context, survey: &Survey) -> Result<Self, NotKept> {
        let (customer, id) = register_with_more(context, survey).await?;
        let info = context.settled(&customer, &id).await?;
        match waiting(&info) {
            Some(field) => Ok(Self { customer, id, field }),
            None if info.status == CustomerStatus::Processing => Err(NotKept::inconclusive(format!(
                "a complete customer was still PROCESSING after {} s (--settle waits longer)",
                context.suite.settle.as_secs_f32()
            ))),
            None => Err(NotKept::skip("the anchor asks for no verification")),
        }
    }

    /// The name under which the code is sent.
    pub(super) fn code_name(&self) -> String {
        format!("{}_verification", self.field)
    }

    /// Sends a code as the customer.
    pub(super) async fn send(&self, context: &Context, code: &str) -> Result<Answer, Failure> {
        self.send_as(context, &self.customer, code).await
    }

    /// Sends a code for this customer in somebody's name.
    pub(super) async fn send_as(&self, context: &Context, sender: &Customer, code: &str) -> Result<Answer, Failure> {
        let mut fields = vec![Field::text("id", self.id.as_str())];
        fields.extend(sender.with(vec![Field::text(self.code_name(), code)]));
        context.put(fields).await
    }

    /// The status of the field; `None` if the anchor does not show it any more.
    pub(super) fn status(&self, info: &CustomerInfo) -> Option<FieldStatus> {
        info.provided_fields.as_ref()?.get(&self.field)?.status
    }

    /// The code that the user gives.
    pub(super) fn right_code(&self, context: &Context) -> Result<String, NotKept> {
        let name = self.code_name();
        let given = context.suite.inventor.fields.iter().rev().find(|(given, _)| *given == name);
        let hint = || NotKept::skip(format!("the code is not known; pass it with --field {name}=CODE"));
        given.map(|(_, code)| code.clone()).ok_or_else(hint)
    }
}

/// A code may be sent for something that the anchor does not insist on. If it declines more than that, it gets that.
async fn register_with_more(context: &mut Context, survey: &Survey) -> Result<(Customer, CustomerId), NotKept> {
    context.needs_acceptance()?;
    let mut customer = unverified(context, survey);
    let listed = survey.wanted.iter().find(|wanted| USUAL.contains(&wanted.name.as_str())).cloned();
    let usual = USUAL.map(|name| Wanted::given(name, Kind::String));
    for wanted in usual.into_iter().chain(listed) {
        if customer.fields.iter().all(|field| field.name != wanted.name) {
            customer.set(context.field(&wanted));
        }
    }
    let answer = context.put(customer.request_fields()).await?;
    if answer.status.is_client_error() {
        let customer = unverified(context, survey);
        let id = context.register(&customer).await?;
        return Ok((customer, id));
    }
    Ok((customer, registered(&answer)?))
}

/// A complete customer without the codes that would verify it at once.
fn unverified(context: &mut Context, survey: &Survey) -> Customer {
    let identity = Identity::of_account(context.account());
    let mut customer = context.customer_of(identity, survey);
    customer.fields.retain(|field| !field.name.ends_with("_verification"));
    customer
}

fn waiting(info: &CustomerInfo) -> Option<String> {
    let provided = info.provided_fields.iter().flatten();
    let mut waiting = provided.filter(|(_, field)| field.status == Some(FieldStatus::VerificationRequired));
    waiting.next().map(|(name, _)| name.clone())
}
