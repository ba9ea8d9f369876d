//! Invented customers that a strict anchor accepts: consistent, unique, and obviously nobody.

mod check_digits;
mod customer;
mod dice;
mod jpeg;
mod keys;
mod person;
mod picture;
mod png;
mod random_name;
mod value;

pub(crate) use customer::{Customer, Wanted};
pub(crate) use dice::Dice;
pub(crate) use keys::account;
pub(crate) use person::Person;
pub(crate) use picture::{Format, Picture};
pub(crate) use random_name::random_name;
pub(crate) use value::{Inventor, is_sent_as_binary};
