//! How a request names its customer to the anchor: account, and memo where one account holds many.

use super::account::Account;
use super::memo::Memo;

/// The account and memo that travel with every request to the anchor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    account: Account,
    memo: Option<Memo>,
}

impl Identity {
    /// A customer known by its account alone.
    #[must_use]
    pub fn of_account(account: Account) -> Self {
        Self { account, memo: None }
    }

    /// A customer of a shared account. `None` unless the account is classic: a muxed account already names one
    /// customer, and a contract account has no memo (SEP-12).
    #[must_use]
    pub fn of_memo(account: Account, memo: Memo) -> Option<Self> {
        matches!(account, Account::Classic(_)).then_some(Self { account, memo: Some(memo) })
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> Account {
        self.account
    }

    /// The memo, if any.
    #[must_use]
    pub fn memo(&self) -> Option<&Memo> {
        self.memo.as_ref()
    }

    /// The request parameters: `account`, then `memo` and `memo_type` as far as they are known.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = vec![("account", self.account.to_string())];
        if let Some(memo) = &self.memo {
            parameters.push(("memo", memo.value().to_owned()));
            parameters.extend(memo.memo_type().map(|memo_type| ("memo_type", memo_type.as_str().to_owned())));
        }
        parameters
    }
}
