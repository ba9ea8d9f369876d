//! A wallet: whom its token speaks for, and how that may reach the anchor.

use std::sync::Arc;

use super::anchor::Heard;
use crate::sep12::memo::parse_id;
use crate::sep12::{Account, Caller};
use crate::suite::request::{Request, Shown};

/// One authenticated customer.
#[derive(Clone, Debug)]
pub(crate) struct Wallet {
    /// `None` for a given token of which nothing is known.
    pub(crate) caller: Option<Caller>,
    pub(crate) token: Arc<str>,
}

impl Wallet {
    /// The request with the wallet's token.
    pub(crate) fn signed(&self, request: Request) -> Request {
        Request { credentials: Shown::Bearer(Arc::clone(&self.token)), ..request }
    }

    /// The account as the token names it.
    pub(crate) fn account(&self) -> Option<Account> {
        self.caller.map(|caller| match caller {
            Caller::Account(account)
            | Caller::SharedAccount { account, .. }
            | Caller::Muxed(account)
            | Caller::Contract(account) => account,
        })
    }

    /// How the request names its customer, if that is a form that SEP-12 knows for this wallet.
    pub(crate) fn form(&self, heard: &Heard) -> Result<Form, String> {
        let Some(caller) = self.caller else { return Ok(Form::Unknown) };
        let (account, memo) = (heard.text("account"), heard.text("memo"));
        // A memo without a type is an id; what stands beside no memo says nothing.
        let memo_type = heard.text("memo_type").filter(|memo_type| memo.is_some() && *memo_type != "id");
        let shown = || {
            let shown = format!("account={}, memo={}", account.unwrap_or("(none)"), memo.unwrap_or("(none)"));
            memo_type.map_or_else(|| shown.clone(), |memo_type| format!("{shown}, memo_type={memo_type}"))
        };
        let account = account.and_then(|account| account.parse::<Account>().ok()).ok_or_else(shown)?;
        // The memos of tokens are ids (SEP-10): as a text the same digits are somebody else.
        let id = memo.and_then(parse_id).filter(|_| memo_type.is_none());
        let has_memo = memo.is_some();
        match caller {
            Caller::Account(own) | Caller::Contract(own) if account == own && !has_memo => Ok(Form::Account),
            Caller::SharedAccount { account: own, memo } if account == own && id == Some(memo) => Ok(Form::Memo),
            Caller::SharedAccount { account: own, memo } => match account {
                Account::Muxed { id, .. } if account.base() == own && id == memo && !has_memo => Ok(Form::Muxed),
                _ => Err(shown()),
            },
            Caller::Muxed(own) if account == own && (!has_memo || id == own.muxed_id()) => Ok(Form::Muxed),
            Caller::Muxed(own) if account == own.base() && id == own.muxed_id() => Ok(Form::Memo),
            _ => Err(shown()),
        }
    }

    /// How it should be named, in a sentence.
    pub(crate) fn forms(&self) -> String {
        match self.caller {
            Some(Caller::Account(account) | Caller::Contract(account)) => format!("account={account} and no memo"),
            Some(Caller::SharedAccount { account, memo }) => {
                format!("account={account} and memo={memo}, or the muxed account of both")
            }
            Some(Caller::Muxed(account)) => {
                let (base, id) = (account.base(), account.muxed_id().unwrap_or_default());
                format!("account={account}, or account={base} and memo={id}")
            }
            None => "the token's account".to_owned(),
        }
    }
}

/// In which of the legal forms a customer is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `account=G` or `C`.
    Account,
    /// `account=G` and `memo`.
    Memo,
    /// `account=M`.
    Muxed,
    /// Nothing is known of the token.
    Unknown,
}
