//! Customers with one e-mail address or one phone number, whom a faulty anchor takes for one.

use super::Rules;
use super::refusal::Refusal;
use super::target::Target;
use crate::mock::faults::Fault;
use crate::mock::received::Received;
use crate::mock::store::Customer;

const EMAIL: &str = "email_address";
const PHONE: &str = "mobile_number";

impl Rules<'_> {
    /// Who is taken for the customer of an account that is not registered.
    pub(super) fn taken_for_new(&self, received: &Received) -> Option<&Customer> {
        let found_by = |fault, name| if self.has(fault) { self.with_same(name, received, "") } else { None };
        found_by(Fault::FoundByEmail, EMAIL).or_else(|| found_by(Fault::FoundByPhone, PHONE))
    }

    /// [`Fault::SharedEmailErrorShowsOwner`].
    pub(super) fn check_email(&self, target: &Target, received: &Received) -> Result<(), Refusal> {
        let own = if let Target::Known(id) = target { id.as_str() } else { "" };
        match self.with_same(EMAIL, received, own) {
            Some(owner) if self.has(Fault::SharedEmailErrorShowsOwner) => {
                Err(Refusal::new(400, format!("email_address: already used by customer {}", owner.id)))
            }
            _ => Ok(()),
        }
    }

    /// The id of the customer that an update goes to.
    pub(super) fn merged_by_email(&mut self, id: String, received: &Received) -> String {
        self.merged(Fault::SharedEmailMerges, EMAIL, &id, received).unwrap_or(id)
    }

    /// What becomes of a customer after its update.
    pub(super) fn merge_by_phone(&mut self, id: &str, received: &Received) {
        self.merged(Fault::SharedPhoneMerges, PHONE, id, received);
    }

    fn merged(&mut self, fault: Fault, name: &str, id: &str, received: &Received) -> Option<String> {
        let other = if self.has(fault) { self.with_same(name, received, id)?.id.clone() } else { return None };
        self.store.merge(id, &other);
        Some(other)
    }

    /// Somebody else who gave the same value.
    fn with_same(&self, name: &str, received: &Received, own: &str) -> Option<&Customer> {
        let value = received.value(name).filter(|value| value.is_given())?;
        self.store.customers().find(|customer| customer.id != own && customer.fields.get(name) == Some(value))
    }
}
