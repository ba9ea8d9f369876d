//! Deleted customers, which only a faulty anchor remembers.

use super::config::Config;
use super::faults::Fault;
use super::store::{Customer, CustomerKey};

/// The faults that remember.
const OPEN_FOR: [Fault; 6] = [
    Fault::DeletedIdShownAsNew,
    Fault::DeletedIdErrorShowsCustomer,
    Fault::DeletedDataReturns,
    Fault::DeletedIdReused,
    Fault::PutResurrectsDeleted,
    Fault::AnswersFiveHundredOnSecondDelete,
];

#[derive(Debug)]
pub(super) struct Graveyard {
    is_open: bool,
    buried: Vec<Customer>,
}

impl Graveyard {
    pub(super) fn new(config: &Config) -> Self {
        Self { is_open: OPEN_FOR.iter().any(|fault| config.faults.contains(fault)), buried: Vec::new() }
    }

    pub(super) fn clear(&mut self) {
        self.buried.clear();
    }

    pub(super) fn bury(&mut self, customer: Customer) {
        if self.is_open {
            self.buried.push(customer);
        }
    }

    pub(super) fn find(&self, id: &str) -> Option<&Customer> {
        self.buried.iter().find(|customer| customer.id == id)
    }

    pub(super) fn exhume(&mut self, id: &str) -> Option<Customer> {
        self.exhume_where(|customer| customer.id == id)
    }

    pub(super) fn exhume_by_key(&mut self, key: &CustomerKey) -> Option<Customer> {
        self.exhume_where(|customer| customer.key == *key)
    }

    pub(super) fn exhume_latest(&mut self) -> Option<Customer> {
        self.buried.pop()
    }

    fn exhume_where(&mut self, is_it: impl Fn(&Customer) -> bool) -> Option<Customer> {
        let at = self.buried.iter().rposition(is_it)?;
        Some(self.buried.remove(at))
    }
}
